"""Confirming a list: from here on a worker carries it out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.locking import lock
from common.wakeup import wake_on_commit
from participants.exceptions import EnrolmentRefused
from participants.importing.plan import Plan, plan_of
from participants.models import Import

TASK = "participants.tasks.carry_out_imports"


@transaction.atomic
def confirm_import(*, upload: Import, seen: str, by: User, now: datetime, accepts_warnings: bool = False) -> Import:
    """Ask for everyone to be enrolled whom the preview promised to enrol; a worker does it when this has committed.

    `seen` is the fingerprint of the plan that was shown, `accepts_warnings` says that what the rules of eligibility
    warn about was read. Raises EnrolmentRefused if the same list would now have another result, so that nobody gets
    what was not confirmed. Confirming twice does nothing the second time.
    """
    locked = lock(upload)
    if not locked.is_open:
        return locked
    locked.cohort, locked.uploaded_by, locked.municipality = upload.cohort, upload.uploaded_by, upload.municipality
    plan = plan_of(locked, by=by, now=now)
    check_plan(plan, seen=seen, accepts_warnings=accepts_warnings)
    locked.requested, locked.seen, locked.accepts_warnings = now, seen, accepts_warnings
    locked.people, locked.tries, locked.refusal = len(plan.to_enrol), 0, ""
    locked.save(update_fields=["requested", "seen", "accepts_warnings", "people", "tries", "refusal"])
    wake_on_commit(TASK)
    return locked


def check_plan(plan: Plan, *, seen: str, accepts_warnings: bool) -> None:
    """Raise EnrolmentRefused unless `plan` is the one that was `seen`, and nothing in it has to be accepted first."""
    if plan.fingerprint != seen:
        raise EnrolmentRefused(
            _("Something has changed since you opened the preview, such as the number of seats. Look through it again.")
        )
    if plan.warned and not accepts_warnings:
        raise EnrolmentRefused(
            ngettext(
                "%(count)s person does not meet all conditions. Tick that they are to be enrolled all the same.",
                "%(count)s people do not meet all conditions. Tick that they are to be enrolled all the same.",
                plan.warned,
            )
            % {"count": plan.warned}
        )
