"""Local time. Datetimes are stored in UTC; people enter and read them in Swedish time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local_date(moment: datetime) -> date:
    """The date in Stockholm at `moment`, an aware datetime."""
    return moment.astimezone(STOCKHOLM).date()


def at(day: date, clock: time) -> datetime:
    """`clock` by the wall clock in Stockholm on `day`.

    An hour that is passed twice in autumn is the first of the two; one that is skipped in spring is read as the
    clock showed before it was put forward (PEP 495).
    """
    return datetime.combine(day, clock, tzinfo=STOCKHOLM)
