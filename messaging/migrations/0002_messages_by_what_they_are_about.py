"""On PostgreSQL: an index that finds the messages about a record, whatever their refs call it."""

from django.db import migrations

ADD = "CREATE INDEX message_refs ON messaging_message USING gin (refs jsonb_path_ops)"
REMOVE = "DROP INDEX message_refs"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]
    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(REMOVE))]
