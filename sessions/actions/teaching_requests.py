"""Asking a lecturer whether she will teach a session, her answer, and taking the question back.

All lock the session before the request, as moving a session does: she never accepts a time that nobody showed her.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.locking import lock
from common.tokens import hash_of
from messaging.actions import queue
from sessions.actions.scope import require_coordinator, require_same_region
from sessions.choices import RequestStatus
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.messages.teaching_request import answer_draft, question_draft
from sessions.models import CohortSession, Lecturer, TeachingRequest
from sessions.registers.tokens import token_of
from sessions.rules.asking import refusal_to_answer, refusal_to_ask, refusal_to_withdraw


@transaction.atomic
def ask_lecturer(
    *, session: CohortSession, lecturer: Lecturer, sentence: str, by: User, now: datetime
) -> TeachingRequest:
    """Ask `lecturer` by mail whether she will teach the session.

    Raises PlanningRefused if the session is cancelled or has begun, if she teaches it already, is archived or has been
    asked and hasn't answered, also when somebody else asks her at the same moment, or if `by` isn't a coordinator of
    the region to which both belong.
    """
    session = lock(session)
    region = session.cohort.programme.region_id
    require_coordinator(by, region)
    require_same_region(region, lecturer.region_id)
    asked = TeachingRequest.objects.open().filter(session=session, lecturer=lecturer)
    if refusal := refusal_to_ask(
        cancelled=session.is_cancelled,
        begun=session.starts <= now,
        teaches=session.lecturers.filter(pk=lecturer.pk).exists(),
        asked=asked.exists(),
        archived=lecturer.archived is not None,
    ):
        raise PlanningRefused(refusal)
    request = TeachingRequest(
        session=session, lecturer=lecturer, sentence=sentence, revision=session.revision, asked=now, asked_by=by
    )
    request.token_hash = hash_of(token_of(request))
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise PlanningRefused(_("The lecturer has been asked already and hasn't answered yet.")) from error
    record("teaching_request.asked", request, by=by, now=now, scope=region, after=_recorded(request))
    queue([question_draft(request, now=now)])
    return request


@transaction.atomic
def answer_request(
    *, request: TeachingRequest, accept: bool, revision: int, by: User | None, now: datetime
) -> TeachingRequest:
    """Put the lecturer down for the session, or note that she can't; the coordinator is told once by mail.

    `revision` is that of the session as she saw it. `by` is None if she came by the link of the mail without being
    logged in. Raises ChangedMeanwhile if the session has moved since, and PlanningRefused if the question has been
    answered or withdrawn, or has expired.
    """
    session, request = _locked(request)
    if refusal := refusal_to_answer(request.state(now=now)):
        raise PlanningRefused(refusal)
    if session.revision != revision:
        raise ChangedMeanwhile(_("The session has been moved since you opened the page."))
    before = _recorded(request)
    request.revision = revision
    _close(request, RequestStatus.ACCEPTED if accept else RequestStatus.DECLINED, now=now)
    if accept:
        session.lecturers.add(request.lecturer)
        session.version += 1
        session.save(update_fields=["version"])
    region = session.cohort.programme.region_id
    record(
        f"teaching_request.{request.status}",
        request,
        by=by,
        now=now,
        scope=region,
        before=before,
        after=_recorded(request),
    )
    queue([answer_draft(request, now=now)])
    return request


@transaction.atomic
def withdraw_request(*, request: TeachingRequest, by: User, now: datetime) -> TeachingRequest:
    """Take the question back: her link says so, and a mail that is still to be sent isn't.

    Raises PlanningRefused if it has been answered or withdrawn, or if `by` doesn't coordinate the region.
    """
    session, request = _locked(request)
    require_coordinator(by, session.cohort.programme.region_id)
    if refusal := refusal_to_withdraw(RequestStatus(request.status)):
        raise PlanningRefused(refusal)
    withdraw_locked(request, by=by, now=now)
    return request


def withdraw_locked(request: TeachingRequest, *, by: User, now: datetime) -> None:
    """Take back an open question that the caller's transaction has locked."""
    before = _recorded(request)
    _close(request, RequestStatus.WITHDRAWN, now=now)
    record(
        "teaching_request.withdrawn",
        request,
        by=by,
        now=now,
        scope=request.lecturer.region_id,
        before=before,
        after=_recorded(request),
    )


def _locked(request: TeachingRequest) -> tuple[CohortSession, TeachingRequest]:
    session = lock(request.session)
    request = lock(request)
    request.session = session
    return session, request


def _close(request: TeachingRequest, status: RequestStatus, *, now: datetime) -> None:
    request.status, request.answered = status, now
    request.save(update_fields=["status", "answered", "revision"])


def _recorded(request: TeachingRequest) -> dict[str, str]:
    return {"session": str(request.session_id), "lecturer": str(request.lecturer_id), "status": request.status}
