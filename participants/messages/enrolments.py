"""What managers are told about those they enrol. First names only."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from accounts.models import RoleAssignment, User
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.words import Words, words
from participants.choices import EnrolmentStatus
from participants.messages.texts import TEXTS
from participants.models import Enrolment, Import

WORTH_TELLING = timedelta(days=7)
KINDS_BY_STATUS = {
    EnrolmentStatus.ENROLLED: "enrolment.confirmed",
    EnrolmentStatus.WAITING: "enrolment.waiting",
    EnrolmentStatus.WITHDRAWN: "enrolment.withdrawn",
    EnrolmentStatus.APPLIED: "enrolment.applied",
    EnrolmentStatus.REJECTED: "enrolment.rejected",
    EnrolmentStatus.COMPLETED: "enrolment.completed",
}


def about_status(enrolment: Enrolment, *, now: datetime) -> Iterator[Draft]:
    """That the person has got a seat, is on the waiting list or is withdrawn, to the manager who enrolled her.

    If a coordinator did that, all managers of the municipality are told.
    """
    yield from about_statuses([enrolment], now=now)


def about_statuses(enrolments: Sequence[Enrolment], *, now: datetime) -> Iterator[Draft]:
    """The same of many, in one query for all."""
    for enrolment, managers in with_managers(enrolments):
        kind = KINDS_BY_STATUS[EnrolmentStatus(enrolment.status)]
        for manager in managers:
            yield draft_about(kind, enrolment, to=manager, now=now)


def with_managers(enrolments: Sequence[Enrolment]) -> Iterator[tuple[Enrolment, list[User]]]:
    """Each enrolment with those who are told about it: her own manager, else all of the municipality. One query.

    Who has ceased to be a manager there is told nothing more, also about those whom she enrolled.
    """
    managers = _managers(enrolments)
    for enrolment in enrolments:
        there = managers[enrolment.municipality_id]
        yield enrolment, [manager for manager in there if manager.pk == enrolment.manager_id] or there


def draft_about(kind: str, enrolment: Enrolment, *, to: User, now: datetime, **refs: UUID) -> Draft:
    """A message about an enrolment, and about what `refs` name.

    The time in its key makes a second turn, after a withdrawal, another message.
    """
    return Draft.to(
        to,
        kind=kind,
        key=f"{kind}:{enrolment.pk}:{now.timestamp():.0f}:{to.pk}",
        due=now,
        expires=WORTH_TELLING,
        scope=enrolment.cohort.region.pk,
        enrolment=enrolment.pk,
        municipality=enrolment.municipality_id,
        **refs,
    )


def words_about(enrolment: Enrolment, message: Message, **more: object) -> Words:
    """The words of a message about an enrolment; `more` are the placeholders that not all of them have."""
    return words(
        message,
        first_name=enrolment.participant.first_name,
        cohort=enrolment.cohort.name,
        programme=enrolment.cohort.programme,
        **more,
    )


def mail_about(enrolment: Enrolment, message: Message, *, template: str = "enrolment", **context: object) -> Content:
    """A mail with the `words` of the context, the reference of the enrolment and the way to its page.

    Another `template` of participants/mail says more, or leads to another `path`.
    """
    context = {
        "enrolment": enrolment,
        "region": enrolment.cohort.region,
        "path": reverse("participants:enrolment", args=[enrolment.pk]),
        **context,
    }
    return render(f"participants/mail/{template}", context, language=message.language)


def about_import(upload: Import, *, now: datetime) -> Draft:
    """The numbers of an import that is carried out, to the one who uploaded it."""
    return _draft_of_import("import.confirmed", f"import.confirmed:{upload.pk}", upload, now=now)


def about_refused_import(upload: Import, *, now: datetime) -> Draft:
    """That an import could not be carried out as it was confirmed, to the one who uploaded it."""
    return _draft_of_import("import.refused", f"import.refused:{upload.pk}:{now.timestamp():.0f}", upload, now=now)


def _draft_of_import(kind: str, key: str, upload: Import, *, now: datetime) -> Draft:
    return Draft.to(
        upload.uploaded_by,
        kind=kind,
        key=key,
        due=now,
        expires=WORTH_TELLING,
        scope=upload.cohort.region.pk,
        **{"import": upload.pk},
    )


def _managers(enrolments: Sequence[Enrolment]) -> dict[UUID, list[User]]:
    """The active managers of each municipality that the enrolments are from."""
    managers: dict[UUID, list[User]] = {one.municipality_id: [] for one in enrolments}
    for role in RoleAssignment.objects.managers_of_each(managers).select_related("user"):
        if role.municipality_id:
            managers[role.municipality_id].append(role.user)
    return managers


def _kind(name: str, status: EnrolmentStatus) -> Kind:
    """A kind of message about an enrolment that holds as long as it has `status`, and the same employer."""

    def still_holds(message: Message, now: datetime) -> bool:
        about = {"pk": message.refs["enrolment"], "status": status}
        if employer := message.refs.get("municipality"):
            about["municipality"] = employer
        return Enrolment.objects.filter(**about).exists()

    def content(message: Message) -> Content:
        enrolment = Enrolment.objects.with_people().get(pk=message.refs["enrolment"])
        return mail_about(enrolment, message, words=words_about(enrolment, message))

    return Kind(name=name, render=content, still_holds=still_holds, title=status.label, text=TEXTS[name])


def _kind_of_import(name: str, title: str | Promise, **state: object) -> Kind:
    """A kind of message about an import that holds as long as it is in `state`."""

    def still_holds(message: Message, now: datetime) -> bool:
        return Import.objects.filter(pk=message.refs["import"], **state).exists()

    def content(message: Message) -> Content:
        uploads = Import.objects.select_related("cohort__programme__region").defer("sheet", "rows")
        upload = uploads.get(pk=message.refs["import"])
        context = {
            "upload": upload,
            "region": upload.cohort.region,
            "path": reverse("participants:preview", args=[upload.pk]),
        }
        return render(f"participants/mail/{name.replace('.', '_')}", context, language=message.language)

    return Kind(name=name, render=content, still_holds=still_holds, title=title)


KINDS = (
    *(_kind(name, status) for status, name in KINDS_BY_STATUS.items()),
    _kind_of_import("import.confirmed", pgettext_lazy("message", "List carried out")),
    _kind_of_import("import.refused", pgettext_lazy("message", "List not carried out"), requested=None),
)
