"""On PostgreSQL: people are found quickly by any part of their names and addresses (common/search.py).

Without fastupdate, since people are sought much more often than added: no search reads a list of what is pending.
"""

from django.db import migrations

ADD = """
CREATE INDEX participant_trigrams ON participants_participant USING gin (
    folded(first_name) gin_trgm_ops, folded(last_name) gin_trgm_ops, folded(email) gin_trgm_ops
) WITH (fastupdate = off)
"""
REMOVE = "DROP INDEX participant_trigrams"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("participants", "0002_employments_never_overlap"), ("common", "0001_folding")]
    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(REMOVE))]
