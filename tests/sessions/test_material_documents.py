"""What an uploaded file really is."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.exceptions import MaterialRefused
from sessions.rules.documents import KINDS, clean_name, examine
from tests.factories import PDF
from tests.sessions.documents import GOOD, HOSTILE, TOO_LARGE

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("ending", KINDS)
def test_what_may_be_shared_is_told_by_ending_and_content(ending: str) -> None:
    document = examine(io.BytesIO(GOOD[ending]), name=f"Kurs 1.{ending.upper()}", largest=MEGABYTE)
    assert (document.filename, document.size) == (f"Kurs 1.{ending}", len(GOOD[ending]))
    assert document.content_type == KINDS[ending].content_type
    assert document.file.read() == GOOD[ending]


@pytest.mark.parametrize("what", HOSTILE)
def test_anything_else_is_refused_with_a_reason(what: str) -> None:
    name, content, reason = HOSTILE[what]
    with pytest.raises(MaterialRefused, match=reason):
        examine(io.BytesIO(content), name=name, largest=MEGABYTE)


@pytest.mark.parametrize(("ending", "other"), [(one, other) for one in KINDS for other in KINDS])
def test_no_kind_passes_for_another(ending: str, other: str) -> None:
    if KINDS[ending].content_type == KINDS[other].content_type:
        return
    with pytest.raises(MaterialRefused):
        examine(io.BytesIO(GOOD[other]), name=f"kurs.{ending}", largest=MEGABYTE)


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    assert examine(io.BytesIO(PDF), name="kurs.pdf", largest=len(PDF)).size == len(PDF)
    with pytest.raises(MaterialRefused, match=TOO_LARGE):
        examine(io.BytesIO(PDF), name="kurs.pdf", largest=len(PDF) - 1)


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 400), st.binary(min_size=1, max_size=40))
def test_a_damaged_file_is_refused_or_taken_but_never_breaks_its_reader(ending: str, at: int, damage: bytes) -> None:
    content = GOOD[ending]
    damaged = content[:at] + damage + content[at + len(damage) :]
    with contextlib.suppress(MaterialRefused):
        assert examine(io.BytesIO(damaged), name=f"kurs.{ending}", largest=MEGABYTE).size == len(damaged)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Kurs dag 1.pdf", "Kurs dag 1.pdf"),
        ("Åäö – bilder.PPTX", "Åäö – bilder.pptx"),
        ("A\u030asa.pdf", "Åsa.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Kurser\\dag 1.pdf", "dag 1.pdf"),
        ("kurs\r\nSet-Cookie: a=b.pdf", "kursSet-Cookie- a=b.pdf"),
        ("kurs\u202egpj.pdf", "kursgpj.pdf"),
        ('a"b<c>|?.pdf', "a-b-c---.pdf"),
        ("..pdf", "Material.pdf"),
        (".pdf", "Material.pdf"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_file_is_shown_under_a_name_that_does_no_harm(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown


@given(st.text(max_size=300))
def test_no_name_is_too_long_or_holds_what_cannot_be_seen(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned.isprintable()
    assert 0 < len(cleaned) <= 150
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert not cleaned.startswith(".")
