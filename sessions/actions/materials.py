"""Sharing files and links with those who take part, changing and deleting them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.models import Module
from common.exceptions import Gone
from common.locking import lock
from regions.models import Region
from sessions.exceptions import MaterialRefused
from sessions.materials import files
from sessions.models import CohortSession, Material
from sessions.rules.documents import Document
from sessions.rules.materials import refusal_to_share

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MaterialDetails:
    """What is shared: a document or a link, and the local day from which it is seen (None: at once).

    When material is changed, no document means that the file stays.
    """

    title: str
    visible_from: date | None = None
    document: Document | None = None
    url: str = ""


def share_material(*, place: CohortSession | Module, details: MaterialDetails, by: User, now: datetime) -> Material:
    """Share a file or a link with those who take part in a session, or in any session of a module.

    A module's goes to its first version, which outlives the others: a draft that is thrown away takes nothing along.
    Raises MaterialRefused if `by` may not share there, if there is too much already, or if the disk takes no file.
    """
    where = {"session": place} if isinstance(place, CohortSession) else {"module": place.origin or place}
    material = Material(**where, shared_by=by)
    with _stored(details.document) as name, transaction.atomic():
        region = lock(Region(pk=material.region_id))  # two who share at once can't exceed the limits together
        _require_keeper(place, by)
        _refuse_too_much(region, details.document, shelved=Material.objects.filter(**where).count())
        _fill(material, details, name)
        material.save()
        record("material.shared", material, by=by, now=now, scope=region.pk, after=_recorded(material))
    return material


def change_material(*, material: Material, details: MaterialDetails, by: User, now: datetime) -> Material:
    """Give material another title, day, link or file; a file that no other row uses is removed when it is replaced.

    Saving what is already so changes nothing. Raises MaterialRefused like `share_material`.
    """
    with _stored(details.document) as name, transaction.atomic():
        region = lock(Region(pk=material.region_id))
        material = _locked(material, by=by)
        _refuse_too_much(region, details.document)
        before, old_file = _recorded(material), material.file.name
        _fill(material, details, name)
        after = _recorded(material)
        if before != after:
            material.save()
            record("material.changed", material, by=by, now=now, scope=region.pk, before=before, after=after)
            files.remove_unused_on_commit([old_file])
    return material


@transaction.atomic
def delete_material(*, material: Material, by: User, now: datetime) -> None:
    """Delete material, and its file unless another row uses it. Raises MaterialRefused if `by` may not."""
    material = _locked(material, by=by)
    record("material.deleted", material, by=by, now=now, scope=material.region_id, before=_recorded(material))
    files.remove_unused_on_commit([material.file.name])
    material.delete()


def sweep_materials(*, now: datetime) -> int:
    """Remove files that have no row since a day; return how many. Safe at any time."""
    return files.sweep(now=now)


@contextmanager
def _stored(document: Document | None) -> Iterator[str]:
    """Store the document's file and give its name, or "" without one; it goes again if what is done inside fails.

    Before the transaction begins, so that nobody waits for the disk.
    """
    try:
        name = files.store(document.file) if document else ""
    except OSError as error:
        logger.error("material can't be stored: %s", error)
        raise MaterialRefused(_("The file can't be stored right now. Try again in a while.")) from error
    try:
        yield name
    except BaseException:
        files.discard(name)
        raise


def _locked(material: Material, *, by: User) -> Material:
    try:
        material = lock(material)
    except Gone as gone:
        raise MaterialRefused(gone.reason) from gone
    _require_keeper(material.place, by)
    return material


def _require_keeper(place: CohortSession | Module, by: User) -> None:
    """Scope, checked once more inside the transaction that writes."""
    if isinstance(place, Module):
        may = place.programme.region_id in by.coordinated_region_ids
    else:
        may = CohortSession.objects.shareable_by(by).filter(pk=place.pk).exists()
    if not may:
        raise MaterialRefused(_("You may not share material there."))


def _refuse_too_much(region: Region, document: Document | None, *, shelved: int = 0) -> None:
    of_region = Q(module__programme__region=region) | Q(session__cohort__programme__region=region)
    # A file that several rows share is stored once.
    stored = Material.objects.filter(of_region).order_by().values("file", "size").distinct()
    refusal = refusal_to_share(
        shelved=shelved,
        stored=stored.aggregate(total=Sum("size"))["total"] or 0,
        added=document.size if document else 0,
        most_stored=settings.MATERIAL_REGION_LIMIT,
    )
    if refusal:
        raise MaterialRefused(refusal)


def _fill(material: Material, details: MaterialDetails, name: str) -> None:
    material.title, material.visible_from, material.url = details.title, details.visible_from, details.url
    if document := details.document:
        material.file.name = name
        material.filename, material.content_type, material.size = (
            document.filename,
            document.content_type,
            document.size,
        )


def _recorded(material: Material) -> dict[str, Any]:
    return {
        "title": material.title,
        "visible_from": material.visible_from,
        "file": material.file.name,
        "filename": material.filename,
        "url": material.url,
    }
