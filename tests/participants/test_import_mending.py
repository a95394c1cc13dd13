"""Pasting rows, choosing columns, mending rows in place, answering who somebody is: with and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from participants.models import Enrolment, Import, Participant
from participants.tasks import carry_out_imports
from regions.models import Municipality
from tests.factories import CohortFactory, EligibilityRuleFactory, EmploymentFactory, EnrolmentFactory
from tests.participants import files
from tests.participants.test_import_views import send, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]
LogIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def paste(client: Client, cohort: Cohort, *lines: files.Cells, divider: str = "\t", **fields: str) -> Any:
    """What comes out of Excel's clipboard."""
    pasted = "\n".join(divider.join(str(cell) for cell in line) for line in lines)
    return client.post(url("import", cohort.pk), {"pasted": pasted, **fields})


def sent_row(number: int, **cells: str) -> dict[str, str]:
    """The fields of a row as the page sends them."""
    values = dict(
        zip(("first_name", "last_name", "email", "unit", "title", "employed_from"), files.row(number), strict=True)
    )
    return {f"row{number}-{column}": str(value) for column, value in (values | cells).items()}


class TestPasting:
    @pytest.mark.parametrize("divider", ["\t", ";", ","])
    def test_rows_with_headings_are_looked_through_at_once(
        self, cohort: Cohort, manager: User, as_user: LogIn, divider: str
    ) -> None:
        client = as_user(manager)
        page = client.get(paste(client, cohort, files.HEADINGS, *files.rows(2), divider=divider).url)
        assert "Enrol 2 people" in text(page)
        assert "Pasted rows" in text(page)

    def test_without_headings_columns_are_guessed_and_shown_before_they_count(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        columns = paste(client, cohort, *files.rows(3))
        started = Import.objects.get()
        assert columns.url == url("columns", started.pk)
        page = text(client.get(columns.url))
        assert "A: Åsa" in page
        assert "C: asa1@example.org, asa2@example.org, asa3@example.org" in page

        guessed = {f"at_{column}": str(at) for column, at in started.columns.items()}
        preview = client.post(columns.url, guessed, follow=True)
        assert "Enrol 3 people" in text(preview)

    def test_what_looks_like_a_workbook_is_text_when_it_is_pasted(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        paste(client, cohort, files.row(first_name="PK"), files.row(2))
        assert Import.objects.get().sheet["lines"][0][1][0] == "PK"

    def test_a_file_and_pasted_rows_at_once_are_one_list_too_many(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        response = send(as_user(manager), cohort, files.csv(files.row()), pasted="Åsa")
        assert response.status_code == 422
        assert "not both" in text(response)

    def test_what_was_pasted_stays_in_its_field_when_it_is_refused(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        response = paste(as_user(manager), cohort, files.HEADINGS)
        assert response.status_code == 422
        assert "nobody in the list" in text(response)
        assert "Arbetsmejl" in text(response)


class TestColumns:
    def test_what_the_list_lacks_is_written_once_for_all(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        send(client, cohort, files.csv(*(line[:3] for line in files.rows(2)), headings=files.HEADINGS[:3]))
        address = url("columns", Import.objects.get().pk)
        places = {"headed": "on", "at_first_name": "0", "at_last_name": "1", "at_email": "2"}

        refused = client.post(address, places)
        assert refused.status_code == 422
        assert 'href="#id_at_unit"' in text(refused)

        same = {"all_unit": "Barn och familj", "all_title": "Socialsekreterare", "all_employed_from": "1 mars 2026"}
        assert "Enrol 2 people" in text(client.post(address, places | same, follow=True))

    def test_another_column_is_chosen_and_what_was_mended_stays_mended(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        lines = [[*files.row(number), "Vuxen"] for number in (2, 3)]
        send(client, cohort, files.csv(*lines, headings=[*files.HEADINGS, "Sektion"]))
        started = Import.objects.get()
        client.post(url("mend", started.pk), sent_row(2, unit="Mottagning"))
        places = {f"at_{column}": str(at) for column, at in started.columns.items()}

        page = text(client.post(url("columns", started.pk), places | {"headed": "on", "at_unit": "6"}, follow=True))

        assert "Socialsekreterare, Mottagning" in page
        assert "Socialsekreterare, Vuxen" in page

    def test_one_column_cannot_be_two_things(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        send(client, cohort, files.csv(files.row()))
        started = Import.objects.get()
        places = {f"at_{column}": str(at) for column, at in started.columns.items()} | {"headed": "on", "at_title": "3"}
        response = client.post(url("columns", started.pk), places)
        assert response.status_code == 422
        assert "The same column as Unit" in text(response)

    def test_the_first_row_may_be_headings_that_nobody_knows(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        strange = ["Hon", "Heter", "Nås", "Hör till", "Gör", "Kom"]
        paste(client, cohort, strange, *files.rows(2))
        started = Import.objects.get()
        places = {f"at_{column}": str(at) for column, at in started.columns.items()}
        assert "Enrol 2 people" in text(client.post(url("columns", started.pk), places | {"headed": "on"}, follow=True))

    def test_not_once_the_list_is_confirmed(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        preview = client.get(send(client, cohort, files.csv(files.row())).url)
        started = Import.objects.get()
        client.post(url("confirm_import", started.pk), {"seen": preview.context["plan"].fingerprint})
        assert client.get(url("columns", started.pk)).url == url("preview", started.pk)
        assert client.post(url("mend", started.pk), sent_row(2, unit="Vuxen")).url == url("preview", started.pk)
        assert "mended" not in Import.objects.get().rows[0]


class TestFacts:
    def test_what_the_programme_asks_for_is_a_column_of_template_and_list(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        EligibilityRuleFactory(programme=cohort.programme)
        EligibilityRuleFactory(programme=cohort.programme, fact="graduated", effect="warning", months=12)
        client = as_user(manager)
        template = client.get(url("template"), {"cohort": str(cohort.pk)}).content
        assert send(client, cohort, template, "mall.xlsx").url == url("preview", Import.objects.get().pk)

        lines = [
            [*files.row(1), "socionom", "2026-01-20"],
            [*files.row(2), "annan", "2026-01-20"],
            [*files.row(3), "ja", "2019-01-20"],
            [*files.row(4), "kanske", "2026-01-20"],
        ]
        headings = [*files.HEADINGS, "Examen", "Examensdatum"]
        page = client.get(send(client, cohort, files.csv(*lines, headings=headings)).url)
        assert [row.outcome.value for row in page.context["plan"].rows] == ["new", "wrong", "new", "wrong"]
        assert "Write socionom, annan or ingen" in text(page)
        assert "1 person does not meet all conditions" in text(page)

    def test_a_list_without_them_leads_to_the_columns(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        EligibilityRuleFactory(programme=cohort.programme)
        response = send(as_user(manager), cohort, files.csv(files.row()))
        assert response.url == url("columns", Import.objects.get().pk)

    def test_who_is_warned_about_is_enrolled_once_that_is_ticked(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        EligibilityRuleFactory(programme=cohort.programme, fact="employed", effect="warning", months=1)
        client = as_user(manager)
        page = client.get(send(client, cohort, files.csv(files.row(employed_from="2020-01-01"))).url)
        address, seen = url("confirm_import", Import.objects.get().pk), page.context["plan"].fingerprint

        refused = client.post(address, {"seen": seen})
        assert refused.status_code == 422
        assert "Tick that they are to be enrolled all the same" in text(refused)

        client.post(address, {"seen": seen, "accepts_warnings": "on"})
        carry_out_imports()
        assert Enrolment.objects.get().warnings


class TestMending:
    def test_all_wrong_rows_are_mended_on_one_page(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        lines = [files.row(1), files.row(2, email="fel"), files.row(3, unit="", employed_from="snart")]
        send(client, cohort, files.csv(*lines))
        address = url("mend", Import.objects.get().pk)
        page = text(client.get(address))
        assert "Row 3" in page
        assert "Row 4" in page
        assert "asa1@example.org" not in page

        typed = sent_row(3, email="asa2@example.org") | sent_row(4, unit="", employed_from="1/3 2026")
        still = client.post(address, typed)
        assert still.status_code == 422
        assert 'href="#id_row4-unit"' in text(still)
        assert "1/3 2026" in text(still), "what was typed is lost"
        assert "asa2@example.org" not in text(still)

        assert "Enrol 3 people" in text(client.post(address, sent_row(4), follow=True))

    def test_the_summary_of_what_is_still_wrong_names_the_rows(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        paste(client, cohort, files.HEADINGS, files.row(1, email="asa"), files.row(2), files.row(3, unit=""))
        still_wrong = client.post(url("mend", Import.objects.get().pk), sent_row(2, email="x") | sent_row(4, unit=""))
        assert still_wrong.status_code == 422
        for row, column in ((2, "Work e-mail"), (4, "Unit")):
            assert f"Row {row}, {column}: " in text(still_wrong)

    def test_htmx_mends_one_row_at_a_time(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        send(client, cohort, files.csv(files.row(2, email="fel"), files.row(3, email="också fel")))
        address = url("mend", Import.objects.get().pk)
        typed = sent_row(2, email="asa2@example.org") | sent_row(3, email="ännu fel")

        wrong = client.post(address, typed | {"row": "3"}, headers=HTMX)
        right = client.post(address, typed | {"row": "2"}, headers=HTMX)

        assert (wrong.status_code, right.status_code) == (422, 200)
        assert "valid email" in text(wrong)
        assert "<html" not in text(right)
        assert "Save row 3" not in text(right)
        assert [row["mended"]["email"] for row in Import.objects.get().rows] == ["asa2@example.org", "ännu fel"]

    def test_a_row_is_left_out_and_taken_back(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        send(client, cohort, files.csv(files.row(2), files.row(3)))
        preview, address = (url(name, Import.objects.get().pk) for name in ("preview", "mend"))

        client.post(address, sent_row(2) | {"row2-left_out": "on"})
        page = text(client.get(preview))
        assert "Enrol 1 person" in page
        assert "Left out (1)" in page
        assert 'id="id_row2-left_out" checked' in text(client.get(f"{address}?row=2"))

        client.post(address, sent_row(2))
        assert "Enrol 2 people" in text(client.get(preview))

    def test_a_row_that_looks_right_may_be_changed_too(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        send(client, cohort, files.csv(files.row(2)))
        page = text(client.get(url("mend", Import.objects.get().pk), {"row": "2"}))
        assert "asa2@example.org" in page

    def test_nothing_of_a_file_is_taken_for_an_answer_about_who_she_is(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        send(client, cohort, files.csv([*files.row(2), "different"], headings=[*files.HEADINGS, "same_as"]))
        assert "same_as" not in Import.objects.get().rows[0]["values"]

    @pytest.mark.parametrize(("answer", "people"), [("same", 1), ("different", 2)])
    def test_someone_of_that_name_is_offered_and_the_answer_counts(
        self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn, answer: str, people: int
    ) -> None:
        earlier = CohortFactory(programme__region=cohort.region)
        known = EnrolmentFactory(cohort=earlier, municipality=lund).participant
        Participant.objects.filter(pk=known.pk).update(first_name="Åsa", last_name="Öberg-Exempel")
        known.refresh_from_db()
        known.save()
        client = as_user(manager)
        send(client, cohort, files.csv(files.row(2, last_name="Oberg Exempel")))
        started = Import.objects.get()
        page = text(client.get(url("mend", started.pk)))
        assert "Is it the same person?" in page

        chosen = str(known.pk) if answer == "same" else "different"
        typed = sent_row(2, last_name="Oberg Exempel") | {"row2-same_as": chosen}
        preview = client.post(url("mend", started.pk), typed, follow=True)
        client.post(url("confirm_import", started.pk), {"seen": preview.context["plan"].fingerprint})
        carry_out_imports()

        assert Import.objects.get().confirmed
        assert Participant.objects.count() == people

    def test_queries_of_its_page_do_not_grow_with_its_rows(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        numbers = []
        for count in (1, 20):
            sent = send(client, cohort, files.csv(*(files.row(number, email="fel") for number in range(count))))
            with CaptureQueriesContext(connection) as captured:
                client.get(f"{sent.url}ratta/")
            numbers.append(len(captured))
        assert numbers[0] == numbers[1]


class TestProgress:
    def test_a_page_that_is_left_and_opened_again_says_how_far_it_is_and_ends_with_the_result(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        preview = client.get(send(client, cohort, files.csv(*files.rows(2))).url)
        address = url("preview", Import.objects.get().pk)
        client.post(url("confirm_import", Import.objects.get().pk), {"seen": preview.context["plan"].fingerprint})

        assert "In progress" in text(client.get(reverse("participants:import", args=[cohort.pk])))
        fragment = text(client.get(address, headers=HTMX))
        assert "0 of 2 done" in fragment
        assert 'hx-trigger="load delay:1s"' in fragment

        carry_out_imports()
        fragment = text(client.get(address, headers=HTMX))
        assert "2 people have got a seat" in fragment
        assert "hx-trigger" not in fragment

    def test_what_was_downloaded_to_correct_can_be_uploaded_again_as_it_is(
        self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn
    ) -> None:
        EmploymentFactory(municipality=lund)
        client = as_user(manager)
        send(client, cohort, files.csv(files.row(2, email="fel")))
        corrected = client.get(url("wrong_rows", Import.objects.get().pk)).content
        response = send(client, cohort, corrected, "att-ratta.xlsx")
        again = Import.objects.exclude(filename="nya.csv").get()
        assert response.url == url("preview", again.pk)
        assert "Missing" not in str(again.rows)
        assert set(again.rows[0]["values"]) == {"first_name", "last_name", "email", "unit", "title", "employed_from"}
