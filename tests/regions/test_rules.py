import pytest

from regions import rules


@pytest.mark.parametrize(
    ("colour", "contrast"), [("#000000", 21), ("#FFFFFF", 1), ("#767676", 4.54), ("#0B5563", 8.42)]
)
def test_contrast_is_the_one_of_wcag(colour: str, contrast: float) -> None:
    assert rules.contrast_with_white(colour) == pytest.approx(contrast, abs=0.05)


@pytest.mark.parametrize(
    ("colour", "allowed"), [("#0B5563", True), ("#767676", True), ("#777777", False), ("#ffd54a", False)]
)
def test_a_colour_must_be_readable_on_white(colour: str, allowed: bool) -> None:
    assert (rules.refusal_of_colour(colour) is None) is allowed


@pytest.mark.parametrize(
    ("picture", "allowed"),
    [
        ({}, True),
        ({"size": 500_001}, False),
        ({"width": 2_001}, False),
        ({"height": 2_001}, False),
        ({"picture_format": "JPEG"}, False),
    ],
)
def test_a_logo_is_a_small_png(picture: dict[str, object], allowed: bool) -> None:
    good = {"size": 500_000, "width": 2_000, "height": 2_000, "picture_format": "PNG"}
    assert (rules.refusal_of_logo(**good | picture) is None) is allowed  # type: ignore[arg-type]
