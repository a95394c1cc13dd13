"""A confirmed list and the worker who carries it out: all or nothing. tests/faults kills the worker meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RoleAssignment, User
from cohorts.models import Cohort
from messaging.models import Message
from participants.actions import (
    carry_out_import,
    claim_import,
    confirm_import,
    enrol,
    purge_imports,
    start_import,
)
from participants.actions.imports.carry_out import TRIES
from participants.exceptions import EnrolmentRefused
from participants.importing import progress
from participants.importing.plan import plan_of
from participants.models import Enrolment, Import
from participants.tasks import carry_out_imports
from regions.models import Municipality
from tests import factories
from tests.factories import NOW, CohortFactory
from tests.participants import files
from tests.participants.people import person


@pytest.fixture
def confirmed(cohort: Cohort, lund: Municipality, manager: User) -> Import:
    """A list of three that waits for a worker."""
    return confirm(cohort, lund, manager, *files.rows(3))


def confirm(cohort: Cohort, municipality: Municipality, by: User, *lines: files.Cells, **options: Any) -> Import:
    content = files.csv(*lines)
    started = start_import(
        cohort=cohort, municipality=municipality, filename="nya.csv", content=content, by=by, now=NOW
    )
    seen = plan_of(started, by=by, now=NOW).fingerprint
    return confirm_import(upload=started, seen=seen, by=by, now=NOW, **options)


@pytest.mark.django_db
class TestCarryingOut:
    def test_confirming_enrols_nobody_yet_and_says_how_many_it_will_be(self, confirmed: Import) -> None:
        assert (confirmed.is_under_way, confirmed.people) == (True, 3)
        assert not Enrolment.objects.exists()

    def test_a_worker_carries_out_every_list_that_waits_and_says_how_far_it_came(
        self, confirmed: Import, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        confirm(cohort, lund, manager, files.row(8, last_name="Al-Exempel"), files.row(9, last_name="Ek-Exempel"))
        carry_out_imports()
        assert Enrolment.objects.count() == 5
        assert not Import.objects.under_way().exists()
        assert progress.told(confirmed.pk) == 3

    def test_carrying_it_out_again_changes_nothing(self, confirmed: Import) -> None:
        first = carry_out_import(upload=confirmed, now=NOW)
        second = carry_out_import(upload=confirmed, now=NOW + timedelta(minutes=1))
        assert (first.result, first.confirmed) == (second.result, second.confirmed)
        assert Enrolment.objects.count() == 3
        assert claim_import(now=NOW) is None

    def test_a_worker_who_comes_after_the_last_day_enrols_those_who_were_in_time(self, confirmed: Import) -> None:
        assert carry_out_import(upload=confirmed, now=NOW + timedelta(days=40)).confirmed
        assert Enrolment.objects.count() == 3

    def test_if_seats_went_to_others_meanwhile_it_is_open_again_and_its_owner_is_told(
        self, region: Any, lund: Municipality, malmo: Municipality, manager: User, neighbour: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2)
        confirmed = confirm(cohort, lund, manager, *files.rows(2))
        enrol(cohort=cohort, person=person(malmo, email="bo@example.org"), by=neighbour, now=NOW)

        opened = carry_out_import(upload=confirmed, now=NOW)

        assert opened.is_open
        assert "changed since you opened the preview" in opened.refusal
        assert Enrolment.objects.count() == 1
        assert Message.objects.filter(kind="import.refused", recipient=manager.email).count() == 1

    def test_who_has_lost_her_role_meanwhile_enrols_nobody(self, confirmed: Import, manager: User) -> None:
        RoleAssignment.objects.filter(user=manager).delete()
        carry_out_imports()
        confirmed.refresh_from_db()
        assert "may no longer enrol" in confirmed.refusal or "Du får inte längre" in confirmed.refusal
        assert not Enrolment.objects.exists()

    def test_a_list_at_which_workers_die_is_opened_again_after_three_tries(self, confirmed: Import) -> None:
        for _try in range(TRIES):
            assert claim_import(now=NOW)
        last = claim_import(now=NOW)
        assert last
        assert last.is_open
        assert "Try again later" in last.refusal
        assert claim_import(now=NOW) is None

    def test_one_that_cannot_be_carried_out_keeps_no_other_waiting(
        self, confirmed: Import, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        other = confirm(cohort, lund, manager, files.row(9))
        Import.objects.filter(pk=confirmed.pk).update(rows=[{"number": 1}])  # nobody can read that
        carry_out_imports()
        assert Import.objects.get(pk=other.pk).confirmed
        assert Import.objects.get(pk=confirmed.pk).is_under_way

    def test_warnings_have_to_be_accepted_and_are_kept_with_the_enrolment(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        factories.EligibilityRuleFactory(programme=cohort.programme, fact="employed", effect="warning", months=1)
        early = files.row(employed_from="2020-01-01")
        with pytest.raises(EnrolmentRefused, match="does not meet all conditions"):
            confirm(cohort, lund, manager, early)
        carry_out_import(upload=confirm(cohort, lund, manager, early, accepts_warnings=True), now=NOW)
        assert "employment has lasted" in Enrolment.objects.get().warnings[0]

    def test_a_list_that_waits_for_a_worker_is_not_forgotten(self, confirmed: Import) -> None:
        purge_imports(now=timezone.now() + timedelta(days=2))
        assert Import.objects.under_way().get() == confirmed

    def test_its_queries_grow_with_batches_and_not_with_rows(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        numbers = []
        for first, count in ((1, 5), (100, 105)):
            lines = [files.row(number) for number in range(first, first + count)]
            waiting = confirm(cohort, lund, manager, *lines)
            with CaptureQueriesContext(connection) as captured:
                carry_out_import(upload=waiting, now=NOW)
            numbers.append(len(captured))
        # SQLite takes fewer values in one statement, and so needs a few statements more for a hundred people more.
        assert numbers[1] - numbers[0] < 10
