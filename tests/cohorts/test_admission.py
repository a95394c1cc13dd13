"""Who is eligible for a programme, and whether applications are approved: set by the coordinator, in words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from audit.models import AuditEvent
from cohorts.actions import Eligibility, change_eligibility
from cohorts.choices import Effect, Fact
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused
from cohorts.models import EligibilityRule, Programme
from cohorts.rules import eligibility_in_words, refusal_of_eligibility
from participants.actions import enrol
from participants.actions.approval_setting import set_approval
from participants.choices import Degree, EnrolmentStatus
from participants.details import PersonDetails
from participants.exceptions import EnrolmentRefused
from tests import factories
from tests.factories import NOW, TODAY, CohortFactory, EnrolmentFactory, MunicipalityFactory, ProgrammeFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def programme() -> Programme:
    return ProgrammeFactory()


@pytest.fixture
def coordinator(programme: Programme) -> User:
    return factories.coordinator(programme.region, language="en")


@pytest.fixture
def office(coordinator: User) -> Client:
    client = Client()
    client.force_login(coordinator)
    return client


def change(programme: Programme, fact: Fact, wanted: Eligibility, by: User, seen: str = "") -> None:
    seen = seen or Eligibility.of(programme, fact).fingerprint
    change_eligibility(programme=programme, fact=fact, eligibility=wanted, seen=seen, by=by, now=NOW)


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "effect", "months", "course", "refusal"),
    [
        (Fact.DEGREE, "", None, "", None),
        (Fact.DEGREE, Effect.STOP, None, "", None),
        (Fact.GRADUATED, Effect.ASK, None, "", None),
        (Fact.GRADUATED, Effect.STOP, None, "", "Say how many months."),
        (Fact.GRADUATED, Effect.WARNING, 12, "", None),
        (Fact.EMPLOYED, "", None, "", None),
        (Fact.EMPLOYED, Effect.ASK, None, "", "The first day of the employment is asked for anyway."),
        (Fact.EMPLOYED, Effect.STOP, None, "", "Say how many months."),
        (Fact.EMPLOYED, Effect.STOP, 12, "", None),
        (Fact.PRIOR_COURSE, "", None, "", None),
        (Fact.PRIOR_COURSE, Effect.ASK, None, " ", "Say which course."),
        (Fact.PRIOR_COURSE, Effect.STOP, None, "Socialrätt", None),
    ],
)
def test_a_rule_can_be_judged(fact: Fact, effect: str, months: int | None, course: str, refusal: str | None) -> None:
    assert refusal_of_eligibility(fact, effect, months=months, course=course) == refusal


@pytest.mark.parametrize("fact", Fact)
@pytest.mark.parametrize("effect", ["", *Effect])
@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_rule_is_said_in_a_sentence_with_its_limit_and_its_course(fact: Fact, effect: str, language: str) -> None:
    with translation.override(language):
        words = eligibility_in_words(fact, effect, months=18, course="Socialrätt")
    assert words.endswith(".")
    assert "%" not in words
    judged = effect in (Effect.WARNING, Effect.STOP)
    assert ("18" in words) is (judged and fact in (Fact.GRADUATED, Fact.EMPLOYED))
    assert ("Socialrätt" in words) is (bool(effect) and fact == Fact.PRIOR_COURSE)


# --- Actions ----------------------------------------------------------------------------------------------------------


def test_a_rule_is_added_changed_and_removed_and_each_step_is_logged(programme: Programme, coordinator: User) -> None:
    change(programme, Fact.GRADUATED, Eligibility(Effect.WARNING, months=12), coordinator)
    change(programme, Fact.GRADUATED, Eligibility(Effect.STOP, months=18), coordinator)
    assert EligibilityRule.objects.get().months == 18
    change(programme, Fact.GRADUATED, Eligibility(), coordinator)
    assert not EligibilityRule.objects.exists()
    logged = AuditEvent.objects.filter(action="programme.eligibility_changed").order_by("id")
    assert len(logged) == 3
    assert {event.target_id for event in logged} == {programme.pk}


def test_saving_a_rule_that_is_already_so_changes_nothing(programme: Programme, coordinator: User) -> None:
    change(programme, Fact.DEGREE, Eligibility(), coordinator)
    assert not AuditEvent.objects.exists()


def test_the_second_of_two_who_change_a_rule_is_told(programme: Programme, coordinator: User) -> None:
    seen = Eligibility.of(programme, Fact.DEGREE).fingerprint
    change(programme, Fact.DEGREE, Eligibility(Effect.STOP), coordinator, seen)
    with pytest.raises(ChangedMeanwhile):
        change(programme, Fact.DEGREE, Eligibility(Effect.ASK), coordinator, seen)
    assert EligibilityRule.objects.get().effect == Effect.STOP


def test_another_regions_coordinator_changes_neither(programme: Programme) -> None:
    stranger = factories.coordinator(factories.RegionFactory())
    with pytest.raises(ProgrammeRefused):
        change(programme, Fact.DEGREE, Eligibility(Effect.STOP), stranger)
    with pytest.raises(ProgrammeRefused):
        set_approval(programme=programme, needed=True, by=stranger, now=NOW)


def test_a_rule_that_could_not_be_judged_is_refused(programme: Programme, coordinator: User) -> None:
    with pytest.raises(ProgrammeRefused, match="which course"):
        change(programme, Fact.PRIOR_COURSE, Eligibility(Effect.STOP), coordinator)


def test_a_new_rule_stops_whom_it_concerns_and_leaves_the_enrolled_alone(
    programme: Programme, coordinator: User
) -> None:
    cohort = CohortFactory(programme=programme)
    enrolled = EnrolmentFactory(cohort=cohort)
    change(programme, Fact.DEGREE, Eligibility(Effect.STOP), coordinator)
    person = PersonDetails(
        first_name="Bo",
        last_name="Exempel",
        email="bo@example.org",
        municipality=MunicipalityFactory(region=programme.region),
        unit="Barn och familj",
        title="Socialsekreterare",
        employed_from=TODAY,
        degree=Degree.OTHER,
    )
    with pytest.raises(EnrolmentRefused, match="degree in social work"):
        enrol(cohort=cohort, person=person, by=coordinator, now=NOW)
    enrolled.refresh_from_db()
    assert enrolled.status == EnrolmentStatus.ENROLLED


def test_approval_is_begun_and_stopped_and_logged(programme: Programme, coordinator: User) -> None:
    for needed in (True, True, False):
        set_approval(programme=programme, needed=needed, by=coordinator, now=NOW)
        programme.refresh_from_db()
        assert programme.needs_approval is needed
    assert AuditEvent.objects.filter(action="programme.approval_changed").count() == 2


def test_approval_is_not_stopped_while_applications_wait(programme: Programme, coordinator: User) -> None:
    set_approval(programme=programme, needed=True, by=coordinator, now=NOW)
    EnrolmentFactory(cohort=CohortFactory(programme=programme), status=EnrolmentStatus.APPLIED)
    with pytest.raises(EnrolmentRefused, match="1 application waits for an answer"):
        set_approval(programme=programme, needed=False, by=coordinator, now=NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_rule_at_once_one_is_told(programme: Programme, coordinator: User) -> None:
    seen = Eligibility.of(programme, Fact.DEGREE).fingerprint

    def adding(effect: Effect) -> Any:
        return lambda: change(programme, Fact.DEGREE, Eligibility(effect), coordinator, seen)

    results = at_once([adding(Effect.ASK), adding(Effect.STOP)])

    assert sum(isinstance(result, ChangedMeanwhile) for result in results) == 1
    assert EligibilityRule.objects.count() == 1


# --- Pages ------------------------------------------------------------------------------------------------------------


def address(programme: Programme, fact: Fact) -> str:
    return reverse(f"cohorts:eligibility_{fact}", args=[programme.pk])


def test_the_page_says_each_rule_in_words_and_so_does_the_programme(
    programme: Programme, coordinator: User, office: Client
) -> None:
    change(programme, Fact.GRADUATED, Eligibility(Effect.STOP, months=18), coordinator)
    sentence = "Who took the degree more than 18 months before the first session can&#x27;t be enrolled."
    for page in ("cohorts:admission", "cohorts:programme"):
        assert sentence in office.get(reverse(page, args=[programme.pk])).content.decode()


def test_what_a_rule_would_mean_is_shown_without_saving_it(programme: Programme, office: Client) -> None:
    seen = Eligibility().fingerprint
    page = office.post(address(programme, Fact.EMPLOYED), {"effect": "warning", "months": "12", "seen": seen})
    assert "lasted for more than 12 months" in page.content.decode()
    assert not EligibilityRule.objects.exists()


def test_a_rule_is_saved_from_the_page(programme: Programme, office: Client) -> None:
    answers = {"effect": "stop", "course": "Socialrätt", "seen": Eligibility().fingerprint, "save": "1"}
    assert office.post(address(programme, Fact.PRIOR_COURSE), answers).status_code == 302
    assert EligibilityRule.objects.get().course == "Socialrätt"


@pytest.mark.parametrize(
    ("fact", "answers", "message"),
    [
        (Fact.GRADUATED, {"effect": "stop", "months": ""}, "Say how many months."),
        (Fact.GRADUATED, {"effect": "stop", "months": "999"}, "240"),
        (Fact.PRIOR_COURSE, {"effect": "ask", "course": ""}, "Say which course."),
        (Fact.DEGREE, {"effect": "nonsense"}, "nonsense"),
    ],
)
def test_what_a_rule_lacks_is_said_beside_the_field(
    fact: Fact, answers: dict[str, str], message: str, programme: Programme, office: Client
) -> None:
    page = office.post(address(programme, fact), {**answers, "seen": Eligibility().fingerprint, "save": "1"})
    assert page.status_code == 422
    assert message in page.content.decode()


def test_who_was_second_sees_both_versions(programme: Programme, coordinator: User, office: Client) -> None:
    seen = Eligibility().fingerprint
    change(programme, Fact.DEGREE, Eligibility(Effect.STOP), coordinator)
    second = office.post(address(programme, Fact.DEGREE), {"effect": "ask", "seen": seen, "save": "1"})
    assert second.status_code == 409
    assert "Someone else has changed the rule" in second.content.decode()


def test_approval_is_switched_from_the_page_and_a_refusal_is_said(programme: Programme, office: Client) -> None:
    switch = reverse("participants:approval", args=[programme.pk])
    assert "From now on applications wait" in office.post(switch, {"needed": "1"}, follow=True).content.decode()
    EnrolmentFactory(cohort=CohortFactory(programme=programme), status=EnrolmentStatus.APPLIED)
    assert "1 application waits for an answer" in office.post(switch, {"needed": ""}, follow=True).content.decode()
