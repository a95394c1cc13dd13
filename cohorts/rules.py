"""Cohorts' seats, and versions of a programme: what may be changed where, what differs, and what holds of each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.choices import Difference, Effect, Fact

# What is said of a module can be mended while people attend it; what a module is can't.
WORDS = ("title", "theme", "learning_goals", "preparation", "evaluation_url")
STRUCTURE = ("hours", "month_offset")
LARGEST_COHORT = 500  # seats: more is a slip of the finger


class Described(Protocol):
    """A module, with its WORDS and its STRUCTURE; `identity` is what its versions have in common."""

    @property
    def identity(self) -> UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def month_offset(self) -> int: ...


Step = TypeVar("Step", bound=Described)
Item = TypeVar("Item")


# --- Seats -----------------------------------------------------------------------------------------------------------


def refusal_of_seats(*, capacity: int, allocated: int, taken: int = 0) -> str | None:
    """Seats kept for municipalities fit in the cohort, and so do those who already have a seat."""
    if capacity < taken:
        return _("%(taken)s seats are taken, so there can't be fewer.") % {"taken": taken}
    if allocated > capacity:
        return _("%(allocated)s seats are kept for municipalities, but there are %(capacity)s in all.") % {
            "allocated": allocated,
            "capacity": capacity,
        }
    return None


# --- Eligibility -----------------------------------------------------------------------------------------------------

WITH_A_LIMIT = (Fact.GRADUATED, Fact.EMPLOYED)


def refusal_of_eligibility(fact: str, effect: str, *, months: int | None, course: str) -> str | None:
    """Whether a rule can be judged; an empty `effect` is no rule."""
    if effect in (Effect.WARNING, Effect.STOP) and fact in WITH_A_LIMIT and not months:
        return _("Say how many months.")
    if effect and fact == Fact.PRIOR_COURSE and not course.strip():
        return _("Say which course.")
    if effect == Effect.ASK and fact == Fact.EMPLOYED:
        return _("The first day of the employment is asked for anyway.")
    return None


def eligibility_in_words(fact: str, effect: str, *, months: int | None = None, course: str = "") -> str:
    """Say what a rule means, in a sentence; a fact without `effect` isn't asked for."""
    sentence = {
        Fact.DEGREE: _degree_in_words,
        Fact.GRADUATED: _graduated_in_words,
        Fact.EMPLOYED: _employed_in_words,
        Fact.PRIOR_COURSE: _course_in_words,
    }[Fact(fact)](effect, months or 0)
    return sentence % {"months": months or 0, "course": course}


def _degree_in_words(effect: str, months: int) -> str:
    if effect == Effect.STOP:
        return _("Who has no degree in social work can't be enrolled.")
    if effect == Effect.WARNING:
        return _("Without a degree in social work, the employer is warned and has to confirm the enrolment.")
    return _("The employer is asked about the degree.") if effect else _("The degree is not asked about.")


def _graduated_in_words(effect: str, months: int) -> str:
    if effect == Effect.STOP:
        return ngettext(
            "Who took the degree more than %(months)d month before the first session can't be enrolled.",
            "Who took the degree more than %(months)d months before the first session can't be enrolled.",
            months,
        )
    if effect == Effect.WARNING:
        return ngettext(
            "If the degree was taken more than %(months)d month before the first session, the employer is warned and "
            "has to confirm the enrolment.",
            "If the degree was taken more than %(months)d months before the first session, the employer is warned and "
            "has to confirm the enrolment.",
            months,
        )
    return (
        _("The employer is asked for the day of the degree.")
        if effect
        else _("The day of the degree is not asked for.")
    )


def _employed_in_words(effect: str, months: int) -> str:
    if effect == Effect.STOP:
        return ngettext(
            "Who has been employed for more than %(months)d month at the first session can't be enrolled.",
            "Who has been employed for more than %(months)d months at the first session can't be enrolled.",
            months,
        )
    if effect == Effect.WARNING:
        return ngettext(
            "If the employment has lasted for more than %(months)d month at the first session, the employer is warned "
            "and has to confirm the enrolment.",
            "If the employment has lasted for more than %(months)d months at the first session, the employer is warned "
            "and has to confirm the enrolment.",
            months,
        )
    return _("How long the employment has lasted makes no difference.")


def _course_in_words(effect: str, months: int) -> str:
    if effect == Effect.STOP:
        return _("Who has not taken the course %(course)s can't be enrolled.")
    if effect == Effect.WARNING:
        return _("Without the course %(course)s, the employer is warned and has to confirm the enrolment.")
    return _("The employer is asked about the course %(course)s.") if effect else _("No earlier course is asked about.")


# --- What may be changed ----------------------------------------------------------------------------------------------


def editable_version(*, current: int, has_draft: bool, followed: bool) -> int | None:
    """Return the version whose modules and rule may be changed: the draft, or the current one that nobody follows yet.

    None if a draft has to be begun first: cohorts keep the version they were planned with.
    """
    if has_draft:
        return current + 1
    return None if followed else current


def changed_fields(before: object, after: object) -> tuple[str, ...]:
    """The names of what a module says or is, where the two differ."""
    return tuple(name for name in WORDS + STRUCTURE if getattr(before, name) != getattr(after, name))


def is_structural(fields: Sequence[str]) -> bool:
    """Whether a change of these fields changes what the module is, and so needs a version that nobody follows."""
    return any(name in STRUCTURE for name in fields)


def moved(order: Sequence[Item], item: Item, *, up: bool) -> list[Item]:
    """Return `order` with `item` one place further up or down; as it was if there is no such place."""
    place = order.index(item)
    neighbour = place - 1 if up else place + 1
    result = list(order)
    if 0 <= neighbour < len(order):
        result[place], result[neighbour] = result[neighbour], result[place]
    return result


# --- The rule for a certificate ---------------------------------------------------------------------------------------


def required_after(required: int, *, modules_before: int, modules_after: int) -> int:
    """Return how many modules a version requires when modules are added or removed.

    Where all were required, all still are; otherwise the number stays, but is never more than there are. It is never
    less than one, also while a new programme has no modules.
    """
    if required >= modules_before:
        return max(modules_after, 1)
    return max(min(required, modules_after), 1)


def refusal_of_required(required: int, *, modules: int) -> str | None:
    """A certificate requires at least one module, and no more than there are."""
    if required < 1:
        return _("A certificate requires at least one module.")
    if required > modules:
        return ngettext(
            "There is %(modules)s module, so no more can be required.",
            "There are %(modules)s modules, so no more can be required.",
            modules,
        ) % {"modules": modules}
    return None


# --- Releasing a version, and parting with a programme ----------------------------------------------------------------


def refusal_to_release(*, modules: int, required: int, differs: bool) -> str | None:
    """A version is put to use when it has modules, can be completed, and is not what there is already."""
    if not modules:
        return _("The new version has no modules.")
    if refusal := refusal_of_required(required, modules=modules):
        return refusal
    if not differs:
        return _("The new version says the same as the one in use.")
    return None


def refusal_to_delete(*, cohorts: int) -> str | None:
    """Only a programme that no cohort follows, or ever followed, can be deleted."""
    if cohorts:
        return _("Cohorts follow the programme, so it can't be deleted. You can archive it.")
    return None


def out_of_season(modules: Sequence[Step]) -> list[Step]:
    """The modules that are meant to come in an earlier month than the one before them: allowed, but hardly meant."""
    return [later for earlier, later in pairwise(modules) if later.month_offset < earlier.month_offset]


# --- What differs between two versions --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change(Generic[Item]):
    """How a module differs: `before` is None if it is new, `after` if it is removed; `fields` have another value."""

    before: Item | None
    after: Item | None
    kinds: tuple[Difference, ...]
    fields: tuple[str, ...] = ()

    @property
    def module(self) -> Item:
        """The module as it will be, or as it was if it is removed."""
        module = self.after or self.before
        if module is None:
            raise ValueError("a change is of a module")
        return module


def changes(before: Sequence[Step], after: Sequence[Step]) -> list[Change[Step]]:
    """Return what differs between two versions, each given in order: by the new order, then what is removed.

    A module that only has another number because others came or went is not moved: as few as possible are.
    """
    old = {module.identity: module for module in before}
    new = {module.identity for module in after}
    kept = [module for module in after if module.identity in old]
    in_place = {module.identity for module in _longest_in_order(kept, place=lambda module: old[module.identity].number)}
    found: list[Change[Step]] = []
    for module in after:
        earlier = old.get(module.identity)
        if earlier is None:
            found.append(Change(None, module, (Difference.ADDED,)))
            continue
        fields = changed_fields(earlier, module)
        kinds = [Difference.MOVED] if module.identity not in in_place else []
        kinds += [Difference.CHANGED] if fields else []
        if kinds:
            found.append(Change(earlier, module, tuple(kinds), fields))
    gone = (Change(module, None, (Difference.REMOVED,)) for module in before if module.identity not in new)
    return [*found, *gone]


def _longest_in_order(items: Sequence[Item], *, place: Callable[[Item], int]) -> list[Item]:
    """The longest selection of `items`, each with a `place` of its own, whose places rise (patience sorting)."""
    ends: list[int] = []
    chains: list[list[Item]] = []
    for item in items:
        position = bisect_left(ends, place(item))
        chain = [*(chains[position - 1] if position else []), item]
        ends[position : position + 1] = [place(item)]
        chains[position : position + 1] = [chain]
    return chains[-1] if chains else []
