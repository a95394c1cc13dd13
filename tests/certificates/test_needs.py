"""Who needs that somebody does something: the rules, and who is found and counted by them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from certificates.choices import Need
from certificates.people.everyone import everyone
from certificates.people.tasks import cards_of, places_of, tasks_of
from certificates.rules.needs import Facts, needs_of
from cohorts.models import Cohort
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent, Offer
from sessions.choices import Mark
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    ParticipantFactory,
    RegionFactory,
    coordinator,
    manager,
)

LATELY = NOW - timedelta(days=30)
LONG_AGO = NOW - timedelta(days=800)


def needs(status: EnrolmentStatus, **facts: Any) -> set[Need]:
    return set(needs_of(Facts(status=status, **{"since": LATELY} | facts), now=NOW))


class TestRules:
    def test_an_offer_wants_an_answer(self) -> None:
        assert needs(EnrolmentStatus.OFFERED) == {Need.OFFER}

    @pytest.mark.parametrize(
        ("end", "need"),
        [
            (None, Need.WAITING),
            (NOW + timedelta(minutes=1), Need.WAITING),
            (NOW, Need.NOT_PLACED),
            (NOW - timedelta(days=1), Need.NOT_PLACED),
        ],
    )
    def test_who_waits_is_without_a_cohort_once_no_offers_are_made(self, end: datetime | None, need: Need) -> None:
        assert needs(EnrolmentStatus.WAITING, offers_end=end) == {need}

    @pytest.mark.parametrize(
        ("goes_on", "since", "found"),
        [(False, LATELY, {Need.NOT_PLACED}), (True, LATELY, set()), (False, LONG_AGO, set())],
    )
    def test_who_is_deferred_needs_a_new_cohort_unless_she_has_one_or_is_forgotten(
        self, goes_on: bool, since: datetime, found: set[Need]
    ) -> None:
        assert needs(EnrolmentStatus.DEFERRED, goes_on=goes_on, since=since) == found

    @pytest.mark.parametrize(
        ("missed", "qualifies", "found"),
        [
            ((LATELY,), False, set()),
            ((LATELY, LATELY), False, {Need.ABSENT_TWICE}),
            ((LONG_AGO, LATELY), False, {Need.ABSENT_TWICE}),
            ((LONG_AGO, LONG_AGO), False, set()),
            ((LATELY, LATELY), True, set()),
        ],
    )
    def test_absent_twice_lately_with_the_certificate_at_stake(
        self, missed: tuple[datetime, ...], qualifies: bool, found: set[Need]
    ) -> None:
        assert needs(EnrolmentStatus.ENROLLED, missed=missed, qualifies=qualifies) == found

    @pytest.mark.parametrize("has_logged_in", [True, False])
    @pytest.mark.parametrize("held", [True, False])
    @pytest.mark.parametrize("ahead", [True, False])
    def test_never_logged_in_matters_while_the_cohort_is_under_way(
        self, has_logged_in: bool, held: bool, ahead: bool
    ) -> None:
        found = needs(EnrolmentStatus.ENROLLED, has_logged_in=has_logged_in, held=held, ahead=ahead)
        assert (Need.NOT_LOGGED_IN in found) is (held and ahead and not has_logged_in)

    @pytest.mark.parametrize(
        "status",
        [
            EnrolmentStatus.APPLIED,
            EnrolmentStatus.REJECTED,
            EnrolmentStatus.DECLINED,
            EnrolmentStatus.WITHDRAWN,
            EnrolmentStatus.COMPLETED,
        ],
    )
    def test_nothing_waits_once_something_is_decided(self, status: EnrolmentStatus) -> None:
        assert not needs(status, missed=(LATELY, LATELY), has_logged_in=False, held=True, ahead=True)


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture
    def under_way(self) -> Cohort:
        """Three of its nine modules have been held."""
        return CohortFactory(sessions=TODAY - timedelta(weeks=9))

    @pytest.fixture
    def planner(self, under_way: Cohort) -> User:
        return coordinator(under_way.region, language="en")

    def found(self, user: User) -> dict[Any, set[str]]:
        return {line.pk: set(line.needs) for line in everyone(user, now=NOW).lines if line.needs}

    def logged_in(self, cohort: Cohort, **fields: Any) -> Enrolment:
        participant = ParticipantFactory(region=cohort.region, with_login=True, user__last_login=NOW)
        return EnrolmentFactory(cohort=cohort, participant=participant, **fields)

    def absent(self, enrolment: Enrolment, *modules: int, mark: Mark = Mark.ABSENT) -> None:
        for session in enrolment.cohort.sessions.filter(module__number__in=modules):
            AttendanceFactory(session=session, participant=enrolment.participant, mark=mark)

    def test_someone_absent_twice(self, under_way: Cohort, planner: User) -> None:
        enrolment = self.logged_in(under_way)
        self.absent(enrolment, 1)
        assert self.found(planner) == {}
        self.absent(enrolment, 3)
        assert self.found(planner) == {enrolment.pk: {Need.ABSENT_TWICE}}

    def test_an_excuse_is_no_absence(self, under_way: Cohort, planner: User) -> None:
        self.absent(self.logged_in(under_way), 1, 2, mark=Mark.EXCUSED)
        assert self.found(planner) == {}

    def test_what_is_made_up_in_another_cohort_is_no_absence(self, under_way: Cohort, planner: User) -> None:
        enrolment = self.logged_in(under_way)
        self.absent(enrolment, 1, 2)
        other = CohortFactory(programme=under_way.programme, sessions=TODAY - timedelta(weeks=4))
        AttendanceFactory(session=other.sessions.get(module__number=1), participant=enrolment.participant)
        assert self.found(planner) == {}

    def test_someone_who_never_logged_in(self, under_way: Cohort, planner: User) -> None:
        without = EnrolmentFactory(cohort=under_way)
        never = EnrolmentFactory(
            cohort=under_way, participant=ParticipantFactory(region=under_way.region, with_login=True)
        )
        self.logged_in(under_way)
        EnrolmentFactory(cohort=CohortFactory(programme=under_way.programme, sessions=TODAY + timedelta(weeks=1)))
        assert self.found(planner) == {without.pk: {Need.NOT_LOGGED_IN}, never.pk: {Need.NOT_LOGGED_IN}}

    def test_someone_deferred_until_she_is_enrolled_again(self, under_way: Cohort, planner: User) -> None:
        enrolment = self.logged_in(under_way, status=EnrolmentStatus.DEFERRED)
        assert self.found(planner) == {enrolment.pk: {Need.NOT_PLACED}}
        EnrolmentFactory(
            cohort=CohortFactory(programme=under_way.programme, sessions=TODAY + timedelta(weeks=1)),
            participant=enrolment.participant,
            employment=enrolment.employment,
            municipality=enrolment.municipality,
        )
        assert self.found(planner) == {}

    def test_her_new_employers_enrolment_counts_though_the_old_manager_does_not_see_it(self, under_way: Cohort) -> None:
        enrolment = self.logged_in(under_way, status=EnrolmentStatus.DEFERRED)
        boss = manager(enrolment.municipality)
        assert self.found(boss) == {enrolment.pk: {Need.NOT_PLACED}}
        elsewhere = MunicipalityFactory(region=under_way.region)
        enrolment.participant.employments.update(ends=TODAY - timedelta(days=1))
        EnrolmentFactory(
            cohort=CohortFactory(programme=under_way.programme),
            participant=enrolment.participant,
            municipality=elsewhere,
            employment__starts=TODAY,
        )
        assert self.found(boss) == {}

    def test_it_is_the_latest_step_that_says_since_when(self, under_way: Cohort, planner: User) -> None:
        enrolment = self.logged_in(under_way, status=EnrolmentStatus.DEFERRED, applied=LONG_AGO)
        assert self.found(planner) == {}
        EnrolmentEvent.objects.create(enrolment=enrolment, at=LATELY, status=EnrolmentStatus.DEFERRED)
        assert self.found(planner) == {enrolment.pk: {Need.NOT_PLACED}}

    def test_the_list_ends_when_the_cohort_begins(self, under_way: Cohort, planner: User) -> None:
        in_vain = self.logged_in(under_way, waiting=True)
        waits = self.logged_in(
            CohortFactory(programme=under_way.programme, sessions=TODAY + timedelta(weeks=4)), waiting=True
        )
        assert self.found(planner) == {in_vain.pk: {Need.NOT_PLACED}, waits.pk: {Need.WAITING}}


@pytest.mark.django_db
class TestTasks:
    @pytest.fixture
    def cohort(self) -> Cohort:
        return CohortFactory(capacity=1, sessions=TODAY + timedelta(weeks=4))

    def tasks(self, user: User, enrolment: Enrolment) -> list[tuple[str, str, str]]:
        people = everyone(user, now=NOW)
        lines = [line for line in people.lines if line.pk == enrolment.pk]
        places = places_of(lines, people, now=NOW)
        with translation.override("en"):
            tasks = tasks_of(enrolment, lines[0], user=user, places=places, now=NOW)
            return [(task.text, task.button, task.url) for task in tasks]

    def test_who_waits_has_a_place_that_the_manager_sees_and_a_seat_that_the_coordinator_gives(
        self, cohort: Cohort
    ) -> None:
        EnrolmentFactory(cohort=cohort, waiting=True)
        second = EnrolmentFactory(cohort=cohort, waiting=True)
        [(text, button, url)] = self.tasks(manager(second.municipality), second)
        assert (text, button) == ("Place 2 of 2 on the waiting list.", "See the enrolment")
        [(text, button, url)] = self.tasks(coordinator(cohort.region), second)
        assert (button, url) == ("Give a seat", f"/omgangar/{cohort.pk}/anmalningar/#waiting")

    @pytest.mark.parametrize(
        ("expires", "text"),
        [
            (timedelta(days=3, hours=14), "Answer no later than 13 March 2026."),
            (timedelta(minutes=-1), "The time to answer has run out."),
        ],
    )
    def test_an_offer_says_until_when(self, cohort: Cohort, expires: timedelta, text: str) -> None:
        enrolment = EnrolmentFactory(cohort=cohort, status=EnrolmentStatus.OFFERED)
        Offer.objects.create(enrolment=enrolment, made=NOW - timedelta(days=2), expires=NOW + expires)
        [(said, button, url)] = self.tasks(manager(enrolment.municipality), enrolment)
        assert (said, button, url) == (text, "Answer the offer", f"/anmalan/visa/{enrolment.pk}/")

    def test_a_letter_to_who_never_logged_in_is_addressed_and_escaped(self) -> None:
        under_way = CohortFactory(sessions=TODAY - timedelta(weeks=1))
        enrolment = EnrolmentFactory(cohort=under_way, participant__email="a&b@example.org")
        [(_text, button, url)] = self.tasks(manager(enrolment.municipality), enrolment)
        assert button == "Write to Åsa"
        assert url.startswith("mailto:a%26b%40example.org?subject=Log%20in")

    def test_cards_count_what_their_reader_sees(self, cohort: Cohort) -> None:
        mine, _other = EnrolmentFactory.create_batch(2, cohort=cohort, waiting=True)
        EnrolmentFactory(cohort=CohortFactory(sessions=TODAY + timedelta(weeks=4)), waiting=True)
        for user, count in ((manager(mine.municipality), 1), (coordinator(cohort.region), 2)):
            [card] = cards_of(everyone(user, now=NOW))
            assert (card.kind.need, card.count) == (Need.WAITING, count)

    def test_nobody_to_follow(self) -> None:
        assert cards_of(everyone(manager(MunicipalityFactory(region=RegionFactory())), now=NOW)) == []
