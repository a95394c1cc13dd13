"""What is told of a change of an enrolment: to managers, by first names only, and of a new employer to her herself."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.words import words
from participants.choices import EnrolmentStatus
from participants.messages.enrolments import WORTH_TELLING, draft_about, with_managers, words_about
from participants.messages.texts import TEXTS
from participants.models import Employment, Enrolment
from participants.querysets import EnrolmentQuerySet

SUBSTITUTED = "enrolment.substituted"
DEFERRED = "enrolment.deferred"
MERGED = "enrolment.merged"
LEFT = "enrolment.left"
CAME = "enrolment.came"
NEW_EMPLOYER = "participant.new_employer"


def about_substitute(enrolment: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """That the person of `enrolment` has taken over a seat, to her manager."""
    return _to_managers(SUBSTITUTED, enrolment, now=now)


def about_deferral(deferred: Enrolment, result: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """That `deferred` is, and what came of it: `result` is the enrolment in a later cohort, else the same."""
    return _to_managers(DEFERRED, deferred, now=now, result=result.pk)


def about_merge(ended: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """That a merge has ended an enrolment, since the person has another one in the programme."""
    return _to_managers(MERGED, ended, now=now)


def to_former_managers(enrolment: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """That the person has another employer, while `enrolment` still says which she had."""
    return _to_managers(LEFT, enrolment, now=now, employment=enrolment.employment_id)


def to_new_managers(enrolment: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """That someone who takes part works with them now."""
    return _to_managers(CAME, enrolment, now=now, employment=enrolment.employment_id)


def to_who_changed_employer(employment: Employment, *, now: datetime) -> Draft:
    """That the change is recorded, to the person herself."""
    return Draft.to(
        employment.participant,
        kind=NEW_EMPLOYER,
        key=f"{NEW_EMPLOYER}:{employment.pk}",
        due=now,
        expires=WORTH_TELLING,
        scope=employment.participant.region_id,
        employment=employment.pk,
    )


def _to_managers(kind: str, enrolment: Enrolment, *, now: datetime, **refs: UUID) -> Iterator[Draft]:
    for _enrolment, managers in with_managers([enrolment]):
        for manager in managers:
            yield draft_about(kind, enrolment, to=manager, now=now, **refs)


def _enrolment_still_holds(message: Message, now: datetime) -> bool:
    return Enrolment.objects.filter(pk=message.refs["enrolment"]).exists()


def _still_ended(message: Message, now: datetime) -> bool:
    """Until the merge is undone."""
    return Enrolment.objects.filter(pk=message.refs["enrolment"], status=EnrolmentStatus.WITHDRAWN).exists()


def _hers(message: Message) -> EnrolmentQuerySet:
    """The enrolment that it is about, if the receiver's municipality is its employer to this day."""
    return Enrolment.objects.filter(pk=message.refs["enrolment"], municipality=message.refs["municipality"])


def _substitute_holds(message: Message, now: datetime) -> bool:
    """While she has the seat that she took over."""
    return _hers(message).seated().exists()


def _deferral_holds(message: Message, now: datetime) -> bool:
    """While she is deferred, and what came of it stands: a place in a later cohort, or none yet."""
    result = message.refs["result"]
    if result == message.refs["enrolment"]:
        return _hers(message).not_placed().exists()
    later = Enrolment.objects.active().filter(pk=result)
    return _hers(message).filter(status=EnrolmentStatus.DEFERRED, continued_by__in=later).exists()


def _coming_holds(message: Message, now: datetime) -> bool:
    """While what she brought along is under way."""
    return _hers(message).under_way(now=now).exists()


def _employment_still_holds(message: Message, now: datetime) -> bool:
    return Employment.objects.filter(pk=message.refs["employment"]).exists()


def _about_enrolment(message: Message) -> Content:
    enrolment = (
        Enrolment.objects.with_people().select_related("continues__participant").get(pk=message.refs["enrolment"])
    )
    result = Enrolment.objects.with_people().filter(pk=message.refs.get("result")).first()
    before = enrolment.continues.participant.first_name if enrolment.continues else ""
    context = {"words": words_about(enrolment, message, before=before), "result": result}
    return _content(message, enrolment, shown=result or enrolment, **context)


def _about_employment(message: Message) -> Content:
    """Names the employment of the time, never the enrolment's: that may be another by now."""
    enrolment = Enrolment.objects.with_people().get(pk=message.refs["enrolment"])
    employment = Employment.objects.select_related("municipality").get(pk=message.refs["employment"])
    return _content(message, enrolment, shown=enrolment, words=words_about(enrolment, message, **_of(employment)))


def _of(employment: Employment) -> dict[str, object]:
    """What the placeholders say of an employment."""
    return {
        "municipality": employment.municipality,
        "unit": employment.unit,
        "first": employment.starts,
        "last": employment.ends or "",
    }


def _content(message: Message, enrolment: Enrolment, *, shown: Enrolment, **more: Any) -> Content:
    if message.kind == LEFT:
        path = reverse("certificates:former", args=[enrolment.pk])
    elif message.kind == MERGED:
        path = reverse("certificates:people")  # the page of the enrolment may be gone with the person's other record
    else:
        path = reverse("participants:enrolment", args=[shown.pk])
    context = {"enrolment": enrolment, "region": enrolment.cohort.region, "path": path, **more}
    return render(f"participants/mail/{message.kind.replace('.', '_')}", context, language=message.language)


def _new_employer(message: Message) -> Content:
    employments = Employment.objects.select_related("municipality", "participant__region")
    employment = employments.get(pk=message.refs["employment"])
    context = {
        "words": words(message, first_name=employment.participant.first_name, **_of(employment)),
        "region": employment.participant.region,
        "path": reverse("home"),
    }
    return render("participants/mail/participant_new_employer", context, language=message.language)


KINDS = (
    Kind(
        SUBSTITUTED,
        _about_enrolment,
        _substitute_holds,
        title=pgettext_lazy("message", "Took over a seat"),
        text=TEXTS[SUBSTITUTED],
    ),
    Kind(DEFERRED, _about_enrolment, _deferral_holds, title=pgettext_lazy("message", "Deferred"), text=TEXTS[DEFERRED]),
    Kind(
        MERGED, _about_enrolment, _still_ended, title=pgettext_lazy("message", "Ended by a merge"), text=TEXTS[MERGED]
    ),
    Kind(
        LEFT,
        _about_employment,
        _enrolment_still_holds,
        title=pgettext_lazy("message", "Has another employer"),
        text=TEXTS[LEFT],
    ),
    Kind(
        CAME,
        _about_employment,
        _coming_holds,
        title=pgettext_lazy("message", "Came from another employer"),
        text=TEXTS[CAME],
    ),
    Kind(
        NEW_EMPLOYER,
        _new_employer,
        _employment_still_holds,
        title=pgettext_lazy("message", "New employer"),
        text=TEXTS[NEW_EMPLOYER],
    ),
)
