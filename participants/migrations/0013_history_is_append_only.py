"""On PostgreSQL: an enrolment's history refuses to be altered, and goes only with its enrolment.

Two things may happen to a step: whoever took it ceases to be a user, and the enrolment is deleted. Django deletes the steps
before the enrolment, so whether that is gone is asked at the end of the transaction.
"""

from django.db import migrations

ADD = """
CREATE FUNCTION enrolmentevent_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the history of an enrolment is append-only';
END $$;
CREATE TRIGGER enrolmentevent_no_change BEFORE UPDATE ON participants_enrolmentevent
FOR EACH ROW EXECUTE FUNCTION enrolmentevent_refuse_change();

CREATE FUNCTION enrolmentevent_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM participants_enrolment WHERE id = OLD.enrolment_id) THEN
        RAISE EXCEPTION 'the history of an enrolment is append-only';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER enrolmentevent_no_delete AFTER DELETE ON participants_enrolmentevent
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION enrolmentevent_refuse_delete();
"""
REMOVE = """
DROP TRIGGER enrolmentevent_no_delete ON participants_enrolmentevent;
DROP FUNCTION enrolmentevent_refuse_delete();
DROP TRIGGER enrolmentevent_no_change ON participants_enrolmentevent;
DROP FUNCTION enrolmentevent_refuse_change();
"""


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("participants", "0012_people_registered_twice")]
    operations = [migrations.RunPython(on_postgresql(ADD), on_postgresql(REMOVE))]
