"""The modules of a version: added, changed, moved, removed and put back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts import rules
from cohorts.actions.editing import (
    editable_version,
    locked,
    put_in_order,
    require,
    required_by,
    version_to_edit,
)
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.models import Module, Programme
from common.fingerprints import fingerprint


@dataclass(frozen=True)
class ModuleDetails:
    """What a module says and is, beside its place. `month_offset` counts months from the start of a cohort."""

    title: str
    theme: str
    hours: Decimal
    month_offset: int
    learning_goals: str
    preparation: str
    evaluation_url: str = ""

    @classmethod
    def of(cls, module: Module) -> Self:
        """The details as they are stored."""
        return cls(
            title=module.title,
            theme=module.theme,
            hours=module.hours,
            month_offset=module.month_offset,
            learning_goals=module.learning_goals,
            preparation=module.preparation,
            evaluation_url=module.evaluation_url,
        )

    @property
    def fingerprint(self) -> str:
        """Tells whether they are what somebody saw."""
        return fingerprint(self)


@transaction.atomic
def add_module(*, programme: Programme, details: ModuleDetails, by: User, now: datetime) -> Module:
    """Add a module at the end of the version that can be edited.

    Where all modules were required for a certificate, so is this one.
    Raises ProgrammeRefused if `by` doesn't coordinate the region, or if a new version has to be begun first.
    """
    programme = locked(programme, by=by)
    version = version_to_edit(programme)
    before = programme.modules_of(version).count()
    module = Module.objects.create(programme=programme, version=version, number=before + 1, **asdict(details))
    _adapt_rule(programme, version, before=before, after=before + 1)
    _record("module.added", module, by=by, now=now, after=asdict(details))
    return module


@transaction.atomic
def change_module(*, module: Module, details: ModuleDetails, seen: str, by: User, now: datetime) -> Module:
    """Replace what the module says and is. `seen` is the fingerprint of what `by` was looking at.

    In a version that cohorts follow only words can be mended; they are mended in every version in which the module
    says the same. Saving what is already so changes nothing. Raises ProgrammeRefused if `by` doesn't coordinate the
    region or if more than words would change there, and ChangedMeanwhile if someone else was first.
    """
    programme = locked(module.programme, by=by)
    module = _read_again(module)
    before = ModuleDetails.of(module)
    if before.fingerprint != seen:
        raise ChangedMeanwhile(_("Someone else has changed the module since you opened the page."))
    fields = rules.changed_fields(before, details)
    if not fields:
        return module
    modules = [module]
    if module.version != editable_version(programme):
        if rules.is_structural(fields):
            raise ProgrammeRefused(_("Cohorts follow this version. Begin a new one to change hours or months."))
        modules = _same_modules(module)
    versions = [other.version for other in modules if _replace(other, fields, before, details)]
    _record(
        "module.changed",
        module,
        by=by,
        now=now,
        before={field: getattr(before, field) for field in fields},
        after={field: getattr(details, field) for field in fields} | {"versions": sorted(versions)},
    )
    module.refresh_from_db()
    return module


@transaction.atomic
def move_module(*, module: Module, number: int, up: bool, by: User, now: datetime) -> Module:
    """Move the module one place up or down. `number` is the one that `by` saw it at.

    The months stay with the places, so that they keep their order. At the end of the list a module stays where it is.
    Raises ProgrammeRefused if `by` doesn't coordinate the region or if
    the version can't be edited, and ChangedMeanwhile if the module has another number by now.
    """
    programme, module = _locked_to_edit(module, by=by)
    if module.number != number:
        raise ChangedMeanwhile(_("The order has changed since you opened the page. Here it is as it is now."))
    order = list(programme.modules_of(module.version))
    wanted = rules.moved(order, module, up=up)
    if wanted == order:
        return module
    for step, month in zip(wanted, [step.month_offset for step in order], strict=True):
        step.month_offset = month
    Module.objects.bulk_update(wanted, ["month_offset"])
    put_in_order(wanted)
    module.refresh_from_db()
    _record("module.moved", module, by=by, now=now, before={"number": number}, after={"number": module.number})
    return module


@transaction.atomic
def remove_module(*, module: Module, by: User, now: datetime) -> None:
    """Take the module out of its version; those after it move up, and no more are required than remain.

    Raises ProgrammeRefused if `by` doesn't coordinate the region or if the version can't be edited.
    """
    programme, module = _locked_to_edit(module, by=by)
    version = module.version
    _record("module.removed", module, by=by, now=now, before=asdict(ModuleDetails.of(module)))
    module.delete()
    remaining = list(programme.modules_of(version))
    put_in_order(remaining)
    _adapt_rule(programme, version, before=len(remaining) + 1, after=len(remaining))


@transaction.atomic
def restore_module(*, module: Module, by: User, now: datetime) -> Module:
    """Put a module of the current version, which was removed from the draft, back in its old place there.

    If it is there already, that one is returned. Raises ProgrammeRefused if `by` doesn't coordinate the region, if
    there is no draft, or if the module is of another version.
    """
    programme = locked(module.programme, by=by)
    module = _read_again(module)
    if not programme.has_draft or module.version != programme.version:
        raise ProgrammeRefused(_("There is no draft to put the module back into."))
    order = list(programme.modules_of(programme.draft_version))
    if there := next((other for other in order if other.identity == module.identity), None):
        return there
    restored = copy_of(module, number=len(order) + 1)
    restored.save(force_insert=True)
    put_in_order([*order[: module.number - 1], restored, *order[module.number - 1 :]])
    _adapt_rule(programme, restored.version, before=len(order), after=len(order) + 1)
    _record("module.restored", restored, by=by, now=now, after={"number": restored.number})
    return restored


def copy_of(module: Module, *, number: int) -> Module:
    """The same module, unsaved, for the draft of the programme's next version."""
    return Module(
        programme_id=module.programme_id,
        version=module.programme.draft_version,
        origin_id=module.identity,
        number=number,
        **asdict(ModuleDetails.of(module)),
    )


def _locked_to_edit(module: Module, *, by: User) -> tuple[Programme, Module]:
    programme = locked(module.programme, by=by)
    module = _read_again(module)
    if module.version != version_to_edit(programme):
        raise ProgrammeRefused(_("The module belongs to another version than the one that can be edited."))
    return programme, module


def _read_again(module: Module) -> Module:
    """The module as it is now that its programme is locked."""
    found = Module.objects.select_related("programme").filter(pk=module.pk).first()
    if found is None:
        raise ChangedMeanwhile(_("Someone else has removed the module since you opened the page."))
    return found


def _same_modules(module: Module) -> list[Module]:
    """The module in every version that has it."""
    return list(Module.objects.filter(Q(pk=module.identity) | Q(origin=module.identity)))


def _replace(module: Module, fields: Sequence[str], before: ModuleDetails, after: ModuleDetails) -> list[str]:
    """Save what is `after` where the module says what was `before`; return the fields of which that was so."""
    same = [field for field in fields if getattr(module, field) == getattr(before, field)]
    for field in same:
        setattr(module, field, getattr(after, field))
    module.save(update_fields=same)
    return same


def _adapt_rule(programme: Programme, version: int, *, before: int, after: int) -> None:
    required = required_by(programme, version)
    require(programme, version, rules.required_after(required, modules_before=before, modules_after=after))


def _record(
    action: str,
    module: Module,
    *,
    by: User,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Log it with the name and the version of the module, by which people know it."""
    name = {"module": module.title, "version": module.version}
    scope = module.programme.region_id
    record(action, module, by=by, now=now, scope=scope, before=before, after=name | (after or {}))
