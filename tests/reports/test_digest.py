"""The monthly digest: to which managers, when, and what they read."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cohorts.models import Cohort
from messaging import kinds
from messaging.actions import choose_topics, queue
from messaging.choices import Topic
from messaging.kinds import Draft
from messaging.models import Message
from participants.models import Enrolment
from regions.models import Municipality
from reports.digest import Digest, digest_of
from reports.messages import due_in
from sessions.choices import Mark
from tests.factories import (
    NOW,
    AttendanceFactory,
    CertificateFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    OfferFactory,
    ProgrammeFactory,
    coordinator,
    local,
    manager,
)

pytestmark = pytest.mark.django_db
DIGEST = kinds.get("manager.digest")
APRIL = local(date(2026, 4, 1), 8)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def cohort() -> Cohort:
    """Of two modules, of which one is required: the first session was in March, the second is in April."""
    cohort: Cohort = CohortFactory(
        programme=ProgrammeFactory(modules=2, modules_required=2),
        applications_open=date(2026, 1, 1),
        applications_close=date(2026, 2, 1),
    )
    first, second = cohort.programme.modules.order_by("number")
    CohortSessionFactory(cohort=cohort, module=first, day=date(2026, 3, 17))
    CohortSessionFactory(cohort=cohort, module=second, day=date(2026, 4, 14))
    return cohort


@pytest.fixture
def lund(cohort: Cohort) -> Municipality:
    municipality: Municipality = MunicipalityFactory(region=cohort.region)
    return municipality


@pytest.fixture
def boss(lund: Municipality) -> User:
    """Lund's manager, who has asked for the digest."""
    boss = manager(lund, first_name="Bo")
    choose_topics(addresses=[boss.email], wanted=[Topic.DIGEST], among=[Topic.DIGEST], by=boss, now=NOW)
    return boss


@pytest.fixture
def kim(cohort: Cohort, lund: Municipality) -> Enrolment:
    """Takes part, from Lund."""
    kim: Enrolment = EnrolmentFactory(cohort=cohort, municipality=lund, participant__first_name="Kim")
    return kim


def drafts(at: datetime) -> list[Draft]:
    return list(DIGEST.materialise(at))


def digest(boss: User, cohort: Cohort) -> Digest:
    """What she would read in April."""
    return digest_of(boss, cohort.region, since=due_in(date(2026, 3, 1)), now=APRIL)


class TestWhenAndToWhom:
    @pytest.mark.parametrize(
        ("month", "due"),
        [
            (date(2026, 4, 1), local(date(2026, 4, 1), 8)),  # a Wednesday
            (date(2026, 5, 1), local(date(2026, 5, 4), 8)),  # a Friday, and a holiday
            (date(2027, 1, 1), local(date(2027, 1, 4), 8)),  # New Year's Day is a Friday
            (date(2026, 11, 1), local(date(2026, 11, 2), 8)),  # a Sunday, a week after the end of summer time
            (date(2027, 3, 31), local(date(2027, 3, 1), 8)),  # whatever the day of the month
        ],
    )
    def test_on_the_first_working_day_of_the_month(self, month: date, due: datetime) -> None:
        assert due_in(month) == due

    def test_each_manager_with_people_who_wants_one_gets_it(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        nobodys = manager(MunicipalityFactory(region=cohort.region))
        choose_topics(addresses=[nobodys.email], wanted=[Topic.DIGEST], among=[Topic.DIGEST], by=nobodys, now=NOW)
        assert drafts(APRIL - MINUTE) == []
        [draft] = drafts(APRIL)
        assert (draft.recipient, draft.due) == (boss.email, APRIL)
        assert draft.key == f"digest:2026-04:{cohort.region.pk}:{boss.pk}"
        assert drafts(APRIL + timedelta(days=3)) == []

    def test_who_has_not_asked_for_it_gets_none(self, lund: Municipality, kim: Enrolment) -> None:
        manager(lund)
        assert drafts(APRIL) == []

    def test_one_for_several_municipalities(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        other = MunicipalityFactory(region=cohort.region)
        boss.role_assignments.create(role="manager", municipality=other)
        EnrolmentFactory(cohort=cohort, municipality=other)
        assert len(drafts(APRIL)) == 1

    def test_on_other_days_nothing_is_read(self, boss: User, kim: Enrolment) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert drafts(local(date(2026, 4, 20), 9)) == []
        assert len(queries) == 0

    def test_an_empty_one_is_not_sent(self, boss: User, kim: Enrolment) -> None:
        queue(drafts(APRIL))
        message = Message.objects.get()
        assert DIGEST.still_holds(message, APRIL)
        kim.delete()
        assert not DIGEST.still_holds(message, APRIL)

    def test_nor_to_who_is_a_manager_no_more(self, boss: User, kim: Enrolment) -> None:
        queue(drafts(APRIL))
        boss.role_assignments.all().delete()
        assert not DIGEST.still_holds(Message.objects.get(), APRIL)


class TestWhatItSays:
    def test_how_many_are_on_track_and_what_is_coming(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        found = digest(boss, cohort)
        assert found.on_track == 1
        [coming] = found.coming
        assert (coming.session.day, coming.people) == (date(2026, 4, 14), 1)
        assert not found.is_empty

    def test_who_was_absent_and_is_at_risk(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        held = cohort.sessions.earliest("starts")
        AttendanceFactory(session=held, participant=kim.participant, mark=Mark.ABSENT)
        found = digest(boss, cohort)
        assert [(absence.first_name, absence.session) for absence in found.absences] == [("Kim", held)]
        assert (found.on_track, found.too_late) == (0, ["Kim"])
        CohortSessionFactory(
            cohort=CohortFactory(programme=cohort.programme), module=held.module, day=date(2026, 5, 12)
        )
        assert digest(boss, cohort).at_risk == ["Kim"]

    def test_offers_with_the_time_until_which_they_can_be_answered(
        self, boss: User, lund: Municipality, cohort: Cohort
    ) -> None:
        offer = OfferFactory(
            enrolment__cohort=cohort,
            enrolment__municipality=lund,
            enrolment__participant__first_name="Alva",
            made=APRIL - timedelta(days=1),
            expires=local(date(2026, 4, 4), 0),
        )
        [answer] = digest(boss, cohort).answers
        assert (answer.first_name, answer.by) == ("Alva", offer.answer_by)

    def test_certificates_that_are_new(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        certificate = CertificateFactory(enrolment=kim, issued=APRIL - MINUTE)
        assert digest(boss, cohort).certificates == ["Kim"]
        certificate.issued = APRIL - timedelta(days=60)
        certificate.save()
        assert digest(boss, cohort).certificates == []

    def test_for_what_one_can_apply_a_while_yet(self, boss: User, cohort: Cohort) -> None:
        open_now = CohortFactory(
            programme=cohort.programme, applications_open=date(2026, 3, 1), applications_close=date(2026, 4, 20)
        )
        found = digest(boss, cohort)
        assert found.closing == [open_now]
        assert found.is_empty

    def test_nothing_of_other_municipalities_even_to_a_coordinator(
        self, boss: User, kim: Enrolment, cohort: Cohort
    ) -> None:
        EnrolmentFactory(cohort=cohort)
        boss.role_assignments.create(role="coordinator", region=cohort.region)
        assert digest(User.objects.get(pk=boss.pk), cohort).on_track == 1

    def test_first_names_only(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        held = cohort.sessions.earliest("starts")
        AttendanceFactory(session=held, participant=kim.participant, mark=Mark.ABSENT)
        queue(drafts(APRIL))
        content = DIGEST.render(Message.objects.get())
        for text in (content.text, content.html):
            assert "Kim" in text
            assert kim.participant.last_name not in text
            assert kim.participant.email not in text
        assert "april 2026" in content.subject

    def test_in_as_many_queries_however_many_people(self, boss: User, kim: Enrolment, cohort: Cohort) -> None:
        digest(boss, cohort)
        with CaptureQueriesContext(connection) as few:
            digest(boss, cohort)
        for _ in range(5):
            EnrolmentFactory(cohort=cohort, municipality=kim.municipality)
        with CaptureQueriesContext(connection) as many:
            digest(boss, cohort)
        assert len(many) == len(few)


def test_a_coordinator_gets_none(cohort: Cohort, kim: Enrolment) -> None:
    coordinator(cohort.region)
    assert drafts(APRIL) == []
