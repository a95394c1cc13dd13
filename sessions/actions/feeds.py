"""Opening a calendar subscription, giving it a new address, and ending it."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import User
from audit.actions import record
from common.locking import lock
from common.tokens import hash_of
from sessions.calendars.feeds import SESSIONS, token_of
from sessions.exceptions import FeedRefused
from sessions.models import CalendarFeed


@transaction.atomic
def open_feed(*, role: Role, by: User, now: datetime) -> CalendarFeed:
    """Give `by` an address for what she sees as `role`, or the one that she has.

    Raises FeedRefused if she doesn't have the role, or if it has no sessions.
    """
    lock(by)  # asked for twice at once, there is one
    if role not in SESSIONS or not by.has_role(role):
        raise FeedRefused(_("This role has no calendar."))
    if feed := CalendarFeed.objects.visible_to(by).active().filter(role=role).first():
        return feed
    feed = CalendarFeed(user=by, role=role)
    feed.token_hash = hash_of(token_of(feed))
    feed.save()
    record("calendar_feed.opened", feed, by=by, now=now, after={"role": role})
    return feed


@transaction.atomic
def renew_feed(*, feed: CalendarFeed, by: User, now: datetime) -> CalendarFeed:
    """Give the feed a new address; the old one stops at once. Raises FeedRefused if it isn't hers or has ended."""
    feed = _own(feed, by=by)
    if feed.revoked:
        raise FeedRefused(_("This subscription has ended."))
    feed.nonce = uuid4()
    feed.token_hash = hash_of(token_of(feed))
    feed.save(update_fields=["nonce", "token_hash"])
    record("calendar_feed.renewed", feed, by=by, now=now)
    return feed


@transaction.atomic
def close_feed(*, feed: CalendarFeed, by: User, now: datetime) -> CalendarFeed:
    """Let the feed's address answer no more. Raises FeedRefused if it isn't hers; one that has ended stays so."""
    feed = _own(feed, by=by)
    if not feed.revoked:
        feed.revoked = now
        feed.save(update_fields=["revoked"])
        record("calendar_feed.closed", feed, by=by, now=now)
    return feed


def _own(feed: CalendarFeed, *, by: User) -> CalendarFeed:
    if feed.user_id != by.pk:
        raise FeedRefused(_("This subscription is somebody else's."))
    return lock(feed)
