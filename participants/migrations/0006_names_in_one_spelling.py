"""People are found by their name under any spelling (participants/rules/names.py)."""

from django.db import migrations, models

import participants.models.fields
from participants.rules.names import normalised


def normalise(apps, schema_editor):
    Participant = apps.get_model("participants", "Participant")
    people = []
    for person in Participant.objects.only("first_name", "last_name").iterator():
        person.name_key = normalised(f"{person.first_name} {person.last_name}")
        people.append(person)
    Participant.objects.bulk_update(people, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("participants", "0005_what_happened_to_enrolments"), ("regions", "0003_enrolment_that_holds")]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="name_key",
            field=participants.models.fields.NameKeyField(db_default="", default="", editable=False, max_length=130),
        ),
        migrations.RunPython(normalise, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["region", "name_key"], name="participant_region__eadc60_idx"),
        ),
    ]
