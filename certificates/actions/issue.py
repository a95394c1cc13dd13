"""Issuing certificates to those who have completed their programme."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.actions.entering import Earned, draw_up, insert, lock_enrolments, supersede
from certificates.choices import CertificateKind, CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.rules.issuing import refusal_to_issue
from cohorts.models import Cohort
from common.faults import crash_point
from common.locking import lock
from participants.actions.history import change_statuses
from participants.choices import TAKING_PART, EnrolmentStatus, EventKind
from participants.models import Enrolment
from sessions.attendance.ledger import Standing, standings


@transaction.atomic
def issue(*, enrolment: Enrolment, by: User, now: datetime) -> Certificate:
    """Issue the certificate of `enrolment`; a worker makes its PDF when the transaction has committed.

    Whoever has a valid certificate keeps it: it is returned as it is. A participation statement that she got meanwhile
    is superseded. The number belongs to the local year of `now`. Raises IssueRefused with a reason that can be shown.
    """
    enrolment = lock_enrolments([enrolment.pk])[0]
    check_region(enrolment.cohort, by)
    if live := Certificate.objects.live().certificates().filter(enrolment=enrolment).first():
        return live
    standing = standings([enrolment], reader=None, now=now)[enrolment.pk]
    if refusal := _refusal(enrolment, standing):
        raise IssueRefused(refusal)
    return _issue([(enrolment, standing)], by=by, now=now)[0]


@transaction.atomic
def issue_all(*, cohort: Cohort, by: User, now: datetime) -> list[Certificate]:
    """Issue certificates to all in `cohort` who qualify and have none, in order of name; return the new ones.

    Doing it again issues nothing more. Raises IssueRefused.
    """
    check_region(cohort, by)
    return _issue_to_whom_it_may(cohort, by=by, now=now)


@transaction.atomic
def issue_automatically(*, cohort: Cohort, now: datetime) -> list[Certificate]:
    """Issue certificates to all in `cohort` who qualify, if its programme is set so; return the new ones.

    Not while a session of hers is still to be held or marked, of which the certificate would say nothing; and to nobody
    who has had one revoked, which a coordinator decided. Doing it again issues nothing more.
    """
    if not lock(cohort.programme).issues_by_itself:
        return []
    return _issue_to_whom_it_may(cohort, by=None, now=now)


def check_region(cohort: Cohort, by: User) -> None:
    """Raise IssueRefused unless `by` coordinates the region of `cohort`."""
    if cohort.programme.region_id not in by.coordinated_region_ids:
        raise IssueRefused(_("Only the region's coordinator issues its certificates."))


def _issue_to_whom_it_may(cohort: Cohort, *, by: User | None, now: datetime) -> list[Certificate]:
    taking_part = Enrolment.objects.taking_part().filter(cohort=cohort)
    enrolments = lock_enrolments(list(taking_part.values_list("pk", flat=True)))
    held = Certificate.objects.certificates().filter(enrolment__in=enrolments)
    settled = held.live() if by else held.exclude(status=CertificateStatus.SUPERSEDED)
    have_one = set(settled.values_list("enrolment", flat=True))
    found = standings(enrolments, reader=None, now=now)
    earned = [
        (enrolment, found[enrolment.pk])
        for enrolment in enrolments
        if enrolment.pk not in have_one
        and _refusal(enrolment, found[enrolment.pk]) is None
        and (by or found[enrolment.pk].is_over)
    ]
    return _issue(earned, by=by, now=now)


def _refusal(enrolment: Enrolment, standing: Standing) -> str | None:
    return refusal_to_issue(takes_part=enrolment.status in TAKING_PART, progress=standing.progress)


def _issue(earned: Sequence[Earned], *, by: User | None, now: datetime) -> list[Certificate]:
    certificates = draw_up(CertificateKind.CERTIFICATE, earned, by=by, now=now)
    if certificates:
        # First, since an enrolment has one valid document at a time.
        supersede(_statements_before(certificates), by=by, now=now)
        insert(certificates, by=by, now=now)
        crash_point("in the middle of issuing")
        _complete([certificate.enrolment for certificate in certificates], by=by, now=now)
    return certificates


def _statements_before(certificates: Sequence[Certificate]) -> list[tuple[Certificate, UUID]]:
    """The statements in force of the same people in the same programme, locked, each with the certificate after it."""
    successors = {
        (certificate.enrolment.participant_id, certificate.enrolment.programme_id): certificate.pk
        for certificate in certificates
    }
    statements = (
        Certificate.objects.live()
        .statements()
        .filter(enrolment__participant__in={participant for participant, _programme in successors})
        .select_related("enrolment")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    found = [(one, (one.enrolment.participant_id, one.enrolment.programme_id)) for one in statements]
    return [(statement, successors[whose]) for statement, whose in found if whose in successors]


def _complete(enrolments: Sequence[Enrolment], *, by: User | None, now: datetime) -> None:
    under_way = [(one, EnrolmentStatus.COMPLETED) for one in enrolments if one.status != EnrolmentStatus.COMPLETED]
    change_statuses(under_way, kind=EventKind.COMPLETED, by=by, now=now, nothing_else=True)
