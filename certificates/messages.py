"""What people are told about certificates: the participant, and her manager."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import RoleAssignment, User
from certificates.choices import CertificateKind, CertificateStatus
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


def about_ready(certificates: Sequence[Certificate], *, now: datetime) -> Iterator[Draft]:
    """The messages that each of `certificates`, loaded `with_owner`, can be downloaded: in two queries."""
    told_before = set(
        Certificate.objects.filter(superseded_by__in=certificates, rendered__isnull=False).values_list(
            "superseded_by", "number"
        )
    )
    managers = _managers(certificates)
    for certificate in certificates:
        if certificate.kind == CertificateKind.STATEMENT:
            kind = "certificate.statement"
        elif (certificate.pk, certificate.number) in told_before:
            kind = "certificate.new_version"
        else:
            kind = "certificate.ready"
        yield from _to_both(kind, certificate, managers, now=now)


def about_revoked(certificate: Certificate, *, now: datetime) -> Iterator[Draft]:
    """The messages that `certificate`, loaded `with_owner`, is no longer valid."""
    is_statement = certificate.kind == CertificateKind.STATEMENT
    kind = "certificate.statement_revoked" if is_statement else "certificate.revoked"
    return _to_both(kind, certificate, _managers([certificate]), now=now)


def _managers(certificates: Sequence[Certificate]) -> dict[UUID, list[User]]:
    """The active managers of each municipality that the certificates' people are from."""
    managers = defaultdict(list)
    municipalities = {certificate.enrolment.municipality_id for certificate in certificates}
    roles = RoleAssignment.objects.managers_of_each(municipalities).select_related("user").order_by("pk")
    for role in roles:
        if role.municipality_id:
            managers[role.municipality_id].append(role.user)
    return managers


def _to_both(
    kind: str, certificate: Certificate, managers: Mapping[UUID, Sequence[User]], *, now: datetime
) -> Iterator[Draft]:
    """To the participant, and to her own manager while that one is an active one of the municipality, else to all."""
    enrolment = certificate.enrolment
    participant = enrolment.participant
    yield _draft(kind, certificate, participant, person=participant.pk, now=now)
    active = managers.get(enrolment.municipality_id, [])
    own = [manager for manager in active if manager.pk == enrolment.manager_id]
    for manager in own or active:
        yield _draft(f"{kind}_manager", certificate, manager, person=manager.pk, now=now)


def _draft(kind: str, certificate: Certificate, receiver: Receiver, *, person: UUID, now: datetime) -> Draft:
    return Draft.to(
        receiver,
        kind=kind,
        key=f"{kind}:{certificate.pk}:{person}",
        due=now,
        expires=WORTH_SENDING,
        scope=certificate.region_id,
        certificate=certificate.pk,
        enrolment=certificate.enrolment_id,
    )


def _content(template: str, path: Callable[[Certificate], str]) -> Callable[[Message], Content]:
    def content(message: Message) -> Content:
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

    return content


def _to_her(certificate: Certificate) -> str:
    return reverse("certificates:my_programme")


def _to_page_about_her(certificate: Certificate) -> str:
    return reverse("certificates:person", args=[certificate.enrolment.participant_id])


def _is(status: CertificateStatus) -> Callable[[Message, datetime], bool]:
    """Whether the certificate that a message is about still has `status`."""

    def still_holds(message: Message, now: datetime) -> bool:
        return Certificate.objects.filter(pk=message.refs["certificate"], status=status).exists()

    return still_holds


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    certificates = Certificate.objects.filter(region=region, status=CertificateStatus.READY)
    for certificate in certificates.select_related("enrolment__participant").order_by("-created")[:SOME]:
        participant = certificate.enrolment.participant
        yield Example(str(participant), participant.email, {"certificate": certificate.pk})


def _text(*, subject: Promise, body: Promise, to: Promise, when: Promise, facts: Promise) -> Text:
    return Text(
        subject=subject,
        body=body,
        placeholders=(FIRST_NAME, PROGRAMME),
        to=to,
        when=when,
        facts=facts,
        examples=_examples,
    )


def _kinds(
    name: str,
    *,
    title: Promise,
    her: tuple[Promise, Promise],
    manager: tuple[Promise, Promise],
    when: Promise,
    status: CertificateStatus = CertificateStatus.READY,
) -> Iterator[Kind]:
    """What is said to the participant and what to her manager, each as subject and body; while there is `status`.

    Nobody opts out of a revocation.
    """
    is_ready = status == CertificateStatus.READY
    yield Kind(
        f"certificate.{name}",
        render=_content("certificates/mail/download" if is_ready else "certificates/mail/see", _to_her),
        still_holds=_is(status),
        title=title,
        text=_text(
            subject=her[0],
            body=her[1],
            to=_("The participant"),
            when=when,
            facts=_("a button to download it") if is_ready else _("a button to her own page"),
        ),
    )
    yield Kind(
        f"certificate.{name}_manager",
        render=_content("certificates/mail/see", _to_page_about_her),
        still_holds=_is(status),
        title=format_lazy(pgettext_lazy("message", "{title}, to the manager"), title=title),
        topic=Topic.PEOPLE if is_ready else None,
        text=_text(
            subject=manager[0],
            body=manager[1],
            to=_("The participant’s manager, or all managers of the municipality"),
            when=when,
            facts=_("a button to the person’s page"),
        ),
    )


KINDS = (
    *_kinds(
        "ready",
        title=_("Certificate to download"),
        her=(
            _("Your certificate is ready"),
            _(
                "Hello {first_name}!\n\nYou have completed {programme}, and your certificate is ready. "
                "Congratulations!\n\n{facts}\n\nThe certificate has a number and a code with which an employer can "
                "check it."
            ),
        ),
        manager=(
            _("{first_name}’s certificate is ready"),
            _("Hello!\n\n{first_name} has completed {programme}, and the certificate is ready.\n\n{facts}"),
        ),
        when=_("When a participant’s certificate can be downloaded"),
    ),
    *_kinds(
        "new_version",
        title=_("New version of a certificate"),
        her=(
            _("A new version of your certificate"),
            _(
                "Hello {first_name}!\n\nYour certificate for {programme} has been corrected. The new version replaces "
                "the old one, which is no longer valid.\n\n{facts}"
            ),
        ),
        manager=(
            _("A new version of {first_name}’s certificate"),
            _(
                "Hello!\n\n{first_name}’s certificate for {programme} has been corrected. The new version replaces "
                "the old one, which is no longer valid.\n\n{facts}"
            ),
        ),
        when=_("When a corrected version of a certificate can be downloaded"),
    ),
    *_kinds(
        "statement",
        title=_("Participation statement to download"),
        her=(
            _("Your participation statement is ready"),
            _(
                "Hello {first_name}!\n\nYour participation statement for {programme} is ready. It says which modules "
                "you have attended.\n\n{facts}"
            ),
        ),
        manager=(
            _("{first_name}’s participation statement is ready"),
            _(
                "Hello!\n\n{first_name}’s participation statement for {programme} is ready. It says which modules "
                "were attended.\n\n{facts}"
            ),
        ),
        when=_("When a participation statement can be downloaded"),
    ),
    *_kinds(
        "revoked",
        title=_("Certificate revoked"),
        her=(
            _("Your certificate is revoked"),
            _(
                "Hello {first_name}!\n\nYour certificate for {programme} has been revoked. It is no longer valid. Log "
                "in to see why.\n\n{facts}"
            ),
        ),
        manager=(
            _("{first_name}’s certificate is revoked"),
            _(
                "Hello!\n\n{first_name}’s certificate for {programme} has been revoked. It is no longer valid. Log in "
                "to see why.\n\n{facts}"
            ),
        ),
        when=_("When a certificate is revoked"),
        status=CertificateStatus.REVOKED,
    ),
    *_kinds(
        "statement_revoked",
        title=_("Participation statement revoked"),
        her=(
            _("Your participation statement is revoked"),
            _(
                "Hello {first_name}!\n\nYour participation statement for {programme} has been revoked. It is no longer "
                "valid. Log in to see why.\n\n{facts}"
            ),
        ),
        manager=(
            _("{first_name}’s participation statement is revoked"),
            _(
                "Hello!\n\n{first_name}’s participation statement for {programme} has been revoked. It is no longer "
                "valid. Log in to see why.\n\n{facts}"
            ),
        ),
        when=_("When a participation statement is revoked"),
        status=CertificateStatus.REVOKED,
    ),
)
