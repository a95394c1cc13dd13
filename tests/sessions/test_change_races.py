"""Two coordinators, or a coordinator and the post office, at the same moment: what only PostgreSQL's locks can show."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from messaging import kinds
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.queue import materialise
from messaging.choices import State
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import EnrolmentEvent
from sessions.actions import cancel_session, change_session, change_several, undo_change
from sessions.changing import several
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import Change, CohortSession, SessionRevision
from tests.factories import NOW, EnrolmentFactory
from tests.sessions.changing import CHANGED, World, change_of, moved, waiting

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Do all jobs at the same moment, each in a thread with a connection of its own; a refusal is a result too."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return job()
        except PlanningRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refusals(results: Iterable[Any]) -> int:
    return sum(isinstance(result, ChangedMeanwhile) for result in results)


def moving(world: World, session: CohortSession, *, days: int) -> Callable[[], Any]:
    change = change_of(session, **moved(session, days=days))
    return lambda: change_session(session=session, version=session.version, change=change, by=world.siv, now=NOW)


def test_of_two_who_move_a_session_at_once_one_wins_and_people_are_told_once() -> None:
    world = World()
    session = world.session
    results = at_once(moving(world, session, days=7), moving(world, session, days=14))
    assert refusals(results) == 1
    assert (world.session.revision, SessionRevision.objects.count(), Change.objects.count()) == (2, 2, 1)
    assert waiting() == dict.fromkeys(world.everyone, 1)


def test_of_a_move_and_a_cancellation_at_once_one_wins() -> None:
    for _round in range(ROUNDS):
        world = World()
        session = world.session
        cancelling = lambda: cancel_session(session=session, version=1, by=world.siv, now=NOW)  # noqa: B023, E731
        results = at_once(moving(world, session, days=7), cancelling)
        assert refusals(results) == 1
        assert world.session.revision == 2
        assert {address: waiting()[address] for address in world.everyone} == dict.fromkeys(world.everyone, 1)


def test_several_at_once_and_one_of_them_alone_dont_wait_for_each_other_nor_tell_twice() -> None:
    for _round in range(ROUNDS):
        world = World()
        sessions = list(CohortSession.objects.with_details().filter(cohort=world.cohort))
        alterations = several.moved(sessions[::-1], days=7)
        results = at_once(
            lambda: change_several(alterations=alterations, by=world.siv, now=NOW),  # noqa: B023
            moving(world, sessions[0], days=14),
        )
        assert refusals(results) == 1
        assert {address: waiting()[address] for address in world.everyone} == dict.fromkeys(world.everyone, 1)


def test_two_sessions_of_a_cohort_can_be_moved_at_once() -> None:
    world = World()
    sessions = list(CohortSession.objects.with_details().filter(cohort=world.cohort))
    results = at_once(*(moving(world, session, days=7) for session in sessions))
    assert refusals(results) == 0
    assert waiting() == dict.fromkeys(world.everyone, 2)


def test_a_move_while_its_forerunners_messages_leave_tells_each_from_what_she_knows() -> None:
    world = World()
    world.move()
    session = world.session

    def send() -> list[Message]:
        claimed = [claim(now=NOW) for _person in world.everyone]
        return [message for message in claimed if message and hand_over(message=message, now=NOW)]

    results = at_once(send, moving(world, session, days=7))
    left = {message.recipient for message in results[0] if message.refs[f"session:{session.pk}"] == "1-2"}
    newest = Message.objects.filter(kind=CHANGED, **{f"refs__session:{session.pk}__endswith": "-3"})
    told_from = {message.recipient: message.refs[f"session:{session.pk}"] for message in newest}
    assert told_from == {address: "2-3" if address in left else "1-3" for address in world.everyone}
    gone = Message.objects.filter(kind=CHANGED, handed_over__isnull=False)
    assert set(Counter(gone.values_list("recipient", "key")).values()) <= {1}
    assert not gone.filter(state=State.CANCELLED).exists()


def test_a_change_and_its_undoing_while_messages_leave_leave_nobody_with_the_wrong_date() -> None:
    world = World()
    session = world.move()

    def send() -> list[Message]:
        claimed = [claim(now=NOW) for _person in world.everyone]
        return [message for message in claimed if message and hand_over(message=message, now=NOW)]

    results = at_once(send, lambda: undo_change(session=session, version=session.version, by=world.siv, now=NOW))
    told_wrong = {message.recipient for message in results[0] if message.refs[f"session:{session.pk}"] == "1-2"}
    newest = Message.objects.filter(kind=CHANGED, **{f"refs__session:{session.pk}": "2-3"})
    assert set(newest.values_list("recipient", flat=True)) == told_wrong


def test_who_is_welcomed_at_the_same_moment_ends_up_with_the_right_date() -> None:
    """Either the welcome is written after the move, or she is told of the move as well."""
    for _round in range(ROUNDS):
        world = World()
        new = EnrolmentFactory(cohort=world.cohort, applied=NOW - timedelta(minutes=1), municipality=world.municipality)
        EnrolmentEvent.objects.create(enrolment=new, at=new.applied, status=EnrolmentStatus.ENROLLED)
        session = world.session

        def welcome() -> str:
            materialise(now=NOW)
            message = claim(now=NOW)
            return kinds.get(message.kind).render(message).text if message and message.kind == "welcome" else ""

        text, _moved = at_once(welcome, moving(world, session, days=7))
        is_told = waiting()[new.participant.email] == 1
        knows = text == "" or f"{timezone.localtime(world.session.starts).day} " in text
        assert is_told or knows
        Message.objects.all().delete()
