"""On PostgreSQL: periods of employment of one person never overlap. Both days are included."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

ADD = """
ALTER TABLE participants_employment ADD CONSTRAINT employment_periods_apart
EXCLUDE USING gist (participant_id WITH =, daterange(starts, ends, '[]') WITH &&)
"""
REMOVE = "ALTER TABLE participants_employment DROP CONSTRAINT employment_periods_apart"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial")]
    operations = [BtreeGistExtension(), migrations.RunPython(on_postgresql(ADD), on_postgresql(REMOVE))]
