"""What beat, wake-ups and the command start."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from messaging import tasks
from messaging.actions.dispatch import CROWD
from messaging.choices import State
from messaging.models import Message
from tests.factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]


def test_the_task_sends_what_is_due_and_finds_nothing_to_do_the_second_time(mail_folder: Path) -> None:
    MessageFactory.create(due=timezone.now())
    MessageFactory.create(due=timezone.now() + timedelta(days=1))
    tasks.dispatch()
    tasks.dispatch()
    assert len(list(mail_folder.iterdir())) == 1


def test_a_task_whose_time_is_up_asks_for_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks, "LIMIT", timedelta(0))
    monkeypatch.setattr(tasks, "wake_on_commit", woken.append)
    MessageFactory.create(due=timezone.now())
    tasks.dispatch()
    tasks.help_dispatch()
    assert woken == ["messaging.tasks.help_dispatch"] * 2


def test_a_big_backlog_is_shared_and_a_small_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks, "wake_on_commit", woken.append)
    MessageFactory.create_batch(CROWD - 1, due=timezone.now())
    tasks.dispatch()
    assert woken == []
    MessageFactory.create_batch(CROWD, due=timezone.now())
    tasks.help_dispatch()  # who helps calls nobody
    assert woken == []
    MessageFactory.create_batch(CROWD, due=timezone.now())
    tasks.dispatch()
    assert woken == ["messaging.tasks.help_dispatch"] * tasks.HELPERS


def test_the_command_sends_all_that_is_due_without_celery() -> None:
    MessageFactory.create_batch(3, due=timezone.now())
    call_command("dispatch")
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
