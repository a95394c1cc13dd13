"""A calendar subscription: its address, and how to use, change and end it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import acting_role
from accounts.choices import Role
from accounts.http import AuthenticatedRequest
from accounts.permissions import ROLES, Permission, requires
from sessions import actions
from sessions.calendars.feeds import address_of
from sessions.exceptions import FeedRefused
from sessions.models import CalendarFeed


@requires(Permission.SUBSCRIBE)
@require_safe
def subscription(request: AuthenticatedRequest) -> HttpResponse:
    """The address of the role in which the reader acts, if she has asked for one."""
    role = _role(request)
    feed = CalendarFeed.objects.visible_to(request.user).active().filter(role=role).first()
    address = address_of(feed) if feed else ""
    context = {
        "role": role,
        "feed": feed,
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}",
    }
    return render(request, "sessions/subscription.html", context)


@requires(Permission.SUBSCRIBE)
@require_POST
def subscribe(request: AuthenticatedRequest) -> HttpResponse:
    """Make an address."""
    actions.open_feed(role=_role(request), by=request.user, now=timezone.now())
    messages.success(request, _("Your calendar has an address. Add it to your calendar program."))
    return redirect("sessions:subscription")


@requires(Permission.SUBSCRIBE)
@require_POST
def renew_subscription(request: AuthenticatedRequest) -> HttpResponse:
    """Replace the address by another."""
    try:
        actions.renew_feed(feed=_feed(request), by=request.user, now=timezone.now())
    except FeedRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("Your calendar has a new address. The old one has stopped working."))
    return redirect("sessions:subscription")


@requires(Permission.SUBSCRIBE)
@require_POST
def end_subscription(request: AuthenticatedRequest) -> HttpResponse:
    """Let the address answer no more."""
    actions.close_feed(feed=_feed(request), by=request.user, now=timezone.now())
    messages.success(request, _("The subscription is off. Remove the calendar from your calendar program, too."))
    return redirect("sessions:subscription")


def _role(request: AuthenticatedRequest) -> Role:
    """The role in which she acts, or if it has no sessions (an administrator's) the first that has."""
    acting = acting_role(request)
    roles = [*([acting] if acting else []), *request.user.roles]
    return next(Role(held.role) for held in roles if Permission.SUBSCRIBE in ROLES[held.role].permissions)


def _feed(request: AuthenticatedRequest) -> CalendarFeed:
    feed: CalendarFeed = get_object_or_404(CalendarFeed.objects.visible_to(request.user).active(), role=_role(request))
    return feed
