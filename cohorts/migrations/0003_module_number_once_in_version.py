"""Numbers of modules repeat from one version of a programme to the next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0002_programme_versions")]

    operations = [
        migrations.RemoveConstraint(
            model_name="module",
            name="module_number_once_in_programme",
        ),
        migrations.AddConstraint(
            model_name="module",
            constraint=models.UniqueConstraint(
                fields=("programme", "version", "number"), name="module_number_once_in_version"
            ),
        ),
    ]
