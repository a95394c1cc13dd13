"""Enrolling one person, a question a page: what is asked, what is kept, and what is confirmed."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from cohorts.choices import Effect, Fact
from cohorts.models import Cohort
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentDraft
from regions.models import Municipality
from tests import factories
from tests.factories import (
    NOW,
    CohortFactory,
    CohortSessionFactory,
    EligibilityRuleFactory,
    EmploymentFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    ParticipantFactory,
)
from tests.participants.enrolling import WHO, WORKPLACE, begin, fill_in, send
from tests.participants.test_views import LogIn, queries, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_day")]
BY_HTMX = {"HX-Request": "true"}


class TestTheWay:
    def test_it_leads_through_who_workplace_cohort_and_needs_to_a_confirmation(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        CohortSessionFactory(cohort=cohort, day=date(2026, 4, 14))
        client = as_user(manager)
        pk = begin(client)
        pages = [url("who", pk)]
        for answers in (WHO, WORKPLACE, {"cohort": str(cohort.pk)}, {"diet": ["vegan"]}):
            pages.append(client.post(pages[-1], answers).url)
        assert pages == [url(name, pk) for name in ("who", "workplace", "which_cohort", "needs_of", "check")]

        check = text(client.get(pages[-1]))
        for answer in ("Åsa", "Öberg-Exempel", "asa@example.org", "Lund", "Barn och familj", "Vegan food"):
            assert answer in check
        assert "There is a seat for Åsa" in check
        assert not Enrolment.objects.exists()

        done = send(client, pk)
        enrolment = Enrolment.objects.get()
        assert done.url == url("enrolment", enrolment.pk, query="?new=1")
        page = text(client.get(done.url))
        assert "Åsa Öberg-Exempel is enrolled" in page
        assert enrolment.reference in page
        assert reverse("sessions:cohort_calendar", args=[cohort.pk]) in page
        assert enrolment.status == EnrolmentStatus.ENROLLED

    def test_who_comes_from_a_cohort_is_not_asked_for_it(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        pk = begin(client, cohort)
        client.post(f"{url('who', pk)}?cohort={cohort.pk}", WHO)
        assert client.post(url("workplace", pk), WORKPLACE).url == url("needs_of", pk)

    def test_looking_at_an_empty_form_stores_nothing(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        assert "personal identity number" in text(client.get(url("who", begin(client, cohort))))
        assert not EnrolmentDraft.objects.exists()

    def test_the_facts_of_the_programme_are_asked_for_only_where_it_has_rules(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort)
        assert client.get(url("facts", pk)).url == url("check", pk)

        EligibilityRuleFactory(programme=cohort.programme, fact=Fact.DEGREE, effect=Effect.ASK)
        assert client.get(url("check", pk)).url == url("facts", pk)
        assert client.post(url("facts", pk), {"degree": "other"}).url == url("needs_of", pk)
        send(client, pk)
        assert Enrolment.objects.get().degree == "other"

    def test_a_changed_answer_leads_back_to_the_check(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort)
        assert f"{url('workplace', pk)}?check#id_unit" in text(client.get(url("check", pk)))
        changed = client.post(f"{url('workplace', pk)}?check", WORKPLACE | {"unit": "Vuxna"})
        assert changed.url == url("check", pk)
        assert "Vuxna" in text(client.get(changed.url))

    @pytest.mark.parametrize(
        ("step", "field", "value", "message"),
        [
            ("who", "first_name", "", "This field is required"),
            ("who", "first_name", "Åsa\r\nBcc: x@example.org", "letters"),
            ("who", "last_name", "800101-1234", "letters"),
            ("who", "email", "asa", "valid email"),
            ("workplace", "unit", "", "This field is required"),
            ("workplace", "unit", "Barn 19800101-1234", "identity number"),
            ("workplace", "title", "198001011234", "identity number"),
            ("workplace", "employed_from", "snart", "valid date"),
            ("workplace", "employed_from", "0206-03-01", "Check the year"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, cohort: Cohort, manager: User, as_user: LogIn, step: str, field: str, value: str, message: str
    ) -> None:
        client = as_user(manager)
        answers = (WHO if step == "who" else WORKPLACE) | {field: value}
        response = client.post(url(step, begin(client, cohort)), answers)
        assert response.status_code == 422
        page = text(response)
        assert message in page
        assert f'href="#id_{field}"' in page
        assert all(kept in page for name, kept in answers.items() if name != field)

    def test_queries_do_not_grow_with_cohorts_and_drafts(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort)
        pages = [url(name, pk) for name in ("workplace", "which_cohort", "needs_of", "check")] + [url("enrol")]
        few = [queries(client, page) for page in pages]
        assert max(few) <= 12
        for more in CohortFactory.create_batch(3, programme=cohort.programme):
            EnrolmentFactory.create_batch(3, cohort=more)
            CohortSessionFactory(cohort=more)
            EnrolmentDraft.objects.create(owner=manager, cohort=more, changed=NOW)
        assert [queries(client, page) for page in pages] == few


class TestWorkplace:
    def test_a_manager_of_one_municipality_is_not_asked_for_it(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        assert 'name="municipality"' not in text(client.get(url("workplace", begin(client, cohort))))

    def test_who_enrols_for_several_chooses_among_them_only(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        elsewhere = MunicipalityFactory(name="Elsewhere")
        client = as_user(coordinator)
        page = url("workplace", begin(client, cohort))
        assert "Elsewhere" not in text(client.get(page))
        for wrong in ("", str(elsewhere.pk), "x"):
            assert client.post(page, WORKPLACE | {"municipality": wrong}).status_code == 422
        assert client.post(page, WORKPLACE | {"municipality": str(malmo.pk)}).status_code == 302

    def test_it_proposes_the_workplace_of_the_last_person_she_enrolled(
        self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn
    ) -> None:
        before = EnrolmentFactory(municipality=lund, manager=manager, cohort__programme__region=cohort.region)
        before.employment.unit = "Vuxenenheten"
        before.employment.save()
        client = as_user(manager)
        assert "Vuxenenheten" in text(client.get(url("workplace", begin(client, cohort))))

    def test_it_proposes_what_she_has_typed_since_in_another_draft(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        client.post(url("workplace", begin(client)), WORKPLACE | {"unit": "Mottagningen"})
        assert "Mottagningen" in text(client.get(url("workplace", begin(client, cohort))))

    def test_one_more_begins_with_the_workplace_filled_in_also_for_a_coordinator(
        self, cohort: Cohort, lund: Municipality, malmo: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        client = as_user(coordinator)
        done = send(client, fill_in(client, cohort, municipality=str(malmo.pk), unit="Mottagningen"))
        assert url("enrol_one", cohort.pk) in text(client.get(done.url))
        page = text(client.get(url("workplace", begin(client, cohort))))
        assert "Mottagningen" in page
        assert f'value="{malmo.pk}" selected' in page

    def test_and_with_the_cohort_of_the_last_person_she_enrolled(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        CohortFactory(programme__region=cohort.region, name="Another")
        client = as_user(manager)
        send(client, fill_in(client, cohort))
        pk = begin(client)
        client.post(url("who", pk), WHO | {"email": "bo@example.org"})
        client.post(url("workplace", pk), WORKPLACE)
        chosen = client.get(url("which_cohort", pk)).context["form"]["cohort"]
        assert len(chosen.field.choices) == 2
        assert chosen.value() == str(cohort.pk)


class TestCohortStep:
    def test_it_tells_dates_seats_and_the_last_day(
        self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn
    ) -> None:
        factories.SeatAllocationFactory(cohort=cohort, municipality=lund, seats=3)
        for day in (date(2026, 4, 14), date(2026, 5, 12)):
            CohortSessionFactory(cohort=cohort, day=day)
        CohortFactory(programme=cohort.programme, name="Not yet", applications_open=date(2026, 4, 1))
        CohortFactory(name="Elsewhere")
        client = as_user(manager)
        pk = begin(client)
        client.post(url("who", pk), WHO)
        client.post(url("workplace", pk), WORKPLACE)
        page = text(client.get(url("which_cohort", pk)))
        for told in (
            "2 sessions, Tuesday 14 April",
            "Tuesday 12 May",
            "3 seats kept for Lund",
            "22 seats for everyone",
        ):
            assert told in page
        assert "Apply by" in page
        for other in ("Not yet", "Elsewhere"):
            assert other not in page
        assert client.post(url("which_cohort", pk), {}).status_code == 422

    @pytest.mark.parametrize("name", ["enrol_one", "import"])
    def test_another_regions_cohort_and_a_draft_do_not_exist(
        self, region: Any, manager: User, as_user: LogIn, name: str
    ) -> None:
        for cohort in (CohortFactory(), CohortFactory(programme__region=region, draft=True)):
            assert as_user(manager).get(url(name, cohort.pk)).status_code == 404
            assert as_user(manager).get(url("who", uuid4(), query=f"?cohort={cohort.pk}")).status_code == 404

    @pytest.mark.parametrize("name", ["enrol_one", "import"])
    def test_outside_the_application_period_the_reason_is_given(
        self, region: Any, manager: User, as_user: LogIn, name: str
    ) -> None:
        cohort = CohortFactory(programme__region=region, applications_close=date(2026, 3, 1))
        response = as_user(manager).get(url(name, cohort.pk), follow=True)
        assert response.redirect_chain == [(url("enrol"), 302)]
        assert "Applications closed on" in text(response)


class TestDrafts:
    def test_htmx_saves_what_is_typed_also_what_is_not_right_yet(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        pk = begin(client)
        saved = client.post(url("who", pk), {"first_name": "Åsa", "email": "asa@"}, headers=BY_HTMX)
        assert (saved.status_code, saved.content) == (204, b"")
        assert EnrolmentDraft.objects.get().data == {"first_name": "Åsa", "last_name": "", "email": "asa@"}
        again = text(as_user(manager).get(url("who", pk)))
        assert 'value="asa@"' in again

    def test_a_draft_is_offered_where_enrolling_begins_and_goes_on_where_it_was(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        with time_machine.travel(NOW - timedelta(days=1), tick=False):
            client = as_user(manager)
            pk = begin(client)
            client.post(url("who", pk), WHO)
        client = as_user(manager)
        page = text(client.get(url("enrol")))
        assert "Åsa Öberg-Exempel" in page
        assert "saved yesterday" in page
        assert client.get(url("check", pk)).url == url("workplace", pk)

    def test_nobody_else_sees_it(self, cohort: Cohort, lund: Municipality, manager: User, as_user: LogIn) -> None:
        pk = fill_in(as_user(manager), cohort)
        colleague, coordinator = factories.manager(lund), factories.coordinator(cohort.region)
        for client in (as_user(colleague), as_user(coordinator)):
            for name in ("who", "check", "discard_draft"):
                assert client.get(url(name, pk)).status_code == 404
            assert "Öberg" not in text(client.get(url("enrol")))

    def test_a_personal_identity_number_is_not_kept(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        client.post(url("who", begin(client)), {"first_name": "Åsa", "last_name": "800101-1234"}, headers=BY_HTMX)
        assert EnrolmentDraft.objects.get().data["last_name"] == ""

    def test_it_is_thrown_away_after_a_question(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort)
        assert "Throw away the draft about Åsa Öberg-Exempel?" in text(client.get(url("discard_draft", pk)))
        assert EnrolmentDraft.objects.exists()
        assert client.post(url("discard_draft", pk)).url == url("enrol")
        assert not EnrolmentDraft.objects.exists()
        assert client.post(url("discard_draft", pk)).status_code == 404

    def test_when_its_cohort_has_closed_another_is_chosen_and_the_rest_is_kept(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort)
        later = CohortFactory(programme=cohort.programme, name="Höst 2026")
        cohort.applications_close = date(2026, 3, 1)
        cohort.save()
        assert "The cohort has closed" in text(client.get(url("enrol")))
        assert client.get(url("check", pk)).url == url("which_cohort", pk)
        choosing = client.get(url("which_cohort", pk))
        assert "takes no more applications" in text(choosing)
        assert choosing.context["form"]["cohort"].value() != str(later.pk)
        client.post(url("which_cohort", pk), {"cohort": str(later.pk)})
        send(client, pk)
        assert Enrolment.objects.get().cohort == later

    def test_once_sent_nothing_of_it_is_left(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort, diet=["vegan"])
        send(client, pk)
        assert EnrolmentDraft.objects.get().data == {}
        assert "Öberg" not in text(client.get(url("enrol")))
        late = client.post(url("who", pk), WHO, headers=BY_HTMX)
        assert late.status_code == 302
        assert EnrolmentDraft.objects.get().data == {}


class TestConfirming:
    def test_sending_twice_shows_the_same_confirmation(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        client = as_user(manager)
        pk = fill_in(client, cohort)
        seen = client.get(url("check", pk)).context["form"]["seen"].value()
        first, second = (client.post(url("check", pk), {"seen": seen}) for _time in range(2))
        assert first.url == second.url == url("enrolment", Enrolment.objects.get().pk, query="?new=1")

    def test_the_same_person_from_two_drafts_is_enrolled_once(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        one, other = fill_in(client, cohort), fill_in(client, cohort)
        send(client, one)
        page = client.get(url("check", other))
        assert "already enrolled in this cohort" in text(page)
        assert client.post(url("check", other), {"seen": "x"}).status_code == 200
        assert Enrolment.objects.count() == 1

    def test_beyond_the_seats_the_waiting_list_is_announced_before_and_confirmed_after(
        self, region: Any, manager: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        EnrolmentFactory(cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True)
        client = as_user(manager)
        pk = fill_in(client, cohort)
        assert "will be placed on the waiting list" in text(client.get(url("check", pk)))
        done = text(client.get(send(client, pk).url))
        assert "is on the waiting list" in done
        assert done.count("Place 2 on the waiting list") == 1

    def test_a_coordinator_reads_that_the_manager_gets_the_messages(
        self, region: Any, lund: Municipality, coordinator: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        client = as_user(coordinator)
        done = text(client.get(send(client, fill_in(client, cohort, municipality=str(lund.pk))).url))
        assert "The manager is told by e-mail" in done
        assert "You get" not in done

        pk = fill_in(client, cohort, municipality=str(lund.pk), email="ny@example.org", last_name="Ny-Exempel")
        assert "The manager will be told by e-mail" in text(client.get(url("check", pk)))
        waiting = text(client.get(send(client, pk).url))
        assert waiting.count("Place 1 on the waiting list") == 1
        assert "the manager gets an e-mail with an offer" in waiting
        assert "you get" not in waiting

    def test_where_applications_are_approved_that_is_announced_and_confirmed(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        cohort.programme.needs_approval = True
        cohort.programme.save()
        client = as_user(manager)
        pk = fill_in(client, cohort)
        assert "The coordinator decides" in text(client.get(url("check", pk)))
        assert "has been received" in text(client.get(send(client, pk).url))
        assert Enrolment.objects.get().status == EnrolmentStatus.APPLIED

    def test_a_seat_that_is_gone_meanwhile_is_told_instead_of_queueing_silently(
        self, region: Any, manager: User, as_user: LogIn
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1)
        client = as_user(manager)
        pk = fill_in(client, cohort)
        seen = client.get(url("check", pk)).context["form"]["seen"].value()
        EnrolmentFactory(cohort=cohort)

        answer = client.post(url("check", pk), {"seen": seen})
        assert answer.status_code == 409
        assert "Something has changed since you opened the page" in text(answer)
        assert "will be placed on the waiting list" in text(answer)
        assert Enrolment.objects.count() == 1

        again = client.post(url("check", pk), {"seen": answer.context["form"]["seen"].value()})
        assert again.status_code == 302
        assert Enrolment.objects.get(manager=manager).status == EnrolmentStatus.WAITING

    def test_a_warning_must_be_accepted_with_a_tick(self, cohort: Cohort, manager: User, as_user: LogIn) -> None:
        EligibilityRuleFactory(programme=cohort.programme, fact=Fact.DEGREE, effect=Effect.WARNING)
        client = as_user(manager)
        pk = fill_in(client, cohort)
        client.post(url("facts", pk), {"degree": "none"})
        refused = send(client, pk)
        assert refused.status_code == 422
        assert "Tick the box" in text(refused)
        assert not Enrolment.objects.exists()
        assert send(client, pk, accepts_warnings="on").status_code == 302
        assert Enrolment.objects.get().warnings != []

    def test_a_refusal_is_shown_with_every_answer_to_be_changed(
        self, cohort: Cohort, malmo: Municipality, manager: User, as_user: LogIn
    ) -> None:
        known = ParticipantFactory(region=cohort.region, first_name="Åsa", email="asa@example.org")
        EmploymentFactory(participant=known, municipality=malmo)
        client = as_user(manager)
        pk = fill_in(client, cohort)
        page = client.get(url("check", pk))
        assert "employed by another municipality" in text(page)
        assert f"{url('who', pk)}?check#id_email" in text(page)
        assert url("discard_draft", pk) in text(page)
        assert client.post(url("check", pk)).status_code == 200
        assert not Enrolment.objects.exists()
