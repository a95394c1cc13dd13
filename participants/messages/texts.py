"""How messages about enrolments are worded unless a region words them anew."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from messaging.texts.text import Example, Placeholder, Text, first_name, nobody
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, Offer
from participants.placeholders import COHORT, FIRST_NAME, MUNICIPALITY, PROGRAMME, UNIT
from participants.querysets import EnrolmentQuerySet

SOME = 20  # examples to choose among
MANAGER = _("The manager who enrolled the person, or all managers of the municipality")
REFERENCE = _("the reference of the enrolment, and a button to its page")
ENROLMENT = (FIRST_NAME, COHORT, PROGRAMME)
FIRST_DAY = Placeholder(
    "first",
    pgettext_lazy("placeholder name", "first_day"),
    pgettext_lazy("placeholder", "the first day with the employer"),
    pgettext_lazy("example", "1 September"),
)
LAST_DAY = Placeholder(
    "last",
    pgettext_lazy("placeholder name", "last_day"),
    pgettext_lazy("placeholder", "the last day with the employer"),
    pgettext_lazy("example", "31 August"),
)
MOMENT = Placeholder(
    "moment",
    pgettext_lazy("placeholder name", "answer_by"),
    pgettext_lazy("placeholder", "until when the offer can be answered"),
    pgettext_lazy("example", "1 September, 12:00"),
)
BEFORE = Placeholder(
    "before",
    pgettext_lazy("placeholder name", "former_first_name"),
    pgettext_lazy("placeholder", "the first name of the one who had the seat"),
    "Robin",
)


def examples_of(enrolments: EnrolmentQuerySet) -> Iterator[Example]:
    """Some of the enrolments, the latest first."""
    for enrolment in enrolments.with_people().order_by("-applied", "pk")[:SOME]:
        label = f"{enrolment.participant} · {enrolment.cohort.name}"
        yield Example(label, enrolment.participant.email, {"enrolment": enrolment.pk})


def _with_status(status: EnrolmentStatus, region: UUID, now: datetime) -> Iterator[Example]:
    return examples_of(Enrolment.objects.filter(cohort__programme__region=region, status=status))


def _offered(region: UUID, now: datetime) -> Iterator[Example]:
    offers = Offer.objects.filter(enrolment__cohort__programme__region=region).with_people()
    for offer in offers.order_by("-made", "pk")[:SOME]:
        label = f"{offer.enrolment.participant} · {offer.enrolment.cohort.name}"
        refs = {"enrolment": offer.enrolment_id, "offer": offer.pk}
        yield Example(label, offer.enrolment.participant.email, refs)


def _text(
    subject: str | Promise,
    body: str | Promise,
    when: str | Promise,
    *,
    placeholders: tuple[Placeholder, ...] = ENROLMENT,
    to: str | Promise = MANAGER,
    facts: str | Promise = REFERENCE,
    examples: Callable[[UUID, datetime], Iterable[Example]] = nobody,
) -> Text:
    return Text(subject, body, placeholders, to, when, facts, examples)


TEXTS = {
    "enrolment.confirmed": _text(
        _("{first_name} has got a seat"),
        _(
            "Hello!\n\n{first_name} has got a seat in {cohort}, {programme}.\n\n"
            "All dates are sent to the participant. Plan the session days as working time.\n\n{facts}"
        ),
        _("When a person gets a seat"),
        examples=partial(_with_status, EnrolmentStatus.ENROLLED),
    ),
    "enrolment.waiting": _text(
        _("{first_name} is on the waiting list"),
        _(
            "Hello!\n\n{first_name} is on the waiting list for {cohort}, {programme}. "
            "You are told when there is a seat.\n\n{facts}"
        ),
        _("When all seats are taken"),
        examples=partial(_with_status, EnrolmentStatus.WAITING),
    ),
    "enrolment.withdrawn": _text(
        _("{first_name} is withdrawn"),
        _(
            "Hello!\n\nThe enrolment of {first_name} in {cohort}, {programme}, is withdrawn. "
            "No more reminders are sent.\n\n{facts}"
        ),
        _("When an enrolment is withdrawn"),
        examples=partial(_with_status, EnrolmentStatus.WITHDRAWN),
    ),
    "enrolment.applied": _text(
        _("{first_name} waits for approval"),
        _(
            "Hello!\n\nThe application of {first_name} for {cohort}, {programme} is sent in. "
            "You are told when the coordinator has decided.\n\n{facts}"
        ),
        _("When an application is sent in that the coordinator has to approve"),
        examples=partial(_with_status, EnrolmentStatus.APPLIED),
    ),
    "enrolment.rejected": _text(
        _("{first_name} did not get a seat"),
        _(
            "Hello!\n\nThe application of {first_name} for {cohort}, {programme} is not approved. "
            "Log in to read why.\n\n{facts}\n\n"
            "You can apply for a later cohort."
        ),
        _("When the coordinator does not approve an application"),
        examples=partial(_with_status, EnrolmentStatus.REJECTED),
    ),
    "enrolment.completed": _text(
        _("{first_name} has her completed programme back"),
        _(
            "Hello!\n\nThe enrolment of {first_name} in {cohort}, {programme}, had been ended since two people were "
            "taken for one. That is undone: the programme counts as completed again.\n\n{facts}"
        ),
        _("When the undoing of a merge takes up a completed enrolment again"),
        examples=partial(_with_status, EnrolmentStatus.COMPLETED),
    ),
    "enrolment.offered": _text(
        _("{first_name} is offered a seat"),
        _(
            "Hello!\n\nThere is a seat for {first_name} in {cohort}, {programme}. "
            "Log in and accept or decline it by {moment}.\n\n"
            "If nobody has answered by then, the seat goes to the next on the waiting list.\n\n{facts}"
        ),
        _("When a seat is offered to somebody on the waiting list"),
        placeholders=(*ENROLMENT, MOMENT),
        examples=_offered,
    ),
    "enrolment.offer_reminder": _text(
        _("Answer soon: {first_name} is offered a seat"),
        _(
            "Hello!\n\nThe seat for {first_name} in {cohort}, {programme}, still waits for your answer. "
            "Log in and accept or decline it by {moment}.\n\n"
            "If nobody has answered by then, the seat goes to the next on the waiting list.\n\n{facts}"
        ),
        _("When an offer expires soon"),
        placeholders=(*ENROLMENT, MOMENT),
        examples=_offered,
    ),
    "enrolment.declined": _text(
        _("The seat for {first_name} is declined"),
        _(
            "Hello!\n\nThe seat for {first_name} in {cohort}, {programme}, has been declined and goes to the next who "
            "waits.\n\nWas that a mistake? Enrol the person again for a place on the waiting list.\n\n{facts}"
        ),
        _("When an offer is declined"),
        examples=_offered,
    ),
    "enrolment.offer_expired": _text(
        _("The offer of a seat for {first_name} has expired"),
        _(
            "Hello!\n\nNobody answered by {moment}, so the seat for {first_name} in {cohort}, {programme}, goes to the "
            "next who waits.\n\n"
            "Is a seat still wanted? Enrol the person again for a place on the waiting list.\n\n{facts}"
        ),
        _("When nobody has answered an offer in time"),
        placeholders=(*ENROLMENT, MOMENT),
        examples=_offered,
    ),
    "enrolment.offer_taken_back": _text(
        _("The offer of a seat for {first_name} no longer holds"),
        _(
            "Hello!\n\nThe coordinator has taken back the offer of a seat for {first_name} in {cohort}, {programme}. "
            "{first_name} is on the waiting list again.\n\n"
            "The reason is stated with the enrolment. The coordinator tells you if there is a seat after all."
            "\n\n{facts}"
        ),
        _("When the coordinator takes back an offer"),
        examples=_offered,
    ),
    "enrolment.no_seat": _text(
        _("{first_name} did not get a seat"),
        _(
            "Hello!\n\n{cohort}, {programme}, has started, and there was no seat for {first_name}.\n\n"
            "You can withdraw the enrolment and enrol the person in a later cohort. If a seat is free after all, the "
            "coordinator tells you.\n\n{facts}"
        ),
        _("When a cohort starts and the person still waits"),
        examples=partial(_with_status, EnrolmentStatus.WAITING),
    ),
    "enrolment.substituted": _text(
        _("{first_name} takes over a seat"),
        _(
            "Hello!\n\n{first_name} takes over the seat of {before} in {cohort}, {programme}.\n\n"
            "The one who has left is told not to come. The other gets a welcome with all dates.\n\n{facts}"
        ),
        _("When a person takes over a colleague’s seat"),
        placeholders=(*ENROLMENT, BEFORE),
        facts=_("a button to the enrolment"),
    ),
    "enrolment.deferred": _text(
        _("{first_name} is deferred"),
        _("Hello!\n\n{first_name} leaves {cohort}, {programme}. What has been earned so far still counts.\n\n{facts}"),
        _("When a person is deferred to a later cohort"),
        facts=_(
            "what has come of it: a seat, a place on the waiting list or nothing yet; and a button to the enrolment"
        ),
    ),
    "enrolment.merged": _text(
        _("{first_name} was registered twice"),
        _(
            "Hello!\n\n{first_name} was registered twice, and the coordinator has merged the two. One person has one "
            "enrolment in a programme, so the enrolment in {cohort}, {programme}, has ended. The other one stands.\n\n"
            "{facts}\n\nIf they are two people, tell the coordinator: the merge can be undone."
        ),
        _("When two records of one person are merged, and an enrolment ends by that"),
        facts=_("the reference of the enrolment, and a button to the manager’s people"),
    ),
    "enrolment.left": _text(
        _("{first_name} has another employer"),
        _(
            "Hello!\n\nThe coordinator has recorded that {first_name}, who takes part in {cohort}, works with another "
            "employer. The last day with {municipality} is {last}.\n\n"
            "The seat follows the person. You still see the time with you, and nothing of what comes after. If that is "
            "wrong, tell the coordinator.\n\n{facts}"
        ),
        _("When a participant gets another employer"),
        placeholders=(*ENROLMENT, MUNICIPALITY, LAST_DAY),
        to=_("The managers of the former employer"),
        facts=_("a button to the time with that employer"),
    ),
    "enrolment.came": _text(
        _("{first_name} works with you and takes part in a programme"),
        _(
            "Hello!\n\nThe coordinator has recorded that {first_name} works with {municipality}, {unit}, from {first}, "
            "and takes part in {cohort}, {programme}.\n\n"
            "You see how far the person has come, and what happens from now on. Plan the session days that remain as "
            "working time.\n\n{facts}"
        ),
        _("When a participant gets another employer"),
        placeholders=(*ENROLMENT, MUNICIPALITY, UNIT, FIRST_DAY),
        to=_("The managers of the new employer"),
        facts=_("a button to the enrolment"),
    ),
    "participant.new_employer": _text(
        _("Your new employer is recorded"),
        _(
            "Hello {first_name}!\n\nFrom {first} you work with {municipality}, {unit}. What you have earned stays "
            "yours, you keep your log-in and your sessions, and your new manager sees how far you have come.\n\n"
            "If something is wrong, tell the coordinator.\n\n{facts}"
        ),
        _("When a participant gets another employer"),
        placeholders=(FIRST_NAME, MUNICIPALITY, UNIT, FIRST_DAY),
        to=_("The participant"),
        facts=_("a button to her own page"),
    ),
    "contact.asked": _text(
        _("Are you still the contact of {municipality}?"),
        _(
            "Hello {first_name}!\n\nIt is time for new applications to the introduction programme. You are registered "
            "as the contact of {municipality}.\n\n"
            "Log in and say whether it is still right, choose a colleague, or tell us that you have left. It takes a "
            "minute.\n\n{facts}"
        ),
        _("Before each round of applications, and a week later if there is no answer"),
        placeholders=(
            first_name(pgettext_lazy("placeholder", "the contact’s first name")),
            MUNICIPALITY,
        ),
        to=_("The contact of each municipality"),
        facts=_("whether she is asked again, and a button to answer"),
    ),
    "people.handed_over": _text(
        _("You have taken over {people}"),
        _(
            "Hello!\n\n{by} has handed over to you in {municipality}. From now on you get the messages about them.\n\n"
            "{facts}"
        ),
        _("When a colleague hands over people"),
        placeholders=(
            Placeholder(
                "people",
                pgettext_lazy("placeholder name", "number_of_people"),
                pgettext_lazy("placeholder", "how many people"),
                ngettext_lazy("%(number)d participant", "%(number)d participants", 3) % {"number": 3},
            ),
            Placeholder(
                "by",
                pgettext_lazy("placeholder name", "handed_over_by"),
                pgettext_lazy("placeholder", "who has handed over"),
                pgettext_lazy("example", "Kim Example"),
            ),
            MUNICIPALITY,
        ),
        to=_("The manager who takes over"),
        facts=_("a button to them"),
    ),
}
