"""Yesterday's backup is restored: nobody gets anything a second time."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from messaging.choices import State
from messaging.models import Message
from tests.factories import MessageFactory
from tests.faults.databases import address_of
from tests.faults.jobs import send
from tests.faults.oracle import Expected, account_of
from tests.faults.postcards import expected_of, queue_postcards
from tests.faults.processes import run
from tests.services import postgresql_program
from tests.smtp import MailServer

pytestmark = [pytest.mark.usefixtures("database_of_many"), pytest.mark.slow]


def back_up(file: Path) -> None:
    """As docs/operations.md says; SQLite's file is copied."""
    connection = connections["default"]
    connection.close()
    if connection.vendor == "sqlite":
        shutil.copy(connection.settings_dict["NAME"], file)
    else:
        dump = [postgresql_program("pg_dump"), "--format=custom", f"--file={file}"]
        subprocess.run([*dump, address_of(connection.settings_dict)], check=True)


def restore(file: Path) -> None:
    """Put the copy in the place of what there is."""
    connection = connections["default"]
    connection.close()
    if connection.vendor == "sqlite":
        shutil.copy(file, connection.settings_dict["NAME"])
    else:
        fill = [postgresql_program("pg_restore"), "--clean", "--if-exists", "--exit-on-error"]
        subprocess.run([*fill, f"--dbname={address_of(connection.settings_dict)}", str(file)], check=True)


def test_what_was_sent_since_is_not_sent_again(mail_server: MailServer, tmp_path: Path) -> None:
    sent_before = queue_postcards(2)
    assert run(send) == 0
    sent_since = queue_postcards(3)
    later = expected_of(MessageFactory.create_batch(2, due=timezone.now() + timedelta(hours=1)))
    back_up(tmp_path / "backup")
    assert run(send) == 0
    lost_with_the_portal = queue_postcards(1)
    assert run(send) == 0
    copies = dict(mail_server.copies)
    assert len(copies) == 6

    restore(tmp_path / "backup")
    call_command("hold_messages")
    assert run(send) == 0
    call_command("release_messages", "--after-restore")
    assert run(send) == 0
    assert mail_server.copies == copies, "sent again"

    Message.objects.filter(state=State.QUEUED).update(due=timezone.now(), next_try=timezone.now())
    assert run(send) == 0
    told = Expected((message.kind, message.recipient) for message in Message.objects.filter(state__in=[State.SENT]))
    assert told == sent_before + later
    in_doubt = Message.objects.filter(state=State.UNCERTAIN)
    assert expected_of(list(in_doubt)) == sent_since
    account = account_of(mail_server.copies)
    assert (account.lost, account.doubled) == (set(), set())
    assert len(account.unasked) == lost_with_the_portal.total()  # the copy has never heard of it
