"""Drafts of enrolments: saved while somebody types, thrown away, sent, forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from common.exceptions import Gone
from common.locking import lock
from participants.actions.enrol import enrol
from participants.actions.needs import store_needs
from participants.details import PersonDetails, holds_identity_number
from participants.models import Enrolment, EnrolmentDraft

KEPT = timedelta(days=30)
LONGEST_ANSWER = 300
Answer = str | list[str]


@transaction.atomic
def save_draft(
    *, draft: EnrolmentDraft, answers: Mapping[str, Answer], by: User, now: datetime, cohort: Cohort | None = None
) -> EnrolmentDraft:
    """Keep `answers` as they were typed, beside those that the draft has; with `cohort`, that is chosen.

    An answer that holds a personal identity number is not kept. What has been sent stays as it is.
    Raises Gone if it is somebody else's.
    """
    draft = _locked(draft, by=by, now=now)
    if draft.enrolment_id:
        return draft
    draft.data |= {name: _kept(answer) for name, answer in answers.items()}
    draft.cohort = cohort or draft.cohort
    draft.changed = now
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, draft: EnrolmentDraft, by: User) -> None:
    """Throw `draft` away, with all that was typed. Raises Gone if it is somebody else's, or has gone already."""
    locked = lock(draft)
    if locked.owner_id != by.pk:
        raise Gone(_("It has been deleted meanwhile."))
    locked.delete()


@transaction.atomic
def send_draft(
    *,
    draft: EnrolmentDraft,
    cohort: Cohort,
    person: PersonDetails,
    needs: Sequence[str],
    seen: str,
    by: User,
    now: datetime,
) -> Enrolment:
    """Enrol `person` as `draft` describes her, and forget what was typed; sending it twice enrols her once.

    `seen` is the fingerprint of the assessment that was shown. Raises OutcomeChanged if it would be another now, and
    EnrolmentRefused.
    """
    draft = _locked(draft, by=by, now=now)
    if draft.enrolment:
        return draft.enrolment
    enrolment = enrol(cohort=cohort, person=person, by=by, now=now, seen=seen)
    store_needs(enrolment, needs, by=by, now=now)
    draft.enrolment, draft.cohort, draft.data, draft.changed = enrolment, None, {}, now
    draft.save()
    return enrolment


@transaction.atomic
def purge_drafts(*, now: datetime) -> None:
    """Forget drafts that nobody has touched for a month, and those that were sent a month ago."""
    EnrolmentDraft.objects.older_than(now - KEPT).delete()


def _locked(draft: EnrolmentDraft, *, by: User, now: datetime) -> EnrolmentDraft:
    """The stored draft, made first if it is new: two pages may save the same one for the first time."""
    EnrolmentDraft.objects.bulk_create(
        [EnrolmentDraft(pk=draft.pk, owner=by, cohort_id=draft.cohort_id, changed=now)], ignore_conflicts=True
    )
    locked = lock(draft)
    if locked.owner_id != by.pk:
        raise Gone(_("It has been deleted meanwhile."))
    return locked


def _kept(answer: Answer) -> Answer:
    if isinstance(answer, list):
        return [_kept_text(text) for text in answer]
    return _kept_text(answer)


def _kept_text(text: str) -> str:
    """Without null characters, which PostgreSQL does not take."""
    return "" if holds_identity_number(text) else text.replace("\0", "")[:LONGEST_ANSWER]
