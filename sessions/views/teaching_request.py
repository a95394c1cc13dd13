"""The page on which a lecturer answers a question: by the link of the mail without a log-in, or logged in."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from common.throttling import is_throttled
from common.tokens import hash_of
from sessions.actions import answer_request
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.forms.asking import AnswerForm
from sessions.models import TeachingRequest
from sessions.rules.asking import QuestionState

VISITS_PER_MINUTE = 30


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def teaching_request(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link. GET changes nothing, for mail scanners follow every link; a POST answers."""
    if is_throttled(request, "teaching_request", limit=VISITS_PER_MINUTE, seconds=60, now=timezone.now()):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    found = get_object_or_404(TeachingRequest.objects.with_details(), token_hash=hash_of(token))
    return _page(request, found, by=request.user if request.user.is_authenticated else None)


@requires(Permission.TEACH)
@require_http_methods(["GET", "HEAD", "POST"])
def own_request(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The same for a lecturer who has logged in."""
    requests = TeachingRequest.objects.visible_to(request.user).addressed_to(request.user).with_details()
    return _page(request, get_object_or_404(requests, pk=pk), by=request.user)


def _page(request: HttpRequest, found: TeachingRequest, *, by: User | None) -> HttpResponse:
    """Show the question and where it stands; take an answer, unless the session has moved since it was shown."""
    now = timezone.now()
    status = HTTPStatus.OK
    moved_now = False
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif request.method == "POST":
        try:
            answer_request(
                request=found,
                accept=form.cleaned_data["accept"],
                revision=form.cleaned_data["revision"],
                by=by,
                now=now,
            )
        except ChangedMeanwhile:
            moved_now = True
            status = HTTPStatus.CONFLICT
        except PlanningRefused:
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Thank you for your answer. The coordinator is told."))
            return redirect(request.path)
        found = TeachingRequest.objects.with_details().get(pk=found.pk)
    state = found.state(now=now)
    if state == QuestionState.EXPIRED:
        status = HTTPStatus.GONE
    context = {
        "asked": found,
        "session": found.session,
        "region": found.session.cohort.programme.region,
        "state": state,
        "moved": moved_now or state == QuestionState.MOVED,
    }
    return render(request, "sessions/teaching_request.html", context, status=status)
