"""Trying a text out before it is in force."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.exceptions import TrialRefused
from accounts.models import User
from accounts.texts.trying import trial
from common.throttling import is_too_often
from messaging.actions import queue
from messaging.kinds import Kind
from messaging.texts.text import Example, Wording
from regions.models import Region

MOST = 10  # an hour


def try_text(
    *, kind: Kind, wording: Wording, language: str, region: Region, example: Example | None, by: User, now: datetime
) -> None:
    """Send the text to `by` herself, as `example` would get it. Raises TrialRefused if she does that too often."""
    if is_too_often(str(by.pk), "trial", limit=MOST, seconds=3600, now=now):
        raise TrialRefused(_("You have sent many tests within an hour. Wait a while, or look at the preview."))
    queue([trial(kind, wording, language=language, region=region, example=example, to=by, now=now)])
