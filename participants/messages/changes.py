"""What is told of a change of an enrolment: to managers, by first names only, and of a new employer to her herself."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.words import Words, words
from participants.choices import EnrolmentStatus
from participants.messages.enrolments import WORTH_TELLING, draft_about, mail_about, with_managers, words_about
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


def _substitute(message: Message) -> Content:
    enrolment = _enrolment_of(message)
    before = enrolment.continues.participant.first_name if enrolment.continues else ""
    said = words_about(enrolment, message, before=before)
    return mail_about(enrolment, message, template="enrolment_page", words=said)


def _deferral(message: Message) -> Content:
    """Leads to what came of it."""
    enrolment = _enrolment_of(message)
    result = Enrolment.objects.with_people().get(pk=message.refs["result"])
    return mail_about(
        enrolment,
        message,
        template="enrolment_deferred",
        words=words_about(enrolment, message),
        result=result,
        path=reverse("participants:enrolment", args=[result.pk]),
    )


def _merge(message: Message) -> Content:
    """Leads to all her people: the page of the enrolment may be gone with the person's other record."""
    enrolment = _enrolment_of(message)
    said, path = words_about(enrolment, message), reverse("certificates:people")
    return mail_about(enrolment, message, template="enrolment_merged", words=said, path=path)


def _left(message: Message) -> Content:
    enrolment = _enrolment_of(message)
    said, path = _words_of_change(enrolment, message), reverse("certificates:former", args=[enrolment.pk])
    return mail_about(enrolment, message, template="enrolment_left", words=said, path=path)


def _came(message: Message) -> Content:
    enrolment = _enrolment_of(message)
    return mail_about(enrolment, message, template="enrolment_page", words=_words_of_change(enrolment, message))


def _enrolment_of(message: Message) -> Enrolment:
    enrolments = Enrolment.objects.with_people().select_related("continues__participant")
    return enrolments.get(pk=message.refs["enrolment"])


def _words_of_change(enrolment: Enrolment, message: Message) -> Words:
    """Name the employment of the time, never the enrolment's: that may be another by now."""
    employment = Employment.objects.select_related("municipality").get(pk=message.refs["employment"])
    return words_about(enrolment, message, **_of(employment))


def _of(employment: Employment) -> dict[str, object]:
    """What the placeholders say of an employment."""
    return {
        "municipality": employment.municipality,
        "unit": employment.unit,
        "first": employment.starts,
        "last": employment.ends or "",
    }


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
        _substitute,
        _substitute_holds,
        title=pgettext_lazy("message", "Took over a seat"),
        text=TEXTS[SUBSTITUTED],
    ),
    Kind(DEFERRED, _deferral, _deferral_holds, title=pgettext_lazy("message", "Deferred"), text=TEXTS[DEFERRED]),
    Kind(MERGED, _merge, _still_ended, title=pgettext_lazy("message", "Ended by a merge"), text=TEXTS[MERGED]),
    Kind(
        LEFT,
        _left,
        _enrolment_still_holds,
        title=pgettext_lazy("message", "Has another employer"),
        text=TEXTS[LEFT],
    ),
    Kind(
        CAME,
        _came,
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
