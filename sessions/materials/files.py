"""Where material lies: in the private media folder, each file under a random name without an ending.

Several rows may share a file (a copied cohort). It goes when the last of them has gone; what a power cut or a deleted
draft leaves behind, `sweep` removes.
"""

import logging
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import transaction

from common.files import write_chunks_whole
from sessions.models import Material

logger = logging.getLogger(__name__)

FOLDER = "materials"
CHUNK = 64 * 1024
UNDER_WAY = timedelta(days=1)  # by then an upload has its row, or will never have one


def store(file: IO[bytes]) -> str:
    """Write `file` durably and return its name in the storage. Raises OSError; then nothing is stored."""
    name = f"{FOLDER}/{uuid4().hex}"
    file.seek(0)
    write_chunks_whole(Path(default_storage.path(name)), iter(lambda: file.read(CHUNK), b""))
    return name


def discard(name: str) -> None:
    """Remove a file that has just been stored, and whose row failed."""
    if name:
        default_storage.delete(name)


def remove_unused_on_commit(names: Iterable[str | None]) -> None:
    """Once the transaction holds, remove those of the files that no row names any more."""
    wanted = [name for name in names if name]
    transaction.on_commit(lambda: _remove_unused(wanted))


def sweep(*, now: datetime) -> int:
    """Remove files older than a day that no row names; return how many."""
    folder = Path(default_storage.path(FOLDER))
    before = (now - UNDER_WAY).timestamp()
    old = [entry.name for entry in os.scandir(folder) if entry.stat().st_mtime < before] if folder.exists() else []
    return _remove_unused(f"{FOLDER}/{name}" for name in old)


def _remove_unused(names: Iterable[str]) -> int:
    names = set(names)
    unused = names - set(Material.objects.filter(file__in=names).values_list("file", flat=True))
    for name in unused:
        default_storage.delete(name)
    if unused:
        logger.info("removed %s files of material that is gone", len(unused))
    return len(unused)
