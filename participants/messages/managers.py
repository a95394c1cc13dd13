"""What managers are told and asked about their own work: whose people they have taken over, and whether they still are
their municipality's contact.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import RoleAssignment, User
from common.clock import local_date
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.words import words
from participants.contacts import intakes_of, named
from participants.messages.texts import TEXTS
from participants.models import Contact, Enrolment
from participants.rules.contacts import REMINDED, STALE, Intake, Letter, asked_since, letter_due
from regions.models import Municipality

WORTH_TELLING = timedelta(days=7)


def told_of_handover(people: Sequence[Enrolment], *, to: User, by: User, now: datetime) -> Draft:
    """That `to` answers for so many more people of one municipality, whose names she sees when she has logged in."""
    municipality = people[0].municipality
    return Draft.to(
        to,
        kind=HANDED_OVER.name,
        key=f"{HANDED_OVER.name}:{municipality.pk}:{to.pk}:{now.timestamp():.0f}",
        due=now,
        expires=WORTH_TELLING,
        scope=municipality.region_id,
        municipality=municipality.pk,
        to=to.pk,
        by=by.pk,
        number=len(people),
    )


def _handover_holds(message: Message, now: datetime) -> bool:
    """While she is a manager of the municipality."""
    managers = RoleAssignment.objects.managers_of(message.refs["municipality"])
    return managers.filter(user=message.refs["to"]).exists()


def _handover_content(message: Message) -> Content:
    municipality = Municipality.objects.select_related("region").get(pk=message.refs["municipality"])
    number = int(message.refs["number"])
    context = {
        "words": words(
            message,
            people=ngettext_lazy("%(number)d participant", "%(number)d participants", number) % {"number": number},
            by=User.objects.get(pk=message.refs["by"]),
            municipality=municipality,
        ),
        "region": municipality.region,
        "path": reverse("certificates:people"),
    }
    return render("participants/mail/handed_over", context, language=message.language)


def _letters(now: datetime) -> Iterator[Draft]:
    """The question to each contact, once per intake, and a reminder after a week, as long as she hasn't answered.

    In three queries; what is queued already isn't made again.
    """
    contacts = list(Contact.objects.still_managers().filter(left=None).select_related("user", "municipality"))
    intakes = intakes_of({contact.municipality.region_id for contact in contacts}, now=now)
    drafts = [
        _letter(contact, intake, letter, asked=asked)
        for contact in contacts
        if (intake := intakes.get(contact.municipality.region_id))
        and (asked := asked_since(named(contact), intake))
        and (letter := letter_due(asked, now=now))
    ]
    queued = Message.objects.filter(key__in=[draft.key for draft in drafts]).values_list("key", flat=True)
    known = set(queued) if drafts else set()
    return (draft for draft in drafts if draft.key not in known)


def _letter(contact: Contact, intake: Intake, letter: Letter, *, asked: datetime) -> Draft:
    due = asked if letter == Letter.QUESTION else asked + REMINDED
    key = f"{CONTACT.name}:{letter}:{intake.term}:{contact.municipality_id}:{contact.user_id}"
    return _to_contact(contact, letter, key=key, due=due, expires=asked + STALE)


def asked_again(contact: Contact, *, now: datetime) -> Draft:
    """The question once more, on a coordinator's wish: one a day is enough."""
    key = f"{CONTACT.name}:again:{local_date(now)}:{contact.municipality_id}:{contact.user_id}"
    return _to_contact(contact, Letter.REMINDER, key=key, due=now, expires=now + STALE)


def _to_contact(contact: Contact, letter: Letter, *, key: str, due: datetime, expires: datetime) -> Draft:
    return Draft.to(
        contact.user,
        kind=CONTACT.name,
        key=key,
        due=due,
        expires=expires,
        scope=contact.municipality.region_id,
        municipality=contact.municipality_id,
        user=contact.user_id,
        letter=letter,
    )


def _letter_holds(message: Message, now: datetime) -> bool:
    """While she is the contact and hasn't answered."""
    contacts = Contact.objects.still_managers().filter(
        municipality=message.refs["municipality"], user=message.refs["user"]
    )
    contact = contacts.select_related("municipality").first()
    if contact is None:
        return False
    region = contact.municipality.region_id
    return asked_since(named(contact), intakes_of({region}, now=now).get(region)) is not None


def _letter_content(message: Message) -> Content:
    municipality = Municipality.objects.select_related("region").get(pk=message.refs["municipality"])
    user = User.objects.get(pk=message.refs["user"])
    context = {
        "words": words(message, first_name=user.first_name, municipality=municipality),
        "region": municipality.region,
        "again": message.refs["letter"] == Letter.REMINDER,
        "path": reverse("participants:contact", args=[municipality.pk]),
    }
    return render("participants/mail/contact", context, language=message.language)


CONTACT = Kind(
    name="contact.asked",
    render=_letter_content,
    still_holds=_letter_holds,
    materialise=_letters,
    daytime_only=True,
    title=pgettext_lazy("message", "Contact of the municipality"),
    text=TEXTS["contact.asked"],
)
HANDED_OVER = Kind(
    name="people.handed_over",
    render=_handover_content,
    still_holds=_handover_holds,
    title=pgettext_lazy("message", "People handed over"),
    text=TEXTS["people.handed_over"],
)
KINDS = (CONTACT, HANDED_OVER)
