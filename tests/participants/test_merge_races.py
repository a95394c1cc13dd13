"""Two who merge, or enrol, the same people at the same moment: what only PostgreSQL's row locks can show."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from cohorts.models import Cohort
from participants.actions import enrol, merge, undo_merge
from participants.duplicates.merging import Taken, plan_merge
from participants.duplicates.unmerging import plan_undo
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, Merge, Participant
from regions.models import Municipality
from sessions.actions.mark import Marking, mark_register
from sessions.choices import Mark
from sessions.exceptions import AttendanceRefused
from sessions.models import Attendance, CohortSession
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    ParticipantFactory,
)
from tests.participants.people import FIRST_DAY, person
from tests.races import at_once, just_before

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(cohort: Cohort, lund: Municipality) -> tuple[Participant, Participant]:
    """Åsa twice in Lund; the second is enrolled in another programme."""
    both = [
        ParticipantFactory(region=cohort.region, last_name="Öberg-Exempel", email=email)
        for email in ("asa@example.org", "ny@example.org")
    ]
    employments = [EmploymentFactory(participant=one, municipality=lund, starts=FIRST_DAY) for one in both]
    elsewhere = CohortFactory(programme__region=cohort.region)
    EnrolmentFactory(participant=both[1], cohort=elsewhere, municipality=lund, employment=employments[1])
    return both[0], both[1]


def merging(kept: Participant, other: Participant, by: User) -> Any:
    seen = plan_merge(kept, other, taken=Taken(), now=NOW).fingerprint
    return lambda: merge(kept=kept, other=other, taken=Taken(), seen=seen, by=by, now=NOW)


def test_of_two_merges_in_either_direction_one_is_made(
    pair: tuple[Participant, Participant], coordinator: User
) -> None:
    one, other = pair
    outcomes = at_once([merging(one, other, coordinator), merging(other, one, coordinator)])
    assert sum(isinstance(outcome, Merge) for outcome in outcomes) == 1
    assert Participant.objects.filter(merged_into=None).count() == 1


@pytest.mark.parametrize("time", range(5))
def test_nobody_is_left_with_an_enrolment_that_nobody_sees(
    pair: tuple[Participant, Participant], cohort: Cohort, lund: Municipality, coordinator: User, time: int
) -> None:
    """She is enrolled with the other's address while the two are merged: with the kept one, or not at all."""
    kept, other = pair
    stated = person(lund, email="ny@example.org")
    outcomes = at_once(
        [
            merging(kept, other, coordinator),
            lambda: enrol(cohort=cohort, person=stated, by=coordinator, now=NOW),
        ]
    )
    hidden = Enrolment.objects.exclude(participant__merged_into=None)
    assert not hidden.exists()
    refused = [outcome for outcome in outcomes if isinstance(outcome, EnrolmentRefused)]
    assert Enrolment.objects.filter(cohort=cohort).count() + len(refused) >= 1
    assert len(refused) <= 1


def test_a_merge_is_undone_once(pair: tuple[Participant, Participant], coordinator: User) -> None:
    made = merging(*pair, coordinator)()
    seen = plan_undo(made, now=NOW).fingerprint
    outcomes = at_once([lambda: undo_merge(merge=made, seen=seen, by=coordinator, now=NOW)] * 2)
    assert sum(isinstance(outcome, Merge) for outcome in outcomes) == 1
    assert Participant.objects.filter(merged_into=None).count() == 2


@pytest.fixture
def made(pair: tuple[Participant, Participant], coordinator: User) -> Merge:
    """The two as one."""
    merge: Merge = merging(*pair, coordinator)()
    return merge


def undoing(made: Merge, by: User) -> Any:
    seen = plan_undo(made, now=NOW).fingerprint
    return lambda: undo_merge(merge=made, seen=seen, by=by, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("address", ["asa@example.org", "ny@example.org"])
def test_who_is_enrolled_while_a_merge_is_undone_is_not_enrolled_as_somebody_else(
    made: Merge, cohort: Cohort, lund: Municipality, coordinator: User, address: str
) -> None:
    stated = person(lund, email=address)

    outcome = just_before(
        undoing(made, coordinator), lambda: enrol(cohort=cohort, person=stated, by=coordinator, now=NOW)
    )

    if address == "ny@example.org":
        assert isinstance(outcome, EnrolmentRefused)
        assert not Enrolment.objects.filter(cohort=cohort).exists()
    else:
        assert outcome.participant.email == outcome.employment.participant.email == address


def test_an_employment_that_goes_back_while_she_is_enrolled_with_it_is_not_hers_any_more(
    pair: tuple[Participant, Participant], cohort: Cohort, lund: Municipality, coordinator: User
) -> None:
    """Only the other was employed: the kept one works where she did, until the merge is undone."""
    kept, other = pair
    kept.employments.all().delete()
    made = merging(kept, other, coordinator)()

    outcome = just_before(
        undoing(made, coordinator),
        lambda: enrol(cohort=cohort, person=person(lund), by=coordinator, now=NOW),
    )

    assert isinstance(outcome, EnrolmentRefused)
    assert not Enrolment.objects.filter(participant=kept).exists()


@pytest.fixture
def session(pair: tuple[Participant, Participant]) -> CohortSession:
    """One of the sessions to which the second comes."""
    session: CohortSession = CohortSessionFactory(cohort=Enrolment.objects.get().cohort, day=TODAY)
    return session


def marking(session: CohortSession, who: Participant, by: User) -> Any:
    marks = {who.pk: Marking(Mark.PRESENT)}
    return lambda: mark_register(session=session, markings=marks, by=by, now=NOW + timedelta(minutes=1))


def test_a_mark_that_is_given_while_two_are_merged_is_refused_rather_than_given_to_who_is_no_more(
    pair: tuple[Participant, Participant], session: CohortSession, coordinator: User
) -> None:
    kept, other = pair

    outcome = just_before(merging(kept, other, coordinator), marking(session, other, coordinator))

    assert isinstance(outcome, AttendanceRefused)
    assert marking(session, kept, coordinator)() == 1


def test_two_are_not_merged_past_a_mark_that_is_given_meanwhile(
    pair: tuple[Participant, Participant], session: CohortSession, coordinator: User
) -> None:
    kept, other = pair

    outcome = just_before(marking(session, other, coordinator), merging(kept, other, coordinator))

    assert isinstance(outcome, EnrolmentRefused)
    assert merging(kept, other, coordinator)()
    assert Attendance.objects.get().participant == kept


def test_a_mark_that_is_given_while_a_merge_is_undone_is_refused_and_then_given_to_who_came(
    made: Merge, session: CohortSession, coordinator: User
) -> None:
    outcome = just_before(undoing(made, coordinator), marking(session, made.kept, coordinator))

    assert isinstance(outcome, AttendanceRefused)
    assert marking(session, made.other, coordinator)() == 1


def test_a_mark_that_was_given_while_two_were_one_goes_back_with_the_enrolment(
    made: Merge, session: CohortSession, coordinator: User
) -> None:
    outcome = just_before(marking(session, made.kept, coordinator), undoing(made, coordinator))

    assert isinstance(outcome, EnrolmentRefused)
    assert undoing(made, coordinator)()
    assert Attendance.objects.get().participant == made.other
    assert Enrolment.objects.get(cohort=session.cohort).participant == made.other
