"""Who may be marked, when, and with how many minutes."""

from datetime import date

from django.utils.translation import gettext as _

from sessions.choices import Mark


def refusal_to_keep_register(*, session_day: date, today: date, cancelled: bool) -> str | None:
    """Nobody marks a future session: its register opens when its local day begins. A cancelled one has no register."""
    if cancelled:
        return _("The session is cancelled.")
    if today < session_day:
        return _("Attendance can be marked from the day of the session.")
    return None


def refusal_of_mark(*, mark: Mark, minutes: int | None, session_minutes: int, on_register: bool) -> str | None:
    """Only those on the register are marked. Minutes belong to `partial` and are fewer than the session's."""
    if not on_register:
        return _("This person does not take part in the session.")
    if minutes is None:
        return None
    if mark != Mark.PARTIAL:
        return _("Minutes are stated only for someone who was partly present.")
    if not 0 < minutes < session_minutes:
        return _("State between 1 and %(longest)s minutes.") % {"longest": session_minutes - 1}
    return None


def weight_of_mark(mark: str, minutes: int | None) -> tuple[int, int]:
    """The greater, the stronger, when one person has been marked twice: what she attended counts most."""
    return [Mark.ABSENT, Mark.EXCUSED, Mark.PARTIAL, Mark.PRESENT].index(Mark(mark)), minutes or 0
