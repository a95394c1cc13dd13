"""Importing a list: what its preview promises, and that confirming keeps the promise once."""

import io
import os
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from audit.models import AuditEvent
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
from participants.choices import EnrolmentStatus, Outcome
from participants.exceptions import EnrolmentRefused
from participants.importing import workbooks
from participants.importing.headings import columns_for
from participants.importing.plan import Plan, plan_of
from participants.models import Enrolment, Import, Participant
from participants.tasks import purge_imports as purge_imports_task
from regions.models import Municipality
from tests.factories import NOW, CohortFactory, EmploymentFactory, EnrolmentFactory, ParticipantFactory
from tests.participants import files
from tests.participants.people import person

pytestmark = pytest.mark.django_db


def upload(
    cohort: Cohort, by: User, *lines: files.Cells, municipality: Municipality | None = None, **fields: Any
) -> Import:
    """`by` uploads `lines` for her municipality, or for `municipality`."""
    if municipality is None and by.managed_municipality_ids:
        municipality = Municipality.objects.get(pk__in=by.managed_municipality_ids)
    content = files.csv(*lines, **fields)
    return start_import(cohort=cohort, municipality=municipality, filename="nya.csv", content=content, by=by, now=NOW)


def plan(started: Import, by: User) -> Plan:
    return plan_of(started, by=by, now=NOW)


def confirm(started: Import, by: User, **fields: Any) -> Import:
    """`by` confirms, and a worker carries it out."""
    seen = fields.pop("seen", None) or plan(started, by).fingerprint
    confirm_import(upload=started, seen=seen, by=by, now=NOW, **fields)
    return carried_out(started)


def carried_out(started: Import) -> Import:
    """What a worker makes of it."""
    claimed = claim_import(now=NOW)
    if claimed:
        carry_out_import(upload=claimed, now=NOW)
    return Import.objects.get(pk=started.pk)


def outcomes(started: Import, by: User) -> list[tuple[str, str]]:
    return [(row.outcome.value, row.reason) for row in plan(started, by).rows]


class TestPreview:
    def test_a_new_person_is_new_and_nothing_is_stored_yet(self, cohort: Cohort, manager: User) -> None:
        assert outcomes(upload(cohort, manager, files.row()), manager) == [("new", "")]
        assert not Participant.objects.exists()

    def test_someone_the_manager_knows_is_matched_by_name(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", last_name="Äng", email="asa1@example.org")
        EnrolmentFactory(participant=known, municipality=lund, cohort=CohortFactory(programme__region=cohort.region))

        [(outcome, reason)] = outcomes(upload(cohort, manager, files.row()), manager)

        assert outcome == Outcome.MATCHED
        assert "Åsa Äng" in reason

    def test_someone_the_manager_has_never_seen_is_matched_without_her_name(
        self, cohort: Cohort, manager: User
    ) -> None:
        ParticipantFactory(region=cohort.region, first_name="Åsa", last_name="Äng", email="asa1@example.org")

        [(outcome, reason)] = outcomes(upload(cohort, manager, files.row()), manager)

        assert outcome == Outcome.MATCHED
        assert "Äng" not in reason

    def test_someone_already_in_the_cohort_is_unchanged(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        enrol(cohort=cohort, person=person(lund, email="asa1@example.org"), by=manager, now=NOW)
        assert outcomes(upload(cohort, manager, files.row()), manager)[0][0] == Outcome.UNCHANGED

    def test_another_municipalitys_employee_in_the_cohort_is_not_revealed_as_enrolled(
        self, cohort: Cohort, malmo: Municipality, neighbour: User, manager: User
    ) -> None:
        enrol(cohort=cohort, person=person(malmo, email="asa1@example.org"), by=neighbour, now=NOW)
        [(outcome, reason)] = outcomes(upload(cohort, manager, files.row()), manager)
        assert outcome == Outcome.WRONG
        assert "another municipality" in reason

    def test_a_row_with_faults_is_wrong_and_says_all_of_them(self, cohort: Cohort, manager: User) -> None:
        [(outcome, reason)] = outcomes(upload(cohort, manager, files.row(email="", employed_from="snart")), manager)
        assert outcome == Outcome.WRONG
        assert "Work e-mail: Missing." in reason
        assert "Employed from: Write the day as 2026-03-01." in reason

    def test_the_second_of_two_alike_is_wrong_and_names_the_first(self, cohort: Cohort, manager: User) -> None:
        started = upload(cohort, manager, files.row(1), files.row(2), files.row(1, email="ASA1@example.org"))
        assert [outcome for outcome, _reason in outcomes(started, manager)] == ["new", "new", "wrong"]
        assert "row 2" in outcomes(started, manager)[2][1]

    def test_two_of_one_name_and_two_addresses_are_pointed_out_and_both_can_be_enrolled(
        self, cohort: Cohort, manager: User
    ) -> None:
        again = files.row(1, first_name="åsa", email="asa.oberg@example.org")
        found = plan(upload(cohort, manager, files.row(1), files.row(2), again), manager)
        assert [row.namesake for row in found.rows] == [None, None, 2]
        assert found.namesakes == [4]
        assert len(found.to_enrol) == 3

    def test_two_of_one_name_who_are_registered_are_two(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        for number in (1, 2):
            EmploymentFactory(
                participant__region=cohort.region,
                participant__first_name="Åsa",
                participant__last_name="Öberg-Exempel aab",
                participant__email=f"asa{number}@example.org",
                municipality=lund,
                starts=date(2026, 3, 1),
            )
        two = [files.row(1), files.row(1, email="asa2@example.org")]
        found = plan(upload(cohort, manager, *two), manager)
        assert [(row.outcome, row.namesake) for row in found.rows] == [(Outcome.MATCHED, None)] * 2

    def test_who_will_wait_is_shown_in_the_order_of_the_list(self, region: Any, manager: User) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2)
        planned = plan(upload(cohort, manager, *files.rows(3)), manager)
        assert [row.will_wait for row in planned.rows] == [False, False, True]
        assert (planned.with_seat, planned.waiting) == (2, 1)

    def test_a_coordinators_list_names_the_municipality_of_each_row(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User
    ) -> None:
        lines = [[*files.row(1), "Lund"], [*files.row(2), "Malmö"], [*files.row(3), "Ystad"]]
        started = upload(cohort, coordinator, *lines, headings=[*files.HEADINGS, "Kommun"])
        assert [outcome for outcome, _reason in outcomes(started, coordinator)] == ["new", "new", "wrong"]

    @pytest.mark.parametrize(
        "headings", [["Namn", "Telefon"], ["Förnamn", *files.HEADINGS[2:]], [*files.HEADINGS, "E-post"]]
    )
    def test_a_list_whose_columns_are_in_doubt_has_no_rows_before_they_are_chosen(
        self, cohort: Cohort, manager: User, headings: files.Cells
    ) -> None:
        assert upload(cohort, manager, files.row(), headings=headings).rows == []

    def test_a_list_of_headings_alone_is_refused(self, cohort: Cohort, manager: User) -> None:
        with pytest.raises(EnrolmentRefused, match="nobody in the list"):
            upload(cohort, manager)
        assert not Import.objects.exists()

    def test_no_identity_number_is_kept_and_nothing_else_once_the_list_is_enrolled(
        self, cohort: Cohort, manager: User
    ) -> None:
        headings = [*files.HEADINGS, "Personnummer", "Hemadress"]
        started = upload(cohort, manager, [*files.row(), "19800101-1234", "Hemgatan 1"], headings=headings)
        assert "1234" not in str((started.rows, started.sheet))
        assert "Hemgatan" not in str(started.rows)
        done = confirm(started, manager)
        assert done.confirmed
        assert "Hemgatan" not in str((done.rows, done.sheet))

    def test_a_thousand_rows_take_less_than_five_seconds_of_work_to_show(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        def work() -> float:
            return sum(os.times()[:4])  # of this process and of the one that reads: a busy machine adds nothing

        began = work()
        content = files.xlsx(*files.rows(1_000))
        started = start_import(
            cohort=cohort, municipality=lund, filename="nya.xlsx", content=content, by=manager, now=NOW
        )
        assert plan(started, manager).counts["new"] == 1_000
        assert work() - began < 5

    def test_its_queries_do_not_grow_with_its_rows(
        self, cohort: Cohort, lund: Municipality, manager: User, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(1, 30, 3):
            known = ParticipantFactory(
                with_login=True, region=cohort.region, first_name="Åsa", email=f"asa{number}@example.org"
            )
            EmploymentFactory(participant=known, municipality=lund)
        started = upload(cohort, manager, *files.rows(30))
        with django_assert_max_num_queries(12):
            plan(started, manager)


class TestConfirm:
    def test_everyone_who_was_promised_it_is_enrolled_and_the_waiting_list_keeps_the_order_of_the_list(
        self, region: Any, manager: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2)
        started = confirm(upload(cohort, manager, *files.rows(5), files.row(9, email="")), manager)

        assert Enrolment.objects.seated().count() == 2
        waiting = Enrolment.objects.waiting().values_list("participant__email", flat=True)
        assert list(waiting) == ["asa3@example.org", "asa4@example.org", "asa5@example.org"]
        assert started.result == {"new": 5, "matched": 0, "unchanged": 0, "wrong": 1, "left_out": 0} | {
            "enrolled": 2,
            "waiting": 3,
        }

    def test_the_uploader_gets_one_message_with_numbers_and_managers_none_per_row(
        self, cohort: Cohort, manager: User
    ) -> None:
        confirm(upload(cohort, manager, *files.rows(3)), manager)
        assert list(Message.objects.values_list("kind", "recipient")) == [("import.confirmed", "chef@example.org")]
        assert AuditEvent.objects.filter(action="import.confirmed").get().after["enrolled"] == 3

    def test_of_a_coordinators_list_the_employers_managers_are_told_too(
        self, cohort: Cohort, lund: Municipality, manager: User, neighbour: User, coordinator: User
    ) -> None:
        confirm(upload(cohort, coordinator, *files.rows(2), municipality=lund), coordinator)
        assert sorted(Message.objects.values_list("kind", "recipient")) == [
            ("enrolment.confirmed", "chef@example.org"),
            ("enrolment.confirmed", "chef@example.org"),
            ("import.confirmed", "samordnare@example.org"),
        ]

    def test_confirming_twice_enrols_once(self, cohort: Cohort, manager: User) -> None:
        started = upload(cohort, manager, *files.rows(3))
        seen = plan(started, manager).fingerprint
        first = confirm(started, manager, seen=seen)
        second = confirm(started, manager, seen=seen)
        assert (first.result, first.confirmed) == (second.result, second.confirmed)
        assert Enrolment.objects.count() == 3

    def test_the_same_list_again_changes_nothing(self, cohort: Cohort, manager: User) -> None:
        confirm(upload(cohort, manager, *files.rows(3)), manager)
        again = plan(upload(cohort, manager, *files.rows(3)), manager)
        assert again.counts["unchanged"] == 3
        assert again.to_enrol == []

    def test_if_seats_went_to_others_meanwhile_nobody_is_enrolled_before_the_manager_has_seen_it(
        self, region: Any, malmo: Municipality, manager: User, neighbour: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2)
        started = upload(cohort, manager, *files.rows(2))
        seen = plan(started, manager).fingerprint
        enrol(cohort=cohort, person=person(malmo, email="bo@example.org"), by=neighbour, now=NOW)

        with pytest.raises(EnrolmentRefused, match="changed since you opened the preview"):
            confirm(started, manager, seen=seen)

        assert Enrolment.objects.count() == 1
        confirm(started, manager)
        assert Enrolment.objects.filter(status=EnrolmentStatus.WAITING).count() == 1

    def test_not_after_the_application_period(self, cohort: Cohort, manager: User) -> None:
        started = upload(cohort, manager, files.row())
        seen = plan(started, manager).fingerprint
        with pytest.raises(EnrolmentRefused, match="Applications closed"):
            confirm_import(upload=started, seen=seen, by=manager, now=NOW + timedelta(days=40))
        assert not Enrolment.objects.exists()


class TestPurge:
    def test_a_day_later_unconfirmed_lists_are_gone_and_confirmed_ones_keep_their_numbers_only(
        self, cohort: Cohort, manager: User
    ) -> None:
        unconfirmed = upload(cohort, manager, files.row(1))
        confirmed = confirm(upload(cohort, manager, files.row(2)), manager)
        fresh = upload(cohort, manager, files.row(3))
        now = timezone.now()
        Import.objects.exclude(pk=fresh.pk).update(created=now - timedelta(hours=25))

        purge_imports_task()
        purge_imports(now=now)

        assert not Import.objects.filter(pk=unconfirmed.pk).exists()
        confirmed.refresh_from_db()
        assert confirmed.rows == []
        assert confirmed.result["enrolled"] == 1
        fresh.refresh_from_db()
        assert len(fresh.rows) == 1


class TestWorkbooks:
    def test_the_template_is_understood_and_its_example_recognised_for_what_it_is(
        self, cohort: Cohort, lund: Municipality, manager: User
    ) -> None:
        content = workbooks.template(columns_for([]), with_municipality=True, today=date(2026, 3, 1))
        started = start_import(
            cohort=cohort, municipality=lund, filename="mall.xlsx", content=content, by=manager, now=NOW
        )
        [(outcome, reason)] = outcomes(started, manager)
        assert outcome == Outcome.WRONG
        assert "example in the template" in reason

    def test_wrong_rows_come_back_with_reasons_and_cannot_act_as_formulas(self, cohort: Cohort, manager: User) -> None:
        bad = files.row(1, email="", unit='=HYPERLINK("http://example.org")', title="+46", first_name="@Åsa")
        started = upload(cohort, manager, bad, files.row(2))

        sheet = load_workbook(io.BytesIO(workbooks.wrong_rows(plan(started, manager)))).worksheets[0]

        [headings, cells] = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert headings[-1] == "Reason"
        assert "Missing" in str(cells[-1])
        assert '=HYPERLINK("http://example.org")' in cells
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert all(cell.quotePrefix for cell in sheet[2] if str(cell.value).startswith(("=", "+", "@")))
