"""On PostgreSQL: what became of a message can't be altered. It can be deleted, when the message's time is up."""

from django.db import migrations

ADD = """
CREATE FUNCTION messaging_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the evidence of a message is append-only';
END $$;
CREATE TRIGGER attempts_append_only BEFORE UPDATE ON messaging_deliveryattempt
FOR EACH ROW EXECUTE FUNCTION messaging_refuse_change();
CREATE TRIGGER events_append_only BEFORE UPDATE ON messaging_messageevent
FOR EACH ROW EXECUTE FUNCTION messaging_refuse_change();
"""
REMOVE = """
DROP TRIGGER events_append_only ON messaging_messageevent;
DROP TRIGGER attempts_append_only ON messaging_deliveryattempt;
DROP FUNCTION messaging_refuse_change();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_life_of_a_message")]
    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(REMOVE))]
