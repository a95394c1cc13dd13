"""Files that are there whole or not at all."""

import os
from pathlib import Path

import pytest

from common.files import write_whole


def test_a_file_is_written_into_folders_that_were_not_there(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "letter.eml"
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "letter.eml"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("letter.eml", b"old")]
