"""Conditions that several querysets share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from cohorts.choices import CohortStatus
from sessions.choices import SessionStatus

if TYPE_CHECKING:
    from accounts.models import User


NOT_A_DRAFT = ~Q(cohort__status=CohortStatus.DRAFT)


def is_lecturer(user: User, path: str = "") -> Q:
    """The entries of `user` in the registers of lecturers: with her address, where she has the role."""
    return Q(**{f"{path}email": user.email.lower(), f"{path}region__in": user.taught_region_ids})


def coming(now: datetime) -> Q:
    """Of the sessions of a venue or a lecturer, those that are still to be held."""
    return Q(sessions__status=SessionStatus.PLANNED, sessions__ends__gt=now)
