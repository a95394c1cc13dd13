"""Rules of planning, attendance and progress: pure, without database, clock or request."""

from sessions.rules.attendance import refusal_of_mark, refusal_to_keep_register
from sessions.rules.changing import refusal_of_seats, refusal_to_cancel, refusal_to_move, refusal_to_publish
from sessions.rules.days import Problem, Unsuitable, problem_with, public_holiday, school_break
from sessions.rules.planning import (
    EveryWeeks,
    NthWeekday,
    Proposal,
    Rhythm,
    application_period,
    end_of,
    propose,
    suggested_name,
    term_of,
)
from sessions.rules.progress import Progress, measure

__all__ = [
    "EveryWeeks",
    "NthWeekday",
    "Problem",
    "Progress",
    "Proposal",
    "Rhythm",
    "Unsuitable",
    "application_period",
    "end_of",
    "measure",
    "problem_with",
    "propose",
    "public_holiday",
    "refusal_of_mark",
    "refusal_of_seats",
    "refusal_to_cancel",
    "refusal_to_keep_register",
    "refusal_to_move",
    "refusal_to_publish",
    "school_break",
    "suggested_name",
    "term_of",
]
