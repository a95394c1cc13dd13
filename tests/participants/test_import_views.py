"""Pages for enrolling many: upload, preview, result."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cohorts.models import Cohort
from participants.forms.imports import LARGEST_FILE
from participants.models import Enrolment, Import
from participants.tasks import carry_out_imports
from regions.models import Municipality
from tests import factories
from tests.factories import CohortFactory
from tests.participants import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]
LogIn = Callable[[User], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"participants:{name}", args=args)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def send(client: Client, cohort: Cohort, content: bytes, name: str = "nya.csv", **fields: str) -> Any:
    return client.post(url("import", cohort.pk), {"file": SimpleUploadedFile(name, content), **fields})


def test_a_list_is_uploaded_looked_through_and_enrolled(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    sent = send(client, cohort, files.xlsx(*files.rows(3), files.row(4, email="x")), "nya.xlsx")
    started = Import.objects.get()
    assert sent.url == url("preview", started.pk)

    preview = client.get(sent.url)
    assert "Enrol 3 people" in text(preview)
    assert "Download 1 row to correct" in text(preview)
    assert "asa1@example.org" in text(preview)
    assert not Enrolment.objects.exists()

    seen = preview.context["plan"].fingerprint
    under_way = client.post(url("confirm_import", started.pk), {"seen": seen}, follow=True)
    assert "0 of 3 done" in text(under_way)
    assert not Enrolment.objects.exists()

    carry_out_imports()
    assert "Confirmed" in text(client.get(url("import", cohort.pk)))
    result = client.get(sent.url)
    assert "3 people have got a seat" in text(result)
    assert "1 row was left out" in text(result)
    assert Enrolment.objects.count() == 3

    again = client.post(url("confirm_import", started.pk), {"seen": seen}, follow=True)
    assert "3 people have got a seat" in text(again)
    assert Enrolment.objects.count() == 3


def test_the_preview_shows_who_will_wait(region: Any, manager: User, as_user: LogIn) -> None:
    cohort = CohortFactory(programme__region=region, capacity=1)
    client = as_user(manager)
    page = text(client.get(send(client, cohort, files.csv(*files.rows(3))).url))
    assert "2 people will be placed on the waiting list" in page
    assert "There is 1 seat left" in page


def test_the_preview_points_out_namesakes(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    two = [files.row(), files.row(email="asa.oberg@example.org")]
    page = text(client.get(send(client, cohort, files.csv(*two)).url))
    assert "The same name as in row 2" in page
    assert "Row 3 has the same name as another row." in page


def test_a_confirmation_of_something_else_than_what_was_shown_is_refused(
    cohort: Cohort, manager: User, as_user: LogIn
) -> None:
    client = as_user(manager)
    send(client, cohort, files.csv(files.row()))
    response = client.post(url("confirm_import", Import.objects.get().pk), {"seen": "other"}, follow=True)
    assert "Something has changed" in text(response)
    assert not Enrolment.objects.exists()


def test_a_list_with_nobody_to_enrol_has_no_button(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    page = text(client.get(send(client, cohort, files.csv(files.row(email=""))).url))
    assert "There is nobody to enrol in this list" in page
    assert url("confirm_import", Import.objects.get().pk) not in page


def test_rows_of_one_outcome_can_be_shown_alone(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    address = send(client, cohort, files.csv(files.row(1), files.row(2, unit=""))).url
    page = text(client.get(f"{address}?outcome=wrong"))
    assert "asa2@example.org" in page
    assert "asa1@example.org" not in page
    assert client.get(f"{address}?outcome=nonsense&page=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "nya.csv", "The file is empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "nya.xls", "save it as .xlsx"),
        (files.csv(), "nya.csv", "nobody in the list"),
        (b"x" * (LARGEST_FILE + 1), "nya.csv", "at most 5 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_its_field(
    cohort: Cohort, manager: User, as_user: LogIn, content: bytes, name: str, message: str
) -> None:
    response = send(as_user(manager), cohort, content, name)
    assert response.status_code == 422
    assert message in text(response)
    assert 'href="#id_file"' in text(response)


def test_no_file_is_a_fault_too(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    response = as_user(manager).post(url("import", cohort.pk), {})
    assert response.status_code == 422
    assert "Choose a file, or paste rows" in text(response)


def test_a_coordinator_chooses_the_municipality_of_the_list_or_lets_the_rows_name_it(
    cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User, as_user: LogIn
) -> None:
    client = as_user(coordinator)
    in_doubt = send(client, cohort, files.csv(files.row()))
    assert in_doubt.url == url("columns", Import.objects.get().pk)
    send(client, cohort, files.csv(files.row()), municipality=str(malmo.pk))
    assert Import.objects.exclude(rows=[]).get().municipality == malmo


def test_personal_identity_numbers_are_neither_kept_nor_shown(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    content = files.csv([*files.row(), "19800101-1234"], headings=[*files.HEADINGS, "Personnummer"])
    page = text(client.get(send(client, cohort, content).url))
    assert "1234" not in page
    assert "1234" not in str(Import.objects.get().rows)


@pytest.mark.parametrize("name", ["preview", "wrong_rows", "confirm_import", "mend", "columns"])
def test_only_the_uploader_sees_and_changes_her_list(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User, as_user: LogIn, name: str
) -> None:
    send(as_user(manager), cohort, files.csv(files.row()))
    started = Import.objects.get()
    address, sent = url(name, started.pk), {"row2-email": "annan@example.org", "at_unit": "4", "headed": "on"}
    for other in (factories.manager(lund), coordinator):
        client = as_user(other)
        if name != "confirm_import":
            assert client.get(address).status_code == 404
        if name in ("confirm_import", "mend", "columns"):
            assert client.post(address, sent).status_code == 404
    after = Import.objects.get()
    assert (after.rows, after.columns, after.requested) == (started.rows, started.columns, None)


def test_confirming_takes_a_post(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    send(client, cohort, files.csv(files.row()))
    assert client.get(url("confirm_import", Import.objects.get().pk)).status_code == 405


def test_the_template_has_a_column_for_municipalities_only_for_those_with_several(
    cohort: Cohort, lund: Municipality, malmo: Municipality, manager: User, coordinator: User, as_user: LogIn
) -> None:
    def headings(user: User) -> list[object]:
        response = as_user(user).get(url("template"))
        assert "attachment" in response.headers["Content-Disposition"]
        sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
        return [cell.value for cell in sheet[1]]

    assert headings(coordinator) == [*headings(manager), "Municipality"]


def test_queries_of_the_preview_do_not_grow_with_its_rows(cohort: Cohort, manager: User, as_user: LogIn) -> None:
    client = as_user(manager)
    numbers = []
    for count in (1, 60):
        address = send(client, cohort, files.csv(*files.rows(count))).url
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
