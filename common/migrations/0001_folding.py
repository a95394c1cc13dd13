"""On PostgreSQL: what searching stands on. A database's owner may create both extensions (trusted since version 13)."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# `unaccent` is only STABLE, since its dictionary might be changed; ours isn't, and an index wants IMMUTABLE. In this
# form the body is bound to the functions when it is made, so that a restored dump finds them on any search path.
ADD = """
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent', $1))
"""
REMOVE = "DROP FUNCTION folded(text)"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunPython(on_postgresql(ADD), on_postgresql(REMOVE)),
    ]
