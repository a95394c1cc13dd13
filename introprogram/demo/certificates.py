"""Certificates of the cohort that is over: most are valid, one corrected, one revoked; the others have statements."""

from datetime import datetime, timedelta

from accounts.demo import LOGINS
from accounts.models import User
from certificates.actions import (
    issue_all,
    issue_all_statements,
    issue_new_version,
    render_batch,
    revoke,
)
from certificates.models import Certificate
from certificates.revising import revision_of
from cohorts.models import Cohort

LATER = timedelta(days=2)


def issue(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Issue what can be issued, as a worker makes it; two days later put one right, and revoke another."""
    issue_all(cohort=cohort, by=by, now=now)
    issue_all_statements(cohort=cohort, by=by, now=now)
    make_all(now=now)
    others = Certificate.objects.certificates().filter(enrolment__cohort=cohort).with_owner().select_related("region")
    misspelt, wrong = others.exclude(enrolment__participant__email__in=LOGINS).order_by("serial")[:2]
    _correct(misspelt, by=by, now=now + LATER)
    revoke(certificate=wrong, by=by, reason="Utfärdat till fel person.", now=now + LATER)
    make_all(now=now + LATER)


def make_all(*, now: datetime) -> None:
    """What a worker does."""
    while render_batch(clock=lambda: now):
        pass


def _correct(certificate: Certificate, *, by: User, now: datetime) -> None:
    """The first name is spelt with an h, it turns out."""
    participant = certificate.enrolment.participant
    participant.first_name = f"{participant.first_name}h"
    participant.save(update_fields=["first_name"])
    seen = revision_of(certificate, now=now).fingerprint
    issue_new_version(certificate=certificate, seen=seen, by=by, now=now)
