"""What the demo region's coordinator has written: texts of the portal in her own words, and to those of a cohort."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from cohorts.models import Cohort
from messaging.actions import choose_topics, reset_text, write_text
from messaging.choices import Topic
from messaging.texts.text import Wording
from regions.models import Region
from sessions.actions import save_announcement, send_announcement
from sessions.announcing.audience import fingerprint_of, readers
from sessions.choices import Audience
from sessions.models import Announcement, CohortSession

SEAT = Wording(
    "{first_name} har fått plats – boka in dagarna redan nu",
    "Hej!\n\nVad roligt att {first_name} ska gå {programme} i {cohort}.\n\n"
    "Tänk på att:\n\n- planera in kursdagarna som arbetstid\n- utse en mentor före första tillfället\n\n"
    "{facts}\n\nVarma hälsningar från utbildningen",
)
WELCOME = Wording("Hej och välkommen, {first_name}!", "Hej {first_name}!\n\nVad roligt att du är med.\n\n{facts}")


def word_anew(region: Region, *, by: User, now: datetime) -> None:
    """One text in her own words, and one for which she has gone back to the portal's."""
    where: dict[str, Any] = {"scope": region.pk, "language": "sv", "by": by}
    first = Wording(SEAT.subject, SEAT.body.replace("Varma hälsningar", "Hälsningar"))
    write_text(**where, kind="enrolment.confirmed", wording=first, seen=0, now=now - timedelta(days=9))
    write_text(**where, kind="enrolment.confirmed", wording=SEAT, seen=1, now=now - timedelta(days=2))
    write_text(**where, kind="welcome", wording=WELCOME, seen=0, now=now - timedelta(days=20))
    reset_text(**where, kind="welcome", seen=1, now=now - timedelta(days=18))


def write_to(cohort: Cohort, *, by: User, now: datetime) -> None:
    """One message that was sent some days ago, and one that is being written."""
    sent = Announcement(
        cohort=cohort,
        audience=Audience.EVERYONE,
        subject="Parkeringen är avstängd i {cohort}",
        body="Hej {first_name}!\n\nParkeringen vid lokalen är avstängd hela månaden. Ta gärna tåget.",
    )
    save_announcement(announcement=sent, by=by)
    seen = fingerprint_of(sent, readers(cohort, sent.audience))
    send_announcement(announcement=sent, seen=seen, by=by, now=now - timedelta(hours=3))
    coming = CohortSession.objects.upcoming(now=now).filter(cohort=cohort).order_by("starts").first()
    draft = Announcement(
        cohort=cohort,
        session=coming,
        audience=Audience.PARTICIPANTS,
        subject="Inför {date}",
        body="Hej {first_name}!\n\nVi börjar med en övning två och två. Läs gärna igenom materialet innan.",
    )
    save_announcement(announcement=draft, by=by)


def want_less(user: User, *, now: datetime) -> None:
    """A manager who reads of her people once a month, instead of as it happens."""
    choose_topics(addresses=[user.email], wanted=[Topic.DIGEST], among=[Topic.PEOPLE, Topic.DIGEST], by=user, now=now)
