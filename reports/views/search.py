"""Searching across the portal: the page, and the hits that appear while one types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from common.search import LONGEST
from reports.search import is_long_enough, subjects_for
from reports.search import search as hits_for


@requires(Permission.SEARCH)
@require_safe
def search(request: AuthenticatedRequest) -> HttpResponse:
    """The first hits of each kind, or all of one kind; to htmx only the hits."""
    user, now = request.user, timezone.now()
    text = request.GET.get("q", "").strip()[:LONGEST]
    asked = is_long_enough(text)
    context = {"text": text, "asked": asked}
    subject = subjects_for(user).get(request.GET.get("visa", ""))
    if subject and asked:
        page = paginated(subject.find(user, text, now), request, FEW_ROWS)
        hits = [subject.show(user, row) for row in page]
        return render(
            request, "reports/search_one_kind.html", context | {"subject": subject, "page": page, "hits": hits}
        )
    groups = hits_for(user, text, now=now) if asked else []
    context |= {"groups": groups, "found": sum(len(group.hits) for group in groups)}
    return render(request, "reports/_hits.html" if request.htmx else "reports/search.html", context)
