"""What a region may choose. Pure: no database, clock or request."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from common.colours import READABLE, contrast

LARGEST_LOGO = 500_000  # bytes
LONGEST_LOGO_SIDE = 2_000  # pixels


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio, 1 to 21, of `colour` on white."""
    return contrast(colour, "#FFFFFF")


def refusal_of_colour(colour: str) -> str | None:
    """Say why `colour` can't be a region's colour: text in it must be readable on white."""
    found = contrast_with_white(colour)
    if found >= READABLE:
        return None
    return _(
        "The colour is too light to be read on white: its contrast is %(contrast)s to 1, and at least "
        "%(least)s to 1 is needed. Choose a darker one."
    ) % {"contrast": number_format(found, 1), "least": number_format(READABLE, 1)}


def refusal_of_logo(*, size: int, width: int, height: int, picture_format: str | None) -> str | None:
    """Say why a picture can't be a logo; `size` is in bytes, `picture_format` what its content really is."""
    if size > LARGEST_LOGO:
        return _("The picture is larger than %(largest)d kB. Choose a smaller one.") % {
            "largest": LARGEST_LOGO // 1_000
        }
    if picture_format != "PNG":
        return _("The file is not a PNG picture.")
    if max(width, height) > LONGEST_LOGO_SIDE:
        return _("The picture may be at most %(side)d pixels wide and high.") % {"side": LONGEST_LOGO_SIDE}
    return None
