"""Withdrawing late, substituting, deferring, changing employer, undoing: what is stored, told and refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging.models import Message
from participants.actions import defer, enrol, place_deferred, substitute, transfer, undo_leaving, withdraw
from participants.actions.seats import lock_seats
from participants.actions.transfer import Workplace
from participants.choices import EnrolmentStatus, EventKind, OfferAnswer
from participants.exceptions import EnrolmentRefused
from participants.models import Employment, Enrolment, EnrolmentEvent, Offer, Participant
from regions.models import Municipality, Region
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MergeFactory,
    MunicipalityFactory,
    SeatAllocationFactory,
)
from tests.participants.people import FIRST_DAY, person

pytestmark = pytest.mark.django_db
ENROLLED, WAITING, WITHDRAWN = EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING, EnrolmentStatus.WITHDRAWN
DEFERRED, OFFERED = EnrolmentStatus.DEFERRED, EnrolmentStatus.OFFERED
START = date(2026, 4, 14)
SOON = NOW + timedelta(days=30)  # within the days before START in which a withdrawal is late


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


def kinds(enrolment: Enrolment) -> list[str]:
    return list(enrolment.events.order_by("at", "created").values_list("kind", flat=True))


@pytest.fixture
def cohort(cohort: Cohort) -> Cohort:
    """One that starts in five weeks."""
    CohortSessionFactory(cohort=cohort, day=START)
    return cohort


@pytest.fixture
def enrolment(cohort: Cohort, lund: Municipality, manager: User) -> Enrolment:
    """Åsa of Lund has a seat."""
    return enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)


@pytest.fixture
def later(cohort: Cohort) -> Cohort:
    """The same programme, half a year later; applications are open."""
    return CohortFactory(programme=cohort.programme, name="Höst 2026", sessions=START + timedelta(weeks=26))


class TestWithdrawLate:
    def test_shortly_before_the_start_it_takes_a_reason_and_says_so_in_the_history(
        self, enrolment: Enrolment, manager: User
    ) -> None:
        with pytest.raises(EnrolmentRefused, match="late"):
            withdraw(enrolment=enrolment, by=manager, now=SOON)
        withdraw(enrolment=enrolment, by=manager, now=SOON, reason="Slutar.")

        assert kinds(enrolment) == [EventKind.APPLIED, EventKind.WITHDRAWN_LATE]
        assert AuditEvent.objects.filter(action="enrolment.withdrawn_late", reason="Slutar.").exists()

    def test_the_seat_is_offered_to_the_next_who_waits(self, region: Region, lund: Municipality, manager: User) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, sessions=START)
        first = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        second = enrol(cohort=cohort, person=person(lund, email="bo@example.org"), by=manager, now=NOW)

        withdraw(enrolment=first, by=manager, now=NOW)

        second.refresh_from_db()
        assert second.status == OFFERED

    def test_an_open_offer_is_declined_by_it_and_offered_to_the_next(
        self, region: Region, lund: Municipality, manager: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, sessions=START)
        first, second, third = (
            enrol(
                cohort=cohort, person=person(lund, email=f"{n}@example.org"), by=manager, now=NOW + timedelta(hours=n)
            )
            for n in range(3)
        )
        withdraw(enrolment=first, by=manager, now=NOW + timedelta(hours=3))

        withdraw(enrolment=second, by=manager, now=NOW + timedelta(hours=4))

        closed = Offer.objects.get(enrolment=second)
        assert (closed.answer, closed.by) == (OfferAnswer.DECLINED, manager)
        third.refresh_from_db()
        assert third.status == OFFERED


class TestSubstitute:
    def test_someone_else_of_the_municipality_has_the_seat_and_the_history_says_whose_it_was(
        self, enrolment: Enrolment, lund: Municipality, manager: User
    ) -> None:
        bo = person(lund, first_name="Bo", email="bo@example.org")

        new = substitute(enrolment=enrolment, person=bo, by=manager, now=NOW, reason="Byter enhet.")

        enrolment.refresh_from_db()
        assert (enrolment.status, new.status, new.continues) == (WITHDRAWN, ENROLLED, enrolment)
        assert (kinds(enrolment)[-1], kinds(new)) == (EventKind.SUBSTITUTED, [EventKind.TOOK_OVER])
        assert enrolment.events.get(kind=EventKind.SUBSTITUTED).reason == "Byter enhet."
        assert told("enrolment.substituted") == ["chef@example.org"]
        assert told("enrolment.withdrawn") == []

    def test_nobody_who_waits_comes_in_between_even_where_there_are_more_people_than_seats(
        self, region: Region, lund: Municipality, malmo: Municipality, manager: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2, sessions=START)
        leaving = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        EnrolmentFactory.create_batch(2, cohort=cohort, municipality=malmo)
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True)

        new = substitute(enrolment=leaving, person=person(lund, email="bo@example.org"), by=manager, now=NOW)

        waiting.refresh_from_db()
        assert (new.status, waiting.status) == (ENROLLED, WAITING)

    def test_it_needs_no_open_application_period_but_must_come_before_the_first_session(
        self, enrolment: Enrolment, lund: Municipality, manager: User
    ) -> None:
        bo = person(lund, email="bo@example.org")
        the_day = NOW + (START - TODAY)

        with pytest.raises(EnrolmentRefused, match="too late for a substitute"):
            substitute(enrolment=enrolment, person=bo, by=manager, now=the_day)
        new = substitute(enrolment=enrolment, person=bo, by=manager, now=the_day - timedelta(days=1))
        assert new.status == ENROLLED

    def test_who_is_already_enrolled_or_of_another_municipality_takes_over_nothing(
        self, enrolment: Enrolment, lund: Municipality, malmo: Municipality, manager: User, coordinator: User
    ) -> None:
        bo = person(lund, email="bo@example.org")
        enrol(cohort=enrolment.cohort, person=bo, by=manager, now=NOW)

        with pytest.raises(EnrolmentRefused, match="already enrolled"):
            substitute(enrolment=enrolment, person=bo, by=manager, now=NOW)
        with pytest.raises(EnrolmentRefused, match="same municipality"):
            substitute(enrolment=enrolment, person=person(malmo, email="cia@example.org"), by=coordinator, now=NOW)
        with pytest.raises(EnrolmentRefused, match="already enrolled"):
            substitute(enrolment=enrolment, person=person(lund), by=manager, now=NOW)
        enrolment.refresh_from_db()
        assert enrolment.status == ENROLLED

    def test_a_neighbour_may_not(self, enrolment: Enrolment, malmo: Municipality, neighbour: User) -> None:
        with pytest.raises(EnrolmentRefused, match="Only the employer"):
            substitute(enrolment=enrolment, person=person(malmo, email="b@example.org"), by=neighbour, now=NOW)


class TestDefer:
    def test_she_leaves_her_seat_and_has_one_in_the_later_cohort(
        self, enrolment: Enrolment, later: Cohort, manager: User
    ) -> None:
        new = defer(enrolment=enrolment, to=later, by=manager, now=NOW, reason="Ledighet.")

        enrolment.refresh_from_db()
        assert (enrolment.status, new.status, new.cohort, new.continues) == (DEFERRED, ENROLLED, later, enrolment)
        assert (new.employment, new.municipality, new.manager) == (
            enrolment.employment,
            enrolment.municipality,
            manager,
        )
        assert (kinds(enrolment)[-1], kinds(new)) == (EventKind.DEFERRED, [EventKind.CONTINUED])
        assert told("enrolment.deferred") == ["chef@example.org"]
        assert not Enrolment.objects.not_placed().exists()

    def test_in_a_full_cohort_she_waits_unless_the_coordinator_goes_beyond_with_a_reason(
        self, cohort: Cohort, lund: Municipality, manager: User, coordinator: User
    ) -> None:
        full = CohortFactory(programme=cohort.programme, capacity=1, sessions=START + timedelta(weeks=26))
        EnrolmentFactory(cohort=full)
        one, other = (
            enrol(cohort=cohort, person=person(lund, email=f"{name}@example.org"), by=manager, now=NOW)
            for name in ("asa", "bo")
        )

        waiting = defer(enrolment=one, to=full, by=manager, now=NOW, reason="Ledighet.", beyond=True)
        beyond = defer(enrolment=other, to=full, by=coordinator, now=NOW, reason="Lovat i våras.", beyond=True)

        assert (waiting.status, beyond.status) == (WAITING, ENROLLED)

    def test_without_a_cohort_she_is_not_placed_until_someone_places_her(
        self, enrolment: Enrolment, later: Cohort, manager: User
    ) -> None:
        defer(enrolment=enrolment, by=manager, now=NOW)
        assert list(Enrolment.objects.not_placed()) == [enrolment]

        placed = place_deferred(enrolment=enrolment, to=later, by=manager, now=NOW + timedelta(days=1))

        assert (placed.status, placed.continues) == (ENROLLED, enrolment)
        assert not Enrolment.objects.not_placed().exists()
        with pytest.raises(EnrolmentRefused, match="already has a place"):
            place_deferred(enrolment=enrolment, to=later, by=manager, now=NOW + timedelta(days=1))

    def test_an_earlier_cohort_another_programme_and_a_closed_application_are_refused_and_nothing_is_changed(
        self, enrolment: Enrolment, later: Cohort, manager: User
    ) -> None:
        earlier = CohortFactory(programme=enrolment.programme, sessions=START - timedelta(days=7))
        elsewhere = CohortFactory(programme__region=enrolment.cohort.region, sessions=START + timedelta(weeks=26))

        for to, at, reason in (
            (earlier, NOW, "starts later"),
            (elsewhere, NOW, "same programme"),
            (enrolment.cohort, NOW, "starts later"),
            (later, NOW + timedelta(days=60), "closed"),
        ):
            with pytest.raises(EnrolmentRefused, match=reason):
                defer(enrolment=enrolment, to=to, by=manager, now=at)
        enrolment.refresh_from_db()
        assert enrolment.status == ENROLLED

    def test_the_seat_that_she_leaves_is_offered(self, region: Region, lund: Municipality, manager: User) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, sessions=START)
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True)

        defer(enrolment=enrolment, by=manager, now=NOW)

        waiting.refresh_from_db()
        assert waiting.status == OFFERED


@pytest.fixture
def to_malmo(malmo: Municipality) -> Workplace:
    return Workplace(malmo, "Unga vuxna", "Familjebehandlare", TODAY)


class TestTransfer:
    def test_the_old_employment_ends_the_day_before_and_the_seat_follows_her(
        self, enrolment: Enrolment, malmo: Municipality, coordinator: User, to_malmo: Workplace
    ) -> None:
        new = transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        old = Employment.objects.exclude(pk=new.pk).get()
        assert (old.ends, new.starts, new.ends) == (TODAY - timedelta(days=1), TODAY, None)
        enrolment.refresh_from_db()
        assert (enrolment.status, enrolment.municipality, enrolment.employment, enrolment.manager) == (
            ENROLLED,
            malmo,
            new,
            None,
        )
        [seated] = lock_seats(enrolment.cohort, now=NOW).seats.taken.items()
        assert seated == (malmo.pk, 1)

    def test_who_turned_out_to_be_someone_else_changes_employer_there(
        self, enrolment: Enrolment, coordinator: User, to_malmo: Workplace
    ) -> None:
        merged = MergeFactory(kept=enrolment.participant).other

        with pytest.raises(EnrolmentRefused, match="Someone else is changing the same person"):
            transfer(participant=merged, to=to_malmo, by=coordinator, now=NOW)

    def test_her_log_in_stays_hers(self, enrolment: Enrolment, coordinator: User, to_malmo: Workplace) -> None:
        user = enrolment.participant.user

        transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        assert Participant.objects.get().user == user

    def test_each_employer_has_a_step_of_its_own_in_the_history_without_the_others_name(
        self,
        enrolment: Enrolment,
        lund: Municipality,
        malmo: Municipality,
        manager: User,
        neighbour: User,
        coordinator: User,
        to_malmo: Workplace,
    ) -> None:
        transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        def seen(user: User) -> list[tuple[str, str, Any]]:
            steps = EnrolmentEvent.objects.visible_to(user).order_by("at", "created")
            return list(steps.values_list("kind", "status", "municipality"))

        assert seen(manager) == [("applied", "enrolled", lund.pk), ("transferred", "", lund.pk)]
        assert seen(neighbour) == [("transferred", "", malmo.pk)]
        assert len(seen(coordinator)) == 3

    def test_the_managers_of_both_and_she_herself_are_told(
        self, enrolment: Enrolment, neighbour: User, coordinator: User, to_malmo: Workplace
    ) -> None:
        transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        assert told("enrolment.left") == ["chef@example.org"]
        assert told("enrolment.came") == ["granne@example.org"]
        assert told("participant.new_employer") == ["asa@example.org"]

    def test_a_seat_that_the_new_municipality_has_not_left_takes_a_reason(
        self, region: Region, lund: Municipality, malmo: Municipality, manager: User, coordinator: User, to_malmo: Any
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, sessions=START)
        SeatAllocationFactory(cohort=cohort, municipality=lund, seats=1)
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)

        with pytest.raises(EnrolmentRefused, match="kept for other municipalities"):
            transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)
        assert Employment.objects.get().ends is None
        transfer(
            participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW, beyond=True, reason="Fullföljer."
        )

        enrolment.refresh_from_db()
        assert enrolment.municipality == malmo
        assert EnrolmentEvent.objects.exclude(reason="").get().municipality == malmo

    def test_a_seat_kept_for_the_old_municipality_is_offered_to_its_next(
        self, region: Region, lund: Municipality, malmo: Municipality, manager: User, coordinator: User, to_malmo: Any
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=2, sessions=START)
        SeatAllocationFactory(cohort=cohort, municipality=lund, seats=1)
        SeatAllocationFactory(cohort=cohort, municipality=malmo, seats=1)
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        waiting = EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True)

        transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        waiting.refresh_from_db()
        assert waiting.status == OFFERED

    def test_what_has_ended_stays_with_the_employer_of_its_time_and_who_is_not_placed_comes_along(
        self, enrolment: Enrolment, lund: Municipality, malmo: Municipality, coordinator: User, to_malmo: Workplace
    ) -> None:
        participant = enrolment.participant
        defer(enrolment=enrolment, by=coordinator, now=NOW)
        past = {"participant": participant, "employment": enrolment.employment, "municipality": lund}
        ended = [
            EnrolmentFactory(cohort__programme__region=participant.region, status=status, **past)
            for status in (EnrolmentStatus.COMPLETED, WITHDRAWN)
        ]

        transfer(participant=participant, to=to_malmo, by=coordinator, now=NOW)

        for one in ended:
            one.refresh_from_db()
            assert one.municipality == lund
        enrolment.refresh_from_db()
        assert enrolment.municipality == malmo

    def test_a_seat_in_a_cohort_that_is_over_stays_though_its_certificate_was_never_issued(
        self, region: Region, lund: Municipality, malmo: Municipality, coordinator: User, to_malmo: Workplace
    ) -> None:
        over = CohortFactory(programme__region=region, capacity=1, sessions=TODAY - timedelta(weeks=90))
        SeatAllocationFactory(cohort=over, municipality=lund, seats=1)
        enrolment = EnrolmentFactory(cohort=over, municipality=lund)

        transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        enrolment.refresh_from_db()
        assert (enrolment.status, enrolment.municipality) == (ENROLLED, lund)

    def test_only_the_coordinator_records_it_and_not_in_advance(
        self, enrolment: Enrolment, malmo: Municipality, manager: User, coordinator: User, to_malmo: Workplace
    ) -> None:
        with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
            transfer(participant=enrolment.participant, to=to_malmo, by=manager, now=NOW)
        with pytest.raises(EnrolmentRefused, match="on the first day"):
            transfer(
                participant=enrolment.participant,
                to=Workplace(malmo, "Unga", "Soc", TODAY + timedelta(days=1)),
                by=coordinator,
                now=NOW,
            )
        with pytest.raises(EnrolmentRefused, match="works already"):
            transfer(
                participant=enrolment.participant,
                to=Workplace(enrolment.municipality, "Unga", "Soc", TODAY),
                by=coordinator,
                now=NOW,
            )
        with pytest.raises(EnrolmentRefused, match="must be later"):
            transfer(
                participant=enrolment.participant,
                to=Workplace(malmo, "Unga", "Soc", FIRST_DAY),
                by=coordinator,
                now=NOW,
            )

    def test_not_to_a_municipality_of_another_region(self, enrolment: Enrolment, coordinator: User) -> None:
        elsewhere = Workplace(MunicipalityFactory(), "Unga", "Soc", TODAY)
        with pytest.raises(EnrolmentRefused, match="own municipalities"):
            transfer(participant=enrolment.participant, to=elsewhere, by=coordinator, now=NOW)


class TestUndoLeaving:
    @pytest.mark.parametrize("leave", [withdraw, defer])
    def test_a_seat_that_is_still_free_is_hers_again(self, enrolment: Enrolment, manager: User, leave: Any) -> None:
        leave(enrolment=enrolment, by=manager, now=NOW)

        undo_leaving(enrolment=enrolment, by=manager, now=NOW + timedelta(hours=1))

        enrolment.refresh_from_db()
        assert enrolment.status == ENROLLED
        assert kinds(enrolment)[-1] == EventKind.RESTORED

    def test_a_seat_that_someone_has_been_offered_is_not(
        self, region: Region, lund: Municipality, manager: User
    ) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, sessions=START)
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        EnrolmentFactory(cohort=cohort, municipality=lund, waiting=True)
        withdraw(enrolment=enrolment, by=manager, now=NOW)

        with pytest.raises(EnrolmentRefused, match="Someone else has got the seat"):
            undo_leaving(enrolment=enrolment, by=manager, now=NOW)

    def test_who_waited_waits_again_at_the_same_place(self, region: Region, lund: Municipality, manager: User) -> None:
        cohort = CohortFactory(programme__region=region, capacity=1, sessions=START)
        EnrolmentFactory(cohort=cohort)
        enrolment = enrol(cohort=cohort, person=person(lund), by=manager, now=NOW)
        enrol(cohort=cohort, person=person(lund, email="bo@example.org"), by=manager, now=NOW + timedelta(hours=1))
        withdraw(enrolment=enrolment, by=manager, now=NOW + timedelta(hours=2))

        undo_leaving(enrolment=enrolment, by=manager, now=NOW + timedelta(hours=3))

        assert Enrolment.objects.waiting().first() == enrolment

    def test_a_day_later_or_after_a_substitute_came_there_is_nothing_to_undo(
        self, enrolment: Enrolment, lund: Municipality, manager: User
    ) -> None:
        substitute(enrolment=enrolment, person=person(lund, email="bo@example.org"), by=manager, now=NOW)
        with pytest.raises(EnrolmentRefused, match="nothing to undo"):
            undo_leaving(enrolment=enrolment, by=manager, now=NOW)

        other = enrol(cohort=enrolment.cohort, person=person(lund, email="c@example.org"), by=manager, now=NOW)
        withdraw(enrolment=other, by=manager, now=NOW)
        with pytest.raises(EnrolmentRefused, match="within a day"):
            undo_leaving(enrolment=other, by=manager, now=NOW + timedelta(days=2))

    def test_who_works_elsewhere_since_does_not_come_back_to_the_employer_she_left(
        self, enrolment: Enrolment, manager: User, coordinator: User, to_malmo: Workplace
    ) -> None:
        withdraw(enrolment=enrolment, by=manager, now=NOW)
        transfer(participant=enrolment.participant, to=to_malmo, by=coordinator, now=NOW)

        with pytest.raises(EnrolmentRefused, match="changed employer"):
            undo_leaving(enrolment=enrolment, by=manager, now=NOW)
