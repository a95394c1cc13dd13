"""Who is eligible: the rules as truth tables, and the form that asks for the facts."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from cohorts.choices import Effect, Fact
from cohorts.models import Cohort, EligibilityRule
from participants.assessment import assess
from participants.choices import Degree, EnrolmentStatus
from participants.details import facts_in_words
from participants.forms.facts import FactsForm
from participants.rules.eligibility import Facts, findings
from regions.models import Municipality
from tests.factories import NOW, TODAY, EligibilityRuleFactory, EmploymentFactory, EnrolmentFactory
from tests.participants.people import person

STARTS = date(2026, 9, 8)


@dataclass(frozen=True)
class Rule:
    fact: str
    effect: str = Effect.STOP
    months: int | None = None
    course: str = ""


DEGREE = Rule(Fact.DEGREE)
YEAR_SINCE_DEGREE = Rule(Fact.GRADUATED, months=12)
YEAR_OF_EMPLOYMENT = Rule(Fact.EMPLOYED, months=12)
LAW = Rule(Fact.PRIOR_COURSE, course="Socialrätt")


@pytest.mark.parametrize(
    ("rule", "facts", "objection"),
    [
        (DEGREE, {"degree": Degree.SOCIAL_WORK}, None),
        (DEGREE, {"degree": Degree.OTHER}, "The programme is for those with a degree in social work."),
        (DEGREE, {"degree": Degree.NONE}, "The programme is for those with a degree in social work."),
        (DEGREE, {"degree": ""}, "The programme is for those with a degree in social work."),
        (YEAR_SINCE_DEGREE, {"graduated": date(2026, 1, 15)}, None),
        (YEAR_SINCE_DEGREE, {"graduated": date(2025, 9, 8)}, None),
        (
            YEAR_SINCE_DEGREE,
            {"graduated": date(2025, 9, 7)},
            "At the first session more than 12 months have passed since the degree.",
        ),
        (YEAR_SINCE_DEGREE, {"graduated": STARTS}, None),
        (
            YEAR_SINCE_DEGREE,
            {"graduated": STARTS + timedelta(days=1)},
            "The degree is issued only after the first session.",
        ),
        (YEAR_SINCE_DEGREE, {"graduated": None}, "The day of the degree is missing."),
        (YEAR_OF_EMPLOYMENT, {"employed_from": date(2025, 9, 8)}, None),
        (
            YEAR_OF_EMPLOYMENT,
            {"employed_from": date(2025, 9, 7)},
            "At the first session the employment has lasted for more than 12 months.",
        ),
        (YEAR_OF_EMPLOYMENT, {"employed_from": STARTS + timedelta(days=30)}, None),
        (LAW, {"prior_courses": "Socialrätt"}, None),
        (LAW, {"prior_courses": "BBIC, SOCIALRÄTT"}, None),
        (LAW, {"prior_courses": "Nej"}, "The programme requires an earlier course: Socialrätt."),
        (LAW, {"prior_courses": ""}, "The programme requires an earlier course: Socialrätt."),
    ],
)
def test_what_each_rule_has_against_the_facts(rule: Rule, facts: dict[str, Any], objection: str | None) -> None:
    stated = replace(Facts(employed_from=date(2026, 6, 1)), **facts)
    found = findings([rule], stated, starts=STARTS)
    assert [finding.text for finding in found] == ([objection] if objection else [])


@pytest.mark.parametrize(
    ("effect", "stops"), [(Effect.ASK, []), (Effect.WARNING, [False]), (Effect.STOP, [True])], ids=str
)
def test_what_follows_from_an_answer_that_does_not_meet_the_rule(effect: str, stops: list[bool]) -> None:
    found = findings([replace(DEGREE, effect=effect)], Facts(employed_from=STARTS), starts=STARTS)
    assert [finding.stops for finding in found] == stops


def test_every_rule_that_is_not_met_is_said() -> None:
    rules = [DEGREE, YEAR_SINCE_DEGREE, YEAR_OF_EMPLOYMENT, LAW]
    assert len(findings(rules, Facts(employed_from=date(2020, 1, 1)), starts=STARTS)) == 4


DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(graduated=DAYS, starts=DAYS, months=st.integers(1, 240), more=st.integers(0, 24))
def test_a_longer_limit_never_turns_anyone_away(graduated: date, starts: date, months: int, more: int) -> None:
    facts = Facts(employed_from=graduated, graduated=graduated)

    def eligible(limit: int) -> bool:
        rules = [replace(YEAR_SINCE_DEGREE, months=limit), replace(YEAR_OF_EMPLOYMENT, months=limit)]
        return not findings(rules, facts, starts=starts)

    assert not eligible(months) or eligible(months + more)


@given(starts=DAYS, months=st.integers(1, 240))
def test_the_limit_itself_is_within_it(starts: date, months: int) -> None:
    graduated = starts - relativedelta(months=months) + timedelta(days=3)
    facts = Facts(employed_from=starts, graduated=graduated)
    assert not findings([replace(YEAR_SINCE_DEGREE, months=months)], facts, starts=starts)


# --- The form ---------------------------------------------------------------------------------------------------------


def asked(*rules: EligibilityRule, **answers: str) -> FactsForm:
    return FactsForm(answers, rules=rules, today=TODAY)


def rule(fact: Fact, **fields: object) -> EligibilityRule:
    return EligibilityRule(fact=fact, effect=Effect.WARNING, **fields)


def test_only_what_the_rules_ask_for_is_asked() -> None:
    assert list(asked().fields) == []
    assert list(asked(rule(Fact.EMPLOYED, months=12)).fields) == []
    assert list(asked(rule(Fact.DEGREE)).fields) == ["degree"]
    all_facts = [rule(fact, course="Socialrätt") for fact in Fact]
    assert list(asked(*all_facts).fields) == ["degree", "graduated", "prior_courses"]


def test_the_answers_are_stated_as_enrolments_keep_them() -> None:
    rules = [rule(Fact.DEGREE), rule(Fact.GRADUATED), rule(Fact.PRIOR_COURSE, course="Socialrätt")]
    form = asked(*rules, degree="social_work", graduated="2026-01-15", prior_courses="Socialrätt")
    assert form.is_valid()
    assert form.stated() == {
        "degree": "social_work",
        "graduated": date(2026, 1, 15),
        "prior_courses": "Socialrätt",
    }


def test_what_is_not_asked_is_stated_as_empty() -> None:
    form = asked()
    assert form.is_valid()
    assert form.stated() == {"degree": "", "graduated": None, "prior_courses": ""}


def test_no_is_an_answer_about_a_course_and_none_is_not() -> None:
    law = rule(Fact.PRIOR_COURSE, course="Socialrätt")
    refused = asked(law, prior_courses="no")
    assert refused.is_valid()
    assert refused.stated()["prior_courses"] == ""
    assert not asked(law).is_valid()


@pytest.mark.parametrize(
    ("degree", "graduated", "valid", "stated"),
    [
        ("social_work", "2026-01-15", True, date(2026, 1, 15)),
        ("social_work", "", False, None),
        ("other", "", False, None),
        ("none", "", True, None),
        ("none", "2026-01-15", True, None),
        ("social_work", "1026-01-15", False, None),
        ("social_work", "2062-01-15", False, None),
        ("", "", False, None),
    ],
)
def test_the_day_of_a_degree_is_asked_of_those_who_have_one(
    degree: str, graduated: str, valid: bool, stated: date | None
) -> None:
    form = asked(rule(Fact.DEGREE), rule(Fact.GRADUATED), degree=degree, graduated=graduated)
    assert form.is_valid() is valid
    if valid:
        assert form.stated()["graduated"] == stated


def test_the_day_of_the_degree_is_needed_where_it_alone_is_asked_for() -> None:
    assert not asked(rule(Fact.GRADUATED), graduated="").is_valid()


def test_facts_are_shown_in_words_and_those_not_asked_for_are_left_out(lund: Municipality) -> None:
    stated = person(lund, degree=Degree.SOCIAL_WORK, graduated=date(2026, 1, 15))
    assert facts_in_words(stated) == {
        "Degree": "Social work (socionom)",
        "Day of the degree": "15 January 2026",
    }
    assert facts_in_words(person(lund)) == {}


# --- In an assessment -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "status", "warnings"),
    [
        (Effect.ASK, EnrolmentStatus.ENROLLED, 0),
        (Effect.WARNING, EnrolmentStatus.ENROLLED, 1),
        (Effect.STOP, None, 0),
    ],
    ids=str,
)
def test_a_stop_refuses_and_a_warning_is_for_the_employer_to_accept(
    effect: str,
    status: EnrolmentStatus | None,
    warnings: int,
    cohort: Cohort,
    lund: Municipality,
    manager: User,
) -> None:
    EligibilityRuleFactory(programme=cohort.programme, fact=Fact.DEGREE, effect=effect)
    [assessment] = assess(cohort, [person(lund, degree=Degree.OTHER)], by=manager, now=NOW)
    assert assessment.status == status
    assert len(assessment.warnings) == warnings


def test_the_first_day_that_is_registered_counts_and_not_a_later_one_that_is_stated(
    cohort: Cohort, lund: Municipality, manager: User
) -> None:
    EligibilityRuleFactory(programme=cohort.programme, fact=Fact.EMPLOYED, effect=Effect.STOP, months=12)
    employment = EmploymentFactory(participant__region=cohort.region, municipality=lund, starts=date(2020, 1, 1))
    known = employment.participant
    again = person(lund, first_name=known.first_name, last_name=known.last_name, email=known.email)

    [assessment] = assess(cohort, [again], by=manager, now=NOW)

    assert assessment.refusal == "At the first session the employment has lasted for more than 12 months."


def test_new_rules_leave_those_alone_who_are_enrolled(cohort: Cohort) -> None:
    enrolment = EnrolmentFactory(cohort=cohort)
    EligibilityRuleFactory(programme=cohort.programme, fact=Fact.DEGREE, effect=Effect.STOP)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.warnings) == (EnrolmentStatus.ENROLLED, [])


@pytest.mark.parametrize(
    "fields",
    [
        {"fact": Fact.PRIOR_COURSE, "course": ""},
        {"fact": Fact.GRADUATED, "effect": Effect.STOP, "months": None},
        {"fact": Fact.EMPLOYED, "effect": Effect.WARNING, "months": 0},
    ],
)
def test_a_rule_that_could_not_be_judged_is_not_stored(fields: dict[str, object], cohort: Cohort) -> None:
    with pytest.raises(IntegrityError):
        EligibilityRuleFactory(programme=cohort.programme, **fields)
