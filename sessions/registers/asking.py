"""Questions to lecturers, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from sessions.models import TeachingRequest
from sessions.rules.asking import QuestionState

# Tone, icon and word.
LOOKS: dict[QuestionState, tuple[str, str, str | Promise]] = {
    QuestionState.OPEN: ("waiting", "mail-question-mark", gettext_lazy("Waiting for an answer")),
    QuestionState.MOVED: ("waiting", "mail-question-mark", gettext_lazy("Waiting, the session has moved since")),
    QuestionState.EXPIRED: ("neutral", "calendar-off", pgettext_lazy("request", "Expired")),
    QuestionState.ACCEPTED: ("ok", "thumbs-up", pgettext_lazy("request", "Accepted")),
    QuestionState.DECLINED: ("error", "thumbs-down", pgettext_lazy("request", "Declined")),
    QuestionState.WITHDRAWN: ("neutral", "undo-2", pgettext_lazy("request", "Withdrawn")),
}


@dataclass(frozen=True)
class Asked:
    """A question and where it stands."""

    request: TeachingRequest
    state: QuestionState

    @property
    def tone(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]

    @property
    def word(self) -> str | Promise:
        return LOOKS[self.state][2]


def asked_of(requests: Iterable[TeachingRequest], *, now: datetime) -> list[Asked]:
    """`requests`, loaded with their sessions, each with where it stands at `now`."""
    return [Asked(request, request.state(now=now)) for request in requests]
