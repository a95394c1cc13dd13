"""Two who merge, or enrol, the same people at the same moment: what only PostgreSQL's row locks can show."""

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
from tests.factories import NOW, CohortFactory, EmploymentFactory, EnrolmentFactory, ParticipantFactory
from tests.participants.people import FIRST_DAY, person
from tests.races import at_once

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
