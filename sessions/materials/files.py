"""Where material lies: in the private storage, each file under a random name without an ending.

Several rows may share a file (a copied cohort). It goes when the last of them has gone; what a power cut or a deleted
draft leaves behind, `sweep` removes.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import IO
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from sessions.models import Material

logger = logging.getLogger(__name__)

FOLDER = "materials"
UNDER_WAY = timedelta(days=1)  # by then an upload has its row, or will never have one


def store(file: IO[bytes]) -> str:
    """Write `file` durably and return its name in the storage. Raises OSError; then nothing is stored."""
    return default_storage.save(f"{FOLDER}/{uuid4().hex}", File(file))


def discard(name: str) -> None:
    """Remove a file that has just been stored, and whose row failed."""
    if name:
        default_storage.delete(name)


def remove_unused_on_commit(names: Iterable[str | None]) -> None:
    """Once the transaction holds, remove those of the files that no row names any more."""
    wanted = [name for name in names if name]
    transaction.on_commit(lambda: _remove(_unused(wanted)))


def sweep(*, now: datetime) -> int:
    """Remove files older than a day that no row names; return how many."""
    try:
        _folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # nothing has been shared yet
        return 0
    unused = _unused(f"{FOLDER}/{name}" for name in files)
    return _remove({name for name in unused if default_storage.get_modified_time(name) < now - UNDER_WAY})


def _unused(names: Iterable[str]) -> set[str]:
    names = set(names)
    return names - set(Material.objects.filter(file__in=names).values_list("file", flat=True))


def _remove(names: Collection[str]) -> int:
    for name in names:
        default_storage.delete(name)
    if names:
        logger.info("removed %s files of material that is gone", len(names))
    return len(names)
