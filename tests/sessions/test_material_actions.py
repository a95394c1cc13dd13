"""Sharing, changing and deleting material: what is stored, and what is not."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Module
from sessions.actions import (
    MaterialDetails,
    change_material,
    delete_material,
    discard_cohort,
    share_material,
    sweep_materials,
)
from sessions.exceptions import MaterialRefused
from sessions.models import CohortSession, Lecturer, Material
from sessions.rules.documents import examine
from sessions.rules.materials import MOST_ON_A_SHELF
from tests.factories import (
    NOW,
    PDF,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    MaterialFactory,
    RegionFactory,
    coordinator,
    lecturer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> CohortSession:
    session: CohortSession = CohortSessionFactory()
    return session


@pytest.fixture
def siv(session: CohortSession) -> User:
    return coordinator(session.cohort.region)


def pdf(title: str = "Bilder", content: bytes = PDF, **more: object) -> MaterialDetails:
    """A PDF to share."""
    document = examine(io.BytesIO(content), name="Bilder dag 1.pdf", largest=1_000_000)
    return MaterialDetails(title=title, document=document, **more)  # type: ignore[arg-type]


def link(title: str = "BBIC", url: str = "https://example.org/bbic") -> MaterialDetails:
    return MaterialDetails(title=title, url=url)


def stored(settings: Settings) -> list[bytes]:
    """What all files of material hold."""
    folder = Path(settings.MEDIA_ROOT) / "materials"
    return sorted(path.read_bytes() for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_stored_under_a_random_name_and_logged(session: CohortSession, siv: User, settings: Settings) -> None:
    material = share_material(place=session, details=pdf(visible_from=TODAY), by=siv, now=NOW)
    assert stored(settings) == [PDF]
    assert (material.filename, material.content_type, material.size) == (
        "Bilder dag 1.pdf",
        "application/pdf",
        len(PDF),
    )
    assert material.shared_by == siv
    assert "Bilder" not in str(material.file.name)
    assert Path(str(material.file.name)).suffix == ""
    event = AuditEvent.objects.about(material).get()
    assert (event.action, event.actor, event.scope) == ("material.shared", siv, session.cohort.programme.region_id)
    assert event.after["title"] == "Bilder"
    assert event.after["visible_from"] == TODAY.isoformat()


def test_a_link_is_shared_with_a_module(session: CohortSession, siv: User, settings: Settings) -> None:
    material = share_material(place=session.module, details=link(), by=siv, now=NOW)
    assert (material.module, material.session, material.url) == (session.module, None, "https://example.org/bbic")
    assert stored(settings) == []


def test_what_is_shared_with_a_later_version_of_a_module_outlives_it(session: CohortSession, siv: User) -> None:
    old = session.module
    new = Module.objects.create(programme=old.programme, version=2, origin=old, number=1, title="Ny kostym")
    material = share_material(place=new, details=link(), by=siv, now=NOW)
    assert Material.objects.of_module(new).get() == material
    new.delete()
    assert Material.objects.of_module(old).get() == material


def test_a_lecturer_shares_where_she_teaches_and_nowhere_else(session: CohortSession, settings: Settings) -> None:
    lena = lecturer(session.cohort.region)
    places: list[CohortSession | Module] = [session, session.module]
    for place in places:
        with pytest.raises(MaterialRefused):
            share_material(place=place, details=pdf(), by=lena, now=NOW)
    session.lecturers.add(Lecturer.objects.get(email=lena.email))
    share_material(place=session, details=pdf(), by=lena, now=NOW)
    with pytest.raises(MaterialRefused):
        share_material(place=session.module, details=pdf(), by=lena, now=NOW)
    assert len(stored(settings)) == 1


def test_a_stranger_may_neither_share_nor_change_nor_delete(session: CohortSession, settings: Settings) -> None:
    material = MaterialFactory(session=session, document=True)
    stranger = coordinator(RegionFactory())
    with pytest.raises(MaterialRefused):
        share_material(place=session, details=pdf(), by=stranger, now=NOW)
    with pytest.raises(MaterialRefused):
        change_material(material=material, details=pdf("Annat"), by=stranger, now=NOW)
    with pytest.raises(MaterialRefused):
        delete_material(material=material, by=stranger, now=NOW)
    assert Material.objects.get().title == material.title
    assert stored(settings) == [PDF]


@pytest.mark.django_db(transaction=True)
def test_a_replaced_file_is_removed(session: CohortSession, siv: User, settings: Settings) -> None:
    material = share_material(place=session, details=pdf(), by=siv, now=NOW)
    newer = PDF + b"%%EOF\n"
    change_material(material=material, details=pdf("Bilder, rättade", newer), by=siv, now=NOW)
    assert stored(settings) == [newer]
    event = AuditEvent.objects.about(material).get(action="material.changed")
    assert (event.before["title"], event.after["title"]) == ("Bilder", "Bilder, rättade")


def test_a_changed_title_keeps_the_file_and_saving_the_same_is_no_change(
    session: CohortSession, siv: User, settings: Settings
) -> None:
    material = share_material(place=session, details=pdf(), by=siv, now=NOW)
    for _again in range(2):
        change_material(material=material, details=MaterialDetails(title="Nya ord"), by=siv, now=NOW)
    material.refresh_from_db()
    assert (material.title, material.filename) == ("Nya ord", "Bilder dag 1.pdf")
    assert stored(settings) == [PDF]
    assert AuditEvent.objects.about(material).filter(action="material.changed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_of_two_rows_goes_with_the_last_one(session: CohortSession, siv: User, settings: Settings) -> None:
    first = share_material(place=session, details=pdf(), by=siv, now=NOW)
    copy = MaterialFactory(
        session=CohortSessionFactory(cohort=session.cohort), file=first.file.name, url="", size=first.size
    )
    delete_material(material=first, by=siv, now=NOW)
    assert stored(settings) == [PDF]
    delete_material(material=copy, by=siv, now=NOW)
    assert stored(settings) == []
    assert AuditEvent.objects.about(first).filter(action="material.deleted").get().before["filename"]


@pytest.mark.django_db(transaction=True)
def test_a_file_stays_until_its_deletion_holds(session: CohortSession, siv: User, settings: Settings) -> None:
    material = share_material(place=session, details=pdf(), by=siv, now=NOW)
    with transaction.atomic():
        delete_material(material=material, by=siv, now=NOW)
        transaction.set_rollback(True)
    assert stored(settings) == [PDF]


def test_what_is_deleted_cannot_be_deleted_or_changed_again(session: CohortSession, siv: User) -> None:
    material = share_material(place=session, details=link(), by=siv, now=NOW)
    delete_material(material=Material.objects.get(), by=siv, now=NOW)
    with pytest.raises(MaterialRefused, match="under tiden"):
        delete_material(material=material, by=siv, now=NOW)
    with pytest.raises(MaterialRefused, match="under tiden"):
        change_material(material=material, details=link("Ny"), by=siv, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_files_of_a_discarded_draft_go_with_it(siv: User, settings: Settings) -> None:
    region = siv.roles[0].region
    draft = CohortSessionFactory(cohort=CohortFactory(draft=True, programme__region=region))
    share_material(place=draft, details=pdf(), by=siv, now=NOW)
    discard_cohort(cohort=draft.cohort, by=siv, now=NOW)
    assert stored(settings) == []


# Faults


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_fails_is_not_kept(session: CohortSession, siv: User, settings: Settings) -> None:
    both = MaterialDetails(title="Fil och länk", document=pdf().document, url="https://example.org")
    with pytest.raises(IntegrityError):  # the database's own rule: a file or a link
        share_material(place=session, details=both, by=siv, now=NOW)
    material = share_material(place=session, details=pdf(), by=siv, now=NOW)
    with pytest.raises(IntegrityError):
        change_material(material=material, details=both, by=siv, now=NOW)
    assert stored(settings) == [PDF]
    assert Material.objects.get() == material


def test_a_disk_that_takes_nothing_is_said_and_leaves_no_row(
    session: CohortSession, siv: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "a-file"
    settings.MEDIA_ROOT.write_bytes(b"")  # no folder can be made in it
    with pytest.raises(MaterialRefused, match="Försök igen"):
        share_material(place=session, details=pdf(), by=siv, now=NOW)
    assert not Material.objects.exists()


def test_what_a_power_cut_left_behind_is_swept_away_a_day_later(
    session: CohortSession, siv: User, settings: Settings
) -> None:
    kept = share_material(place=session, details=pdf(), by=siv, now=NOW)
    folder = Path(settings.MEDIA_ROOT) / "materials"
    for name, hours in (("old", 30), (".old-and-half-written", 30), ("under-way", 1)):
        (folder / name).write_bytes(b"x")
        written = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (written, written))
    os.utime(folder / Path(str(kept.file.name)).name, (0, 0))
    assert sweep_materials(now=NOW) == 2
    assert {path.name for path in folder.iterdir()} == {Path(str(kept.file.name)).name, "under-way"}
    assert sweep_materials(now=NOW) == 0


def test_there_is_nothing_to_sweep_where_nothing_was_ever_shared() -> None:
    assert sweep_materials(now=NOW) == 0


# Limits


def test_a_shelf_is_full_at_some_time(session: CohortSession, siv: User, settings: Settings) -> None:
    MaterialFactory.create_batch(MOST_ON_A_SHELF, session=session)
    with pytest.raises(MaterialRefused, match="högst 50 filer och länkar"):
        share_material(place=session, details=pdf(), by=siv, now=NOW)
    share_material(place=session.module, details=link(), by=siv, now=NOW)
    assert stored(settings) == []


def test_a_region_stores_so_much_and_no_more(session: CohortSession, siv: User, settings: Settings) -> None:
    settings.MATERIAL_REGION_LIMIT = 2 * len(PDF)
    first = share_material(place=session, details=pdf(), by=siv, now=NOW)
    MaterialFactory(session=CohortSessionFactory(cohort=session.cohort), file=first.file.name, url="", size=first.size)
    MaterialFactory(document=True)  # another region's
    second = share_material(place=session.module, details=pdf(), by=siv, now=NOW)  # a shared file counts once
    for refused in (
        lambda: share_material(place=session, details=pdf(), by=siv, now=NOW),
        lambda: change_material(material=second, details=pdf(), by=siv, now=NOW),
    ):
        with pytest.raises(MaterialRefused, match="tillsammans"):
            refused()
    share_material(place=session, details=link(), by=siv, now=NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_share_at_once_do_not_exceed_the_limit_together(
    session: CohortSession, siv: User, settings: Settings
) -> None:
    settings.MATERIAL_REGION_LIMIT = len(PDF)
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def share() -> None:
        start.wait()
        try:
            share_material(place=session, details=pdf(), by=siv, now=NOW)
            outcomes.append("shared")
        except MaterialRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=share) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 3 + ["shared"]
    assert stored(settings) == [PDF]
