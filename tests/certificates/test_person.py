"""A person's pages: her programmes, and her timeline as far as its reader may know of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from certificates.actions import revoke
from certificates.choices import TimelineKind
from certificates.people.timeline import timeline_of
from certificates.rules.timeline import TimelineEntry, Worked, by_month, employer_on, may_see
from cohorts.models import Cohort
from common.clock import local_date
from messaging.choices import State
from messaging.kinds import registered
from messaging.models import Message
from participants.actions import change_address
from participants.actions.transfer import Workplace, transfer
from participants.choices import EnrolmentStatus, EventKind
from participants.models import Enrolment, EnrolmentEvent, Merge, Offer
from sessions.choices import Mark
from sessions.messages.concerned import ABOUT
from sessions.rules.telling import Step
from tests.certificates.people import finished_cohort, issued, qualified
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    MessageFactory,
    MunicipalityFactory,
    ParticipantFactory,
    ProgrammeFactory,
    coordinator,
    manager,
)

A_DAY = timedelta(days=1)
LUND, MALMO = MunicipalityFactory.build().pk, MunicipalityFactory.build().pk


class TestRules:
    @pytest.mark.parametrize(
        ("day", "employer"),
        [
            (date(2025, 12, 1), LUND),
            (date(2026, 1, 1), LUND),
            (date(2026, 2, 28), LUND),
            (date(2026, 3, 5), MALMO),
            (date(2026, 3, 10), MALMO),
            (date(2030, 1, 1), MALMO),
        ],
    )
    def test_the_employer_of_a_day(self, day: date, employer: Any) -> None:
        periods = [Worked(MALMO, date(2026, 3, 10), None), Worked(LUND, date(2026, 1, 1), date(2026, 2, 28))]
        assert employer_on(day, periods) == employer

    def test_after_the_last_employment_it_was_the_last_employer(self) -> None:
        assert employer_on(TODAY, [Worked(LUND, date(2025, 1, 1), date(2025, 2, 1))]) == LUND
        assert employer_on(TODAY, []) is None

    @pytest.mark.parametrize(
        ("municipality", "reader", "coordinates", "seen"),
        [
            (LUND, "", False, True),
            (MALMO, "", False, False),
            (None, "", False, False),
            (LUND, "chef@example.org", False, True),
            (LUND, "CHEF@example.org", False, True),
            (LUND, "annan@example.org", False, False),
            (MALMO, "chef@example.org", False, False),
            (MALMO, "annan@example.org", True, True),
            (None, "", True, True),
        ],
    )
    def test_who_may_see_an_entry(self, municipality: Any, reader: str, coordinates: bool, seen: bool) -> None:
        entry = TimelineEntry(NOW, TimelineKind.MESSAGE, "", municipality=municipality, reader=reader)
        found = may_see(entry, coordinates=coordinates, municipalities={LUND}, address="chef@example.org")
        assert found is seen

    def test_months_are_local(self) -> None:
        entries = [TimelineEntry(moment, TimelineKind.MESSAGE, "") for moment in (NOW, NOW.replace(day=1, hour=0))]
        late = TimelineEntry(NOW.replace(month=2, day=28, hour=23, minute=30), TimelineKind.MESSAGE, "")
        months = list(by_month([*entries, late]))
        assert [(month.first, len(month.entries)) for month in months] == [(date(2026, 3, 1), 3)]


@pytest.fixture
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cohort(db: None) -> Cohort:
    return finished_cohort()


def log_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def said(enrolment: Enrolment, user: User, kind: str = "") -> list[str]:
    with translation.override("en"):
        return [entry.text for entry in entries(enrolment, user, kind)]


def entries(enrolment: Enrolment, user: User, kind: str = "") -> list[TimelineEntry]:
    return [entry for entry in timeline_of(enrolment.participant, user=user) if kind in ("", entry.kind)]


def step(enrolment: Enrolment, kind: EventKind, **fields: Any) -> EnrolmentEvent:
    defaults = {"at": NOW, "status": enrolment.status, "municipality": enrolment.municipality}
    return EnrolmentEvent.objects.create(enrolment=enrolment, kind=kind, **(defaults | fields))


def letter(enrolment: Enrolment, to: str, **fields: Any) -> Message:
    return MessageFactory(recipient=to, refs={"enrolment": str(enrolment.pk)}, **fields)


@pytest.mark.usefixtures("_on_the_day")
class TestPerson:
    def address(self, enrolment: Enrolment) -> str:
        return reverse("certificates:person", args=[enrolment.participant.pk])

    def test_modules_and_certificate(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        certificate = issued(enrolment)
        page = log_in(client, manager(enrolment.municipality)).get(self.address(enrolment)).content.decode()
        assert certificate.number in page
        assert reverse("certificates:download", args=[certificate.pk]) in page
        assert reverse("certificates:revoke", args=[certificate.pk]) not in page
        assert certificate.code not in page

    def test_where_she_works_and_whether_she_has_logged_in(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        log_in(client, manager(enrolment.municipality))
        page = client.get(self.address(enrolment))
        assert page.context["current"] == enrolment.employment
        assert not page.context["has_logged_in"]
        User.objects.filter(participants=enrolment.participant).update(last_login=NOW)
        assert client.get(self.address(enrolment)).context["has_logged_in"]

    def test_an_offer_says_until_when_and_leads_to_the_answer(self, client: Client, cohort: Cohort) -> None:
        enrolment = EnrolmentFactory(cohort=cohort, status=EnrolmentStatus.OFFERED)
        Offer.objects.create(enrolment=enrolment, made=NOW, expires=NOW + 3 * A_DAY)
        page = log_in(client, manager(enrolment.municipality)).get(self.address(enrolment)).content.decode()
        assert "13 mars 2026" in page
        assert reverse("participants:enrolment", args=[enrolment.pk]) in page

    def test_only_enrolments_that_the_reader_may_see(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        later = EnrolmentFactory(
            cohort=CohortFactory(
                programme=ProgrammeFactory(region=cohort.region), name="Omgång hos nästa arbetsgivare"
            ),
            participant=enrolment.participant,
            employment=enrolment.employment,
        )
        log_in(client, manager(enrolment.municipality))
        assert later.cohort.name not in client.get(self.address(enrolment)).content.decode()

    @pytest.mark.parametrize("page", ["person", "timeline"])
    def test_foreign_readers_find_nobody(self, client: Client, cohort: Cohort, page: str) -> None:
        enrolment, other = qualified(cohort), qualified(cohort)
        address = reverse(f"certificates:{page}", args=[enrolment.participant.pk])
        for user in (manager(other.municipality), coordinator(CohortFactory().region)):
            assert log_in(client, user).get(address).status_code == 404


class TestTimeline:
    @pytest.fixture
    def enrolment(self, cohort: Cohort) -> Enrolment:
        return qualified(cohort)

    @pytest.fixture
    def planner(self, cohort: Cohort) -> User:
        return coordinator(cohort.region, email="samordnare@example.org")

    def test_all_that_happened_the_latest_first(self, enrolment: Enrolment, planner: User) -> None:
        step(enrolment, EventKind.APPLIED, at=NOW - 90 * A_DAY)
        certificate = issued(enrolment)
        revoke(certificate=certificate, by=planner, reason="Fel namn", now=NOW + A_DAY)
        letter(enrolment, enrolment.participant.email, kind="welcome", due=NOW + 2 * A_DAY)
        assert said(enrolment, planner) == [
            "Welcome to the cohort",
            "Certificate revoked",
            f"Certificate {certificate.number} revoked",
            "Completed",
            "Certificate to download",
            f"Certificate {certificate.number} issued",
            "2. Modul 2",
            "1. Modul 1",
            "Employed",
            "Enrolment sent in",
        ]

    def test_who_did_it_and_why(self, enrolment: Enrolment, planner: User) -> None:
        step(enrolment, EventKind.WITHDRAWN, by=planner, reason="Slutar.")
        [entry] = entries(enrolment, planner, "enrolment")
        assert (entry.by, entry.reason) == (planner.full_name, "Slutar.")
        assert entry.about == enrolment.cohort.name

    def test_a_mark_is_said_as_a_state(self, enrolment: Enrolment, planner: User, cohort: Cohort) -> None:
        enrolment.participant.attendances.all().delete()
        AttendanceFactory(session=cohort.sessions.first(), participant=enrolment.participant, mark=Mark.EXCUSED)
        AttendanceFactory(session=cohort.sessions.last(), participant=enrolment.participant, voided=NOW)
        [entry] = entries(enrolment, planner, "attendance")
        assert entry.tone == "waiting"

    @pytest.mark.parametrize(
        ("state", "tone"),
        [(State.SENT, "ok"), (State.BOUNCED, "error"), (State.QUEUED, "information"), (State.CANCELLED, "neutral")],
    )
    def test_a_message_says_what_became_of_it_and_never_what_it_said(
        self, enrolment: Enrolment, planner: User, state: State, tone: str
    ) -> None:
        letter(enrolment, enrolment.participant.email, kind="session.reminder", state=state)
        with translation.override("en"):
            [entry] = entries(enrolment, planner, "message")
        assert (entry.text, entry.tone) == ("Reminder of a session", tone)
        assert enrolment.participant.email in entry.about

    def test_a_message_says_which_sessions_it_is_about(
        self, enrolment: Enrolment, planner: User, cohort: Cohort
    ) -> None:
        first, second = cohort.sessions.order_by("starts")[:2]
        about = {"enrolment": str(enrolment.pk)}
        address = enrolment.participant.email
        MessageFactory(recipient=address, kind="session.reminder", refs=about | {"session": str(first.pk)})
        steps = {f"{ABOUT}{session.pk}": str(Step(0, 1)) for session in (first, second)}
        MessageFactory(recipient=address, kind="session.changed", refs=about | steps)
        with translation.override("sv"):
            told = {entry.text: entry.about for entry in entries(enrolment, planner, "message")}
        day = date_format(local_date(first.starts))
        assert told["Påminnelse om tillfälle"] == f"{first.module}, {day} · till {address}"
        assert f"{second.module}, " in told["Ändrat tillfälle"]

    def test_a_manager_sees_what_was_sent_to_her_people_and_to_herself(
        self, enrolment: Enrolment, planner: User
    ) -> None:
        boss = manager(enrolment.municipality, email="chef@example.org")
        colleague = manager(enrolment.municipality, email="kollega@example.org")
        letter(enrolment, enrolment.participant.email, kind="welcome")
        letter(enrolment, boss.email, kind="enrolment.confirmed")
        letter(enrolment, colleague.email, kind="enrolment.offered")
        other = EnrolmentFactory(cohort=enrolment.cohort)
        letter(other, boss.email, kind="enrolment.withdrawn")
        assert set(said(enrolment, boss, "message")) == {"Welcome to the cohort", "Enrolled"}
        assert set(said(enrolment, colleague, "message")) == {"Welcome to the cohort", "Offer of a seat"}
        assert len(said(enrolment, planner, "message")) == 3

    def test_what_was_sent_to_an_address_that_she_has_no_longer_was_sent_to_her(
        self, enrolment: Enrolment, planner: User
    ) -> None:
        boss = manager(enrolment.municipality, email="chef@example.org")
        letter(enrolment, enrolment.participant.email, kind="welcome")
        change_address(participant=enrolment.participant, address="ny@example.org", by=planner, now=NOW)
        enrolment.participant.refresh_from_db()
        assert said(enrolment, boss, "message") == ["Welcome to the cohort"]

    def test_messages_are_found_by_whatever_they_are_about(self, enrolment: Enrolment, planner: User) -> None:
        person, certificate = enrolment.participant, issued(enrolment)
        Message.objects.all().delete()
        for refs in (
            {"enrolment": enrolment.pk},
            {"person": person.pk, "role": "participant"},
            {"certificate": certificate.pk},
            {"employment": enrolment.employment_id},
            {"enrolment": EnrolmentFactory(cohort=enrolment.cohort).pk},
        ):
            MessageFactory(recipient=person.email, refs={name: str(value) for name, value in refs.items()})
        assert len(said(enrolment, planner, "message")) == 4

    def test_after_a_change_of_employer_each_manager_sees_her_own_time(
        self, cohort: Cohort, planner: User, client: Client
    ) -> None:
        under_way = CohortFactory(programme=cohort.programme, sessions=TODAY - 3 * A_DAY, name="Kanarieomgång")
        enrolment = EnrolmentFactory(
            cohort=under_way,
            participant__region=cohort.region,
            municipality__name="Kanariegamla",
            municipality__region=cohort.region,
        )
        person, former = enrolment.participant, manager(enrolment.municipality, email="kanarie.gamla@example.org")
        step(enrolment, EventKind.APPLIED, at=NOW - 20 * A_DAY, by=former, reason="Kanarieskäl")
        AttendanceFactory(session=under_way.sessions.first(), participant=person, mark=Mark.ABSENT)
        letter(enrolment, person.email, kind="welcome", due=NOW - 10 * A_DAY, expires=NOW)
        letter(enrolment, former.email, kind="enrolment.confirmed", due=NOW - 10 * A_DAY, expires=NOW)
        new = MunicipalityFactory(region=cohort.region, name="Kanarienya")
        current = manager(new, email="kanarie.nya@example.org")
        with translation.override("en"):
            transfer(participant=person, to=Workplace(new, "Unga", "Socionom", TODAY), by=planner, now=NOW)
        letter(enrolment, person.email, kind="session.reminder", due=NOW + A_DAY, expires=NOW + 2 * A_DAY)

        before, after = said(enrolment, former), said(enrolment, current)
        assert {"Enrolment sent in", "1. Modul 1", "Welcome to the cohort", "Enrolled"} <= set(before)
        assert "Reminder of a session" not in before
        assert "Came from another employer" not in before
        assert set(after) == {
            "Changed employer",
            "Came from another employer",
            "New employer",
            "Reminder of a session",
            "Employed",
        }
        with time_machine.travel(NOW, tick=False):
            page = log_in(client, current).get(reverse("certificates:timeline", args=[person.pk])).content.decode()
        for canary in ("Kanariegamla", "kanarie.gamla", "Kanarieskäl", former.last_name):
            assert canary not in page

    def test_who_was_registered_twice_is_one_and_what_was_sent_to_either_is_hers(
        self, enrolment: Enrolment, planner: User
    ) -> None:
        other = ParticipantFactory(region=enrolment.cohort.region, email="annan@example.org")
        merge = Merge.objects.create(kept=enrolment.participant, other=other, at=NOW, by=planner, reason="Samma person")
        MessageFactory(kind="session.changed", recipient="annan@example.org", refs={"person": str(other.pk)})
        assert said(enrolment, planner, "enrolment") == ["Merged with another record"]
        assert said(enrolment, planner, "message") == ["Changed session"]
        assert said(enrolment, manager(enrolment.municipality), "enrolment") == []
        merge.undone = NOW + A_DAY
        merge.save()
        assert said(enrolment, planner, "enrolment") == ["Merge undone", "Merged with another record"]
        assert said(enrolment, planner, "message") == []

    def test_the_page_groups_by_month_and_filters_by_kind(
        self, client: Client, enrolment: Enrolment, planner: User
    ) -> None:
        step(enrolment, EventKind.APPLIED, at=NOW - 40 * A_DAY)
        step(enrolment, EventKind.WITHDRAWN, at=NOW)
        address = reverse("certificates:timeline", args=[enrolment.participant.pk])
        log_in(client, planner)
        page = client.get(address, {"kind": "enrolment"})
        assert [month.first for month in page.context["months"]] == [date(2026, 3, 1), date(2026, 1, 1)]
        assert TimelineKind.CERTIFICATE not in page.context["kinds"]
        assert len(client.get(address, {"kind": "nonsense"}).context["months"]) > 1

    def test_the_number_of_queries_does_not_grow(self, client: Client, enrolment: Enrolment, planner: User) -> None:
        address = reverse("certificates:timeline", args=[enrolment.participant.pk])
        log_in(client, planner)

        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            return len(found)

        step(enrolment, EventKind.APPLIED, by=planner)
        letter(enrolment, planner.email)
        about = {"enrolment": str(enrolment.pk), "session": str(enrolment.cohort.sessions.first().pk)}
        MessageFactory(recipient=planner.email, kind="session.reminder", refs=about)
        few = queries()
        for number in range(5):
            step(enrolment, EventKind.WITHDRAWN, by=manager(enrolment.municipality), at=NOW - number * A_DAY)
            letter(enrolment, planner.email)
        again = CohortFactory(programme=ProgrammeFactory(region=enrolment.cohort.region), sessions=TODAY - 70 * A_DAY)
        EnrolmentFactory(cohort=again, participant=enrolment.participant, employment=enrolment.employment)
        for session in again.sessions.all()[:3]:
            AttendanceFactory(session=session, participant=enrolment.participant)
        assert queries() == few <= 12


def test_every_kind_of_message_has_a_name_that_people_read() -> None:
    assert [kind.name for kind in registered() if not kind.title and not kind.name.startswith("test.")] == []


@pytest.mark.postgresql
def test_messages_about_somebody_are_found_by_an_index(cohort: Cohort) -> None:
    enrolment = EnrolmentFactory(cohort=cohort)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Message.objects.about_any(enrolment=[enrolment.pk], person=[enrolment.participant.pk]).explain()
    assert plan.count("message_refs") == 2


def test_about_nothing_there_is_nothing(db: None) -> None:
    MessageFactory()
    with pytest.raises(ObjectDoesNotExist):
        Message.objects.about_any(enrolment=[]).get()
