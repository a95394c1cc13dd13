"""Every address × every kind of person × GET and POST, as permission_matrix.py declares it.

The same walk looks for canaries: names planted in another municipality and another region, which must not turn up.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookies import SimpleCookie
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from accounts.tokens import token_of
from certificates.choices import CertificateStatus
from cohorts.actions import begin_version
from cohorts.choices import Effect, Fact
from cohorts.models import Cohort
from messaging.channels.gateway import token_of as token_of_sms
from messaging.choices import Channel, State, Topic
from messaging.models import TextVersion
from messaging.unsubscribing import token_of as unsubscribing_token_of
from participants.actions import save_draft, transfer
from participants.actions.transfer import Workplace
from participants.models import EnrolmentDraft, EnrolmentEvent, Import
from sessions.calendars.feeds import token_of as token_of_feed
from sessions.models import Lecturer
from sessions.registers.tokens import token_of as teaching_token_of
from tests.certificates.documents import document
from tests.factories import (
    NOW,
    TODAY,
    AnnouncementFactory,
    BlockedPeriodFactory,
    CalendarFeedFactory,
    CertificateFactory,
    CohortFactory,
    CohortSessionFactory,
    ContactFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    InvitationFactory,
    MaterialFactory,
    MergeFactory,
    MessageFactory,
    MunicipalityFactory,
    OfferFactory,
    ParticipantFactory,
    ProgrammeFactory,
    RegionFactory,
    RoleAssignmentFactory,
    TeachingRequestFactory,
    UnavailabilityFactory,
    VenueFactory,
    administrator,
    coordinator,
    lecturer,
    manager,
)
from tests.permission_matrix import MATRIX, PERSONAS, VISITORS, Row
from tests.sessions.plans import days, planned

ANOTHER_SITE = ("messaging",)  # the mail reader is in development's addresses only, and public there

# Whose names turn up: people of the municipality, of another one in the region, and all there is in another region.
OWN, NEIGHBOUR, FOREIGN = "svanesson", "papegojsson", "kanariesson"
MAY_NOT_SEE = {
    "participant": {NEIGHBOUR, FOREIGN},
    "manager": {NEIGHBOUR, FOREIGN},
    "other_manager": {OWN, FOREIGN},
    "coordinator": {FOREIGN},
    "other_coordinator": {OWN, NEIGHBOUR},
    "lecturer": {FOREIGN},
    "administrator": {OWN, NEIGHBOUR},
}


def patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every address of the portal: its name and what it wants to know."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", list(pattern.pattern.regex.groupindex)


ADDRESSES = dict(patterns())


def test_every_address_is_in_the_matrix_once() -> None:
    declared = [row.name for row in MATRIX]
    assert sorted(declared) == sorted(set(declared))
    assert set(ADDRESSES) - set(declared) == set(), "declare them in tests/permission_matrix.py"
    assert set(declared) - set(ADDRESSES) == set(), "they are gone: remove them from tests/permission_matrix.py"


@pytest.fixture(scope="module")
def world(standing_data: None) -> SimpleNamespace:
    """A region with two municipalities, and another region with much the same; everybody is logged in."""
    with time_machine.travel(NOW, tick=False):
        region, other_region = RegionFactory(name="Regionen"), RegionFactory(name="Grannregionen")
        region.logo.save("logo.png", ContentFile(b"\x89PNG"))
        ours = furnished(region, municipality=MunicipalityFactory(region=region, name="Kommunen"), surname=OWN)
        neighbour = MunicipalityFactory(region=region, name="Grannkommunen")
        enrolled(ours.cohort, neighbour, surname=NEIGHBOUR)
        ours.left = left_for(neighbour, ours)
        theirs = furnished(other_region, municipality=MunicipalityFactory(region=other_region), surname=FOREIGN)
        VenueFactory(region=other_region, name=FOREIGN)
        lecturer(other_region, last_name=FOREIGN)
        CohortFactory(programme=theirs.cohort.programme, name=FOREIGN, draft=True)
        ProgrammeFactory(region=other_region, title=FOREIGN)
        people = ours.people | {
            "other_manager": manager(neighbour),
            "other_coordinator": coordinator(other_region),
            "administrator": administrator(),
            "disabled": coordinator(region),
        }
        ours.cookies = {persona: log_in(user) for persona, user in people.items()}
        User.objects.filter(pk=people["disabled"].pk).update(is_active=False)
    return ours


def left_for(neighbour: Any, ours: SimpleNamespace) -> Any:
    """Someone who has left our municipality for the neighbour's, each with a unit that only its managers may read."""
    municipality = ours.people["manager"].role_assignments.get().municipality
    left = EnrolmentFactory(cohort=ours.cohort, municipality=municipality, employment__unit=OWN)
    EnrolmentEvent.objects.create(
        enrolment=left, at=NOW - timedelta(days=10), status=left.status, municipality=municipality, reason=OWN
    )
    workplace = Workplace(neighbour, NEIGHBOUR, "Socialsekreterare", TODAY)
    planner = ours.people["coordinator"]
    transfer(participant=left.participant, to=workplace, by=planner, now=NOW, beyond=True, reason=NEIGHBOUR)
    return left.pk


def log_in(user: User) -> SimpleCookie:
    """The cookies of a browser in which `user` has logged in."""
    client = Client()
    client.force_login(user)
    return client.cookies


def furnished(region: Any, *, municipality: Any, surname: str) -> SimpleNamespace:
    """A region with a cohort, of which one session has been held, and with somebody in every role."""
    teacher, boss, planner = lecturer(region), manager(municipality), coordinator(region)
    venue = VenueFactory(region=region)
    cohort = CohortFactory(programme=ProgrammeFactory(region=region, modules=2))
    modules = list(cohort.programme.modules.order_by("number"))
    held = CohortSessionFactory(cohort=cohort, module=modules[0], day=TODAY - timedelta(days=7), venue=venue)
    ahead = CohortSessionFactory(cohort=cohort, module=modules[1], day=TODAY + timedelta(days=21), venue=venue)
    entry = Lecturer.objects.get(email=teacher.email)
    held.lecturers.add(entry)
    enrolment = enrolled(cohort, municipality, surname=surname)
    question = TeachingRequestFactory(session=ahead, lecturer=entry, sentence=surname)
    content = b"%PDF-1.7"
    certificate = CertificateFactory(
        enrolment=enrolment,
        data=document().as_json(),
        status=CertificateStatus.READY,
        file=ContentFile(content, name="certificate.pdf"),
        sha256=hashlib.sha256(content).hexdigest(),
        rendered=NOW,
        upheld=NOW,
        upheld_reason=surname,
    )
    TextVersion.objects.create(
        scope=region.pk,
        kind="enrolment.confirmed",
        language="sv",
        number=1,
        subject=surname,
        body="{facts}",
        by=planner,
        at=NOW,
    )
    programme = begin_version(programme=cohort.programme, by=planner, now=NOW)
    plan = planned(programme, days(1))
    return SimpleNamespace(
        region=region.pk,
        programme=programme.pk,
        draft_module=programme.modules_of(programme.draft_version).first().pk,
        cohort=cohort,
        session=held.pk,
        venue=venue.pk,
        lecturers_entry=entry.pk,
        material=MaterialFactory(session=held, title=surname, document=True).pk,
        module=modules[0].pk,
        unavailability=UnavailabilityFactory(lecturer=entry).pk,
        plan=plan.pk,
        plan_step=plan.steps.get().pk,
        blocked_period=BlockedPeriodFactory(region=region, reason=surname).pk,
        teaching_request=question.pk,
        teaching_requests_token=teaching_token_of(question),
        enrolment=enrolment.pk,
        waiting=EnrolmentFactory(cohort=cohort, municipality=municipality, waiting=True).pk,
        applied=EnrolmentFactory(cohort=cohort, municipality=municipality, status="applied").pk,
        rejected=EnrolmentFactory(cohort=cohort, municipality=municipality, status="rejected").pk,
        offered=OfferFactory(enrolment__cohort=cohort, enrolment__municipality=municipality).enrolment.pk,
        person=enrolment.participant.pk,
        namesake=ParticipantFactory(region=region, last_name=surname).pk,
        merge=MergeFactory(kept=enrolment.participant, other__last_name=surname).pk,
        certificate=certificate.pk,
        draft=begun_draft(cohort, boss, surname).pk,
        upload=Import.objects.create(
            cohort=cohort,
            municipality=municipality,
            uploaded_by=boss,
            filename="lista.csv",
            sheet={"lines": [[1, [surname]]]},
            rows=[{"number": 1, "values": {"last_name": surname}}],
        ).pk,
        invitation=InvitationFactory(
            role=Role.MANAGER, region=None, municipality=municipality, last_name=surname, invited_by=boss
        ).pk,
        used_invitation=token_of(InvitationFactory(region=region, accepted=NOW)),
        feed=token_of_feed(CalendarFeedFactory(user=manager(municipality), role=Role.MANAGER)),
        colleagues_role=manager(municipality, last_name=surname).role_assignments.get().pk,
        contact=ContactFactory(municipality=municipality, user=boss).pk,
        municipality=municipality.pk,
        message=MessageFactory(scope=region.pk, recipient=f"{surname}@example.org", state=State.DEAD).pk,
        channel=Channel.EMAIL,
        kind_of_message="enrolment.confirmed",
        announcement=AnnouncementFactory(cohort=cohort, subject=surname, by=planner).pk,
        unsubscribing_token=unsubscribing_token_of("nobody@example.org", Topic.REMINDERS),
        sms=MessageFactory.create(sms=True, state=State.SENT),
        people={
            "participant": enrolment.participant.user,
            "manager": boss,
            "coordinator": planner,
            "lecturer": teacher,
        },
    )


def begun_draft(cohort: Cohort, boss: User, surname: str) -> EnrolmentDraft:
    """An enrolment that lacks nothing but the confirmation, in a programme that asks for a fact."""
    EligibilityRuleFactory(programme=cohort.programme, fact=Fact.DEGREE, effect=Effect.ASK)
    answers = {"first_name": "Åsa", "last_name": surname, "email": "asa@example.org", "unit": "Enheten"}
    return save_draft(
        draft=EnrolmentDraft(owner=boss),
        answers=answers
        | {"title": "Socialsekreterare", "employed_from": "2026-03-01", "degree": "other", "diet": [], "access": []},
        cohort=cohort,
        by=boss,
        now=NOW,
    )


def enrolled(cohort: Cohort, municipality: Any, *, surname: str) -> Any:
    """Somebody of that name, enrolled by the municipality, who can log in."""
    enrolment = EnrolmentFactory(
        cohort=cohort,
        municipality=municipality,
        participant__with_login=True,
        participant__last_name=surname,
        participant__email=f"{surname}@example.org",
    )
    RoleAssignmentFactory(user=enrolment.participant.user, role=Role.PARTICIPANT, region=municipality.region)
    return enrolment


def address(row: Row, world: SimpleNamespace) -> str:
    """Where `row` is in `world`."""
    wanted = ADDRESSES[row.name]
    if row.of == "reset_link":
        return reverse(row.name, kwargs={"uidb36": "1", "key": "set-password"})
    if row.of == "sms_report":
        return reverse(row.name, kwargs={"pk": world.sms.pk, "token": token_of_sms(world.sms.pk)})
    if not wanted:
        return reverse(row.name)
    record = getattr(world, row.of)
    return reverse(row.name, kwargs={wanted[0]: getattr(record, "pk", record)})


def client_of(persona: str, world: SimpleNamespace) -> Client:
    """The browser of `persona`; only "anonymous" isn't logged in."""
    client = Client()
    client.cookies = SimpleCookie(world.cookies.get(persona))
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_who_gets_in(row: Row, world: SimpleNamespace) -> None:
    answers = {name: str(getattr(world, record, record)) for name, record in (row.sends or {}).items()}
    url = f"{address(row, world)}?{urlencode(answers)}"
    wrong, canaries = {}, {}
    with time_machine.travel(NOW, tick=False):
        for persona in PERSONAS:
            client, content = client_of(persona, world), b""
            for method in ("get", "post"):
                sent = answers | {"seen": seen_on(content) if row.sends else ""}
                with undone():
                    response = getattr(client, method)(url, sent)
                    content = b"".join(response)
                if response.status_code not in row.expected(persona, method):
                    wrong[f"{method} as {persona}"] = response.status_code, row.expected(persona, method)
                if persona in VISITORS and not row.public:
                    assert response["Location"].startswith(reverse("account_login"))
                if not row.public and (seen := canaries_in(content, persona)):
                    canaries[f"{method} as {persona}"] = seen
    assert wrong == {}, "answered, expected"
    assert canaries == {}, "names that are not for those eyes"


def seen_on(content: bytes) -> str:
    """What a page asks to be sent back, so that nothing is done that wasn't seen."""
    asked = re.search(rb'name="seen" value="([^"]*)"', content)
    return asked[1].decode() if asked else ""


def canaries_in(content: bytes, persona: str) -> set[str]:
    text = "".join(readable(content)).lower()
    return {canary for canary in MAY_NOT_SEE.get(persona, ()) if canary in text}


def readable(content: bytes) -> Iterator[str]:
    """What can be read in an answer, also inside an archive: a spreadsheet, or certificates in a ZIP file."""
    yield content.decode(errors="ignore")
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield archive.read(name).decode(errors="ignore")


@pytest.mark.django_db
def test_the_canaries_sing_where_they_may(world: SimpleNamespace) -> None:
    """Otherwise their silence elsewhere would prove nothing."""
    with time_machine.travel(NOW, tick=False):
        people = {
            persona: client_of(persona, world).get(reverse("certificates:people")).content.decode().lower()
            for persona in ("manager", "other_manager", "coordinator", "other_coordinator")
        }
    assert OWN in people["manager"]
    assert NEIGHBOUR in people["other_manager"]
    assert {OWN, NEIGHBOUR} <= {name for name in (OWN, NEIGHBOUR) if name in people["coordinator"]}
    assert FOREIGN in people["other_coordinator"]
    assert RoleAssignment.objects.filter(user__last_name=FOREIGN).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("regions:text_versions", "kind_of_message"),
        ("sessions:announcements", "cohort"),
        ("reports:messages", ""),
        ("reports:messages_file", ""),
        ("certificates:register", ""),
        ("certificates:register_file", ""),
    ],
)
def test_they_sing_to_their_own_coordinator_where_messages_and_certificates_are(
    name: str, of: str, world: SimpleNamespace
) -> None:
    record = getattr(world, of, None)
    url = reverse(name, args=[getattr(record, "pk", record)] if of else [])
    with time_machine.travel(NOW, tick=False), undone():
        answer = b"".join(client_of("coordinator", world).get(url))
    assert OWN in "".join(readable(answer)).lower()
