"""Everything that the portal says can be said in Swedish, the language it ships in."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

MARKUP = re.compile(r"<[^>]*>")  # in whose attributes quotes are straight
LEFT_OUT = (".*", "node_modules", "static", "staticfiles", "var", "tests", "__pycache__", "*.mo")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the texts were collected anew, as `make messages` does."""
    copy = tmp_path_factory.mktemp("collected") / "project"
    shutil.copytree(settings.BASE_DIR, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    command = subprocess.run(
        ["scripts/messages"],
        cwd=copy,
        env=os.environ | {"PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert command.returncode == 0, command.stdout + command.stderr
    return copy / "locale"


def catalogue(locale: Path, language: str) -> polib.POFile:
    return polib.pofile(str(locale / language / "LC_MESSAGES" / "django.po"))


def test_every_text_has_a_swedish_translation(collected: Path) -> None:
    missing = [entry.msgid for entry in catalogue(collected, "sv") if not entry.translated()]
    assert missing == [], "run `make messages`, then translate in locale/sv"


def test_swedish_quotes_are_all_the_same() -> None:
    """Of the form ”…”: on both sides the right one, and never a straight one."""
    entries = catalogue(Path(settings.BASE_DIR) / "locale", "sv")
    texts = [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in texts if set('"“„') & set(MARKUP.sub("", text))] == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_translation_is_a_guess(collected: Path, language: str) -> None:
    assert [entry.msgid for entry in catalogue(collected, language) if entry.fuzzy] == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_catalogues_hold_what_the_portal_says_and_nothing_else(collected: Path, language: str) -> None:
    def texts(locale: Path) -> set[tuple[str | None, str]]:
        return {(entry.msgctxt, entry.msgid) for entry in catalogue(locale, language) if not entry.obsolete}

    assert texts(settings.BASE_DIR / "locale") == texts(collected), "run `make messages`"
