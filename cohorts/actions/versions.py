"""The life of a version: begun as a draft, released to new cohorts, or discarded."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts import rules
from cohorts.actions.editing import editable_version, keep_rule_of_cohorts, locked
from cohorts.actions.modules import ModuleDetails, copy_of
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.models import Module, Programme
from common.fingerprints import fingerprint


@transaction.atomic
def begin_version(*, programme: Programme, by: User, now: datetime) -> Programme:
    """Begin the draft of the next version as a copy of the current one. If there is one already, nothing happens.

    Raises ProgrammeRefused if `by` doesn't coordinate the region, or if no cohort follows the current version, which
    can be changed as it is.
    """
    programme = locked(programme, by=by)
    if programme.has_draft:
        return programme
    if editable_version(programme) is not None:
        raise ProgrammeRefused(_("No cohort follows this version yet, so you can change it as it is."))
    programme.draft_required = programme.modules_required
    programme.save(update_fields=["draft_required"])
    Module.objects.bulk_create(
        copy_of(module, number=module.number) for module in programme.current_modules.select_related("programme")
    )
    record(
        "programme.version_begun",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        after={"version": programme.draft_version},
    )
    return programme


@transaction.atomic
def release_version(*, programme: Programme, seen: str, by: User, now: datetime) -> Programme:
    """Put the draft to use: new cohorts follow it, and those that exist keep their version and its rule.

    Locks the programme, so that no cohort is planned meanwhile. `seen` is the fingerprint of the draft that `by` was
    shown. Raises ProgrammeRefused if `by` doesn't coordinate the region, if there is no draft, or if the draft has no
    modules, can't be completed or differs in nothing; ChangedMeanwhile if it is another draft by now.
    """
    programme = _locked_draft(programme, seen=seen, by=by)
    required = programme.draft_required or programme.modules_required
    modules = list(programme.modules_of(programme.draft_version))
    changes = rules.changes(list(programme.current_modules), modules)
    refusal = rules.refusal_to_release(
        modules=len(modules), required=required, differs=bool(changes) or required != programme.modules_required
    )
    if refusal:
        raise ProgrammeRefused(refusal)
    before = {"version": programme.version, "modules_required": programme.modules_required}
    if required != programme.modules_required:
        keep_rule_of_cohorts(programme)
    programme.version = programme.draft_version
    programme.modules_required = required
    programme.draft_required = None
    programme.save(update_fields=["version", "modules_required", "draft_required"])
    record(
        "programme.version_released",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before=before,
        after={
            "version": programme.version,
            "modules_required": required,
            "changes": [{"module": change.module.title, "kinds": change.kinds} for change in changes],
        },
    )
    return programme


@transaction.atomic
def discard_version(*, programme: Programme, seen: str, by: User, now: datetime) -> Programme:
    """Throw the draft away; the log keeps what was in it.

    Raises ProgrammeRefused if `by` doesn't coordinate the region or if there is no draft, and ChangedMeanwhile if it
    isn't the one that `by` was shown.
    """
    programme = _locked_draft(programme, seen=seen, by=by)
    modules = programme.modules_of(programme.draft_version)
    record(
        "programme.version_discarded",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before={
            "version": programme.draft_version,
            "modules_required": programme.draft_required,
            "modules": [module.title for module in modules],
        },
    )
    modules.delete()
    programme.draft_required = None
    programme.save(update_fields=["draft_required"])
    return programme


def fingerprint_of_draft(programme: Programme) -> str:
    """Tells whether the draft is the one that somebody saw."""
    modules = programme.modules_of(programme.draft_version)
    return fingerprint(
        (
            programme.draft_version,
            programme.draft_required,
            [(module.identity, module.number, ModuleDetails.of(module)) for module in modules],
        )
    )


def _locked_draft(programme: Programme, *, seen: str, by: User) -> Programme:
    programme = locked(programme, by=by)
    if not programme.has_draft:
        raise ProgrammeRefused(_("There is no draft of a new version any more."))
    if fingerprint_of_draft(programme) != seen:
        raise ChangedMeanwhile(_("The draft has changed since you opened the page. Here it is as it is now."))
    return programme
