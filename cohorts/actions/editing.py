"""What all changes of a programme have in common: scope, the lock, what was seen, gapless numbers, running cohorts."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts import rules
from cohorts.exceptions import ProgrammeRefused
from cohorts.models import Module, Programme
from common.locking import lock


def require_coordinator(by: User, region_id: UUID) -> None:
    """Raise ProgrammeRefused unless `by` coordinates the region."""
    if region_id not in by.coordinated_region_ids:
        raise ProgrammeRefused(_("You are not a coordinator of this region."))


def locked(programme: Programme, *, by: User) -> Programme:
    """Return the programme, locked: whoever plans a cohort of it or changes it waits.

    Raises ProgrammeRefused unless `by` coordinates its region.
    """
    programme = lock(programme)
    require_coordinator(by, programme.region_id)
    return programme


def editable_version(programme: Programme) -> int | None:
    """The version whose modules and rule can be changed: see rules.editable_version."""
    return rules.editable_version(
        current=programme.version,
        has_draft=programme.has_draft,
        followed=programme.cohorts.filter(programme_version=programme.version).exists(),
    )


def version_to_edit(programme: Programme) -> int:
    """The same, of a locked programme. Raises ProgrammeRefused if a draft has to be begun first."""
    version = editable_version(programme)
    if version is None:
        raise ProgrammeRefused(_("Cohorts follow this version. Begin a new one to change its modules or its rule."))
    return version


def required_by(programme: Programme, version: int) -> int:
    """How many modules the current version, or the draft, requires for a certificate."""
    if programme.draft_required is not None and version == programme.draft_version:
        return programme.draft_required
    return programme.modules_required


def require(programme: Programme, version: int, required: int) -> None:
    """Let a version require so many modules. Cohorts that exist keep the rule that they began with."""
    if programme.has_draft and version == programme.draft_version:
        programme.draft_required = required
    elif required != programme.modules_required:
        keep_rule_of_cohorts(programme)
        programme.modules_required = required
    programme.save(update_fields=["draft_required", "modules_required"])


def keep_rule_of_cohorts(programme: Programme) -> None:
    """Write the programme's rule into its cohorts, before it changes."""
    programme.cohorts.filter(modules_required=None).update(modules_required=programme.modules_required)


def put_in_order(modules: Sequence[Module]) -> None:
    """Number all modules of a version 1, 2, 3 … in this order."""
    if not modules:
        return
    beyond = max(len(modules), *(module.number for module in modules))
    # First out of the way: the database looks at each row by itself, and no number may occur twice meanwhile.
    Module.objects.filter(pk__in=[module.pk for module in modules]).update(number=F("number") + beyond)
    for number, module in enumerate(modules, start=1):
        module.number = number
    Module.objects.bulk_update(modules, ["number"])
