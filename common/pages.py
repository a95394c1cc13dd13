"""Long lists, a page at a time: templates/components/_pagination.html leads from one to the next."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

# How many rows are on a page: usually; where each holds much, or more follows below; where they are to be looked over.
ROWS, FEW_ROWS, MANY_ROWS = 50, 25, 100


def paginated(rows: Any, request: HttpRequest, size: int = ROWS, *, opens_on: int = 1) -> Page[Any]:
    """The page of `rows` that the address asks for, at most the last; `opens_on` if it asks for none."""
    return Paginator(rows, size).get_page(request.GET.get("page", opens_on))
