"""What people need: stated in fixed choices, read by themselves alone, counted for the kitchen, forgotten in time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from participants import tasks
from participants.actions import purge_needs, state_needs, withdraw
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, Need
from participants.rules.needs import purged_on
from regions.models import Municipality, Region
from tests import factories
from tests.factories import NOW, TODAY, CohortFactory, CohortSessionFactory, EnrolmentFactory, RoleAssignmentFactory
from tests.participants.enrolling import fill_in, send
from tests.participants.test_views import LogIn, queries, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]


@pytest.fixture
def enrolment(cohort: Cohort, lund: Municipality) -> Enrolment:
    """Of someone who can log in."""
    enrolment: Enrolment = EnrolmentFactory(cohort=cohort, municipality=lund, participant__with_login=True)
    RoleAssignmentFactory(user=enrolment.participant.user, role="participant", region=cohort.region)
    return enrolment


@pytest.fixture
def herself(enrolment: Enrolment) -> User:
    user = enrolment.participant.user
    assert user
    user.language = "en"
    user.save()
    return user


def kinds(enrolment: Enrolment) -> set[str]:
    return set(enrolment.needs.values_list("kind", flat=True))


class TestStating:
    def test_what_is_stated_replaces_what_was(self, enrolment: Enrolment, herself: User) -> None:
        for stated in (["vegan", "nuts"], ["vegan", "step_free"], []):
            state_needs(enrolments=[enrolment], kinds=stated, by=herself, now=NOW)
            assert kinds(enrolment) == set(stated)

    def test_the_log_says_that_but_not_what(self, enrolment: Enrolment, herself: User) -> None:
        for _time in range(2):  # the second changes nothing
            state_needs(enrolments=[enrolment], kinds=["vegan"], by=herself, now=NOW)
        [event] = AuditEvent.objects.filter(action="needs.stated")
        assert (event.before, event.after, event.target_id) == ({}, {}, enrolment.pk)

    def test_nobody_states_anothers_needs(self, enrolment: Enrolment, manager: User, coordinator: User) -> None:
        for other in (manager, coordinator):
            with pytest.raises(EnrolmentRefused, match="Only participants themselves"):
                state_needs(enrolments=[enrolment], kinds=["vegan"], by=other, now=NOW)

    def test_nor_once_the_enrolment_has_ended(self, enrolment: Enrolment, herself: User, coordinator: User) -> None:
        withdraw(enrolment=enrolment, by=coordinator, now=NOW)
        with pytest.raises(EnrolmentRefused, match="no longer active"):
            state_needs(enrolments=[enrolment], kinds=["vegan"], by=herself, now=NOW)


class TestHerOwnPage:
    def test_she_sees_and_changes_what_her_manager_stated(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        browser = as_user(manager)
        send(browser, fill_in(browser, cohort, diet=["vegan"], access=["hearing_loop"]))
        enrolment = Enrolment.objects.get()
        assert kinds(enrolment) == {"vegan", "hearing_loop"}

        assert enrolment.participant.user
        hers = as_user(enrolment.participant.user)
        form = hers.get(url("my_needs")).context["form"]
        assert set(form.initial["diet"]) == {"vegan", "hearing_loop"}
        hers.post(url("my_needs"), {"diet": ["vegan", "nuts"]})
        assert kinds(enrolment) == {"vegan", "nuts"}

    def test_it_says_until_when_they_are_kept(self, enrolment: Enrolment, herself: User, as_user: LogIn) -> None:
        CohortSessionFactory(cohort=enrolment.cohort, day=date(2026, 6, 7))
        assert "purged on 14 June 2026" in text(as_user(herself).get(url("my_needs")))

    def test_nothing_but_the_choices_is_accepted(self, enrolment: Enrolment, herself: User, as_user: LogIn) -> None:
        assert as_user(herself).post(url("my_needs"), {"diet": ["no onions please"]}).status_code == 422
        assert not Need.objects.exists()

    def test_who_is_not_enrolled_is_told_so(self, enrolment: Enrolment, herself: User, as_user: LogIn) -> None:
        Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN)
        assert "You are not enrolled right now" in text(as_user(herself).get(url("my_needs")))


class TestWhoReadsThem:
    def test_neither_manager_nor_coordinator_finds_them_once_they_are_sent(
        self, cohort: Cohort, manager: User, coordinator: User, as_user: LogIn
    ) -> None:
        browser = as_user(manager)
        draft = fill_in(browser, cohort, diet=["fish"])
        assert "Allergic to fish" in text(browser.get(url("check", draft)))
        done = send(browser, draft).url
        person = reverse("certificates:person", args=[Enrolment.objects.get().participant_id])
        pages = [done, url("check", draft), url("needs_of", draft), url("enrol"), person, url("cohort", cohort.pk)]
        for reader in (browser, as_user(coordinator)):
            for page in pages:
                assert "Allergic to fish" not in text(reader.get(page, follow=True)), page
        assert not Need.objects.visible_to(manager).exists()
        assert not Need.objects.visible_to(coordinator).exists()

    def test_the_kitchen_gets_numbers_of_those_who_take_part(
        self, cohort: Cohort, coordinator: User, as_user: LogIn
    ) -> None:
        for stated in (["vegan"], ["vegan", "step_free"]):
            person = EnrolmentFactory(cohort=cohort, participant__last_name="Kanariefågel")
            Need.objects.bulk_create(Need(enrolment=person, kind=kind) for kind in stated)
        for status in (EnrolmentStatus.WAITING, EnrolmentStatus.WITHDRAWN):
            Need.objects.create(enrolment=EnrolmentFactory(cohort=cohort, status=status), kind="nuts")

        page = as_user(coordinator).get(url("needs", cohort.pk))

        assert page.context["totals"].diet == [("Vegan food", 2)]
        assert page.context["totals"].access == [("Step-free access", 1)]
        assert "2 people take part" in text(page)
        assert "Kanariefågel" not in text(page)

    def test_what_has_been_purged_is_not_called_unstated(
        self, cohort: Cohort, coordinator: User, as_user: LogIn
    ) -> None:
        session = CohortSessionFactory(cohort=cohort, day=TODAY - timedelta(days=6))
        assert "Nobody has stated anything" in text(as_user(coordinator).get(url("needs", cohort.pk)))
        session.starts -= timedelta(days=1)
        session.ends -= timedelta(days=1)
        session.save()
        page = text(as_user(coordinator).get(url("needs", cohort.pk)))
        assert "The needs were purged on" in page
        assert "Nobody has stated anything" not in page

    def test_its_queries_do_not_grow(self, cohort: Cohort, coordinator: User, as_user: LogIn) -> None:
        client = as_user(coordinator)
        few = queries(client, url("needs", cohort.pk))
        for person in EnrolmentFactory.create_batch(5, cohort=cohort):
            Need.objects.bulk_create(Need(enrolment=person, kind=kind) for kind in ("vegan", "nuts"))
        assert queries(client, url("needs", cohort.pk)) == few


class TestPurging:
    @pytest.fixture
    def vegan(self, enrolment: Enrolment) -> Need:
        return Need.objects.create(enrolment=enrolment, kind="vegan")

    def test_a_week_after_the_last_session_they_are_forgotten_and_not_a_moment_before(self, vegan: Need) -> None:
        cohort = vegan.enrolment.cohort
        CohortSessionFactory(cohort=cohort, day=date(2026, 3, 20))
        last = CohortSessionFactory(cohort=cohort, day=date(2026, 4, 14))
        week_later = last.ends + timedelta(days=7)
        assert purge_needs(now=week_later - timedelta(seconds=1)) == 0
        assert purge_needs(now=week_later) == 1
        assert purged_on(last.ends) == date(2026, 4, 21)
        assert not Need.objects.exists()

    def test_the_log_tells_how_many_and_not_whose(self, vegan: Need, enrolment: Enrolment) -> None:
        last = CohortSessionFactory(cohort=enrolment.cohort, day=date(2026, 3, 20))
        for _time in range(2):  # safe to run twice
            purge_needs(now=last.ends + timedelta(days=8))
        [event] = AuditEvent.objects.filter(action="needs.purged")
        assert (event.actor, event.after, event.target_id) == (None, {"needs": 1}, enrolment.cohort_id)

    def test_a_week_after_an_enrolment_has_ended_its_needs_are_forgotten(
        self, vegan: Need, enrolment: Enrolment, coordinator: User
    ) -> None:
        other = Need.objects.create(enrolment=EnrolmentFactory(cohort=enrolment.cohort), kind="nuts")
        withdraw(enrolment=enrolment, by=coordinator, now=NOW)
        assert purge_needs(now=NOW + timedelta(days=6)) == 0
        assert purge_needs(now=NOW + timedelta(days=7)) == 1
        assert list(Need.objects.all()) == [other]

    def test_without_planned_sessions_they_are_kept_while_the_enrolment_lasts(self, vegan: Need) -> None:
        assert purge_needs(now=NOW + timedelta(days=900)) == 0

    def test_another_cohorts_needs_stay(self, region: Region, vegan: Need) -> None:
        over = CohortFactory(programme__region=region)
        CohortSessionFactory(cohort=over, day=date(2026, 2, 1))
        Need.objects.create(enrolment=EnrolmentFactory(cohort=over), kind="egg")
        tasks.purge_needs()
        assert list(Need.objects.all()) == [vegan]


def test_only_the_own_coordinator_sees_the_totals(cohort: Cohort, as_user: LogIn) -> None:
    foreign = factories.coordinator(CohortFactory().region)
    assert as_user(foreign).get(url("needs", cohort.pk)).status_code == 404
