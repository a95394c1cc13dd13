"""What the demo region's registers hold beside names: days that don't suit, and questions to lecturers."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from accounts.models import User
from common.clock import local_date
from regions.models import Region
from sessions.actions import answer_request, ask_lecturer, block_days, note_unavailable
from sessions.models import BlockedPeriod, CohortSession, Lecturer
from sessions.rules.days import problem_with

ONE_DAY = timedelta(days=1)


def fill(*, region: Region, lecturers: Sequence[Lecturer], by: User, now: datetime) -> None:
    """Block two days for a conference, let the first lecturer be away twice, and ask two lecturers about a session.

    The first is yet to answer, the other has said no. The days are in nobody's way.
    """
    sessions = list(CohortSession.objects.upcoming(now=now).order_by("starts").prefetch_related("lecturers"))
    days = _free_days(after=local_date(now) + timedelta(weeks=3), taken={session.day for session in sessions})
    conference, course, journey = (next(days) for _time in range(3))
    period = BlockedPeriod(region=region, first=conference, last=conference + ONE_DAY, reason="Regional chefskonferens")
    block_days(period=period, by=by, now=now)
    for first, last in ((course, course), (journey, journey + ONE_DAY)):
        note_unavailable(lecturer=lecturers[0], first=first, last=last, by=by, now=now)
    wanted = min(sessions, key=lambda session: (session.lecturers.count(), session.starts))
    waiting, declining = [one for one in lecturers if one not in wanted.lecturers.all()][:2]
    asked = ask_lecturer(session=wanted, lecturer=declining, sentence="", by=by, now=now - timedelta(days=3))
    answer_request(request=asked, accept=False, revision=wanted.revision, by=None, now=now - timedelta(days=2))
    sentence = "Vi saknar någon till den här modulen. Ring mig gärna om du undrar över upplägget."
    ask_lecturer(session=wanted, lecturer=waiting, sentence=sentence, by=by, now=now - ONE_DAY)


def _free_days(*, after: date, taken: set[date]) -> Iterator[date]:
    """Days that suit, each the first of two on which nothing is planned, at least a week apart."""
    day = after
    while True:
        if problem_with(day) is None and not taken & {day, day + ONE_DAY}:
            yield day
            day += timedelta(weeks=1)
        day += ONE_DAY
