"""Plans of messages: whose holds, how it is changed, and what comes of that."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from common.clock import local_date
from common.fingerprints import fingerprint
from messaging import kinds
from messaging.actions import queue
from messaging.channels.parts import parts_of
from messaging.choices import Channel
from messaging.models import Message
from participants.models import Enrolment
from sessions.actions import add_step, change_step, follow_plan, own_plan, remove_step
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import CohortSession, MessagePlan, PlanStep, Venue
from sessions.plans.reading import cohorts_following, plan_above, plan_of, plans_of
from sessions.rules.plans import STANDARD, Timing
from tests.factories import NOW, CohortFactory, CohortSessionFactory, ProgrammeFactory, coordinator, local
from tests.sessions.plans import days, hours, planned
from tests.sessions.test_messages import enrolled

pytestmark = pytest.mark.django_db
REMINDER = kinds.get("session.reminder")


@pytest.fixture
def cohort() -> Cohort:
    """One whose session is three weeks ahead, and in which somebody takes part."""
    cohort: Cohort = CohortSessionFactory().cohort
    enrolled(cohort)
    return cohort


@pytest.fixture
def siv(cohort: Cohort) -> User:
    """The coordinator."""
    return coordinator(cohort.region)


def seen_of(step: PlanStep) -> str:
    return fingerprint(step.timing)


def soon(in_days: int) -> datetime:
    """Nine o'clock, so many days from today."""
    return local(timezone.localdate() + timedelta(days=in_days), 9)


def said_by(plan: MessagePlan) -> set[Timing]:
    return {step.timing for step in plan.steps.all()}


class TestWhosePlanHolds:
    def test_the_nearest_does(self, cohort: Cohort) -> None:
        assert plan_of(cohort).timings == list(STANDARD)
        planned(cohort.region, days(5))
        assert plan_of(cohort).timings == [days(5)]
        planned(cohort.programme, days(4))
        assert plan_of(cohort).timings == [days(4)]
        planned(cohort, days(3))
        assert (plan_of(cohort).timings, plan_of(cohort).owner) == ([days(3)], cohort)
        assert plan_of(cohort.programme).timings == [days(4)]
        assert plan_above(cohort).timings == [days(4)]

    def test_an_empty_one_holds_too(self, cohort: Cohort) -> None:
        planned(cohort)
        assert plan_of(cohort).timings == []

    def test_all_of_many_cohorts_are_read_in_two_queries(self) -> None:
        cohorts = [CohortFactory() for _ in range(3)]
        planned(cohorts[0], days(3))
        planned(cohorts[1].programme, days(4))
        with CaptureQueriesContext(connection) as queries:
            found = plans_of(cohorts)
        assert len(queries) == 2
        assert [found[one.pk].timings for one in cohorts] == [[days(3)], [days(4)], list(STANDARD)]

    def test_which_cohorts_follow_a_plan(self, cohort: Cohort) -> None:
        sibling = CohortFactory(programme=cohort.programme)
        cousin = CohortFactory(programme=ProgrammeFactory(region=cohort.region))
        everyone: list[Cohort] = [cohort, sibling, cousin]
        planned(cohort, days(3))
        planned(cohort.programme, days(4))
        assert cohorts_following(cohort, everyone) == [cohort]
        assert cohorts_following(cohort.programme, everyone) == [sibling]
        assert cohorts_following(cohort.region, everyone) == [cousin]


class TestChangingAPlan:
    def test_an_own_plan_begins_with_what_held(self, cohort: Cohort, siv: User) -> None:
        planned(cohort.programme, days(4), hours(2))
        plan = own_plan(owner=cohort, by=siv, now=NOW)
        assert said_by(plan) == {days(4), hours(2)}
        assert own_plan(owner=cohort, by=siv, now=NOW) == plan
        assert AuditEvent.objects.about(cohort).get().after == {"reminder:4d:email": "08:00", "reminder:2h:email": ""}

    def test_steps_are_added_changed_and_removed(self, cohort: Cohort, siv: User) -> None:
        plan = planned(cohort, days(4))
        step = add_step(plan=plan, timing=hours(2), by=siv, now=NOW)
        assert said_by(plan) == {days(4), hours(2)}
        change_step(step=step, timing=hours(3), seen=seen_of(step), by=siv, now=NOW)
        assert said_by(plan) == {days(4), hours(3)}
        remove_step(step=step, by=siv, now=NOW)
        assert said_by(plan) == {days(4)}

    def test_what_a_plan_has_already_is_refused(self, cohort: Cohort, siv: User) -> None:
        plan = planned(cohort, days(4))
        with pytest.raises(PlanningRefused):
            add_step(plan=plan, timing=days(4), by=siv, now=NOW)
        step = add_step(plan=plan, timing=days(5), by=siv, now=NOW)
        with pytest.raises(PlanningRefused):
            change_step(step=step, timing=days(4), seen=seen_of(step), by=siv, now=NOW)

    def test_who_is_second_to_change_a_step_is_told(self, cohort: Cohort, siv: User) -> None:
        plan = planned(cohort, days(4))
        step = plan.steps.get()
        seen = seen_of(step)
        change_step(step=step, timing=days(5), seen=seen, by=siv, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            change_step(step=step, timing=days(6), seen=seen, by=siv, now=NOW)

    def test_a_plan_that_is_given_up_takes_no_more_steps(self, cohort: Cohort, siv: User) -> None:
        plan = planned(cohort, days(4))
        follow_plan(plan=plan, by=siv, now=NOW)
        assert plan_of(cohort).timings == list(STANDARD)
        with pytest.raises(ChangedMeanwhile):
            add_step(plan=plan, timing=days(5), by=siv, now=NOW)
        assert said_by(own_plan(owner=cohort, by=siv, now=NOW)) == set(STANDARD)

    def test_only_the_regions_coordinator_changes_it(self, cohort: Cohort) -> None:
        stranger = coordinator(ProgrammeFactory().region)
        plan = planned(cohort, days(4))
        for change in (
            lambda: own_plan(owner=cohort.programme, by=stranger, now=NOW),
            lambda: follow_plan(plan=plan, by=stranger, now=NOW),
            lambda: add_step(plan=plan, timing=days(5), by=stranger, now=NOW),
            lambda: remove_step(step=plan.steps.get(), by=stranger, now=NOW),
        ):
            with pytest.raises(PlanningRefused):
                change()


class TestWhatIsSentThen:
    """A change of plan neither sends anything twice nor anything that was due before."""

    def test_a_new_step_sends_nothing_that_would_have_been_due(self, cohort: Cohort, siv: User) -> None:
        plan = planned(cohort)
        day = local_date(cohort.sessions.get().starts)
        too_late = local(day - timedelta(days=3), 9)
        add_step(plan=plan, timing=days(3), by=siv, now=too_late)
        assert list(REMINDER.materialise(too_late + timedelta(minutes=1))) == []
        add_step(plan=plan, timing=days(2), by=siv, now=too_late)
        assert len(list(REMINDER.materialise(local(day - timedelta(days=2), 8)))) == 1

    def test_a_copied_step_goes_on_as_it_was(self, cohort: Cohort, siv: User) -> None:
        due = local(local_date(cohort.sessions.get().starts) - timedelta(days=14), 8)
        own_plan(owner=cohort, by=siv, now=due + timedelta(seconds=30))
        assert len(list(REMINDER.materialise(due + timedelta(minutes=1)))) == 1

    def test_a_change_of_plan_sends_nothing_again(self, cohort: Cohort, siv: User) -> None:
        due = local(local_date(cohort.sessions.get().starts) - timedelta(days=14), 8)
        queue(REMINDER.materialise(due))
        plan = own_plan(owner=cohort, by=siv, now=due)
        step = plan.steps.get(amount=14)
        later = days(14, clock=(due + timedelta(hours=4)).time())
        change_step(step=step, timing=later, seen=seen_of(step), by=siv, now=due)
        assert list(REMINDER.materialise(due + timedelta(hours=5))) == []

    def test_following_again_makes_up_for_nothing(self, cohort: Cohort, siv: User) -> None:
        due = local(local_date(cohort.sessions.get().starts) - timedelta(days=14), 8)
        plan = planned(cohort, days(5))
        follow_plan(plan=plan, by=siv, now=due + timedelta(hours=1))
        assert list(REMINDER.materialise(due + timedelta(hours=2))) == []
        assert len(list(REMINDER.materialise(due + timedelta(days=13)))) == 1

    def test_queries_do_not_grow_with_sessions(self, cohort: Cohort) -> None:
        due = local(local_date(cohort.sessions.get().starts) - timedelta(days=14), 8)
        planned(cohort, days(14))
        with CaptureQueriesContext(connection) as few:
            list(REMINDER.materialise(due))
        for _ in range(4):
            other = CohortSessionFactory().cohort
            planned(other, days(14))
            enrolled(other)
        with CaptureQueriesContext(connection) as many:
            assert len(list(REMINDER.materialise(due))) == 5
        assert len(many) == len(few)


class TestSms:
    """Two hours before, to those who gave a number, where the region sends SMS."""

    @pytest.fixture
    def asa(self, cohort: Cohort) -> Enrolment:
        """Has given her number, and proved that it is hers."""
        planned(cohort, hours(2, channel=Channel.SMS))
        cohort.region.sms_parts_per_month = 100
        cohort.region.save()
        asa = enrolled(cohort, participant__user=coordinator(cohort.region))
        asa.participant.user.mobile = asa.participant.user.proven_mobile = "+46701740605"
        asa.participant.user.save()
        return asa

    def test_it_goes_to_her_number_and_to_nobody_without_one(self, cohort: Cohort, asa: Enrolment) -> None:
        session = cohort.sessions.get()
        [draft] = REMINDER.materialise(session.starts - timedelta(hours=2))
        assert (draft.recipient, draft.channel) == ("+46701740605", Channel.SMS)
        assert draft.key == f"reminder:2h:{session.pk}:r1:{asa.pk}:sms"

    @pytest.mark.parametrize("proven", ["", "+46701740606"])
    def test_not_to_a_number_that_she_has_not_proved(self, cohort: Cohort, asa: Enrolment, proven: str) -> None:
        User.objects.filter(participants=asa.participant).update(proven_mobile=proven)
        assert list(REMINDER.materialise(cohort.sessions.get().starts - timedelta(hours=2))) == []

    @pytest.mark.parametrize("change", [{"mobile": "+46701740606"}, {"mobile": ""}, {"proven_mobile": ""}])
    def test_what_waits_already_does_not_go_to_a_number_that_is_hers_no_longer(
        self, cohort: Cohort, asa: Enrolment, change: dict[str, str]
    ) -> None:
        due = cohort.sessions.get().starts - timedelta(hours=2)
        queue(REMINDER.materialise(due))
        message = Message.objects.get()
        assert REMINDER.still_holds(message, due)
        User.objects.filter(participants=asa.participant).update(**change)
        assert not REMINDER.still_holds(message, due)

    def test_not_where_the_region_sends_none(self, cohort: Cohort, asa: Enrolment) -> None:
        cohort.region.sms_parts_per_month = 0
        cohort.region.save()
        assert list(REMINDER.materialise(cohort.sessions.get().starts - timedelta(hours=2))) == []

    def test_it_says_when_and_where_in_few_words(self, cohort: Cohort, asa: Enrolment) -> None:
        session = cohort.sessions.get()
        [draft] = REMINDER.materialise(session.starts - timedelta(hours=2))
        queue([draft])
        content = REMINDER.render(Message.objects.get(key=draft.key))
        assert "kl. 9.00" in content.sms
        assert str(session.venue) in content.sms
        assert parts_of(content.sms) == 1

    def test_it_fits_into_one_sms_however_long_the_venue_is_called(self, cohort: Cohort, asa: Enrolment) -> None:
        wednesday = local(date(2026, 9, 23), 13)
        session = cohort.sessions.get()
        CohortSession.objects.update(starts=wednesday, ends=wednesday + timedelta(hours=3))
        Venue.objects.update(name="Utbildningscentrum för socialt arbete – stora salen, våning 4 i huset", town="Ö")
        queue(REMINDER.materialise(wednesday - timedelta(hours=2)))
        with override_settings(BASE_URL="https://introduktion.skane.se"):
            sms = REMINDER.render(Message.objects.get()).sms
        assert parts_of(sms) == 1
        assert "onsdag 23 september 2026 kl. 13.00, Utbildningscentrum för socialt arbete -... https" in sms
        assert sms.endswith(reverse("sessions:short_session", args=[session.pk]))

    def test_its_short_address_leads_who_takes_part_to_the_session_and_others_nowhere(
        self, client: Client, cohort: Cohort, asa: Enrolment
    ) -> None:
        session = cohort.sessions.get()
        short = reverse("sessions:short_session", args=[session.pk])
        assert len(short) < len(reverse("sessions:session", args=[session.pk])) - 20
        assert client.get(short).status_code == 302
        assert asa.participant.user
        client.force_login(asa.participant.user)
        assertRedirects(client.get(short), reverse("sessions:session", args=[session.pk]))
        assert client.get("/t/AAAAAAAAAAAAAAAAAAAAAA/", follow=True).status_code == 404


class TestPages:
    @pytest.fixture(autouse=True)
    def _ahead(self, cohort: Cohort, client: Client, siv: User) -> None:
        """The session is in three weeks, and the coordinator has logged in."""
        cohort.sessions.update(starts=soon(21), ends=soon(21) + timedelta(hours=7))
        client.force_login(siv)

    def test_a_cohort_shows_the_plan_that_holds_by_the_example_of_its_next_session(
        self, client: Client, cohort: Cohort
    ) -> None:
        page = client.get(reverse("sessions:cohort_plan", args=[cohort.pk]))
        assert [line.words for line in page.context["lines"]] == [
            "Påminnelse, 14 dagar före, kl. 8.00",
            "Påminnelse, 1 dag före, kl. 8.00",
        ]
        assert page.context["own"] is None

    def test_it_gets_its_own_and_gives_it_up_again(self, client: Client, cohort: Cohort) -> None:
        address = reverse("sessions:cohort_plan", args=[cohort.pk])
        client.post(address)
        plan = MessagePlan.objects.get(cohort=cohort)
        assert client.get(address).context["own"] == plan
        follow = reverse("sessions:follow_plan", args=[plan.pk])
        assert client.get(follow).context["difference"].new == []
        client.post(follow)
        assert client.get(address).context["own"] is None
        assert client.get(follow).status_code == 404

    def test_what_follows_is_seen_before_it_is_saved(self, client: Client, cohort: Cohort) -> None:
        plan = planned(cohort, days(1))
        address = reverse("sessions:new_step", args=[plan.pk])
        answers = {"kind": "reminder", "amount": 2, "unit": "days", "clock": "08:00"}
        page = client.post(address, answers | {"see": "1"})
        assert said_by(plan) == {days(1)}
        assert len(page.context["consequences"].sendings) == 1
        assert page.context["consequences"].people == 1
        response = client.post(address, answers | {"save": "1"})
        assert response.status_code == 302
        assert said_by(plan) == {days(1), days(2)}

    @pytest.mark.parametrize(
        ("answers", "field"),
        [
            ({"clock": ""}, "clock"),
            ({"clock": "23:00"}, "clock"),
            ({"amount": "90"}, "amount"),
            ({"amount": "1"}, "amount"),
            ({"kind": "poem"}, "kind"),
            ({"unit": "hours", "kind": "preparation"}, "amount"),
        ],
    )
    def test_what_makes_no_sense_is_said_beside_its_field(
        self, client: Client, cohort: Cohort, answers: dict[str, str], field: str
    ) -> None:
        plan = planned(cohort, days(1))
        sent = {"kind": "reminder", "amount": 2, "unit": "days", "clock": "08:00", "save": "1"} | answers
        response = client.post(reverse("sessions:new_step", args=[plan.pk]), sent)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {field}
        assert said_by(plan) == {days(1)}

    def test_a_changed_step_says_for_which_sessions_it_is_too_late(self, client: Client, cohort: Cohort) -> None:
        session = cohort.sessions.get()
        session.starts, session.ends = soon(2), soon(2) + timedelta(hours=7)
        session.save()
        plan = planned(cohort, days(1))
        address = reverse("sessions:edit_step", args=[plan.steps.get().pk])
        answers = {
            "kind": "reminder",
            "amount": 14,
            "unit": "days",
            "clock": "08:00",
            "seen": seen_of(plan.steps.get()),
        }
        page = client.post(address, answers)
        assert page.context["consequences"].too_late == 1
        assert page.context["consequences"].sendings == []

    def test_who_is_second_sees_both_versions_and_decides(self, client: Client, cohort: Cohort, siv: User) -> None:
        plan = planned(cohort, days(1))
        step = plan.steps.get()
        seen = seen_of(step)
        change_step(step=step, timing=days(2), seen=seen, by=siv, now=NOW)
        address = reverse("sessions:edit_step", args=[step.pk])
        answers = {"kind": "reminder", "amount": 3, "unit": "days", "clock": "08:00", "save": "1"}
        response = client.post(address, answers | {"seen": seen})
        assert response.status_code == 409
        again = response.context["form"]["seen"].value()
        client.post(address, answers | {"seen": again})
        assert said_by(plan) == {days(3)}

    def test_a_step_is_removed_after_saying_what_it_would_have_sent(self, client: Client, cohort: Cohort) -> None:
        plan = planned(cohort, days(1))
        address = reverse("sessions:remove_step", args=[plan.steps.get().pk])
        assert client.get(address).status_code == 200
        assert PlanStep.objects.exists()
        client.post(address)
        assert not PlanStep.objects.exists()

    def test_sms_is_offered_only_where_the_region_sends_it(self, client: Client, cohort: Cohort) -> None:
        plan = planned(cohort, days(1))
        address = reverse("sessions:new_step", args=[plan.pk])
        assert "channel" not in client.get(address).context["form"].fields
        cohort.region.sms_parts_per_month = 10
        cohort.region.save()
        assert "channel" in client.get(address).context["form"].fields
