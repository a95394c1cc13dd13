from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    """The model forgets the field; its column stays, as the release before this one still reads and writes it.

    The default of the database fills it for regions that this release makes. The release after this one may drop it.
    """

    dependencies = [
        ("regions", "0005_unmarked_registers"),
        ("course_sessions", "0008_plans_of_regions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="region",
            name="reminder_days",
            field=models.JSONField(db_default=Value([14, 1], models.JSONField())),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="region", name="reminder_days")]
        ),
    ]
