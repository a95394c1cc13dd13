"""How much may be shared, and when it is seen."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.interface import file_size

MOST_ON_A_SHELF = 50


def refusal_to_share(*, shelved: int, stored: int, added: int, most_stored: int) -> str | None:
    """Why no more can be shared, or None.

    `shelved` is how many go with the session or module already; `stored` and `added` are bytes, the region's and the
    new file's, and `most_stored` is what a region may store.
    """
    if shelved >= MOST_ON_A_SHELF:
        return ngettext(
            "At most %(count)s file or link can be shared here. Delete what is no longer needed.",
            "At most %(count)s files and links can be shared here. Delete what is no longer needed.",
            MOST_ON_A_SHELF,
        ) % {"count": MOST_ON_A_SHELF}
    if added and stored + added > most_stored:
        return _(
            "The region's files would be more than %(size)s together. Delete what is no longer needed, or share a link."
        ) % {"size": file_size(most_stored)}
    return None


def is_waiting(visible_from: date | None, *, today: date) -> bool:
    """Whether those who take part don't see it yet on `today`, a local day."""
    return visible_from is not None and visible_from > today
