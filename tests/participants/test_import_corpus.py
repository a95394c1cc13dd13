"""Whatever is uploaded or pasted ends with a message or with rows: in bounded memory and time."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from participants.importing import child
from participants.importing.reading import UnreadableFile, read
from tests.participants.corpus import Specimen, specimens

ALL = [pytest.param(specimen, id=specimen.what) for specimen in specimens()]
KIB = 1024
# The limit in characters, of which JSON writes one outside ASCII with six.
LONGEST_ANSWER = 6 * child.TEXT
# Of work, not of waiting; the limit kills long after anything here is done.
MOST_SECONDS = child.SECONDS / 2


@cache
def content_of(specimen: Specimen) -> bytes:
    return specimen.make()


@pytest.mark.parametrize("specimen", ALL)
def test_it_ends_with_a_message_or_with_rows(specimen: Specimen) -> None:
    content = content_of(specimen)
    if specimen.message is None:
        rows = read(content, specimen.name)
        assert len(rows) <= child.ROWS + child.LINES_ABOVE
        assert max(len(cells) for _number, cells in rows) <= child.COLUMNS
        assert max(len(cell) for _number, cells in rows for cell in cells) <= child.CELL
        assert all(cell.isprintable() for _number, cells in rows for cell in cells)
    else:
        with pytest.raises(UnreadableFile, match=specimen.message):
            read(content, specimen.name)


@pytest.mark.parametrize("specimen", ALL)
def test_its_reader_stays_within_its_memory_and_time(specimen: Specimen, tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(content_of(specimen))
    arguments = [specimen.name] if specimen.name else []
    with file.open("rb") as source, (tmp_path / "answer").open("wb") as answer:
        command = [sys.executable, "-I", child.__file__, *arguments]
        process = subprocess.Popen(command, stdin=source, stdout=answer, env={})
        _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert used.ru_utime + used.ru_stime < MOST_SECONDS
    assert used.ru_maxrss * KIB < child.MEMORY
    assert (tmp_path / "answer").stat().st_size <= LONGEST_ANSWER
