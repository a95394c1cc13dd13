"""What the pages about a list have in common."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.http import AuthenticatedRequest
from participants.exceptions import EnrolmentRefused
from participants.models import Import


def load_import(request: AuthenticatedRequest, pk: UUID) -> Import:
    """The user's own list; 404 for anyone else's. Its lines are read only where columns are chosen."""
    uploads = Import.objects.visible_to(request.user).select_related(
        "cohort__programme__region", "municipality", "uploaded_by"
    )
    rules = "cohort__programme__eligibility_rules"
    return get_object_or_404(uploads.prefetch_related(rules).defer("sheet"), pk=pk)


def refused(request: AuthenticatedRequest, refusal: EnrolmentRefused) -> HttpResponse:
    """Back to the cohorts, with the reason: here nobody can be enrolled now."""
    messages.error(request, refusal.reason)
    return redirect("participants:enrol")
