"""Messages and what became of them: the list, one message, and what can be done about one that may not have arrived."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from common.spreadsheets import download
from messaging.actions import correct_and_resend, resend, settle_otherwise, treat_as_sent
from messaging.exceptions import MessageRefused
from messaging.kinds import title_of
from messaging.models import Message
from reports.evidence.listing import rows_of, spreadsheet_of
from reports.evidence.message import shown, text_of
from reports.evidence.todo import todo_of
from reports.evidence.told import told_of
from reports.forms import CorrectAddressForm, MessageFilter
from sessions.models import CohortSession

MOST_ROWS = 10_000  # in a spreadsheet


@requires(Permission.SEE_REGION)
@require_safe
def all_messages(request: AuthenticatedRequest) -> HttpResponse:
    """The list, with filters in the address."""
    form = _filter_of(request)
    page = paginated(form.messages().with_delivered(), request, FEW_ROWS)
    rows = rows_of(page.object_list, user=request.user)
    context = {"form": form, "about": form.about, "filtered": bool(form.wanted), "page": page, "rows": rows}
    return render(request, "reports/messages.html", context)


@requires(Permission.SEE_REGION)
@require_safe
def messages_file(request: AuthenticatedRequest) -> HttpResponse:
    """What the list shows, as an Excel file."""
    found = _filter_of(request).messages().with_delivered()[:MOST_ROWS]
    return download(spreadsheet_of(rows_of(found, user=request.user)), _("messages.xlsx"))


@requires(Permission.SEE_REGION)
@require_safe
def message_todo(request: AuthenticatedRequest) -> HttpResponse:
    """What is to be done about messages: a page, and a part of the overview, which asks for it when it is there."""
    groups = todo_of(request.user, now=timezone.now(), unfolded=request.GET.get("visa", ""))
    context = {"groups": groups, "total": sum(len(group.items) for group in groups)}
    return render(request, "reports/_message_todo.html" if request.htmx else "reports/message_todo.html", context)


@requires(Permission.SEE_REGION)
@require_safe
def session_messages(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Who was told of a session, and how far it came."""
    sessions = CohortSession.objects.visible_to(request.user).coordinated_by(request.user)
    session = get_object_or_404(sessions.select_related("cohort__programme", "module"), pk=pk)
    told = told_of(session, user=request.user)
    return render(request, "reports/session_messages.html", {"session": session, "told": told})


@requires(Permission.SEE_REGION)
@require_safe
def message(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """One message: where it stands, how it came there, and what can be done."""
    found = _messages_of(request).prefetch_related("attempts", "events__by")
    context = {"shown": shown(get_object_or_404(found, pk=pk), user=request.user, now=timezone.now())}
    return render(request, "reports/message.html", context)


@requires(Permission.SEE_REGION)
@require_safe
def message_text(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The text of a message as it would read now: none is kept."""
    found = get_object_or_404(_messages_of(request), pk=pk)
    context = {"message": found, "title": title_of(found.kind), "text": text_of(found)}
    return render(request, "reports/message_text.html", context)


@requires(Permission.SEE_REGION)
@require_POST
def resend_message(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Send it again."""
    return _take(request, pk, resend, _("It is sent again."))


@requires(Permission.SEE_REGION)
@require_POST
def treat_message_as_sent(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Count it as sent."""
    return _take(request, pk, treat_as_sent, _("It counts as sent."))


@requires(Permission.SEE_REGION)
@require_POST
def settle_message(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Note that its receiver has been told in another way, or need not be."""
    return _take(request, pk, settle_otherwise, _("It is noted as settled."))


@requires(Permission.SEE_REGION)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_message(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Send it to another address."""
    found = get_object_or_404(_messages_of(request), pk=pk)
    form = CorrectAddressForm(request.POST or None, message=found)
    if request.method == "POST" and form.is_valid():
        recipient = form.cleaned_data["recipient"]
        try:
            correct_and_resend(message=found, recipient=recipient, by=request.user, now=timezone.now())
        except MessageRefused as refused:
            form.add_error("recipient", refused.reason)
        else:
            messages.success(request, _("It is sent to %(address)s.") % {"address": recipient})
            return redirect("reports:message", pk)
    context = {"shown": shown(found, user=request.user, now=timezone.now()), "form": form}
    return render(request, "reports/correct_message.html", context, status=422 if form.errors else 200)


def _take(request: AuthenticatedRequest, pk: UUID, way: Callable[..., None], done: str) -> HttpResponse:
    """Take a way out, and return to where it was offered: the overview or the message's page."""
    try:
        way(message=get_object_or_404(_messages_of(request), pk=pk), by=request.user, now=timezone.now())
    except MessageRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, done)
    return redirect("reports:overview") if "overview" in request.POST else redirect("reports:message", pk)


def _messages_of(request: AuthenticatedRequest) -> Any:
    return Message.objects.visible_to(request.user).with_delivered()


def _filter_of(request: AuthenticatedRequest) -> MessageFilter:
    return MessageFilter(request.GET, user=request.user, now=timezone.now())
