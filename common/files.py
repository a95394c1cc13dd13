"""Files that are there whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from common.faults import crash_point


def write_whole(file: Path, data: bytes) -> None:
    """Put `data` into `file`, as `write_chunks_whole` does."""
    write_chunks_whole(file, [data])


def write_chunks_whole(file: Path, chunks: Iterable[bytes]) -> None:
    """Put `chunks` into `file`, replacing it: readers see the old file or the new one, and after the return the new
    one, whatever power cut comes.

    Makes the folders on the way. Raises OSError; then `file` is whole, as it was or as it should be.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{uuid4().hex}")
    try:
        with temporary.open("xb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        crash_point("before a file takes its place")
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """Make what was renamed in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
