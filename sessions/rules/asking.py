"""What a lecturer may be asked, where a question stands, and until when it can be answered."""

from enum import StrEnum

from django.utils.translation import gettext as _

from sessions.choices import RequestStatus


class QuestionState(StrEnum):
    """Where a question stands: what is stored of it, or what has become of its session meanwhile."""

    OPEN = "open"
    MOVED = "moved"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def can_be_answered(self) -> bool:
        return self in (QuestionState.OPEN, QuestionState.MOVED)


def state_of(status: RequestStatus, *, cancelled: bool, begun: bool, moved: bool) -> QuestionState:
    """An answer stays what it was. An open question ends with its session, and is asked anew if that has moved."""
    if status != RequestStatus.OPEN:
        return QuestionState(status)
    if cancelled or begun:
        return QuestionState.EXPIRED
    return QuestionState.MOVED if moved else QuestionState.OPEN


def refusal_to_ask(*, cancelled: bool, begun: bool, teaches: bool, asked: bool, archived: bool) -> str | None:
    """Somebody is asked once about a session that is ahead and that she doesn't teach already."""
    if cancelled:
        return _("The session is cancelled.")
    if begun:
        return _("The session has begun.")
    if archived:
        return _("The lecturer is archived.")
    if teaches:
        return _("The lecturer teaches the session already.")
    if asked:
        return _("The lecturer has been asked already and hasn't answered yet.")
    return None


def refusal_to_answer(state: QuestionState) -> str | None:
    """Only an open question can be answered, once; that its session has moved is no reason not to."""
    reasons = {
        QuestionState.ACCEPTED: _("The question has been answered with yes."),
        QuestionState.DECLINED: _("The question has been answered with no."),
        QuestionState.WITHDRAWN: _("The question has been withdrawn."),
        QuestionState.EXPIRED: _("The session has begun or is cancelled, so the question has expired."),
    }
    return reasons.get(state)


def refusal_to_withdraw(status: RequestStatus) -> str | None:
    """What has been answered can't be unasked."""
    if status == RequestStatus.WITHDRAWN:
        return _("The question has been withdrawn.")
    if status != RequestStatus.OPEN:
        return _("The question has been answered.")
    return None
