"""That she was registered by mistake, to someone who has been welcomed to a cohort already."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import pgettext_lazy

from cohorts.models import Cohort
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from participants.choices import LEFT
from participants.models import Enrolment
from sessions.calendars.icalendar import called_off
from sessions.messages import welcome
from sessions.messages.recipients import BY_MISTAKE, times_undone
from sessions.models import CohortSession

KEPT = timedelta(days=7)


def about(enrolment: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """A message to the person of `enrolment`, which is about to be deleted, if a welcome has left.

    It holds no name, and how often she left the cohort before: nothing else remains of her to look it up.
    """
    welcomes = Message.objects.about(enrolment=enrolment.pk).filter(kind=welcome.NAME)
    if not welcomes.exclude(handed_over=None).exists():
        return
    before = times_undone(enrolment.participant.email, [enrolment.cohort_id])[enrolment.cohort_id]
    yield Draft.to(
        enrolment.participant,
        kind=BY_MISTAKE,
        key=f"{BY_MISTAKE}:{enrolment.pk}",
        due=now,
        expires=KEPT,
        scope=enrolment.cohort.region.pk,
        cohort=enrolment.cohort_id,
        left=before + enrolment.events.filter(status__in=LEFT).count() + 1,
    )


def still_holds(message: Message, now: datetime) -> bool:
    """Not if she has been enrolled in the cohort after all."""
    again = Enrolment.objects.active().filter(participant__email__iexact=message.recipient)
    return not again.filter(cohort=message.refs["cohort"]).exists()


def render(message: Message) -> Content:
    """Say that she need not come, with the sessions ahead as calendar files that call them off."""
    cohort = Cohort.objects.select_related("programme__region").get(pk=message.refs["cohort"])
    sessions = list(CohortSession.objects.with_details().upcoming(now=message.due).filter(cohort=cohort))
    left = Counter({session.pk: int(message.refs["left"]) for session in sessions})
    files = called_off(sessions, now=message.due, recipient=message.recipient, left=left)
    context = {"cohort": cohort, "region": cohort.region, "files": len(files)}
    return render_template("sessions/mail/mistake", context, language=message.language, attachments=files)


MISTAKE = Kind(
    name=BY_MISTAKE,
    render=render,
    still_holds=still_holds,
    resends=True,  # or she would come in vain
    title=pgettext_lazy("message", "Registered by mistake"),
)
