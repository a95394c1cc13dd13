"""Approving and rejecting applications: who gets a seat, who waits, who is told, and what is logged."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort, Programme
from common.pages import FEW_ROWS
from messaging import kinds
from messaging.models import Message
from participants.actions import approve, enrol, reject, reopen, transfer, withdraw
from participants.actions.transfer import Workplace
from participants.choices import Criterion, EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment
from participants.rules.approval import Grounds, placed, refusal_of_grounds, refusal_to_approve, refusal_to_decide
from participants.rules.seats import Seats, Waiting
from regions.choices import WaitingListOrder
from regions.models import Municipality
from tests import factories
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MunicipalityFactory,
    SeatAllocationFactory,
)
from tests.participants.people import person

APPLIED, ENROLLED, WAITING = EnrolmentStatus.APPLIED, EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING
REJECTED, WITHDRAWN = EnrolmentStatus.REJECTED, EnrolmentStatus.WITHDRAWN
GROUNDS = Grounds((Criterion.APPLIED, Criterion.QUOTA), "Tidigast först")
LUND, MALMO = UUID(int=1), UUID(int=2)


@pytest.fixture
def applications(cohort: Cohort, lund: Municipality) -> list[Enrolment]:
    """Three from Lund, in the order of their application, to a cohort with two seats."""
    cohort.capacity = 2
    cohort.save()
    return EnrolmentFactory.create_batch(3, cohort=cohort, municipality=lund, status=APPLIED)


def statuses(*enrolments: Enrolment) -> list[str]:
    """Their statuses as stored, in the order of their application."""
    found = Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).order_by("applied", "pk")
    return list(found.values_list("status", flat=True))


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_only_what_waits_for_an_answer_is_decided(status: EnrolmentStatus) -> None:
    assert (refusal_to_decide(status) is None) is (status == APPLIED)


def test_nobody_is_approved_for_a_cohort_that_has_been_held() -> None:
    assert refusal_to_approve(APPLIED, has_ended=False) is None
    assert refusal_to_approve(APPLIED, has_ended=True) == "The last session of this cohort has been held."


@pytest.mark.parametrize(
    ("grounds", "refusal", "in_words"),
    [
        (Grounds(()), "Choose what you go by.", ""),
        (Grounds((), "Som vi kom överens om"), "Choose what you go by.", "Som vi kom överens om"),
        (Grounds((Criterion.OTHER,)), "Say in words what you go by.", ""),
        (Grounds((Criterion.OTHER,), " "), "Say in words what you go by.", " "),
        (Grounds((Criterion.OTHER,), "Liten kommun"), None, "Liten kommun"),
        (Grounds((Criterion.APPLIED,)), None, "Time of application"),
        (
            Grounds((Criterion.QUOTA, Criterion.APPLIED), "se mejl"),
            None,
            "The municipality's seats, time of application: se mejl",
        ),
    ],
)
def test_a_decision_states_what_it_goes_by(grounds: Grounds, refusal: str | None, in_words: str) -> None:
    assert refusal_of_grounds(grounds) == refusal
    assert grounds.in_words == in_words


def applicants(*places: UUID) -> list[Waiting]:
    return [Waiting(place, UUID(int=100 + number)) for number, place in enumerate(places)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [(WaitingListOrder.APPLIED, [ENROLLED, WAITING]), (WaitingListOrder.QUOTA, [WAITING, ENROLLED])],
    ids=str,
)
def test_those_approved_together_are_served_in_the_order_of_the_region(order: str, expected: list[str]) -> None:
    released = Seats(capacity=1, allocated={LUND: 1}, taken={}, released=True)
    together = applicants(MALMO, LUND)
    result = placed(released, together, order=order)
    assert [result[one.enrolment] for one in together] == expected


def test_nobody_overtakes_those_who_wait_already() -> None:
    seats = Seats(capacity=1, allocated={}, taken={}, waiting=(Waiting(MALMO, uuid4()),))
    [one] = applicants(LUND)
    assert placed(seats, [one], order=WaitingListOrder.APPLIED) == {one.enrolment: WAITING}


PLACES = st.sampled_from([LUND, MALMO, UUID(int=3)])


@given(
    capacity=st.integers(0, 8),
    kept=st.dictionaries(PLACES, st.integers(0, 3)),
    places=st.lists(PLACES, max_size=15),
    released=st.booleans(),
    order=st.sampled_from(WaitingListOrder.values),
)
def test_approval_gives_no_more_seats_than_there_are_and_leaves_none_that_someone_could_have(
    capacity: int, kept: dict[UUID, int], places: Sequence[UUID], released: bool, order: str
) -> None:
    if sum(kept.values()) > capacity:
        kept = {}
    seats = Seats(capacity=capacity, allocated=kept, taken={}, released=released)
    together = applicants(*places)
    result = placed(seats, together, order=order)
    seated = [one.municipality for one in together if result[one.enrolment] == ENROLLED]
    for place in seated:
        seats = seats.with_one_more(place)
    assert len(result) == len(places)
    assert len(seated) <= capacity
    assert all(seats.available_to(one.municipality) == 0 for one in together if result[one.enrolment] == WAITING)


# --- Actions ----------------------------------------------------------------------------------------------------------


def test_a_manager_applies_where_applications_are_approved_and_a_coordinator_enrols_at_once(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User
) -> None:
    cohort.programme.needs_approval = True
    cohort.programme.save()
    applied = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
    enrolled = enrol(cohort=cohort, person=person(lund, email="bo@example.org"), by=coordinator, now=NOW)
    assert (applied.status, enrolled.status) == (APPLIED, ENROLLED)
    assert Message.objects.filter(kind="enrolment.applied", recipient=manager.email).exists()


def test_the_approved_get_the_seats_in_the_order_of_their_application_and_the_others_wait(
    applications: list[Enrolment], coordinator: User
) -> None:
    decided = approve(enrolments=applications[::-1], grounds=GROUNDS, by=coordinator, now=NOW)

    assert statuses(*applications) == [ENROLLED, ENROLLED, WAITING]
    assert (decided.number_of(ENROLLED), decided.number_of(WAITING), decided.refused) == (2, 1, [])


def test_an_approval_stands_in_the_history_and_its_grounds_in_the_log(
    applications: list[Enrolment], cohort: Cohort, coordinator: User
) -> None:
    approve(enrolments=applications, grounds=GROUNDS, by=coordinator, now=NOW)

    [event] = applications[0].events.all()
    assert (event.kind, event.status, event.by) == (EventKind.APPROVED, ENROLLED, coordinator)
    assert event.reason == "Time of application, the municipality's seats: Tidigast först"
    [logged] = AuditEvent.objects.filter(action="cohort.applications_approved")
    assert logged.target_id == cohort.pk
    assert logged.after["criteria"] == ["applied", "quota"]
    assert logged.after["words"] == "Tidigast först"
    assert set(logged.after["enrolments"].values()) == {ENROLLED, WAITING}


def test_the_managers_of_the_approved_are_told(
    applications: list[Enrolment], lund: Municipality, manager: User, coordinator: User
) -> None:
    approve(enrolments=applications, grounds=GROUNDS, by=coordinator, now=NOW)
    sent = Message.objects.filter(recipient=manager.email)
    assert sorted(sent.values_list("kind", flat=True)) == [
        "enrolment.confirmed",
        "enrolment.confirmed",
        "enrolment.waiting",
    ]


def test_seats_kept_for_others_are_not_given_to_the_approved(
    applications: list[Enrolment], cohort: Cohort, malmo: Municipality, coordinator: User
) -> None:
    SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)
    approve(enrolments=applications, grounds=GROUNDS, by=coordinator, now=NOW)
    assert statuses(*applications) == [ENROLLED, WAITING, WAITING]


def test_applications_for_several_cohorts_are_decided_together(
    applications: list[Enrolment], cohort: Cohort, coordinator: User
) -> None:
    other = EnrolmentFactory(cohort=CohortFactory(programme=cohort.programme), status=APPLIED)
    decided = approve(enrolments=[other, *applications], grounds=GROUNDS, by=coordinator, now=NOW)
    assert decided.number_of(ENROLLED) == 3
    assert AuditEvent.objects.filter(action="cohort.applications_approved").count() == 2


def test_who_was_withdrawn_meanwhile_is_named_and_the_others_are_approved(
    applications: list[Enrolment], coordinator: User
) -> None:
    gone, *others = applications
    withdraw(enrolment=gone, by=coordinator, now=NOW)

    decided = approve(enrolments=applications, grounds=GROUNDS, by=coordinator, now=NOW)

    assert statuses(gone, *others) == [WITHDRAWN, ENROLLED, ENROLLED]
    assert [(one.pk, reason) for one, reason in decided.refused] == [
        (gone.pk, "No longer waits for approval: withdrawn.")
    ]


def test_an_enrolment_that_was_deleted_meanwhile_is_named(applications: list[Enrolment], coordinator: User) -> None:
    gone = applications[0]
    Enrolment.objects.filter(pk=gone.pk).delete()
    for decided in (
        approve(enrolments=[gone], grounds=GROUNDS, by=coordinator, now=NOW),
        reject(enrolments=[gone], reason="Fullt", grounds=GROUNDS, by=coordinator, now=NOW),
    ):
        assert decided.refused == [(gone, "It has been deleted meanwhile.")]
    with pytest.raises(EnrolmentRefused, match="deleted meanwhile"):
        reopen(enrolment=gone, by=coordinator, now=NOW)


@pytest.mark.usefixtures("_on_the_day")
def test_whose_application_is_rejected_is_told_reads_why_in_the_portal_and_can_apply_again(
    cohort: Cohort, lund: Municipality, manager: User, coordinator: User, as_user: Any
) -> None:
    cohort.programme.needs_approval = True
    cohort.programme.save()
    applied = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

    reject(enrolments=[applied], reason="Fler sökande än platser.", grounds=GROUNDS, by=coordinator, now=NOW)

    message = Message.objects.get(kind="enrolment.rejected")
    content = kinds.get(message.kind).render(message)
    assert message.recipient == manager.email
    said = content.subject + content.text + content.html
    assert "Öberg" not in said
    assert "Fler sökande" not in said, "what is written about a person stays in the portal"
    page = reverse("participants:enrolment", args=[applied.pk])
    assert f'href="{settings.BASE_URL}{page}"' in content.html
    assert "Fler sökande än platser." in as_user(manager).get(page).content.decode()
    again = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW + timedelta(hours=1))
    assert (again.pk, again.status) == (applied.pk, APPLIED)


def test_a_rejection_holds_no_seat_and_logs_its_grounds(applications: list[Enrolment], coordinator: User) -> None:
    decided = reject(enrolments=applications, reason="Fullt", grounds=GROUNDS, by=coordinator, now=NOW)

    assert decided.number_of(REJECTED) == 3
    assert not Enrolment.objects.seated().exists()
    [logged] = AuditEvent.objects.filter(action="cohort.applications_rejected")
    assert (logged.after["criteria"], logged.reason) == (["applied", "quota"], "Fullt")


@pytest.mark.parametrize(
    ("reason", "grounds", "refusal"),
    [
        (" ", GROUNDS, "State a reason: the manager is told."),
        ("Fullt", Grounds(()), "Choose what you go by."),
    ],
)
def test_a_rejection_without_reason_or_grounds_is_refused(
    reason: str, grounds: Grounds, refusal: str, applications: list[Enrolment], coordinator: User
) -> None:
    with pytest.raises(EnrolmentRefused, match=refusal):
        reject(enrolments=applications, reason=reason, grounds=grounds, by=coordinator, now=NOW)
    assert statuses(*applications) == [APPLIED] * 3


def test_nobody_but_the_regions_coordinator_decides(applications: list[Enrolment], manager: User) -> None:
    for user in (manager, factories.coordinator(factories.RegionFactory())):
        with pytest.raises(EnrolmentRefused):
            approve(enrolments=applications, grounds=GROUNDS, by=user, now=NOW)
        with pytest.raises(EnrolmentRefused):
            reject(enrolments=applications, reason="Nej", grounds=GROUNDS, by=user, now=NOW)
        with pytest.raises(EnrolmentRefused):
            reopen(enrolment=applications[0], by=user, now=NOW)
    assert statuses(*applications) == [APPLIED] * 3


def test_a_rejected_application_is_taken_up_again_at_its_old_time(
    applications: list[Enrolment], manager: User, coordinator: User
) -> None:
    first = applications[0]
    reject(enrolments=[first], reason="Fel person", grounds=GROUNDS, by=coordinator, now=NOW)

    again = reopen(enrolment=first, by=coordinator, now=NOW)

    assert (again.status, again.applied) == (APPLIED, first.applied)
    assert again.events.order_by("created").last().kind == EventKind.REOPENED
    assert Message.objects.filter(kind="enrolment.applied", recipient=manager.email).exists()


def test_what_is_not_rejected_is_not_taken_up_again(applications: list[Enrolment], coordinator: User) -> None:
    with pytest.raises(EnrolmentRefused, match="not rejected"):
        reopen(enrolment=applications[0], by=coordinator, now=NOW)


def test_who_is_in_another_cohort_since_is_not_taken_up_again(
    applications: list[Enrolment], cohort: Cohort, coordinator: User
) -> None:
    first = applications[0]
    reject(enrolments=[first], reason="Nästa gång", grounds=GROUNDS, by=coordinator, now=NOW)
    EnrolmentFactory(
        cohort=CohortFactory(programme=cohort.programme), participant=first.participant, employment=first.employment
    )
    with pytest.raises(EnrolmentRefused, match="already enrolled in another cohort"):
        reopen(enrolment=first, by=coordinator, now=NOW)


def test_who_works_elsewhere_since_is_not_taken_up_again(
    applications: list[Enrolment], malmo: Municipality, coordinator: User
) -> None:
    first = applications[0]
    reject(enrolments=[first], reason="Nästa gång", grounds=GROUNDS, by=coordinator, now=NOW)
    elsewhere = Workplace(malmo, "Unga", "Socialsekreterare", TODAY)
    transfer(participant=first.participant, to=elsewhere, by=coordinator, now=NOW)

    with pytest.raises(EnrolmentRefused, match="changed employer"):
        reopen(enrolment=first, by=coordinator, now=NOW)


def test_nothing_is_approved_or_taken_up_once_the_cohort_has_been_held(region: Any, coordinator: User) -> None:
    held = CohortFactory(programme__region=region, programme__modules=1, sessions=TODAY - timedelta(days=20))
    applied, rejected = EnrolmentFactory(cohort=held, status=APPLIED), EnrolmentFactory(cohort=held, status=REJECTED)
    decided = approve(enrolments=[applied], grounds=GROUNDS, by=coordinator, now=NOW)
    assert [reason for _one, reason in decided.refused] == ["The last session of this cohort has been held."]
    with pytest.raises(EnrolmentRefused, match="has been held"):
        reopen(enrolment=rejected, by=coordinator, now=NOW)


# --- Pages ------------------------------------------------------------------------------------------------------------

DECIDE = reverse("participants:decide")


def choosing(decision: str, *enrolments: Enrolment) -> str:
    return f"{DECIDE}?decision={decision}&" + "&".join(f"enrolment={one.pk}" for one in enrolments)


@pytest.fixture
def office(coordinator: User, as_user: Any) -> Client:
    return as_user(coordinator)


@pytest.mark.usefixtures("_on_the_day")
def test_the_inbox_shows_what_the_employer_stated_what_was_warned_about_and_the_seats_left(
    applications: list[Enrolment], cohort: Cohort, lund: Municipality, office: Client
) -> None:
    SeatAllocationFactory(cohort=cohort, municipality=lund, seats=1)
    Enrolment.objects.filter(pk=applications[0].pk).update(degree="other", warnings=["The degree is an old one."])
    page = office.get(reverse("participants:inbox")).content.decode()
    for text in ("Degree: Another degree", "The degree is an old one.", "1 seat of its own left", "2 of 2", "Lund"):
        assert text in page


@pytest.mark.usefixtures("_on_the_day")
def test_what_was_warned_about_is_shown_wherever_the_coordinator_meets_the_enrolment(
    applications: list[Enrolment], cohort: Cohort, office: Client
) -> None:
    Enrolment.objects.filter(pk=applications[0].pk).update(degree="other", warnings=["The degree is an old one."])
    for address in (
        reverse("participants:enrolment", args=[applications[0].pk]),
        reverse("participants:cohort", args=[cohort.pk]),
        reverse("participants:inbox"),
    ):
        assert "The degree is an old one." in office.get(address).content.decode()


@pytest.mark.usefixtures("_on_the_day")
def test_the_inbox_is_found_from_the_overview_and_from_the_cohort(
    applications: list[Enrolment], cohort: Cohort, office: Client
) -> None:
    CohortSessionFactory(cohort=cohort, day=TODAY + timedelta(days=60))
    inbox = reverse("participants:cohort_inbox", args=[cohort.pk])
    for address in (reverse("reports:overview"), reverse("participants:cohort", args=[cohort.pk])):
        assert inbox in office.get(address).content.decode()


@pytest.mark.usefixtures("_on_the_day")
def test_where_one_enrols_the_coordinator_sees_how_many_applications_wait(
    applications: list[Enrolment], cohort: Cohort, office: Client, manager: User, as_user: Any
) -> None:
    inbox, enrol_page = f'"{reverse("participants:inbox")}"', reverse("participants:enrol")
    page = office.get(enrol_page).content.decode()
    assert inbox in page
    assert "3 applications to approve" in page
    assert inbox not in as_user(manager).get(enrol_page).content.decode()
    Enrolment.objects.all().delete()
    for approves in (True, False):
        Programme.objects.update(needs_approval=approves)
        assert (inbox in office.get(enrol_page).content.decode()) == approves


@pytest.mark.usefixtures("_on_the_day")
def test_above_a_page_of_the_inbox_stand_the_cohorts_of_that_page_only(cohort: Cohort, office: Client) -> None:
    for number in range(FEW_ROWS + 1):
        other = CohortFactory(programme=cohort.programme, name=f"Omgång {number:02}")
        EnrolmentFactory(cohort=other, status=APPLIED, applied=NOW + timedelta(minutes=number))
    inbox = reverse("participants:inbox")
    assert len(office.get(inbox).context["piles"]) == FEW_ROWS
    [last] = office.get(inbox, {"page": 2}).context["piles"]
    assert last.cohort.name == f"Omgång {FEW_ROWS}"


@pytest.mark.usefixtures("_on_the_day")
def test_the_coordinator_decides_on_the_page_of_an_enrolment_and_her_manager_does_not(
    applications: list[Enrolment], office: Client, manager: User, as_user: Any
) -> None:
    page = reverse("participants:enrolment", args=[applications[0].pk])
    assert DECIDE in office.get(page).content.decode()
    assert DECIDE not in as_user(manager).get(page).content.decode()


@pytest.mark.usefixtures("_on_the_day")
def test_everyone_on_the_page_can_be_chosen_without_javascript(applications: list[Enrolment], office: Client) -> None:
    page = office.get(reverse("participants:inbox")).content.decode()
    assert " checked>" not in page
    chosen = office.get(reverse("participants:inbox"), {"choose": "page"}).content.decode()
    assert chosen.count(" checked>") == 3


@pytest.mark.usefixtures("_on_the_day")
def test_the_inbox_of_a_cohort_has_only_its_own(applications: list[Enrolment], cohort: Cohort, office: Client) -> None:
    elsewhere = EnrolmentFactory(cohort=CohortFactory(programme=cohort.programme), status=APPLIED)
    page = office.get(reverse("participants:cohort_inbox", args=[cohort.pk])).content.decode()
    assert str(applications[0].pk) in page
    assert str(elsewhere.pk) not in page


@pytest.mark.usefixtures("_on_the_day")
def test_the_inbox_is_filtered_by_cohort_and_municipality(
    applications: list[Enrolment], cohort: Cohort, malmo: Municipality, office: Client
) -> None:
    other = EnrolmentFactory(cohort=CohortFactory(programme=cohort.programme), municipality=malmo, status=APPLIED)
    for chosen in ({"cohort": str(other.cohort_id)}, {"municipality": str(malmo.pk)}):
        page = office.get(reverse("participants:inbox"), chosen).content.decode()
        assert str(other.pk) in page
        assert str(applications[0].pk) not in page
    assert office.get(reverse("participants:inbox"), {"cohort": "nonsense"}).status_code == 200


@pytest.mark.usefixtures("_on_the_day")
def test_the_preview_says_who_gets_a_seat_and_who_waits_and_changes_nothing(
    applications: list[Enrolment], office: Client
) -> None:
    page = office.get(choosing("approve", *applications)).content.decode()
    assert "Approve 3 applications?" in page
    assert "2 get a seat" in page
    assert "1 waits on the list" in page
    assert statuses(*applications) == [APPLIED] * 3


@pytest.mark.usefixtures("_on_the_day")
def test_approving_from_the_page_says_what_has_become_of_them(applications: list[Enrolment], office: Client) -> None:
    answers = {"criteria": ["applied"], "words": ""}
    page = office.post(choosing("approve", *applications), answers, follow=True).content.decode()
    assert "2 have got a seat. 1 is on the waiting list. Their managers are told by e-mail." in page
    assert "All applications are answered" in page


@pytest.mark.usefixtures("_on_the_day")
def test_a_decision_without_grounds_or_reason_is_asked_for_them_and_nothing_is_lost(
    applications: list[Enrolment], office: Client
) -> None:
    missing = office.post(choosing("reject", *applications), {"criteria": ["other"], "reason": "Fullt i höst"})
    assert missing.status_code == 422
    page = missing.content.decode()
    assert "Say in words what you go by." in page
    assert "Fullt i höst" in page
    assert office.post(choosing("reject", *applications), {"criteria": ["applied"]}).status_code == 422
    assert statuses(*applications) == [APPLIED] * 3


@pytest.mark.usefixtures("_on_the_day")
def test_who_could_not_be_decided_is_named_one_by_one(
    applications: list[Enrolment], coordinator: User, office: Client
) -> None:
    withdraw(enrolment=applications[0], by=coordinator, now=NOW)
    page = office.post(choosing("approve", *applications), {"criteria": ["applied"]}, follow=True).content.decode()
    assert f"{applications[0].participant} ({applications[0].cohort}): No longer waits for approval" in page


@pytest.mark.usefixtures("_on_the_day")
def test_a_rejected_application_is_taken_up_again_from_its_list(applications: list[Enrolment], office: Client) -> None:
    answers = {"criteria": ["applied"], "reason": "Fullt"}
    office.post(choosing("reject", *applications), answers)
    rejected = office.get(reverse("participants:inbox"), {"show": "rejected"}).content.decode()
    assert reverse("participants:reopen", args=[applications[0].pk]) in rejected
    office.post(reverse("participants:reopen", args=[applications[0].pk]))
    assert statuses(*applications) == [APPLIED, REJECTED, REJECTED]


@pytest.mark.usefixtures("_on_the_day")
def test_choosing_nobody_leads_back_and_someone_elses_application_is_not_found(
    applications: list[Enrolment], office: Client
) -> None:
    assert office.get(f"{DECIDE}?decision=approve").status_code == 302
    foreign = EnrolmentFactory(status=APPLIED)
    for method in (office.get, office.post):
        assert method(choosing("approve", applications[0], foreign)).status_code == 404
    assert office.get(f"{DECIDE}?enrolment=nonsense").status_code == 404


@pytest.mark.usefixtures("_on_the_day")
def test_a_manager_in_one_region_who_coordinates_another_decides_nothing_at_home(
    applications: list[Enrolment], manager: User, as_user: Any
) -> None:
    elsewhere = factories.RegionFactory()
    factories.RoleAssignmentFactory(role=factories.Role.COORDINATOR, region=elsewhere, user=manager)
    session = as_user(manager)
    assert session.get(choosing("approve", applications[0])).status_code == 404


@pytest.mark.usefixtures("_on_the_day")
@pytest.mark.parametrize("page", ["inbox", "preview"])
def test_the_number_of_queries_does_not_grow_with_the_applications(
    page: str, cohort: Cohort, office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def address() -> str:
        applied = list(Enrolment.objects.filter(status=APPLIED))
        return reverse("participants:inbox") if page == "inbox" else choosing("approve", *applied)

    def apply(number: int) -> None:
        for _each in range(number):
            place = MunicipalityFactory(region=cohort.region)
            EnrolmentFactory(cohort=CohortFactory(programme=cohort.programme), municipality=place, status=APPLIED)

    apply(2)
    with django_assert_max_num_queries(30) as few:
        office.get(address())
    apply(8)
    with django_assert_max_num_queries(len(few)):
        office.get(address())
