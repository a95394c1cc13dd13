"""A region's look in its mails: its colour, by day and by night, and its logo, which the mail carries along."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image

from common.colours import readable_on
from messaging.kinds import Attachment

logger = logging.getLogger(__name__)

OURS = "#0B5563"
NIGHT = "#0F1719"  # the ground of a mail that is read in the dark
LOGO = "logo"  # the picture's name, as in src="cid:logo"
HEIGHT = 48  # CSS pixels
SHARPNESS = 2  # pixels in one of them
WIDEST = 320


@dataclass(frozen=True)
class Look:
    """`colour` can be read on white, and white on it; `night` on the ground of the night, and that on it."""

    colour: str
    night: str
    logo: Attachment | None
    height: int = HEIGHT


def look_of(region: Any) -> Look:
    """The look of a region, or of the portal where there is none (None)."""
    colour = region.primary_colour if region else OURS
    return Look(colour, readable_on(NIGHT, colour), _logo(region.logo) if region and region.logo else None)


def _logo(file: Any) -> Attachment | None:
    """The picture, small enough for every mail. A mail is worth sending without it."""
    try:
        content = _small(file.storage, file.name)
    except OSError:
        logger.warning("the logo %s can't be read: mails go without it", file.name, exc_info=True)
        return None
    return Attachment("logo.png", content, "image/png")


@lru_cache(maxsize=64)  # a logo that is replaced gets another name
def _small(storage: Any, name: str) -> bytes:
    small = BytesIO()
    with storage.open(name, "rb") as file, Image.open(file) as picture:
        picture.thumbnail((WIDEST * SHARPNESS, HEIGHT * SHARPNESS))
        picture.save(small, "PNG", optimize=True)
    return small.getvalue()
