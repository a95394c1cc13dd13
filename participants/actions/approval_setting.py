"""Whether the applications for a programme are approved."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import User
from audit.actions import record
from cohorts.actions.editing import locked
from cohorts.models import Programme
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment


@transaction.atomic
def set_approval(*, programme: Programme, needed: bool, by: User, now: datetime) -> Programme:
    """Let what managers send in from now on wait for approval, or no longer.

    For all cohorts of the programme; who is enrolled stays so. Saving what is already so changes nothing.
    Raises ProgrammeRefused if `by` doesn't coordinate the region, and EnrolmentRefused while applications wait: those
    who apply afterwards would get their seats before them.
    """
    programme = locked(programme, by=by)
    if programme.needs_approval == needed:
        return programme
    waiting = Enrolment.objects.filter(programme=programme, status=EnrolmentStatus.APPLIED).count()
    if waiting and not needed:
        text = ngettext(
            "%(number)d application waits for an answer. Approve or reject it first.",
            "%(number)d applications wait for an answer. Approve or reject them first.",
            waiting,
        )
        raise EnrolmentRefused(text % {"number": waiting})
    programme.needs_approval = needed
    programme.save(update_fields=["needs_approval"])
    record(
        "programme.approval_changed",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before={"needs_approval": not needed},
        after={"needs_approval": needed},
    )
    return programme
