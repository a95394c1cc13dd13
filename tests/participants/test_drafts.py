"""Drafts of enrolments, underneath their pages."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.models import User
from cohorts.models import Cohort
from common.exceptions import Gone
from participants import tasks
from participants.actions import discard_draft, purge_drafts, save_draft, send_draft
from participants.exceptions import EnrolmentRefused, OutcomeChanged
from participants.models import Enrolment, EnrolmentDraft, Need
from regions.models import Municipality, Region
from tests import factories
from tests.factories import NOW, CohortFactory
from tests.participants import enrolling
from tests.participants.people import person
from tests.participants.test_views import LogIn
from tests.races import at_once

pytestmark = pytest.mark.django_db


def begin(owner: User) -> EnrolmentDraft:
    return save_draft(draft=EnrolmentDraft(owner=owner), answers={"first_name": "Åsa"}, by=owner, now=NOW)


class TestSaving:
    def test_later_answers_are_kept_beside_earlier_ones(self, cohort: Cohort, manager: User) -> None:
        draft = begin(manager)
        save_draft(draft=draft, answers={"unit": "Barn"}, cohort=cohort, by=manager, now=NOW + timedelta(hours=1))
        draft.refresh_from_db()
        assert draft.data == {"first_name": "Åsa", "unit": "Barn"}
        assert (draft.cohort, draft.changed, draft.name) == (cohort, NOW + timedelta(hours=1), "Åsa")

    def test_a_long_text_and_a_personal_identity_number_are_not_kept(self, manager: User) -> None:
        draft = save_draft(
            draft=begin(manager), answers={"unit": "x" * 5000, "title": "sekr 800101-1234"}, by=manager, now=NOW
        )
        assert (len(draft.data["unit"]), draft.data["title"]) == (300, "")

    @pytest.mark.usefixtures("_on_the_day")
    def test_a_null_character_and_what_is_no_choice_do_not_stop_the_page(
        self, cohort: Cohort, manager: User, as_user: LogIn
    ) -> None:
        client = as_user(manager)
        pk = enrolling.begin(client, cohort)
        who = f"{enrolling.url('who', pk)}?cohort={cohort.pk}"
        assert client.post(who, enrolling.WHO | {"first_name": "Å\0sa"}).status_code == 422
        assert client.post(enrolling.url("needs_of", pk), {"diet": ["ve\0gan", "800101-1234"]}).status_code == 422
        draft = EnrolmentDraft.objects.get()
        assert (draft.name, draft.data["diet"]) == ("Åsa Öberg-Exempel", ["vegan", ""])

    def test_nobody_writes_into_anothers_draft_or_throws_it_away(self, lund: Municipality, manager: User) -> None:
        draft, colleague = begin(manager), factories.manager(lund)
        with pytest.raises(Gone):
            save_draft(draft=EnrolmentDraft(pk=draft.pk), answers={"first_name": "Eva"}, by=colleague, now=NOW)
        with pytest.raises(Gone):
            discard_draft(draft=draft, by=colleague)
        draft.refresh_from_db()
        assert draft.name == "Åsa"


class TestSending:
    @pytest.fixture
    def send(self, cohort: Cohort, lund: Municipality, manager: User) -> Callable[..., Enrolment]:
        def send_it(draft: EnrolmentDraft, *, seen: str = "") -> Enrolment:
            return send_draft(
                draft=draft, cohort=cohort, person=person(lund), needs=["vegan"], seen=seen, by=manager, now=NOW
            )

        return send_it

    def test_it_enrols_once_keeps_the_needs_and_forgets_what_was_typed(
        self, manager: User, send: Callable[..., Enrolment]
    ) -> None:
        draft = begin(manager)
        assert send(draft) == send(draft) == Enrolment.objects.get()
        draft.refresh_from_db()
        assert (draft.data, draft.cohort, draft.enrolment) == ({}, None, Enrolment.objects.get())
        assert Need.objects.get().kind == "vegan"

    def test_what_is_typed_in_another_window_after_that_is_not_kept(
        self, manager: User, send: Callable[..., Enrolment]
    ) -> None:
        draft = begin(manager)
        send(draft)
        assert save_draft(draft=draft, answers={"first_name": "Åsa"}, by=manager, now=NOW).data == {}

    def test_when_it_would_lead_elsewhere_than_was_shown_nothing_is_sent(
        self, manager: User, send: Callable[..., Enrolment]
    ) -> None:
        draft = begin(manager)
        with pytest.raises(OutcomeChanged):
            send(draft, seen="something else")
        draft.refresh_from_db()
        assert draft.data == {"first_name": "Åsa"}
        assert not Enrolment.objects.exists()

    def test_a_refusal_leaves_the_draft_as_it_was(
        self, cohort: Cohort, manager: User, send: Callable[..., Enrolment]
    ) -> None:
        draft = begin(manager)
        send(begin(manager))
        with pytest.raises(EnrolmentRefused, match="already enrolled"):
            send(draft)
        draft.refresh_from_db()
        assert draft.data == {"first_name": "Åsa"}


class TestPurging:
    def test_a_draft_that_nobody_has_touched_for_a_month_is_forgotten(self, manager: User) -> None:
        begin(manager)
        purge_drafts(now=NOW + timedelta(days=30))
        assert EnrolmentDraft.objects.exists()
        purge_drafts(now=NOW + timedelta(days=30, seconds=1))
        assert not EnrolmentDraft.objects.exists()

    def test_a_young_one_stays(self, manager: User) -> None:
        draft = EnrolmentDraft.objects.create(owner=manager, changed=NOW + timedelta(days=36500))
        tasks.purge_drafts()
        assert EnrolmentDraft.objects.get() == draft


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_first_two_savings_of_a_draft_make_one(self, manager: User) -> None:
        pk = uuid4()
        at_once(
            partial(save_draft, draft=EnrolmentDraft(pk=pk, owner=manager), answers={name: "x"}, by=manager, now=NOW)
            for name in ("first_name", "last_name")
        )
        assert EnrolmentDraft.objects.get().data == {"first_name": "x", "last_name": "x"}

    def test_two_clicks_enrol_once(self, region: Region, lund: Municipality, manager: User) -> None:
        cohort, draft = CohortFactory(programme__region=region), begin(manager)
        click = partial(
            send_draft, draft=draft, cohort=cohort, person=person(lund), needs=[], seen="", by=manager, now=NOW
        )
        assert at_once([click, click]) == [Enrolment.objects.get()] * 2
