"""Writing to those of a cohort: kept as a draft, then sent once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.clock import local_date
from common.locking import lock
from messaging.actions import queue
from sessions.actions.scope import require_coordinator
from sessions.announcing.audience import fingerprint_of, readers
from sessions.exceptions import AnnouncementRefused, ChangedMeanwhile
from sessions.messages.announcement import drafts
from sessions.models import Announcement
from sessions.rules.announcing import refusal_to_send


@transaction.atomic
def save_announcement(*, announcement: Announcement, by: User) -> Announcement:
    """Keep what is being written. Raises AnnouncementRefused if it has been sent meanwhile."""
    require_coordinator(by, announcement.cohort.region.pk)
    if not announcement._state.adding:
        _unsent(announcement)
    announcement.by = by
    announcement.save()
    return announcement


@transaction.atomic
def discard_announcement(*, announcement: Announcement, by: User) -> None:
    """Delete a draft. Raises AnnouncementRefused if it has been sent meanwhile."""
    require_coordinator(by, announcement.cohort.region.pk)
    _unsent(announcement).delete()


@transaction.atomic
def send_announcement(*, announcement: Announcement, seen: str, by: User, now: datetime) -> Announcement:
    """Queue one mail to each of its readers; done twice, it is sent once.

    A cohort has some hundred people at most, whose mails are rows of one statement: sending them is the post office's
    work. `seen` is the fingerprint of what `by` has looked at: raises ChangedMeanwhile if text or readers have changed
    since, AnnouncementRefused if nobody can get it, or what goes along isn't handed out yet.
    """
    require_coordinator(by, announcement.cohort.region.pk)
    found = lock(announcement)
    if found.sent:
        return found
    found = Announcement.objects.with_details().get(pk=found.pk)
    receivers = readers(found.cohort, found.audience)
    if refusal := refusal_to_send(
        status=found.cohort.status,
        people=len(receivers.all),
        handed_out=found.handed_out,
        today=local_date(now),
    ):
        raise AnnouncementRefused(refusal)
    if fingerprint_of(found, receivers) != seen:
        raise ChangedMeanwhile(_("The message, or who gets it, has changed since you looked at it. Look once more."))
    found.sent, found.people, found.by = now, len(receivers.all), by
    found.save(update_fields=["sent", "people", "by"])
    queue(drafts(found, receivers.all, now=now))
    record(
        "announcement.sent",
        found,
        by=by,
        now=now,
        scope=found.cohort.region.pk,
        after={"cohort": found.cohort_id, "audience": found.audience, "people": found.people},
    )
    return found


def _unsent(announcement: Announcement) -> Announcement:
    found = lock(announcement)
    if found.sent:
        raise AnnouncementRefused(_("The message has been sent already."))
    return found
