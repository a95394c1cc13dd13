import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0004_sms_parts_per_month"),
    ]

    operations = [
        migrations.AddField(
            model_name="region",
            name="unmarked_days",
            field=models.PositiveSmallIntegerField(
                db_default=3,
                default=3,
                help_text="The morning after a session its lecturers are asked to mark attendance. If they haven't "
                "after so many days, the coordinators are told.",
                validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(30)],
                verbose_name="days until an unmarked register is reported",
            ),
        ),
    ]
