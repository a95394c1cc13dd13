"""Mobile numbers, as people write them and as they are kept."""

import pytest

from common.phones import as_e164, readable

KEPT = "+46701740605"


@pytest.mark.parametrize(
    "text",
    ["070-174 06 05", "0701740605", "070 174 06 05", "+46 70 174 06 05", "+46 (0)70-174 06 05", "0046 70 174 06 05"],
)
def test_a_swedish_number_is_kept_in_one_way_however_it_is_written(text: str) -> None:
    assert as_e164(text) == KEPT


@pytest.mark.parametrize(
    ("text", "kept"),
    [("+45 20 12 34 56", "+4520123456"), ("+47 406 12 345", "+4740612345"), ("+358 41 2345678", "+358412345678")],
)
def test_who_lives_across_the_border_gets_sms_too(text: str, kept: str) -> None:
    assert as_e164(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "046-35 50 00",  # a landline
        "070-174 06",  # a digit or two short
        "070-174 06 05 12 34",
        "0900-123 45 67",  # a premium number
        "112",
        "+1 212 555 0123",
        "+7 912 345 67 89",
        "asa@example.org",
        "070-A74 06 05",
        "",
    ],
)
def test_what_is_no_nordic_mobile_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of the library's several reasons
        as_e164(text)


@pytest.mark.parametrize(("kept", "written"), [(KEPT, "070-174 06 05"), ("+4520123456", "+45 20 12 34 56")])
def test_a_number_is_shown_as_people_write_it(kept: str, written: str) -> None:
    assert readable(kept) == written
