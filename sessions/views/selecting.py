"""What the board, the month and the list have in common: the filter in the address."""

from typing import Any

from accounts.http import AuthenticatedRequest
from sessions.boards.selection import facets
from sessions.clashes.calendar import Calendar
from sessions.forms.board import BoardFilter


def filter_of(request: AuthenticatedRequest) -> BoardFilter:
    """The filter as the address has it."""
    programmes, terms = facets(request.user)
    # Ids of their own: the dialog on the board has a form with the same names.
    return BoardFilter(request.GET, auto_id="filter_%s", programmes=programmes, terms=terms)


def context_of(form: BoardFilter, panorama: Calendar, view: str) -> dict[str, Any]:
    """What the head of each `view` (board, month, list) needs: templates/sessions/_planning_head.html."""
    form.offer(lecturers=panorama.lecturers.values(), venues=panorama.venues.values())
    return {"form": form, "view": view, "filtered": any(form.cleaned_data.values())}
