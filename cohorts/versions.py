"""The versions of a programme as pages show them: their modules, the cohorts that follow them, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import floatformat

from audit.models import AuditEvent
from cohorts import rules
from cohorts.choices import Difference
from cohorts.models import Cohort, Module, Programme

TEXTS = ("learning_goals", "preparation")
LOOKS = {
    Difference.ADDED: ("ok", "plus"),
    Difference.REMOVED: ("error", "minus"),
    Difference.MOVED: ("information", "arrow-right-left"),
    Difference.CHANGED: ("information", "pencil"),
}


@dataclass(frozen=True)
class Version:
    """A version with its modules in order. `released` is when it was put to use, where the log knows it."""

    number: int
    modules: tuple[Module, ...]
    cohorts: tuple[Cohort, ...] = ()
    released: datetime | None = None

    @property
    def hours(self) -> Decimal:
        """All modules' hours."""
        return sum((module.hours for module in self.modules), Decimal(0))


@dataclass(frozen=True)
class FieldChange:
    """One value of a module, as it was and as it will be; `is_text` of those that fill several lines."""

    label: str
    before: str
    after: str
    is_text: bool


@dataclass(frozen=True)
class Kind:
    """How a module differs, as icon, word and tint."""

    difference: Difference

    @property
    def label(self) -> str:
        """The word."""
        return str(self.difference.label)

    @property
    def tone(self) -> str:
        """The tint."""
        return LOOKS[self.difference][0]

    @property
    def icon(self) -> str:
        """The icon."""
        return LOOKS[self.difference][1]


@dataclass(frozen=True)
class ModuleChange:
    """How a module differs, to be read. `number_before` is None if it is new, `number` if it is removed."""

    title: str
    number_before: int | None
    number: int | None
    kinds: tuple[Kind, ...]
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Preview:
    """What becomes of things if the draft is released. `followed` are the versions that cohorts keep.

    `refusal` says why it can't be released, `out_of_season` are modules that hardly are meant to come that early.
    """

    changes: tuple[ModuleChange, ...]
    before: Version
    after: Version
    required_before: int
    required: int
    followed: tuple[Version, ...]
    refusal: str | None
    out_of_season: tuple[Module, ...]

    @property
    def rule_changes(self) -> bool:
        """Whether a certificate will take another number of modules."""
        return self.required != self.required_before

    @property
    def differs(self) -> bool:
        """Whether anything would be otherwise."""
        return self.rule_changes or bool(self.changes)


def versions_of(programme: Programme) -> list[Version]:
    """Every version that is or was in use, the newest first; in three queries."""
    modules = list(programme.modules.filter(version__lte=programme.version).order_by("number"))
    cohorts = list(programme.cohorts.order_by("-applications_close", "name"))
    for cohort in cohorts:
        cohort.programme = programme
    releases = AuditEvent.objects.about(programme).filter(action="programme.version_released")
    released = {event.after["version"]: event.at for event in releases}
    return [
        Version(
            number,
            modules=tuple(module for module in modules if module.version == number),
            cohorts=tuple(cohort for cohort in cohorts if cohort.programme_version == number),
            released=released.get(number),
        )
        for number in range(programme.version, 0, -1)
    ]


def draft_of(programme: Programme) -> Version:
    """The draft of the next version."""
    return Version(programme.draft_version, tuple(programme.modules_of(programme.draft_version)))


def removed_from_draft(before: Sequence[Module], after: Sequence[Module]) -> list[Module]:
    """The modules of the version in use that the draft has no more."""
    kept = {module.identity for module in after}
    return [module for module in before if module.identity not in kept]


def preview_of(programme: Programme) -> Preview:
    """What differs between the draft and the version in use, and which cohorts keep which."""
    before, *earlier = versions_of(programme)
    after = draft_of(programme)
    required = programme.draft_required or programme.modules_required
    changes = rules.changes(before.modules, after.modules)
    return Preview(
        changes=tuple(_shown(change) for change in changes),
        before=before,
        after=after,
        required_before=programme.modules_required,
        required=required,
        followed=tuple(version for version in (before, *earlier) if version.cohorts),
        refusal=rules.refusal_to_release(
            modules=len(after.modules),
            required=required,
            differs=bool(changes) or required != programme.modules_required,
        ),
        out_of_season=tuple(rules.out_of_season(after.modules)),
    )


def _shown(change: rules.Change[Module]) -> ModuleChange:
    return ModuleChange(
        title=change.module.title,
        number_before=change.before.number if change.before else None,
        number=change.after.number if change.after else None,
        kinds=tuple(Kind(kind) for kind in change.kinds),
        fields=tuple(
            FieldChange(
                label=str(Module._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
                before=_text(getattr(change.before, name)),
                after=_text(getattr(change.after, name)),
                is_text=name in TEXTS,
            )
            for name in change.fields
        ),
    )


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(floatformat(value))
    return str(value) or "–"
