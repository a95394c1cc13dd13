"""Pages of material, and what is handed out."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import User
from sessions.models import CohortSession, Lecturer, Material
from tests.factories import (
    NOW,
    PDF,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MaterialFactory,
    RegionFactory,
    RoleAssignmentFactory,
    coordinator,
    lecturer,
)
from tests.sessions.documents import HOSTILE, JPEG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session() -> CohortSession:
    session: CohortSession = CohortSessionFactory()
    return session


@pytest.fixture
def siv(session: CohortSession, client: Client) -> User:
    """The coordinator, logged in."""
    user = coordinator(session.cohort.region)
    client.force_login(user)
    return user


def participant(session: CohortSession) -> User:
    user: User = EnrolmentFactory(cohort=session.cohort, participant__with_login=True).participant.user
    RoleAssignmentFactory(user=user, role=Role.PARTICIPANT, region=session.cohort.region)
    return user


def teacher(session: CohortSession) -> User:
    user = lecturer(session.cohort.region)
    session.lecturers.add(Lecturer.objects.get(email=user.email))
    return user


def upload(name: str = "Bilder dag 1.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")  # what the browser says isn't believed


def stored(settings: Settings) -> list[bytes]:
    folder = Path(settings.MEDIA_ROOT) / "materials"
    return sorted(path.read_bytes() for path in folder.iterdir()) if folder.exists() else []


# Sharing


@pytest.mark.parametrize("who", [coordinator, teacher])
def test_coordinator_and_lecturer_share_a_file_that_participants_fetch(
    who: Callable[..., User], session: CohortSession, client: Client
) -> None:
    client.force_login(who(session.cohort.region) if who is coordinator else who(session))
    page = reverse("sessions:session", args=[session.pk])
    response = client.post(
        reverse("sessions:share_at_session", args=[session.pk]), {"title": "Bilder", "file": upload()}, follow=True
    )
    assert response.redirect_chain == [(f"{page}#material", 302)]
    assert "”Bilder” är delat." in response.content.decode()

    client.force_login(participant(session))
    material = Material.objects.get()
    assert reverse("sessions:material", args=[material.pk]) in client.get(page).content.decode()
    assert b"".join(client.get(reverse("sessions:material", args=[material.pk]))) == PDF


@pytest.mark.usefixtures("siv")
def test_a_link_is_shared_with_every_cohort_of_a_module(session: CohortSession, client: Client) -> None:
    response = client.post(
        reverse("sessions:share_with_module", args=[session.module.pk]),
        {"title": "BBIC", "url": "example.org/bbic", "visible_from": TODAY.isoformat()},
        follow=True,
    )
    material = Material.objects.get()
    assert (material.url, material.module) == ("https://example.org/bbic", session.module)
    text = response.content.decode()
    assert 'href="https://example.org/bbic" rel="noreferrer noopener"' in text
    assert "Länk till example.org" in text


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.usefixtures("siv")
def test_what_may_not_be_shared_is_said_beside_the_field_and_nothing_is_stored(
    what: str, session: CohortSession, client: Client, settings: Settings
) -> None:
    name, content, reason = HOSTILE[what]
    response = client.post(
        reverse("sessions:share_at_session", args=[session.pk]), {"title": "Bilder", "file": upload(name, content)}
    )
    assert response.status_code == 422
    (error,) = response.context["form"].errors["file"]
    assert reason in error
    assert 'value="Bilder"' in response.content.decode()
    assert not Material.objects.exists()
    assert stored(settings) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\kurs.pdf", "kurs.pdf"),
        ("kurs\u202efdp.pdf", "kursfdp.pdf"),
        ("x" * 300 + ".pdf", None),
    ],
)
@pytest.mark.usefixtures("siv")
def test_a_name_that_aims_at_folders_headers_or_eyes_is_shown_without_its_sting(
    name: str, shown: str | None, session: CohortSession, client: Client, settings: Settings
) -> None:
    """Django's parser has taken folders and unprintable characters away before the form sees the name."""
    url = reverse("sessions:share_at_session", args=[session.pk])
    client.post(url, {"title": "Bilder", "file": upload(name)})
    material = Material.objects.get()
    if shown:
        assert material.filename == shown
    assert [path.parent for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [
        Path(settings.MEDIA_ROOT) / "materials"
    ]
    response = client.get(reverse("sessions:material", args=[material.pk]))
    assert b"".join(response) == PDF
    header = response.headers["Content-Disposition"]
    assert header.startswith("attachment")
    assert header.isprintable()


@pytest.mark.usefixtures("siv")
def test_a_name_with_a_line_break_ends_there(session: CohortSession, client: Client, settings: Settings) -> None:
    """What comes behind it is a header of the upload, and never one of ours."""
    url = reverse("sessions:share_at_session", args=[session.pk])
    response = client.post(url, {"title": "Bilder", "file": upload("kurs\r\nSet-Cookie: a=b.pdf")})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert "Set-Cookie" not in response.headers
    assert stored(settings) == []


@pytest.mark.usefixtures("siv")
def test_a_file_larger_than_the_limit_is_refused(session: CohortSession, client: Client, settings: Settings) -> None:
    settings.MATERIAL_FILE_LIMIT = 1024 * 1024
    big = upload(content=b"%PDF-1.7\n" + bytes(1024 * 1024) + b"%%EOF")
    response = client.post(reverse("sessions:share_at_session", args=[session.pk]), {"title": "Bilder", "file": big})
    assert "högst 1\xa0MB" in response.context["form"].errors["file"][0]
    assert stored(settings) == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org/a", "data:text/html,x", "https://bank.se@evil.example/", "nej"]
)
@pytest.mark.usefixtures("siv")
def test_a_link_leads_to_the_web_and_says_where(url: str, session: CohortSession, client: Client) -> None:
    response = client.post(reverse("sessions:share_at_session", args=[session.pk]), {"title": "Länk", "url": url})
    assert response.status_code == 422
    assert response.context["form"].errors["url"]
    assert not Material.objects.exists()


@pytest.mark.usefixtures("siv")
def test_new_material_is_a_file_or_a_link(session: CohortSession, client: Client) -> None:
    url = reverse("sessions:share_at_session", args=[session.pk])
    neither = client.post(url, {"title": "Bilder"})
    assert "Välj en fil" in neither.context["form"].errors["file"][0]
    both = client.post(url, {"title": "Bilder", "url": "https://example.org", "file": upload()})
    assert "inte båda" in both.context["form"].errors["url"][0]
    assert not Material.objects.exists()


@pytest.mark.usefixtures("siv")
def test_a_mistake_keeps_what_was_written_and_asks_for_the_file_again(session: CohortSession, client: Client) -> None:
    response = client.post(
        reverse("sessions:share_at_session", args=[session.pk]),
        {"title": "", "visible_from": "2026-04-01", "file": upload()},
    )
    assert response.status_code == 422
    assert "Välj filen igen" in response.context["form"].errors["file"][0]
    assert 'value="2026-04-01"' in response.content.decode()


@pytest.mark.usefixtures("siv")
def test_what_the_action_refuses_stands_on_the_form(session: CohortSession, client: Client, settings: Settings) -> None:
    settings.MATERIAL_REGION_LIMIT = 1
    response = client.post(
        reverse("sessions:share_at_session", args=[session.pk]), {"title": "Bilder", "file": upload()}
    )
    assert response.status_code == 422
    assert "tillsammans" in response.context["form"].non_field_errors()[0]
    assert "Välj filen igen" in response.context["form"].errors["file"][0]
    assert 'value="Bilder"' in response.content.decode()


# Changing and deleting


@pytest.mark.usefixtures("siv")
def test_a_title_changes_without_a_new_file_and_a_file_is_replaced(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=session, document=True)
    url = reverse("sessions:edit_material", args=[material.pk])
    assert "Ersätter underlag.pdf." in client.get(url).content.decode()
    client.post(url, {"title": "Ny rubrik"})
    material.refresh_from_db()
    assert (material.title, material.filename) == ("Ny rubrik", "underlag.pdf")
    client.post(url, {"title": "Ny rubrik", "file": upload("karta.jpg", JPEG)})
    material.refresh_from_db()
    assert (material.filename, material.content_type, material.size) == ("karta.jpg", "image/jpeg", len(JPEG))


@pytest.mark.usefixtures("siv")
def test_a_link_is_changed_and_stays_a_link(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=None, module=session.module)
    url = reverse("sessions:edit_material", args=[material.pk])
    assert client.post(url, {"title": "Länk", "url": ""}).status_code == 422
    response = client.post(url, {"title": "Länk", "url": "https://example.org/ny", "file": upload()})
    assert response.headers["Location"] == reverse("sessions:module_materials", args=[session.module.pk])
    material.refresh_from_db()
    assert (material.url, material.file.name) == ("https://example.org/ny", "")


@pytest.mark.usefixtures("siv")
def test_deleting_is_confirmed(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=session, title="Gamla bilder")
    url = reverse("sessions:remove_material", args=[material.pk])
    assert "Ta bort ”Gamla bilder”?" in client.get(url).content.decode()
    assert Material.objects.exists()
    assert "”Gamla bilder” är borttaget." in client.post(url, follow=True).content.decode()
    assert not Material.objects.exists()


def test_a_lecturer_does_not_change_what_goes_with_the_module(session: CohortSession, client: Client) -> None:
    of_module = MaterialFactory(session=None, module=session.module)
    of_other_session = MaterialFactory(session=CohortSessionFactory(cohort=session.cohort))
    client.force_login(teacher(session))
    page = client.get(reverse("sessions:session", args=[session.pk])).content.decode()
    assert of_module.title in page
    for material in (of_module, of_other_session):
        for name in ("sessions:edit_material", "sessions:remove_material"):
            url = reverse(name, args=[material.pk])
            assert url not in page
            assert client.get(url).status_code == client.post(url).status_code == 404
    assert Material.objects.count() == 2


# Handing out


def test_a_file_is_handed_out_to_be_saved_and_may_do_nothing(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=session, document=True, filename="Årsplan ”vår”.pdf")
    client.force_login(participant(session))
    response = client.get(reverse("sessions:material", args=[material.pk]))
    assert b"".join(response) == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == str(len(PDF))
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Årsplan ”vår”.pdf')}"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))


def test_a_head_request_is_answered_without_the_file(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=session, document=True)
    client.force_login(participant(session))
    response = client.head(reverse("sessions:material", args=[material.pk]))
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(PDF)))
    assert b"".join(response) == b""


@pytest.mark.usefixtures("siv")
def test_a_file_that_is_gone_from_the_storage_has_a_page_that_says_so(
    session: CohortSession, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    material = MaterialFactory(session=session, document=True, title="Bilder")
    material.file.storage.delete(material.file.name)
    with caplog.at_level(logging.ERROR, logger="sessions.views.materials"):
        response = client.get(reverse("sessions:material", args=[material.pk]))
    assert response.status_code == 404
    assert "”Bilder” är delat med dig, men filen finns inte längre" in response.content.decode()
    assert "'self'" in response.headers["Content-Security-Policy"]  # a page like others
    assert str(material.pk) in caplog.text
    assert "Bilder" not in caplog.text


@pytest.mark.usefixtures("siv")
def test_a_link_is_not_a_file(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=session)
    assert client.get(reverse("sessions:material", args=[material.pk])).status_code == 404


def test_nobody_fetches_what_is_not_for_her(session: CohortSession, client: Client) -> None:
    waiting = MaterialFactory(session=session, document=True, visible_from=TODAY + timedelta(days=1), title="kanarie")
    shown = MaterialFactory(session=session, document=True, title="kanarie 2")
    of_module = MaterialFactory(session=None, module=session.module, document=True, title="kanarie 3")
    elsewhere = CohortSessionFactory(cohort=CohortFactory(programme=session.cohort.programme))
    elsewhere_module = CohortSessionFactory(cohort=elsewhere.cohort, module=session.cohort.modules.last())
    withdrawn = EnrolmentFactory(cohort=session.cohort, withdrawn=True, participant__with_login=True).participant.user
    allowed = [
        (participant(session), {shown, of_module}),
        (participant(elsewhere), {of_module}),
        (teacher(elsewhere_module), set()),
        (withdrawn, set()),
        (participant(CohortSessionFactory()), set()),
        (coordinator(RegionFactory()), set()),
    ]
    for user, may in allowed:
        client.force_login(user)
        for material in (waiting, shown, of_module):
            response = client.get(reverse("sessions:material", args=[material.pk]))
            assert response.status_code == (200 if material in may else 404), (user, material)
            b"".join(response)
        if user.has_role(Role.PARTICIPANT):
            page = client.get(reverse("sessions:my_materials")).content.decode()
            for material in (waiting, shown, of_module):
                assert (str(material.pk) in page) == (material in may)


def test_it_can_be_fetched_from_the_morning_of_its_day(session: CohortSession, client: Client) -> None:
    material = MaterialFactory(session=session, document=True, visible_from=TODAY)
    client.force_login(participant(session))
    url = reverse("sessions:material", args=[material.pk])
    for moment, status in (("2026-03-09T23:59:00+01:00", 404), ("2026-03-10T00:00:00+01:00", 200)):
        with time_machine.travel(moment, tick=False):
            response = client.get(url)
            assert response.status_code == status
            b"".join(response)


# Lists


def test_before_its_day_it_is_marked_for_those_who_share_it(session: CohortSession, client: Client) -> None:
    MaterialFactory(session=session, visible_from=TODAY + timedelta(days=3))
    page = reverse("sessions:session", args=[session.pk])
    for user in (coordinator(session.cohort.region), teacher(session)):
        client.force_login(user)
        assert "Visas från 13 mars 2026" in client.get(page).content.decode()
    client.force_login(participant(session))
    assert "Kursmaterial" not in client.get(page).content.decode()


def test_a_participant_has_all_hers_on_one_page(session: CohortSession, client: Client) -> None:
    amina = participant(session)
    client.force_login(amina)
    page = reverse("sessions:my_materials")
    assert "Inget material än" in client.get(page).content.decode()
    later = CohortSessionFactory(
        cohort=session.cohort, module=session.cohort.modules.last(), day=TODAY + timedelta(weeks=9)
    )
    MaterialFactory(session=session, title="Först")
    MaterialFactory(session=None, module=later.module, title="Sedan")
    text = client.get(page).content.decode()
    assert 0 < text.index("Först") < text.index("Sedan")
    assert page in client.get(reverse("certificates:my_programme")).content.decode()


@pytest.mark.usefixtures("siv")
def test_a_coordinator_sees_a_cohorts_material_session_by_session(session: CohortSession, client: Client) -> None:
    MaterialFactory(session=session, title="Bilder")
    page = reverse("sessions:cohort_materials", args=[session.cohort.pk])
    text = client.get(page).content.decode()
    assert "Bilder" in text
    assert reverse("sessions:module_materials", args=[session.module.pk]) in text
    assert page in client.get(reverse("sessions:cohort", args=[session.cohort.pk])).content.decode()


def test_lists_ask_the_database_as_often_however_much_there_is(session: CohortSession, client: Client) -> None:
    planner, amina = coordinator(session.cohort.region), participant(session)
    pages = [
        (planner, reverse("sessions:session", args=[session.pk])),
        (planner, reverse("sessions:cohort_materials", args=[session.cohort.pk])),
        (planner, reverse("sessions:module_materials", args=[session.module.pk])),
        (amina, reverse("sessions:session", args=[session.pk])),
        (amina, reverse("sessions:my_materials")),
    ]
    MaterialFactory(session=session)
    MaterialFactory(session=None, module=session.module)
    few = [queries(client, *page) for page in pages]
    for module in session.cohort.modules[1:4]:
        another = CohortSessionFactory(cohort=session.cohort, module=module)
        MaterialFactory.create_batch(3, session=another, document=True)
        MaterialFactory(session=None, module=module)
    MaterialFactory.create_batch(3, session=session)
    MaterialFactory.create_batch(3, session=None, module=session.module)
    assert [queries(client, *page) for page in pages] == few
    assert max(few) <= 12


def queries(client: Client, user: User, url: str) -> int:
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
