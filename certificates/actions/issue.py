"""Issuing certificates."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from certificates.exceptions import IssueRefused
from certificates.freezing import freeze
from certificates.models import Certificate, NumberSeries
from certificates.rules.issuing import certificate_number, code_from, refusal_to_issue
from cohorts.models import Cohort
from common.wakeup import wake_on_commit
from participants.actions.history import change_status
from participants.choices import TAKING_PART, EnrolmentStatus, EventKind
from participants.models import Enrolment
from regions.models import Region
from sessions.attendance.ledger import Standing, standings


@transaction.atomic
def issue(*, enrolment: Enrolment, by: User, now: datetime) -> Certificate:
    """Issue the certificate of `enrolment`; a worker makes its PDF when the transaction has committed.

    Whoever has a valid certificate keeps it: it is returned as it is. The number belongs to the local year of `now`.
    Raises IssueRefused with a reason that can be shown.
    """
    enrolment = _lock([enrolment.pk])[0]
    _check_region(enrolment.cohort, by)
    if live := Certificate.objects.live().filter(enrolment=enrolment).first():
        return live
    standing = standings([enrolment], reader=None, now=now)[enrolment.pk]
    if refusal := _refusal(enrolment, standing):
        raise IssueRefused(refusal)
    return _issue(enrolment, standing, by=by, now=now)


@transaction.atomic
def issue_all(*, cohort: Cohort, by: User, now: datetime) -> list[Certificate]:
    """Issue certificates to all in `cohort` who qualify and have none, in order of name; return the new ones.

    Doing it again issues nothing more. Raises IssueRefused.
    """
    _check_region(cohort, by)
    enrolments = _lock([enrolment.pk for enrolment in Enrolment.objects.taking_part().filter(cohort=cohort)])
    have_one = set(Certificate.objects.live().filter(enrolment__in=enrolments).values_list("enrolment", flat=True))
    found = standings(enrolments, reader=None, now=now)
    to_issue = [
        enrolment
        for enrolment in enrolments
        if enrolment.pk not in have_one and _refusal(enrolment, found[enrolment.pk]) is None
    ]
    to_issue.sort(key=lambda enrolment: (enrolment.participant.last_name, enrolment.participant.first_name))
    return [_issue(enrolment, found[enrolment.pk], by=by, now=now) for enrolment in to_issue]


def _lock(enrolments: list[UUID]) -> list[Enrolment]:
    """Lock enrolments in the order of their key, and always before a number series: so no two issuers can deadlock."""
    return list(
        Enrolment.objects.filter(pk__in=enrolments)
        .select_for_update(of=("self",))
        .select_related("participant__user", "cohort__programme__region", "programme")
        .order_by("pk")
    )


def _check_region(cohort: Cohort, by: User) -> None:
    if cohort.programme.region_id not in by.coordinated_region_ids:
        raise IssueRefused(_("Only the region's coordinator issues its certificates."))


def _refusal(enrolment: Enrolment, standing: Standing) -> str | None:
    return refusal_to_issue(takes_part=enrolment.status in TAKING_PART, progress=standing.progress)


def _issue(enrolment: Enrolment, standing: Standing, *, by: User, now: datetime) -> Certificate:
    region = enrolment.cohort.programme.region
    year = timezone.localdate(now).year
    serial = _next_serial(region, year)
    certificate = Certificate(
        enrolment=enrolment,
        region=region,
        year=year,
        serial=serial,
        number=certificate_number(region_code=region.code, year=year, serial=serial),
        code=code_from(secrets.token_bytes(10)),
        issued=now,
        issued_by=by,
    )
    certificate.data = freeze(certificate, standing).as_json()
    certificate.save(force_insert=True)
    record(
        "certificate.issued",
        certificate,
        by=by,
        now=now,
        scope=region.pk,
        after={"number": certificate.number, "enrolment": enrolment.pk, "earned": standing.progress.earned},
    )
    _complete(enrolment, by=by, now=now)
    wake_on_commit("certificates.tasks.render_pending")
    return certificate


def _next_serial(region: Region, year: int) -> int:
    """Take the next number. The row stays locked until the transaction ends: one that fails leaves no gap."""
    NumberSeries.objects.get_or_create(region=region, year=year)
    series = NumberSeries.objects.select_for_update().get(region=region, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _complete(enrolment: Enrolment, *, by: User, now: datetime) -> None:
    if enrolment.status != EnrolmentStatus.COMPLETED:
        change_status(enrolment, EnrolmentStatus.COMPLETED, kind=EventKind.COMPLETED, by=by, now=now)
