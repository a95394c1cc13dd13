"""Say of the steps that enrolments have taken so far what happened, and which employer they concern."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

KINDS = {"withdrawn": "withdrawn", "completed": "completed"}


def say_what_happened(apps, schema_editor):
    events = apps.get_model("participants", "EnrolmentEvent").objects.using(schema_editor.connection.alias)
    enrolments = apps.get_model("participants", "Enrolment").objects.using(schema_editor.connection.alias)
    municipality = enrolments.filter(pk=OuterRef("enrolment")).values("municipality")
    events.filter(municipality=None).update(municipality=Subquery(municipality))
    for status, kind in KINDS.items():
        events.filter(status=status).update(kind=kind)


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_enrolment_that_holds")]
    operations = [migrations.RunPython(say_what_happened, migrations.RunPython.noop)]
