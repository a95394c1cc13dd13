"""Who can have a participation statement: what the rule needs to know of each, read for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from certificates.choices import LIVE
from certificates.models import Certificate
from certificates.rules.issuing import refusal_to_state
from participants.choices import ACTIVE, LEFT, TAKING_PART
from participants.models import Enrolment
from sessions.attendance.ledger import Standing, standings


@dataclass(frozen=True)
class Candidate:
    """An enrolment, where it stands, and why it can't have a statement; None if it can."""

    enrolment: Enrolment
    standing: Standing
    refusal: str | None


def candidates(enrolments: Sequence[Enrolment], *, now: datetime) -> list[Candidate]:
    """Each of `enrolments`, with whether it can have a statement, in six queries however many there are."""
    settled = _settled(enrolments)
    found = standings(enrolments, reader=None, now=now)
    return [
        Candidate(one, found[one.pk], _refusal(one, found[one.pk], settled=one.pk in settled)) for one in enrolments
    ]


def _settled(enrolments: Sequence[Enrolment]) -> set[object]:
    """Those whose people have a certificate or a statement in the programme, or go on in another cohort of it."""
    hers = {"participant": OuterRef("participant"), "programme": OuterRef("programme")}
    documents = Certificate.objects.filter(
        status__in=LIVE, **{f"enrolment__{name}": value for name, value in hers.items()}
    )
    elsewhere = Enrolment.objects.filter(status__in=ACTIVE, **hers).exclude(pk=OuterRef("pk"))
    those = Enrolment.objects.filter(Q(Exists(documents)) | Q(Exists(elsewhere)), pk__in=[one.pk for one in enrolments])
    return set(those.values_list("pk", flat=True))


def _refusal(enrolment: Enrolment, standing: Standing, *, settled: bool) -> str | None:
    return refusal_to_state(
        earned=standing.progress.earned,
        qualifies=standing.progress.qualifies,
        took_part=enrolment.status in (*TAKING_PART, *LEFT),
        has_ended=enrolment.status in LEFT or standing.is_over,
        settled=settled,
    )
