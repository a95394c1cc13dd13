from django.db import migrations, models


class Migration(migrations.Migration):
    """Only the release that makes numbers proved writes what this constrains: numbers that were given before are not."""

    dependencies = [
        ("accounts", "0003_proven_mobile"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proven_mobile", ""), _negated=True),
                fields=("proven_mobile",),
                name="user_mobile_proven_by_one",
            ),
        ),
    ]
