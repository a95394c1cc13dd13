"""A change of employer: each manager sees her own time with the person, and no word of the other's."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from messaging import kinds
from messaging.models import Message
from participants.actions import defer, transfer
from participants.actions.history import add_to_history
from participants.actions.transfer import Workplace
from participants.choices import EnrolmentStatus, EventKind
from participants.models import Enrolment
from sessions.attendance.ledger import standings
from sessions.choices import Mark, StepState
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    RegionFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db
START = TODAY - timedelta(weeks=11)  # modules 1 to 3 are held; 1 and 2 before the change
FIRST_DAY = TODAY - timedelta(weeks=3)
OLD, NEW = ("Gammelby", "Sparvenheten", "Gammelchef"), ("Nystad", "Trastenheten", "Nychef")


@pytest.fixture
def world(db: None) -> Any:
    """Åsa worked in Gammelby, now in Nystad: present, absent, and present with the new employer."""

    region = RegionFactory()
    old, new = (MunicipalityFactory(region=region, name=name) for name in (OLD[0], NEW[0]))
    world = SimpleNamespace(
        region=region,
        old=old,
        new=new,
        old_manager=manager(old, last_name=OLD[2], email="gammelchef@example.org"),
        new_manager=manager(new, last_name=NEW[2], email="nychef@example.org"),
        planner=coordinator(region),
        cohort=CohortFactory(programme__region=region, sessions=START),
    )
    enrolment = EnrolmentFactory(
        cohort=world.cohort,
        municipality=world.old,
        employment__unit=OLD[1],
        employment__starts=date(2025, 1, 1),
        manager=world.old_manager,
        participant__email="asa@example.org",
    )
    add_to_history(
        enrolment, EventKind.APPLIED, by=world.old_manager, now=NOW - timedelta(weeks=20), status=enrolment.status
    )
    for module, mark in ((1, Mark.PRESENT), (2, Mark.ABSENT), (3, Mark.PRESENT)):
        session = world.cohort.sessions.get(module__number=module)
        AttendanceFactory(session=session, participant=enrolment.participant, mark=mark)
    third = world.cohort.sessions.get(module__number=3)
    first_day = third.day - timedelta(days=2)
    workplace = Workplace(world.new, NEW[1], "Familjebehandlare", first_day)
    transfer(participant=enrolment.participant, to=workplace, by=world.planner, now=NOW)
    enrolment.refresh_from_db()
    world.enrolment = enrolment
    world.changed = first_day
    return world


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def steps(enrolment: Enrolment, reader: User | None) -> list[tuple[StepState, Mark | None, bool]]:
    standing = standings([enrolment], reader=reader, now=NOW)[enrolment.pk]
    return [(step.state, step.mark, step.earned_on is not None) for step in standing.steps[:3]]


class TestLedger:
    def test_the_old_manager_knows_nothing_of_what_came_after(self, world: Any) -> None:
        assert steps(world.enrolment, world.old_manager) == [
            (StepState.EARNED, Mark.PRESENT, True),
            (StepState.MISSED, Mark.ABSENT, False),
            (StepState.AHEAD, None, False),
        ]

    def test_the_new_one_knows_what_is_earned_but_not_how_and_when_it_was_before(self, world: Any) -> None:
        assert steps(world.enrolment, world.new_manager) == [
            (StepState.EARNED, None, False),
            (StepState.MISSED, None, False),
            (StepState.EARNED, Mark.PRESENT, True),
        ]

    @pytest.mark.parametrize("reader", ["planner", None])
    def test_the_coordinator_and_the_portal_see_all(self, world: Any, reader: str | None) -> None:
        found = steps(world.enrolment, getattr(world, reader) if reader else None)

        assert [mark for _state, mark, _earned in found] == [Mark.PRESENT, Mark.ABSENT, Mark.PRESENT]

    def test_what_was_earned_before_a_deferral_counts_in_the_later_cohorts_version(self, world: Any) -> None:
        later = CohortFactory(programme=world.cohort.programme, sessions=START + timedelta(weeks=40))

        placed = defer(enrolment=world.enrolment, to=later, by=world.planner, now=NOW)

        standing = standings([placed], reader=None, now=NOW)[placed.pk]
        assert standing.progress.earned == 2
        assert [step.module.number for step in standing.steps if step.state == StepState.EARNED] == [1, 3]


PAGES = {
    "people": lambda world: reverse("certificates:people"),
    "people_file": lambda world: reverse("certificates:people_file"),
    "person": lambda world: reverse("certificates:person", args=[world.enrolment.participant_id]),
    "enrolment": lambda world: reverse("participants:enrolment", args=[world.enrolment.pk]),
    "withdraw": lambda world: reverse("participants:withdraw", args=[world.enrolment.pk]),
    "defer": lambda world: reverse("participants:defer", args=[world.enrolment.pk]),
    "former_people": lambda world: reverse("certificates:former_people"),
    "former": lambda world: reverse("certificates:former", args=[world.enrolment.pk]),
    "search": lambda world: reverse("reports:search") + "?q=Öberg",
    "home": lambda world: reverse("home"),
}


def opened(user: User, world: Any) -> dict[str, str]:
    """The text of every page that may be about the person, as far as `user` may open it."""
    client = client_of(user)
    with time_machine.travel(NOW, tick=False):
        answers = {name: client.get(address(world), follow=True) for name, address in PAGES.items()}
    return {
        name: answer.content.decode(errors="ignore") for name, answer in answers.items() if answer.status_code == 200
    }


class TestPages:
    def test_no_page_of_the_new_manager_has_a_word_of_the_old_employer(self, world: Any) -> None:
        pages = opened(world.new_manager, world)

        assert {"people", "person", "enrolment"} <= set(pages)
        assert "former" not in pages
        assert [(name, word) for name, text in pages.items() for word in OLD if word in text] == []
        assert NEW[1] in pages["person"]

    def test_no_page_of_the_old_manager_has_a_word_of_the_new_employer(self, world: Any) -> None:
        pages = opened(world.old_manager, world)

        assert {"former", "former_people"} <= set(pages)
        assert not {"person", "enrolment", "withdraw", "defer"} & set(pages)
        assert [(name, word) for name, text in pages.items() for word in NEW if word in text] == []
        assert OLD[1] in pages["former"]

    def test_the_new_address_is_not_shown_to_a_manager_whom_she_has_left(self, world: Any) -> None:
        person, old = world.enrolment.participant, world.enrolment.participant.employments.get(municipality=world.old)
        EnrolmentFactory(
            cohort__programme__region=world.region,
            participant=person,
            municipality=world.old,
            employment=old,
            status=EnrolmentStatus.COMPLETED,
        )
        person.email = "asa@nystad.example.org"
        person.save()

        pages = opened(world.old_manager, world)

        assert {"person", "people", "search"} <= set(pages)
        assert [name for name, text in pages.items() if "nystad" in text.lower()] == []
        assert "asa@nystad" in opened(world.new_manager, world)["person"]

    def test_mails_to_either_manager_name_no_other_employer(self, world: Any) -> None:
        for recipient, others in (("gammelchef@example.org", NEW), ("nychef@example.org", OLD)):
            [message] = Message.objects.filter(recipient=recipient)
            kind = kinds.get(message.kind)
            assert kind.still_holds(message, NOW)
            content = kind.render(message)
            assert [word for word in others if word in content.text + content.html + content.subject] == []

    def test_queries_do_not_grow_with_those_who_have_left(self, world: Any, django_assert_max_num_queries: Any) -> None:
        for _one in range(5):
            left = EnrolmentFactory(cohort=world.cohort, municipality=world.old)
            add_to_history(left, EventKind.APPLIED, by=None, now=NOW, status=left.status)
            workplace = Workplace(world.new, NEW[1], "Familjebehandlare", FIRST_DAY)
            transfer(participant=left.participant, to=workplace, by=world.planner, now=NOW)
        client = client_of(world.old_manager)

        with django_assert_max_num_queries(12):
            answer = client.get(reverse("certificates:former_people"))
        assert answer.content.decode().count("<tr>") == 1 + 6
