"""What gateways and providers report of messages after they took them: no log-in, but a secret or a signature."""

from dataclasses import asdict
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.throttling import is_throttled
from messaging import actions
from messaging.channels.gateway import token_of
from messaging.channels.reports import ReportRefusedError, reports_in
from messaging.choices import EventKind

REPORTS_PER_MINUTE = 3000  # of one address: a provider tells of a thousand messages within a minute
SMS_EVENTS = {"delivered": EventKind.DELIVERED, "failed": EventKind.BOUNCED}


@csrf_exempt
@login_not_required
@require_POST
def sms_report(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    """What became of one SMS. Only the gateway knows this address: it was handed over with the SMS."""
    now = timezone.now()
    if is_throttled(request, "webhook", limit=REPORTS_PER_MINUTE, seconds=60, now=now):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    if not constant_time_compare(token, token_of(pk)):
        raise Http404
    if event := SMS_EVENTS.get(request.POST.get("status", "")):
        # The gateway tells no time that can be trusted to have a zone; each event happens once.
        reference = request.POST.get("id", "").replace("\0", "")  # which PostgreSQL can't even look for
        if not actions.report(message=pk, provider_reference=reference, event=event, at=now, reference=str(event)):
            raise Http404
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@csrf_exempt
@login_not_required
@require_POST
def mail_reports(request: HttpRequest) -> HttpResponse:
    """What became of mails that the provider took. It logs in, and signs what it says if it can."""
    now = timezone.now()
    if is_throttled(request, "webhook", limit=REPORTS_PER_MINUTE, seconds=60, now=now):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    if not settings.EMAIL_REPORTS:
        raise Http404
    try:
        with reports_in(request, now=now) as reports:
            for report in reports:
                actions.report(**asdict(report))
    except ReportRefusedError:
        return HttpResponseBadRequest()
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
