"""Participation statements: which modules somebody attended who has not completed the programme."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from certificates.actions.entering import draw_up, insert, lock_enrolments
from certificates.actions.issue import check_region
from certificates.choices import CertificateKind
from certificates.exceptions import IssueRefused
from certificates.models import Certificate
from certificates.statements import candidates
from cohorts.models import Cohort
from participants.models import Enrolment


@transaction.atomic
def issue_statement(*, enrolment: Enrolment, by: User, now: datetime) -> Certificate:
    """State which modules were attended; a worker makes the PDF when the transaction has committed.

    Whoever has a valid statement keeps it: it is returned as it is. Raises IssueRefused with a reason to be shown.
    """
    enrolment = lock_enrolments([enrolment.pk])[0]
    check_region(enrolment.cohort, by)
    if live := Certificate.objects.live().statements().filter(enrolment=enrolment).first():
        return live
    candidate = candidates([enrolment], now=now)[0]
    if candidate.refusal:
        raise IssueRefused(candidate.refusal)
    statement = draw_up(CertificateKind.STATEMENT, [(enrolment, candidate.standing)], by=by, now=now)
    insert(statement, by=by, now=now)
    return statement[0]


@transaction.atomic
def issue_all_statements(*, cohort: Cohort, by: User, now: datetime) -> list[Certificate]:
    """Issue statements to all of `cohort` who can have one, in order of name; return the new ones.

    Doing it again issues nothing more. Raises IssueRefused.
    """
    check_region(cohort, by)
    enrolments = lock_enrolments(list(Enrolment.objects.filter(cohort=cohort).values_list("pk", flat=True)))
    found = [candidate for candidate in candidates(enrolments, now=now) if candidate.refusal is None]
    statements = draw_up(CertificateKind.STATEMENT, [(one.enrolment, one.standing) for one in found], by=by, now=now)
    if statements:
        insert(statements, by=by, now=now)
    return statements
