"""What would become of people whom someone wants to enrol. Reads and decides; writes nothing.

The form, the preview of an import and the actions all ask here, so that they can't disagree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort, EligibilityRule
from common.fingerprints import fingerprint
from participants.choices import EnrolmentStatus
from participants.details import PersonDetails
from participants.duplicates.candidates import Candidate, candidates_for
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, Participant
from participants.rules import enrolment as rules
from participants.rules.eligibility import findings
from participants.rules.seats import Seats, place_in_turn
from participants.seating import seats_of
from regions.models import Municipality


@dataclass
class Record:
    """What is stored about an e-mail address in a region. `user` may exist without a participant.

    `found` bears the address; if she has been merged, `participant` is who she turned out to be.
    """

    found: Participant | None = None
    user: User | None = None
    enrolments: list[Enrolment] = field(default_factory=list)

    @property
    def participant(self) -> Participant | None:
        return self.found and (self.found.merged_into or self.found)

    def known(self, cohort: Cohort) -> rules.Known:
        """The same as the rules want it, seen from `cohort`."""
        employments = self.participant.employments.all() if self.participant else ()
        return rules.Known(
            names=tuple({person.full_name for person in (self.participant, self.user) if person and person.first_name}),
            periods=tuple(
                rules.Period(employment.municipality_id, employment.starts, employment.ends)
                for employment in employments
            ),
            standings=tuple(
                rules.Standing(enrolment.status, here=enrolment.cohort_id == cohort.pk) for enrolment in self.enrolments
            ),
        )

    def enrolment_in(self, cohort: Cohort) -> Enrolment | None:
        """Her enrolment in `cohort`, whatever its status: there is at most one."""
        return next((enrolment for enrolment in self.enrolments if enrolment.cohort_id == cohort.pk), None)


@dataclass(frozen=True)
class Assessment:
    """What would become of one person: a status, or a refusal. `already`: it is refused since she is in the cohort.

    `warnings` are what the rules of eligibility have against her; the employer has to accept them. `candidates` are
    those who might be her, under another address; the employer has to say whether she is one of them.
    """

    person: PersonDetails
    record: Record
    status: EnrolmentStatus | None = None
    refusal: str | None = None
    already: bool = False
    warnings: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_undecided(self) -> bool:
        """Whether it is still to be said if she is one of the candidates."""
        return bool(self.candidates) and not (self.person.same_as or self.person.different)

    @property
    def fingerprint(self) -> str:
        """Tells whether what somebody confirms is what she saw."""
        return fingerprint((str(self.status), self.warnings))


def records_of(addresses: Collection[str], cohort: Cohort) -> dict[str, Record]:
    """What is stored about `addresses` (in lower case) in the cohort's region and programme, in at most five queries.

    The address of someone who has been merged is that of whom she turned out to be.
    """
    records = {address: Record() for address in addresses}
    participants = Participant.objects.filter(region=cohort.region).annotate(address=Lower("email"))
    for participant in (
        participants.filter(address__in=addresses)
        .select_related("user", "merged_into__user")
        .prefetch_related("employments", "merged_into__employments")
    ):
        records[participant.email.lower()].found = participant
        if participant.user and participant.user.email.lower() in records:
            records[participant.user.email.lower()].user = participant.user
    without_login = [address for address, record in records.items() if record.user is None]
    for user in User.objects.annotate(address=Lower("email")).filter(address__in=without_login):
        records[user.email.lower()].user = user
    found: dict[UUID, list[Record]] = defaultdict(list)
    for record in records.values():
        if record.participant:
            found[record.participant.pk].append(record)
    for enrolment in Enrolment.objects.filter(programme=cohort.programme_id, participant__in=list(found)):
        for record in found[enrolment.participant_id]:
            record.enrolments.append(enrolment)
    return records


def opening_of(cohort: Cohort, *, now: datetime) -> rules.Opening:
    """When `cohort` takes applications, and how its sessions stand at `now` if any are planned."""
    first, last = cohort.sessions.aggregate(first=Min("starts"), last=Max("ends")).values()
    return rules.Opening(
        status=cohort.status,
        opens=cohort.applications_open,
        closes=cohort.applications_close,
        starts=timezone.localdate(first) if first else None,
        has_ended=last is not None and last <= now,
    )


def check_cohort(cohort: Cohort, *, by: User, now: datetime) -> rules.Opening:
    """Return when `cohort` takes applications; raise EnrolmentRefused if `by` may not enrol in it now."""
    opening = opening_of(cohort, now=now)
    coordinates = cohort.region.pk in by.coordinated_region_ids
    if refusal := rules.refusal_of_cohort(opening, today=timezone.localdate(now), may_be_late=coordinates):
        raise EnrolmentRefused(refusal)
    return opening


def municipalities_for(user: User, cohort: Cohort) -> dict[UUID, Municipality]:
    """The municipalities for which `user` may enrol in `cohort`, by id and in the order of their names."""
    return {place.pk: place for place in Municipality.objects.visible_to(user).filter(region=cohort.region)}


def may_enrol_from(municipality: Municipality, cohort: Cohort, *, by: User) -> bool:
    """Whether it is one of `municipalities_for`, without a query."""
    return municipality.region_id == cohort.region.pk and by.acts_for(municipality)


def assess(
    cohort: Cohort, people: Sequence[PersonDetails], *, by: User, now: datetime, seats: Seats | None = None
) -> list[Assessment]:
    """What would become of `people`, enrolled in this order, in a number of queries that doesn't grow with theirs.

    Raises EnrolmentRefused if `by` may not enrol in the cohort at all. The answer is binding only while the cohort
    is locked; whoever has locked it has read its `seats`.
    """
    opening = check_cohort(cohort, by=by, now=now)
    today = timezone.localdate(now)
    conditions = list(cohort.programme.eligibility_rules.all())
    assessments = [
        _assess_one(cohort, recognised, opening.starts, conditions, by=by, today=today)
        for recognised in _recognised(cohort, people, by=by, today=today)
    ]
    seats = seats or seats_of(cohort, today=today)
    newcomers = [assessment.person.municipality.pk for assessment in assessments if not assessment.refusal]
    if cohort.programme.needs_approval and cohort.region.pk not in by.coordinated_region_ids:
        statuses = iter([EnrolmentStatus.APPLIED] * len(newcomers))
    else:
        statuses = iter(place_in_turn(seats, newcomers))
    return [
        assessment if assessment.refusal else replace(assessment, status=next(statuses)) for assessment in assessments
    ]


def _recognised(cohort: Cohort, people: Sequence[PersonDetails], *, by: User, today: date) -> Iterator[Assessment]:
    """What is stored about each of `people`, found by her address, or as the candidate whom `by` has chosen.

    Who is found by her address needs no candidates, and nobody is found twice.
    """
    records = records_of({person.address for person in people}, cohort)
    unknown = [person for person in people if records[person.address].participant is None]
    offered = dict(zip(unknown, candidates_for(unknown, region=cohort.region, by=by, today=today), strict=True))
    addresses = {
        candidate.participant.pk: candidate.participant.email.lower() for each in offered.values() for candidate in each
    }
    if chosen := {addresses[person.same_as] for person in unknown if person.same_as in addresses}:
        records |= records_of(chosen, cohort)
    seen: set[UUID] = set()
    for person in people:
        record, candidates = records[person.address], offered.get(person, ())
        if person.same_as in {candidate.participant.pk for candidate in candidates}:
            record = records[addresses[person.same_as]]
        refusal = _refusal_to_recognise(person, record.participant, seen)
        if record.participant:
            seen.add(record.participant.pk)
        yield Assessment(person, record, candidates=candidates, refusal=refusal)


def _refusal_to_recognise(person: PersonDetails, found: Participant | None, seen: Collection[UUID]) -> str | None:
    if person.same_as and (found is None or found.pk != person.same_as):
        return _("The person whom you chose has changed meanwhile. Answer again whether it is the same person.")
    if found and found.pk in seen:
        return _("This person is in the list twice.")
    return None


def assess_substitute(enrolment: Enrolment, person: PersonDetails, *, by: User, now: datetime) -> Assessment:
    """What would become of `person` if she took over the seat of `enrolment`: hers, or a refusal.

    Applications may have closed, and the approval that the seat needed was given with it; all else that decides about
    an enrolment decides here too. Raises EnrolmentRefused if nobody can come to the cohort any more.
    """
    cohort = enrolment.cohort
    today = timezone.localdate(now)
    opening = opening_of(cohort, now=now)
    if refusal := rules.refusal_of_cohort(opening, today=today, may_be_late=True):
        raise EnrolmentRefused(refusal)
    conditions = list(cohort.programme.eligibility_rules.all())
    [recognised] = _recognised(cohort, [person], by=by, today=today)
    assessment = _assess_one(cohort, recognised, opening.starts, conditions, by=by, today=today)
    if not assessment.refusal and person.municipality.pk != enrolment.municipality_id:
        return replace(assessment, refusal=_("A substitute comes from the same municipality."))
    return assessment if assessment.refusal else replace(assessment, status=EnrolmentStatus.ENROLLED)


def _assess_one(
    cohort: Cohort,
    recognised: Assessment,
    starts: date | None,
    conditions: Sequence[EligibilityRule],
    *,
    by: User,
    today: date,
) -> Assessment:
    person = recognised.person
    if not may_enrol_from(person.municipality, cohort, by=by):
        not_hers = _("You can't enrol people for %(municipality)s.") % {"municipality": person.municipality}
        return replace(recognised, refusal=not_hers)
    if recognised.refusal:
        return recognised
    known = recognised.record.known(cohort)
    refusal = rules.refusal_of_person(
        known,
        name=person.full_name,
        municipality=person.municipality.pk,
        employed_from=person.employed_from,
        starts=starts,
    )
    if refusal:
        return replace(recognised, refusal=refusal)
    if refusal := rules.refusal_of_standing(known):
        return replace(recognised, refusal=refusal, already=known.is_in_cohort)
    # Without planned sessions, the rules look at the day of the application.
    facts = replace(person.facts, employed_from=known.employed_since(person.employed_from))
    found = findings(conditions, facts, starts=starts or today)
    if stops := [finding.text for finding in found if finding.stops]:
        return replace(recognised, refusal=" ".join(stops))
    return replace(recognised, warnings=tuple(finding.text for finding in found))
