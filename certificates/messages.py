"""What people are told about certificates: the participant, and her manager."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleAssignment
from certificates.choices import CertificateStatus
from certificates.models import Certificate
from messaging.choices import Topic
from messaging.kinds import Content, Draft, Kind, Receiver
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.text import Example, Text
from messaging.texts.words import words
from participants.placeholders import FIRST_NAME, PROGRAMME

WORTH_SENDING = timedelta(days=30)
SOME = 20  # examples for a coordinator who words them anew


def ready(certificate: Certificate, *, now: datetime) -> Iterable[Draft]:
    """The messages that `certificate` can be downloaded. A new version of it has messages of its own."""
    participant = certificate.enrolment.participant
    yield _draft("certificate.ready", certificate, participant.user or participant, person=participant.pk, now=now)
    for assignment in _managers(certificate):
        yield _draft("certificate.ready_manager", certificate, assignment.user, person=assignment.user_id, now=now)


def _managers(certificate: Certificate) -> Iterator[RoleAssignment]:
    """Her own manager while that one is an active manager of the municipality, else all who are."""
    enrolment = certificate.enrolment
    managers = list(RoleAssignment.objects.managers_of(enrolment.municipality_id).select_related("user").order_by("pk"))
    own = [assignment for assignment in managers if assignment.user_id == enrolment.manager_id]
    yield from own or managers


def _draft(kind: str, certificate: Certificate, receiver: Receiver, *, person: UUID, now: datetime) -> Draft:
    return Draft.to(
        receiver,
        kind=kind,
        key=f"{kind}:{certificate.pk}:{person}",
        due=now,
        expires=WORTH_SENDING,
        scope=certificate.region_id,
        certificate=certificate.pk,
    )


def _render(template: str, message: Message, *, path: Callable[[Certificate], str]) -> Content:
    related = ("region", "enrolment__participant", "enrolment__programme")
    certificate = Certificate.objects.select_related(*related).get(pk=message.refs["certificate"])
    context = {
        "words": words(
            message,
            first_name=certificate.enrolment.participant.first_name,
            programme=certificate.enrolment.programme.title,
        ),
        "region": certificate.region,
        "url": f"{settings.BASE_URL}{path(certificate)}",
    }
    return render(template, context, language=message.language)


def _render_ready(message: Message) -> Content:
    return _render("certificates/mail/ready", message, path=lambda certificate: reverse("certificates:my_programme"))


def _render_ready_manager(message: Message) -> Content:
    return _render(
        "certificates/mail/ready_manager",
        message,
        path=lambda certificate: reverse("certificates:person", args=[certificate.enrolment.participant_id]),
    )


def _is_valid(message: Message, now: datetime) -> bool:
    return Certificate.objects.filter(pk=message.refs["certificate"], status=CertificateStatus.READY).exists()


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    certificates = Certificate.objects.filter(region=region, status=CertificateStatus.READY)
    for certificate in certificates.select_related("enrolment__participant").order_by("-created")[:SOME]:
        participant = certificate.enrolment.participant
        yield Example(str(participant), participant.email, {"certificate": certificate.pk})


READY = Kind(
    "certificate.ready",
    render=_render_ready,
    still_holds=_is_valid,
    title=_("Certificate to download"),
    text=Text(
        subject=_("Your certificate is ready"),
        body=_(
            "Hello {first_name}!\n\nYou have completed {programme}, and your certificate is ready. Congratulations!\n\n"
            "{facts}\n\nThe certificate has a number and a code with which an employer can check it."
        ),
        placeholders=(FIRST_NAME, PROGRAMME),
        to=_("The participant"),
        when=_("When her certificate can be downloaded"),
        facts=_("a button to download it"),
        examples=_examples,
    ),
)
READY_MANAGER = Kind(
    "certificate.ready_manager",
    render=_render_ready_manager,
    still_holds=_is_valid,
    title=_("Certificate to download"),
    topic=Topic.PEOPLE,
    text=Text(
        subject=_("{first_name}’s certificate is ready"),
        body=_("Hello!\n\n{first_name} has completed {programme}, and the certificate is ready.\n\n{facts}"),
        placeholders=(FIRST_NAME, PROGRAMME),
        to=_("The participant’s manager, or all managers of the municipality"),
        when=_("When a participant’s certificate can be downloaded"),
        facts=_("a button to the person’s page"),
        examples=_examples,
    ),
)
