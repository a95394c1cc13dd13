"""Who gets a certificate, and what people may type to check one."""

import pytest

from certificates.rules.issuing import (
    CODE_ALPHABET,
    certificate_number,
    code_as_typed,
    code_from,
    code_in_groups,
    number_as_typed,
    refusal_to_issue,
    same_name,
)
from sessions.choices import ProgressState
from sessions.rules.progress import Progress


def progress(state: ProgressState) -> Progress:
    return Progress(earned=8 if state == ProgressState.COMPLETE else 7, total=9, required=8, state=state)


@pytest.mark.parametrize("takes_part", [True, False])
@pytest.mark.parametrize("state", ProgressState)
def test_issued_to_those_who_take_part_and_have_earned_enough(takes_part: bool, state: ProgressState) -> None:
    issued = refusal_to_issue(takes_part=takes_part, progress=progress(state)) is None
    assert issued is (takes_part and state == ProgressState.COMPLETE)


@pytest.mark.parametrize(
    ("serial", "number"), [(1, "SK-2026-0001"), (12, "SK-2026-0012"), (9999, "SK-2026-9999"), (10000, "SK-2026-10000")]
)
def test_number(serial: int, number: str) -> None:
    assert certificate_number(region_code="SK", year=2026, serial=serial) == number


def test_a_code_holds_all_eighty_bits_in_sixteen_characters() -> None:
    assert code_from(bytes(10)) == "0" * 16
    assert code_from(b"\xff" * 10) == "Z" * 16
    assert code_from(bytes(9) + b"\x21") == "0" * 14 + "11"
    assert not set("ILOU") & set(CODE_ALPHABET)
    assert len(set(CODE_ALPHABET)) == 32


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-JKM0-1QRS", "abcdefghjkm01qrs", " ABCD EFGH JKMO LQRS ", "ABCD–EFGH–JKMo–iQRS"]
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert code_as_typed(typed) == "ABCDEFGHJKM01QRS"


def test_a_code_is_printed_in_groups() -> None:
    assert code_in_groups("ABCDEFGHJKM01QRS") == "ABCD-EFGH-JKM0-1QRS"


@pytest.mark.parametrize("typed", ["SK-2026-0012", " sk-2026-0012 ", "SK–2026–0012", "SK - 2026 - 0012"])
def test_a_number_is_understood_however_it_is_typed(typed: str) -> None:
    assert number_as_typed(typed) == "SK-2026-0012"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Åsa Öberg-Lindström", True),
        ("  åsa   ÖBERG-lindström ", True),
        ("A\u030asa O\u0308berg-Lindstro\u0308m", True),  # accents as characters of their own
        ("Asa Oberg-Lindstrom", False),
        ("Åsa Öberg", False),
        ("Öberg-Lindström Åsa", False),
        ("", False),
    ],
)
def test_a_name_is_right_but_for_case_and_spaces(typed: str, right: bool) -> None:
    assert same_name(typed, "Åsa Öberg-Lindström") is right
