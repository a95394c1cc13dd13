"""Valid by default; traits name situations: CohortFactory(draft=True), EnrolmentFactory(waiting=True).

Times are relative to NOW, a Tuesday morning, so that tests don't depend on the day they run.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.choices import Role
from accounts.models import Invitation, RoleAssignment, User
from accounts.tokens import hash_of, token_of
from certificates.models import Certificate
from cohorts.choices import CohortStatus, Effect, Fact
from cohorts.models import Cohort, EligibilityRule, Module, Programme, SeatAllocation
from messaging.choices import Channel, State
from messaging.models import Message
from messaging.rules import LEASE
from participants.choices import EnrolmentStatus
from participants.models import Contact, Employment, Enrolment, Merge, Offer, Participant
from regions.models import Municipality, Region
from sessions.calendars import feeds
from sessions.choices import Audience, Mark, SessionStatus
from sessions.models import (
    Announcement,
    Attendance,
    BlockedPeriod,
    CalendarFeed,
    CohortSession,
    Lecturer,
    Material,
    TeachingRequest,
    Unavailability,
    Venue,
)
from sessions.registers.tokens import token_of as teaching_token_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n%%EOF\n"
PASSWORD = "ett-hemligt-ord-1"


def local(day: date, hour: int = 9) -> datetime:
    """`hour` o'clock in Stockholm on `day`."""
    return datetime.combine(day, time(hour), tzinfo=STOCKHOLM)


def next_year(month: int, weekday: int, nth: int) -> date:
    """The nth weekday (0 is Monday) of a month next year: pages see it as ahead on whatever day the tests run."""
    first = date(timezone.localdate().year + 1, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def a_plain_tuesday() -> date:
    """The second Tuesday of September next year: dates that follow it each month stay on theirs."""
    return next_year(9, 1, 2)


class RegionFactory(DjangoModelFactory[Region]):
    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"Region {n}")
    code = factory.Sequence(lambda n: "R" + chr(65 + n // 26 % 26) + chr(65 + n % 26) + chr(65 + n // 676 % 26))
    contact_email = factory.LazyAttribute(lambda region: f"{region.code.lower()}@example.org")
    signatory_name = "Signe Signatär"
    signatory_title = "Utbildningsansvarig"
    seat = "Lund"


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality

    region = factory.SubFactory(RegionFactory)
    code = factory.Sequence(lambda n: f"{n % 10_000:04}")
    name = factory.Sequence(lambda n: f"Kommun {n}")
    county_code = "12"
    county_name = "Skåne län"
    population = 20_000


class UserFactory(DjangoModelFactory[User]):
    """`CoordinatorFactory` and its like give a user with a role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = "Pernilla"
    last_name = factory.Sequence(lambda n: f"Person{n}")
    password = factory.django.Password(PASSWORD)


class RoleAssignmentFactory(DjangoModelFactory[RoleAssignment]):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = Role.ADMINISTRATOR


def coordinator(region: Region, **fields: Any) -> User:
    """A coordinator of `region`."""
    return RoleAssignmentFactory(role=Role.COORDINATOR, region=region, user=UserFactory(**fields)).user


def manager(municipality: Municipality, **fields: Any) -> User:
    """A manager in `municipality`."""
    return RoleAssignmentFactory(role=Role.MANAGER, municipality=municipality, user=UserFactory(**fields)).user


def administrator(**fields: Any) -> User:
    """An administrator of the installation."""
    return RoleAssignmentFactory(role=Role.ADMINISTRATOR, user=UserFactory(**fields)).user


def lecturer(region: Region, **fields: Any) -> User:
    """A user who lectures in `region`, with an entry in its register: `Lecturer.objects.get(email=user.email)`."""
    user = RoleAssignmentFactory(role=Role.LECTURER, region=region, user=UserFactory(**fields)).user
    LecturerFactory(region=region, name=user.full_name, email=user.email)
    return user


class ProgrammeFactory(DjangoModelFactory[Programme]):
    """Nine modules, eight of them required; `modules=2` makes a shorter one, of which all are required."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    region = factory.SubFactory(RegionFactory)
    title = factory.Sequence(lambda n: f"Introduktionsutbildning {n}")
    modules_required = 8

    @factory.post_generation
    def modules(programme: Programme, create: bool, extracted: int | None, **kwargs: Any) -> None:  # noqa: N805
        count = 9 if extracted is None else extracted
        if extracted is not None:
            programme.modules_required = max(count, 1)
            programme.save()
        Module.objects.bulk_create(
            Module(programme=programme, number=number, title=f"Modul {number}", month_offset=number - 1, hours=7)
            for number in range(1, count + 1)
        )


class EligibilityRuleFactory(DjangoModelFactory[EligibilityRule]):
    """A degree in social work is asked for, and its lack is a stop."""

    class Meta:
        model = EligibilityRule

    programme = factory.SubFactory(ProgrammeFactory)
    fact = Fact.DEGREE
    effect = Effect.STOP


class CohortFactory(DjangoModelFactory[Cohort]):
    """Published and open for application on TODAY, with 25 seats in a common pool, without sessions."""

    class Meta:
        model = Cohort
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=CohortStatus.DRAFT, published=None)

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Omgång {n}")
    capacity = 25
    applications_open = TODAY - timedelta(days=30)
    applications_close = TODAY + timedelta(days=30)
    status = CohortStatus.PUBLISHED
    published = NOW - timedelta(days=30)

    @factory.post_generation
    def sessions(cohort: Cohort, create: bool, extracted: date | None, **kwargs: Any) -> None:  # noqa: N805
        """CohortFactory(sessions=first_day): one session per module, four weeks apart."""
        if extracted is not None:
            for step, module in enumerate(cohort.modules):
                CohortSessionFactory(cohort=cohort, module=module, day=extracted + timedelta(weeks=4 * step))


class SeatAllocationFactory(DjangoModelFactory[SeatAllocation]):
    class Meta:
        model = SeatAllocation

    cohort = factory.SubFactory(CohortFactory)
    municipality = factory.SubFactory(MunicipalityFactory, region=factory.SelfAttribute("..cohort.programme.region"))
    seats = 1


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    class Params:
        with_login = factory.Trait(
            user=factory.SubFactory(
                UserFactory,
                email=factory.SelfAttribute("..email"),
                first_name=factory.SelfAttribute("..first_name"),
                last_name=factory.SelfAttribute("..last_name"),
            )
        )

    region = factory.SubFactory(RegionFactory)
    first_name = "Åsa"
    last_name = factory.Sequence(lambda n: f"Öberg-Exempel{n}")
    email = factory.Sequence(lambda n: f"asa{n}@example.org")


class EmploymentFactory(DjangoModelFactory[Employment]):
    class Meta:
        model = Employment

    participant = factory.SubFactory(ParticipantFactory)
    municipality = factory.SubFactory(MunicipalityFactory, region=factory.SelfAttribute("..participant.region"))
    unit = "Barn och familj"
    title = "Socialsekreterare"
    starts = TODAY - timedelta(days=60)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    """Enrolled, in a cohort of the participant's region; participant, employment and municipality agree."""

    class Meta:
        model = Enrolment

    class Params:
        waiting = factory.Trait(status=EnrolmentStatus.WAITING)
        withdrawn = factory.Trait(status=EnrolmentStatus.WITHDRAWN)

    cohort = factory.SubFactory(CohortFactory)
    programme = factory.SelfAttribute("cohort.programme")
    participant = factory.SubFactory(ParticipantFactory, region=factory.SelfAttribute("..cohort.programme.region"))
    municipality = factory.SubFactory(MunicipalityFactory, region=factory.SelfAttribute("..cohort.programme.region"))
    employment = factory.SubFactory(
        EmploymentFactory,
        participant=factory.SelfAttribute("..participant"),
        municipality=factory.SelfAttribute("..municipality"),
    )
    status = EnrolmentStatus.ENROLLED
    reference = factory.Sequence(lambda n: f"T{n:06}")
    applied = factory.Sequence(lambda n: NOW - timedelta(days=10) + timedelta(seconds=n))


class OfferFactory(DjangoModelFactory[Offer]):
    """Open since NOW, for five days; `enrolment__cohort` and so on say to whom."""

    class Meta:
        model = Offer

    enrolment = factory.SubFactory(EnrolmentFactory, status=EnrolmentStatus.OFFERED)
    made = NOW
    expires = local(TODAY + timedelta(days=6), 0)


class ContactFactory(DjangoModelFactory[Contact]):
    """A manager, chosen by somebody a year before NOW, who has confirmed nothing yet."""

    class Meta:
        model = Contact

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.LazyAttribute(lambda row: manager(row.municipality))
    chosen = NOW - timedelta(days=365)


class MergeFactory(DjangoModelFactory[Merge]):
    """Nothing belonged to the other; participants.actions.merge does it with all that follows."""

    class Meta:
        model = Merge

    kept = factory.SubFactory(ParticipantFactory)
    other = factory.SubFactory(
        ParticipantFactory,
        region=factory.SelfAttribute("..kept.region"),
        merged_into=factory.SelfAttribute("..kept"),
    )
    at = NOW


class VenueFactory(DjangoModelFactory[Venue]):
    class Meta:
        model = Venue

    region = factory.SubFactory(RegionFactory)
    name = factory.Sequence(lambda n: f"Sal {n}")
    address = "Exempelgatan 1"
    town = "Lund"


class LecturerFactory(DjangoModelFactory[Lecturer]):
    class Meta:
        model = Lecturer

    region = factory.SubFactory(RegionFactory)
    name = factory.Sequence(lambda n: f"Lena Lektor{n}")
    email = factory.Sequence(lambda n: f"lektor{n}@example.org")


class CohortSessionFactory(DjangoModelFactory[CohortSession]):
    """9.00-16.00 in Stockholm on `day` (default: three weeks after TODAY), in a venue of the region."""

    class Meta:
        model = CohortSession

    class Params:
        day = TODAY + timedelta(weeks=3)
        cancelled = factory.Trait(status=SessionStatus.CANCELLED)

    cohort = factory.SubFactory(CohortFactory)
    module = factory.LazyAttribute(lambda session: session.cohort.modules.first())
    starts = factory.LazyAttribute(lambda session: local(session.day, 9))
    ends = factory.LazyAttribute(lambda session: local(session.day, 16))
    venue = factory.SubFactory(VenueFactory, region=factory.SelfAttribute("..cohort.programme.region"))


class UnavailabilityFactory(DjangoModelFactory[Unavailability]):
    """One day, three weeks after TODAY: that of CohortSessionFactory."""

    class Meta:
        model = Unavailability

    lecturer = factory.SubFactory(LecturerFactory)
    first = TODAY + timedelta(weeks=3)
    last = factory.SelfAttribute("first")


class BlockedPeriodFactory(DjangoModelFactory[BlockedPeriod]):
    """One day, three weeks after TODAY."""

    class Meta:
        model = BlockedPeriod

    region = factory.SubFactory(RegionFactory)
    first = TODAY + timedelta(weeks=3)
    last = factory.SelfAttribute("first")
    reason = "Regional konferens"


class TeachingRequestFactory(DjangoModelFactory[TeachingRequest]):
    """Open since NOW; `sessions.registers.tokens.token_of(request)` ends its link."""

    class Meta:
        model = TeachingRequest

    session = factory.SubFactory(CohortSessionFactory)
    lecturer = factory.SubFactory(LecturerFactory, region=factory.SelfAttribute("..session.cohort.programme.region"))
    revision = factory.SelfAttribute("session.revision")
    asked = NOW
    id = factory.LazyFunction(uuid4)
    nonce = factory.LazyFunction(uuid4)
    token_hash = factory.LazyAttribute(
        lambda row: hash_of(teaching_token_of(TeachingRequest(id=row.id, nonce=row.nonce)))
    )


class CalendarFeedFactory(DjangoModelFactory[CalendarFeed]):
    """Open; `token_of(feed)` ends its address."""

    class Meta:
        model = CalendarFeed

    user = factory.SubFactory(UserFactory)
    role = Role.PARTICIPANT
    id = factory.LazyFunction(uuid4)
    nonce = factory.LazyFunction(uuid4)
    token_hash = factory.LazyAttribute(lambda row: hash_of(feeds.token_of(CalendarFeed(id=row.id, nonce=row.nonce))))


class MaterialFactory(DjangoModelFactory[Material]):
    """A link that goes with one session, visible at once; `module=…, session=None` makes it a module's, and
    `document=True` a PDF.
    """

    class Meta:
        model = Material

    class Params:
        document = factory.Trait(
            url="",
            file=factory.LazyFunction(lambda: ContentFile(PDF, name=uuid4().hex)),
            filename="underlag.pdf",
            content_type="application/pdf",
            size=len(PDF),
        )

    session = factory.SubFactory(CohortSessionFactory)
    title = factory.Sequence(lambda n: f"Underlag {n}")
    url = "https://example.org/underlag"


class AnnouncementFactory(DjangoModelFactory[Announcement]):
    """A draft to the participants of a cohort."""

    cohort = factory.SubFactory(CohortFactory)
    audience = Audience.PARTICIPANTS
    subject = "Ta med lunch, {first_name}"
    body = "Hej {first_name}!\n\nKafét i {cohort} är stängt."
    by = factory.SubFactory(UserFactory)

    class Meta:
        model = Announcement


class AttendanceFactory(DjangoModelFactory[Attendance]):
    class Meta:
        model = Attendance

    session = factory.SubFactory(CohortSessionFactory)
    participant = factory.SubFactory(
        ParticipantFactory, region=factory.SelfAttribute("..session.cohort.programme.region")
    )
    mark = Mark.PRESENT
    marked = NOW


class CertificateFactory(DjangoModelFactory[Certificate]):
    """Issued and not rendered yet; tests that need the real thing call certificates.actions.issue."""

    class Meta:
        model = Certificate

    enrolment = factory.SubFactory(EnrolmentFactory)
    region = factory.SelfAttribute("enrolment.cohort.programme.region")
    year = 2026
    serial = factory.Sequence(lambda n: n + 1)
    number = factory.LazyAttribute(lambda certificate: f"{certificate.region.code}-2026-{certificate.serial:04}")
    code = factory.Sequence(lambda n: f"{n:016}")
    data = factory.LazyFunction(dict)
    issued = NOW


class MessageFactory(DjangoModelFactory[Message]):
    """A postcard (tests/messaging/postcards.py), due NOW and worth sending for a day.

    `claimed` has a sender, who took it NOW; `handed_over=NOW` says that she has gone further. `sms` goes to a phone.
    """

    class Meta:
        model = Message

    class Params:
        claimed = factory.Trait(state=State.SENDING, lease_token=factory.LazyFunction(uuid4), lease_until=NOW + LEASE)
        # Numbers that belong to nobody (PTS keeps 070-174 06 05 to 99 for films and books).
        sms = factory.Trait(
            channel=Channel.SMS,
            recipient=factory.Sequence(lambda n: f"+4670174{605 + n % 95:04}"),
            scope=factory.LazyFunction(uuid4),
        )

    kind = "test.postcard"
    key = factory.Sequence(lambda n: f"postcard:{n}")
    recipient = factory.Sequence(lambda n: f"mottagare{n}@example.org")
    language = "sv"
    due = NOW
    next_try = factory.SelfAttribute("due")
    expires = factory.LazyAttribute(lambda message: message.due + timedelta(days=1))


class InvitationFactory(DjangoModelFactory[Invitation]):
    """Open on TODAY, to a coordinator of a region, from another; `tokens.token_of(invitation)` ends its link."""

    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"inbjuden{n}@example.org")
    first_name = "Inga"
    last_name = "Inbjuden"
    role = Role.COORDINATOR
    region = factory.SubFactory(RegionFactory)
    invited_by = factory.LazyAttribute(lambda row: coordinator(row.region))
    expires = NOW + timedelta(days=7)
    id = factory.LazyFunction(uuid4)
    nonce = factory.LazyFunction(uuid4)
    token_hash = factory.LazyAttribute(lambda row: hash_of(token_of(Invitation(id=row.id, nonce=row.nonce))))
