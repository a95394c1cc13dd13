from datetime import time

from django.db import migrations

STANDARD = [14, 1]
EIGHT = time(8)


def plan(apps, schema_editor):
    """A region that reminds on other days than the standard's gets a plan that says so."""
    Region = apps.get_model("regions", "Region")
    MessagePlan = apps.get_model("course_sessions", "MessagePlan")
    PlanStep = apps.get_model("course_sessions", "PlanStep")
    for region in Region.objects.all():
        days = sorted(set(region.reminder_days), reverse=True)
        if days != STANDARD:
            plan = MessagePlan.objects.create(region=region)
            PlanStep.objects.bulk_create(
                PlanStep(plan=plan, kind="reminder", amount=amount, unit="days", clock=EIGHT) for amount in days
            )


def unplan(apps, schema_editor):
    """What a region's plan says of reminders by days goes back into its setting."""
    MessagePlan = apps.get_model("course_sessions", "MessagePlan")
    for plan in MessagePlan.objects.exclude(region=None).filter(follows=None).select_related("region"):
        reminders = plan.steps.filter(kind="reminder", unit="days", channel="email").order_by("-amount")
        plan.region.reminder_days = list(reminders.values_list("amount", flat=True))
        plan.region.save(update_fields=["reminder_days"])


class Migration(migrations.Migration):
    dependencies = [
        ("course_sessions", "0007_message_plans"),
        ("regions", "0005_unmarked_registers"),
    ]

    operations = [migrations.RunPython(plan, unplan)]
