from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0005_unmarked_registers"),
        ("course_sessions", "0008_plans_of_regions"),
    ]

    operations = [
        migrations.RemoveField(model_name="region", name="reminder_days"),
    ]
