"""The rule for a certificate."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts import rules
from cohorts.actions.editing import locked, require, required_by, version_to_edit
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.models import Programme


@transaction.atomic
def change_rule(*, programme: Programme, required: int, seen: int, by: User, now: datetime) -> Programme:
    """Let the version that can be edited require so many modules. `seen` is the number that `by` was looking at.

    Cohorts that exist keep the rule that they began with. Saving what is already so changes nothing.
    Raises ProgrammeRefused if `by` doesn't coordinate the region, if a new version has to be begun first, or if there
    aren't as many modules; ChangedMeanwhile if someone else was first.
    """
    programme = locked(programme, by=by)
    version = version_to_edit(programme)
    before = required_by(programme, version)
    if before != seen:
        raise ChangedMeanwhile(_("Someone else has changed the rule since you opened the page."))
    if refusal := rules.refusal_of_required(required, modules=programme.modules_of(version).count()):
        raise ProgrammeRefused(refusal)
    if required == before:
        return programme
    require(programme, version, required)
    record(
        "programme.rule_changed",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before={"version": version, "modules_required": before},
        after={"version": version, "modules_required": required},
    )
    return programme
