"""The board: how each session of each cohort stands, in one glance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from sessions.boards.selection import EVERYTHING, Wanted
from sessions.boards.standing import Slot, slots_of
from sessions.clashes.calendar import Calendar
from sessions.clashes.reading import panorama_between


@dataclass(frozen=True)
class Row:
    """One cohort with its sessions in order of time."""

    cohort: Cohort
    seats_taken: int
    slots: Sequence[Slot]

    @property
    def seats_left(self) -> int:
        return max(self.cohort.capacity - self.seats_taken, 0)

    @property
    def cells(self) -> Iterator[tuple[Slot, str, str]]:
        """Each session with the addresses that lead to its page and to its form.

        Through the cohort, where that tells which is meant: a thousand random ids are 17 KB that nothing compresses.
        """
        to_page, to_form = (reverse(f"sessions:{name}", args=[self.cohort.pk]) for name in ("of_module", "edit_module"))
        times = Counter(slot.session.module_id for slot in self.slots)
        for slot in self.slots:
            number, pk = slot.session.module.number, slot.session.pk
            if times[slot.session.module_id] == 1:
                yield slot, f"{to_page}?module={number}", f"{to_form}?module={number}"
            else:
                yield slot, reverse("sessions:session", args=[pk]), reverse("sessions:edit_session", args=[pk])

    @property
    def is_wanted(self) -> bool:
        """Whether any of its sessions is; a cohort without sessions isn't."""
        return any(slot.wanted for slot in self.slots)


def rows_of(cohorts: Collection[Any], *, user: User, now: datetime) -> list[Row]:
    """The rows of a few `cohorts`, loaded `with_span`, which `user` plans, in five queries.

    Reads no more than what is held at the same time as their sessions.
    """
    ids = {cohort.pk for cohort in cohorts}
    return rows_in(panorama_of(cohorts, user=user, now=now, beside=ids), cohorts, now=now)


def panorama_of(
    cohorts: Collection[Any], *, user: User, now: datetime, beside: Collection[UUID] | None = None
) -> Calendar:
    """What is booked in `user`'s regions from the first session of `cohorts`, loaded `with_span`, to their last."""
    spans = [moment for cohort in cohorts for moment in (cohort.first_session, cohort.last_session) if moment]
    days = [local_date(moment) for moment in spans] or [local_date(now)]
    return panorama_between(
        user.coordinated_region_ids,
        first=min(days),
        last=max(days),
        cohorts={cohort.pk for cohort in cohorts},
        beside=beside,
    )


def rows_in(panorama: Calendar, cohorts: Collection[Any], *, now: datetime, wanted: Wanted = EVERYTHING) -> list[Row]:
    """The rows of `cohorts`, which `panorama` has been read for; what isn't wanted of them is marked as such."""
    ids = {cohort.pk for cohort in cohorts}
    sessions = [session for session in panorama.sessions.values() if session.cohort_id in ids]
    slots: defaultdict[UUID, list[Slot]] = defaultdict(list)
    for slot in slots_of(sessions, panorama=panorama, wanted=wanted, now=now):
        slots[slot.session.cohort_id].append(slot)
    return [Row(cohort, panorama.people.seated[cohort.pk], slots[cohort.pk]) for cohort in cohorts]
