"""What texts about sessions may say, besides what those about enrolments may."""

from django.utils.translation import pgettext_lazy

from messaging.texts.text import Placeholder, first_name
from participants.placeholders import COHORT, PROGRAMME

RECEIVER = first_name(pgettext_lazy("placeholder", "the receiver’s first name"))
TITLE = Placeholder(
    "title",
    pgettext_lazy("placeholder name", "module"),
    pgettext_lazy("placeholder", "the module"),
    pgettext_lazy("example", "Talking with children"),
)
DATE = Placeholder(
    "date",
    pgettext_lazy("placeholder name", "date"),
    pgettext_lazy("placeholder", "the day"),
    pgettext_lazy("example", "Tuesday 14 April"),
)
REGION = Placeholder(
    "region",
    pgettext_lazy("placeholder name", "region"),
    pgettext_lazy("placeholder", "the region"),
    pgettext_lazy("example", "Example region"),
)


def of_announcement(*, about_a_session: bool) -> tuple[Placeholder, ...]:
    """What a coordinator's message to a cohort may say."""
    return (RECEIVER, COHORT, PROGRAMME, *((TITLE, DATE) if about_a_session else ()))
