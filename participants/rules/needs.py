"""How long it is kept what people need. Pure."""

from datetime import date, datetime, timedelta

from common.clock import local_date

KEPT = timedelta(days=7)


def purged_on(last_session_ends: datetime) -> date:
    """The local day on which the needs of a cohort are purged: a week after its last session has ended."""
    return local_date(last_session_ends + KEPT)
