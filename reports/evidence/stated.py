"""What messages say of when and where a session is held: those that say so, and how it stood when they left."""

from __future__ import annotations

from datetime import datetime

from messaging.choices import State
from messaging.models import Message
from reports.rules.telling import Statement
from sessions.messages import announcement, preparation, reminder, welcome, withdrawal
from sessions.messages.concerned import NAME as CHANGED
from sessions.messages.concerned import steps_of
from sessions.messages.recipients import BY_MISTAKE
from sessions.models import CohortSession, SessionRevision
from sessions.rules.telling import Standing

FIRST = 1  # revision
OF_LOST_SEATS = frozenset({withdrawal.NAME, BY_MISTAKE})  # no session is hers then, until she is told anew
OF_A_REVISION = frozenset({reminder.NAME, preparation.NAME})  # they go only as long as it is in force
HAS_ARRIVED = frozenset({State.SENT, State.DELIVERED})  # as far as is known


class Standings:
    """How a session stood, by revision and by time. Takes one query."""

    def __init__(self, session: CohortSession) -> None:
        revisions = list(SessionRevision.objects.filter(session=session).select_related("change").order_by("number"))
        self.session = session
        self.by_number = {one.number: one.standing for one in revisions} | {session.revision: session.standing}
        self._since = [(one.change.at, one.number) for one in revisions if one.change]

    def at(self, moment: datetime) -> Standing | None:
        """How it stood then."""
        number = max((number for since, number in self._since if since <= moment), default=FIRST)
        return self.by_number.get(number)


def statement_in(message: Message, standings: Standings) -> Statement | None:
    """How the session stands by `message`; None if that says nothing of it, or hasn't left.

    What holds no revision is written as the session stands when it leaves. A welcome lists what is ahead, so that it
    tells of a cancelled session by leaving it out.
    """
    arrived = message.state in HAS_ARRIVED
    in_doubt = message.handed_over is not None and message.state in (State.SENDING, State.UNCERTAIN)
    if not (arrived or in_doubt):
        return None
    left = message.handed_over or message.due
    if message.kind == CHANGED:
        step = steps_of(message).get(standings.session.pk)
        return Statement(left, standings.by_number.get(step.now), arrived) if step else None
    if message.kind in OF_LOST_SEATS:
        return Statement(left, None, arrived)
    if message.kind in OF_A_REVISION:
        return Statement(left, standings.by_number.get(int(message.refs["revision"])), arrived)
    standing = standings.at(left)
    if standing and _says(message, standing):
        return Statement(left, standing, arrived)
    return None


def _says(message: Message, standing: Standing) -> bool:
    if message.kind == welcome.NAME:
        return standing.ends > message.due
    return message.kind == announcement.NAME and not standing.is_cancelled
