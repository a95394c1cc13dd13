"""Whether messages go out: the channels, what waits, and trying again on one that rests."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from messaging.actions import resume
from messaging.choices import Channel
from reports.evidence.channels import channels_now


@requires(Permission.SEE_CHANNELS)
@require_safe
def channels(request: AuthenticatedRequest) -> HttpResponse:
    """Each channel: whether it sends or rests and why, how much waits, and since when."""
    return render(request, "reports/channels.html", {"channels": channels_now(now=timezone.now())})


@requires(Permission.SEE_CHANNELS)
@require_POST
def resume_channel(request: AuthenticatedRequest, channel: str) -> HttpResponse:
    """Try again now."""
    if channel not in Channel.values:
        raise Http404
    resume(channel=Channel(channel), by=request.user, now=timezone.now())
    messages.success(request, _("The portal tries again now."))
    return redirect("reports:channels")
