"""The pages about people who are registered twice: pairs, search, merge, undo."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from participants.choices import Likeness
from participants.duplicates.pairs import possible_duplicates
from participants.models import Merge, Participant
from regions.models import Municipality, Region
from tests import factories
from tests.factories import CohortFactory, EmploymentFactory, EnrolmentFactory, MergeFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(region: Region, lund: Municipality) -> Participant:
    employment = EmploymentFactory(
        participant__region=region,
        participant__first_name="Anna",
        participant__last_name="Öberg-Exempel",
        participant__email="anna.oberg@lund.example.org",
        municipality=lund,
    )
    return employment.participant


def again(anna: Participant, municipality: Municipality | None, **fields: Any) -> Participant:
    """Anna as she is registered once more."""
    stated = {"first_name": "Anna", "last_name": "Oberg Exempel", "email": "ny@example.org", **fields}
    other: Participant = ParticipantFactory(region=anna.region, **stated)
    if municipality:
        EmploymentFactory(participant=other, municipality=municipality)
    return other


class TestPairs:
    def found(self, user: User) -> list[tuple[Any, Any, str]]:
        return [(pair.one, pair.other, pair.why) for pair in possible_duplicates(user)]

    def test_the_likeliest_come_first(
        self, anna: Participant, lund: Municipality, malmo: Municipality, coordinator: User
    ) -> None:
        far = again(anna, malmo)
        near = again(anna, lund, email="b@example.org")
        married = again(anna, None, last_name="Ek", email="anna.öberg@malmo.example.org")

        assert self.found(coordinator) == [
            (anna.pk, near.pk, Likeness.NAME_AND_MUNICIPALITY),
            (anna.pk, married.pk, Likeness.ADDRESS),
            (anna.pk, far.pk, Likeness.NAME),
            (far.pk, near.pk, Likeness.NAME),
        ]

    def test_a_second_surname_is_nearly_the_same_name_for_those_of_one_municipality(
        self, anna: Participant, lund: Municipality, malmo: Municipality, coordinator: User
    ) -> None:
        near = again(anna, lund, last_name="Öberg-Exempel Ek")
        again(anna, malmo, last_name="Öberg-Exempel Svan", email="b@example.org")
        again(anna, lund, first_name="Hanna", last_name="Öberg", email="c@example.org")
        assert self.found(coordinator) == [(anna.pk, near.pk, Likeness.ALIKE_AND_MUNICIPALITY)]

    def test_nobody_is_her_own_duplicate_for_having_a_name_twice(
        self, region: Region, lund: Municipality, coordinator: User
    ) -> None:
        EmploymentFactory(
            participant__region=region,
            participant__first_name="Omar",
            participant__last_name="Omar",
            municipality=lund,
        )
        assert self.found(coordinator) == []

    def test_one_mailbox_of_two_names_is_no_pair(self, anna: Participant, coordinator: User) -> None:
        again(anna, None, first_name="Bo", last_name="Ek", email="anna.oberg@malmo.example.org")
        assert self.found(coordinator) == []

    def test_nobody_of_another_region_and_nobody_for_a_manager(
        self, anna: Participant, manager: User, coordinator: User
    ) -> None:
        ParticipantFactory(first_name=anna.first_name, last_name=anna.last_name)
        assert self.found(coordinator) == []
        again(anna, None)
        assert self.found(manager) == []
        assert self.found(factories.coordinator(CohortFactory().region)) == []

    def test_who_has_been_merged_is_no_duplicate_any_more(self, anna: Participant, coordinator: User) -> None:
        MergeFactory(kept=anna, other__first_name=anna.first_name, other__last_name=anna.last_name)
        assert self.found(coordinator) == []


class TestPages:
    def test_a_pair_that_is_two_is_not_shown_again(
        self, anna: Participant, lund: Municipality, coordinator: User, as_user: Any
    ) -> None:
        other = again(anna, lund)
        browser = as_user(coordinator)
        url = reverse("participants:duplicates")
        assert "Oberg Exempel" in browser.get(url).content.decode()

        browser.post(reverse("participants:tell_apart", args=[other.pk]), {"other": anna.pk})

        assert "Nobody seems to be registered twice" in browser.get(url).content.decode()

    def test_whoever_is_sought_can_be_merged_with(self, anna: Participant, coordinator: User, as_user: Any) -> None:
        other = again(anna, None, last_name="Ek")
        browser = as_user(coordinator)
        url = reverse("participants:merge_search", args=[anna.pk])
        assert str(other.pk) not in browser.get(url).content.decode()
        assert str(other.pk) in browser.get(url, {"q": "ek"}).content.decode()

    def test_merging_and_undoing(self, anna: Participant, lund: Municipality, coordinator: User, as_user: Any) -> None:
        other = again(anna, lund)
        browser = as_user(coordinator)
        url = reverse("participants:merge", args=[anna.pk]) + f"?with={other.pk}"
        page = browser.get(url)
        answers = {"name": "other", "address": "kept", "reason": "", "seen": page.context["plan"].fingerprint}

        assert browser.post(url, answers | {"name": ""}).status_code == 422
        assert "Something has changed" in browser.post(url, answers | {"seen": ""}, follow=True).content.decode()
        answer = browser.post(url, answers)
        made = Merge.objects.get()
        assert answer["Location"] == reverse("participants:merged", args=[made.pk])
        anna.refresh_from_db()
        assert anna.last_name == "Oberg Exempel"

        page = browser.get(answer["Location"])
        browser.post(answer["Location"], {"seen": page.context["plan"].fingerprint})
        made.refresh_from_db()
        anna.refresh_from_db()
        assert made.undone_by == coordinator
        assert anna.last_name == "Öberg-Exempel"
        undone = browser.get(answer["Location"]).content.decode()
        assert "Undone merge" in undone
        assert "Was kept" in undone
        assert "Is kept" not in undone
        assert reverse("certificates:person", args=[other.pk]) in undone

    def test_before_an_enrolment_ends_or_is_taken_up_it_is_said_who_is_told(
        self, anna: Participant, lund: Municipality, cohort: Cohort, coordinator: User, as_user: Any
    ) -> None:
        other = again(anna, lund)
        for participant, each in ((anna, cohort), (other, CohortFactory(programme=cohort.programme))):
            employment = participant.employments.get()
            EnrolmentFactory(participant=participant, cohort=each, municipality=lund, employment=employment)
        browser = as_user(coordinator)
        url = reverse("participants:merge", args=[anna.pk]) + f"?with={other.pk}"

        page = browser.get(url)
        answers = {"name": "kept", "address": "kept", "seen": page.context["plan"].fingerprint}
        merged = browser.post(url, answers, follow=True)

        for shown in (page, merged):
            assert "Their managers are told by e-mail." in shown.content.decode()

    def test_why_two_cant_be_merged_is_said_before_anything_is_asked(
        self, anna: Participant, malmo: Municipality, coordinator: User, as_user: Any
    ) -> None:
        other = again(anna, malmo)
        page = as_user(coordinator).get(reverse("participants:merge", args=[anna.pk]) + f"?with={other.pk}")
        text = page.content.decode()
        assert "employed by Lund and Malmö at the same time" in text
        assert "Which name stays?" not in text

    def test_nobody_is_merged_with_someone_of_another_region_or_with_nonsense(
        self, anna: Participant, coordinator: User, as_user: Any
    ) -> None:
        url = reverse("participants:merge", args=[anna.pk])
        for key in (ParticipantFactory().pk, "ingen"):
            assert as_user(coordinator).get(url, {"with": key}).status_code == 404

    def test_the_queries_dont_grow_with_the_pairs(
        self, anna: Participant, lund: Municipality, coordinator: User, as_user: Any
    ) -> None:
        browser = as_user(coordinator)

        def queries() -> int:
            with CaptureQueriesContext(connection) as context:
                browser.get(reverse("participants:duplicates"))
            return len(context)

        again(anna, lund)
        few = queries()
        for number in range(5):
            again(anna, lund, email=f"ny{number}@example.org")
        assert queries() == few

    def test_the_old_login_says_where_everything_is(self, anna: Participant, as_user: Any) -> None:
        merged = MergeFactory(kept=anna, other__with_login=True).other
        page = as_user(merged.user).get(reverse("home"), headers={"accept-language": "en"}).content.decode()
        assert anna.email not in page
        assert "brought together" in page or "samlats" in page
