"""Merging two people who turn out to be one, and undoing it: what moves, what stays, what is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.apps import apps

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging.actions.queue import materialise
from messaging.models import Message
from participants.actions import enrol, merge, tell_apart, undo_merge, withdraw
from participants.choices import EnrolmentStatus
from participants.duplicates import belongings
from participants.duplicates.merging import Taken, plan_merge
from participants.duplicates.unmerging import plan_undo
from participants.exceptions import EnrolmentRefused
from participants.models import DifferentPeople, Employment, Enrolment, Merge, Offer, Participant
from regions.models import Municipality
from sessions.choices import Mark
from sessions.models import Attendance
from tests import factories
from tests.factories import (
    NOW,
    AttendanceFactory,
    CalendarFeedFactory,
    CohortFactory,
    CohortSessionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    ParticipantFactory,
)
from tests.participants.people import FIRST_DAY, person

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
# What a person is referred to by, and what doesn't follow her: it says what became of her record.
NOT_BELONGINGS = {
    ("participants.participant", "merged_into"),
    ("participants.merge", "kept"),
    ("participants.merge", "other"),
    ("participants.differentpeople", "one"),
    ("participants.differentpeople", "other"),
}
# Enrolments and employments follow by rules of their own (participants/duplicates/merging.py).
BY_RULES = {("participants.enrolment", "participant"), ("participants.employment", "participant")}


def with_role(participant: Participant) -> Participant:
    assert participant.user is not None
    RoleAssignment.objects.create(user=participant.user, role=Role.PARTICIPANT, region=participant.region)
    return participant


@pytest.fixture
def kept(cohort: Cohort) -> Participant:
    return with_role(
        ParticipantFactory(region=cohort.region, first_name="Anna", email="anna@example.org", with_login=True)
    )


@pytest.fixture
def other(cohort: Cohort) -> Participant:
    return with_role(
        ParticipantFactory(region=cohort.region, first_name="Ana", email="ana@example.org", with_login=True)
    )


Merging = Callable[..., Merge]


@pytest.fixture
def merging(kept: Participant, other: Participant, coordinator: User) -> Merging:
    """`merging()` merges as the coordinator does who has just looked at what would happen."""

    def merge_now(taken: Taken | None = None, by: User = coordinator, **options: Any) -> Merge:
        taken = taken or Taken()
        now = options.pop("now", NOW)
        seen = plan_merge(kept, other, taken=taken, now=now).fingerprint
        return merge(kept=kept, other=other, taken=taken, seen=seen, by=by, now=now, **options)

    return merge_now


def undoing(made: Merge, by: User, **options: Any) -> Merge:
    made = Merge.objects.select_related("kept", "other").get(pk=made.pk)
    return undo_merge(merge=made, seen=plan_undo(made, now=LATER).fingerprint, by=by, now=LATER, **options)


def enrolled(participant: Participant, cohort: Cohort, municipality: Municipality, **fields: Any) -> Enrolment:
    employment = participant.employments.filter(municipality=municipality).first() or EmploymentFactory(
        participant=participant, municipality=municipality, starts=fields.pop("starts", FIRST_DAY)
    )
    return EnrolmentFactory(
        participant=participant, cohort=cohort, municipality=municipality, employment=employment, **fields
    )


def test_every_relation_to_a_person_says_how_it_follows_her() -> None:
    relations = {
        (relation.related_model._meta.label_lower, relation.field.name)
        for relation in Participant._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    }
    declared = {(each.model, each.relation) for each in belongings.registered()}
    assert relations - BY_RULES - NOT_BELONGINGS <= declared
    assert relations >= BY_RULES | NOT_BELONGINGS


class TestMerge:
    def test_what_belongs_to_the_other_belongs_to_the_kept_and_the_other_is_seen_by_nobody(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        enrolment = enrolled(other, cohort, lund)
        mark = AttendanceFactory(session__cohort=cohort, participant=other)

        merging()

        enrolment.refresh_from_db()
        mark.refresh_from_db()
        assert (enrolment.participant, enrolment.employment.participant, mark.participant) == (kept, kept, kept)
        assert list(Participant.objects.visible_to(coordinator)) == [kept]
        assert list(Enrolment.objects.visible_to(coordinator)) == [enrolment]
        other.refresh_from_db()
        assert other.merged_into == kept

    def test_in_one_programme_the_weaker_enrolment_ends_and_its_seat_is_offered(
        self, cohort: Cohort, lund: Municipality, kept: Participant, other: Participant, merging: Merging
    ) -> None:
        full = CohortFactory(programme=cohort.programme, capacity=1)
        weaker = enrolled(other, full, lund, applied=NOW)
        stronger = enrolled(kept, cohort, lund, applied=NOW - timedelta(days=1))
        waiting = EnrolmentFactory(cohort=full, status=EnrolmentStatus.WAITING)

        merging(reason="Två anmälningar.")

        weaker.refresh_from_db()
        waiting.refresh_from_db()
        stronger.refresh_from_db()
        assert (weaker.status, weaker.participant) == (EnrolmentStatus.WITHDRAWN, kept)
        assert weaker.events.get().reason == "Två anmälningar."
        assert (waiting.status, stronger.status) == (EnrolmentStatus.OFFERED, EnrolmentStatus.ENROLLED)

    def test_of_two_in_one_cohort_the_stronger_is_the_kepts(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        waiting = enrolled(kept, cohort, lund, status=EnrolmentStatus.WAITING)
        seated = enrolled(other, cohort, lund)

        merging()

        waiting.refresh_from_db()
        seated.refresh_from_db()
        assert (seated.participant, seated.status) == (kept, EnrolmentStatus.ENROLLED)
        assert (waiting.participant, waiting.status) == (other, EnrolmentStatus.WITHDRAWN)
        assert seated.employment.participant == kept
        assert list(Enrolment.objects.visible_to(coordinator)) == [seated]
        assert Participant.objects.count() == 2

    def test_an_open_offer_that_ends_is_taken_back(
        self, cohort: Cohort, lund: Municipality, kept: Participant, other: Participant, merging: Merging
    ) -> None:
        offered = enrolled(other, CohortFactory(programme=cohort.programme), lund, status=EnrolmentStatus.OFFERED)
        offer = Offer.objects.create(enrolment=offered, made=NOW, expires=LATER)
        enrolled(kept, cohort, lund)

        merging()

        offer.refresh_from_db()
        assert offer.answer == "taken_back"

    def test_who_keeps_her_seat_in_the_cohort_is_not_told_that_she_lost_it(
        self, cohort: Cohort, lund: Municipality, kept: Participant, other: Participant, manager: User, merging: Merging
    ) -> None:
        CohortSessionFactory(cohort=cohort, day=NOW.date() + timedelta(days=30))
        for participant in (kept, other):
            stated = {"first_name": participant.first_name, "last_name": participant.last_name}
            enrol(cohort=cohort, person=person(lund, email=participant.email, **stated), by=manager, now=NOW)

        merging()
        materialise(now=NOW)

        assert not Message.objects.filter(kind="withdrawal").exists()

    @pytest.mark.parametrize(
        ("mine", "theirs", "mark", "minutes"),
        [
            ((Mark.ABSENT, None), (Mark.PRESENT, None), Mark.PRESENT, None),
            ((Mark.PRESENT, None), (Mark.PARTIAL, 60), Mark.PRESENT, None),
            ((Mark.PARTIAL, 60), (Mark.PARTIAL, 90), Mark.PARTIAL, 90),
            ((Mark.EXCUSED, None), (Mark.ABSENT, None), Mark.EXCUSED, None),
        ],
    )
    def test_marked_twice_for_one_session_the_stronger_mark_counts(
        self,
        cohort: Cohort,
        kept: Participant,
        other: Participant,
        merging: Merging,
        mine: Any,
        theirs: Any,
        mark: Mark,
        minutes: int,
    ) -> None:
        session = CohortSessionFactory(cohort=cohort)
        for participant, (first, spent) in ((kept, mine), (other, theirs)):
            AttendanceFactory(session=session, participant=participant, mark=first, minutes=spent)

        merging()

        counted = Attendance.objects.valid().get()
        assert (counted.participant, counted.mark, counted.minutes) == (kept, mark, minutes)

    def test_with_one_employer_one_employment_is_left(
        self, cohort: Cohort, lund: Municipality, kept: Participant, other: Participant, merging: Merging
    ) -> None:
        EmploymentFactory(participant=kept, municipality=lund, starts=FIRST_DAY)
        enrolment = enrolled(other, cohort, lund, starts=FIRST_DAY - timedelta(days=9))

        merging()

        enrolment.refresh_from_db()
        assert Employment.objects.get(participant=kept).starts == FIRST_DAY - timedelta(days=9)
        assert enrolment.employment.participant == kept

    def test_two_employers_at_a_time_are_refused_with_what_to_do(
        self, lund: Municipality, malmo: Municipality, kept: Participant, other: Participant, merging: Merging
    ) -> None:
        EmploymentFactory(participant=kept, municipality=lund)
        EmploymentFactory(participant=other, municipality=malmo)
        with pytest.raises(EnrolmentRefused, match="Register the change of employer first"):
            merging()
        assert not Merge.objects.exists()

    def test_name_and_address_are_taken_over_on_demand_and_the_login_is_the_kepts(
        self, kept: Participant, other: Participant, merging: Merging
    ) -> None:
        merging(Taken(name=True, address=True))
        kept.refresh_from_db()
        other.refresh_from_db()
        assert (kept.first_name, kept.email, other.email) == ("Ana", "ana@example.org", "anna@example.org")
        assert kept.name_key.startswith("ana ")
        assert kept.user is not None
        assert kept.user.email == "anna@example.org"

    def test_the_others_login_opens_the_region_no_longer_but_what_else_it_opened(
        self, kept: Participant, other: Participant, lund: Municipality, merging: Merging
    ) -> None:
        assert other.user is not None
        RoleAssignment.objects.create(user=other.user, role=Role.MANAGER, municipality=lund)
        elsewhere = ParticipantFactory(user=other.user, email="ana@example.org")
        RoleAssignment.objects.create(user=other.user, role=Role.PARTICIPANT, region=elsewhere.region)

        merging()

        left = RoleAssignment.objects.filter(user=other.user)
        assert {(role.role, role.region) for role in left} == {("manager", None), ("participant", elsewhere.region)}
        assert list(Participant.objects.visible_to(User.objects.get(pk=other.user.pk))) == [elsewhere]

    def test_a_login_follows_to_who_has_none(self, kept: Participant, other: Participant, merging: Merging) -> None:
        Participant.objects.filter(pk=kept.pk).update(user=None)
        kept.refresh_from_db()
        merging()
        kept.refresh_from_db()
        assert kept.user == other.user
        assert kept.user is not None
        assert kept.user.has_role(Role.PARTICIPANT)

    def test_a_subscription_goes_on_under_the_kepts_login(
        self, kept: Participant, other: Participant, merging: Merging
    ) -> None:
        feed = CalendarFeedFactory(user=other.user)
        merging()
        feed.refresh_from_db()
        assert feed.user == kept.user

    def test_who_is_enrolled_with_the_others_address_is_the_kept(
        self, cohort: Cohort, lund: Municipality, manager: User, kept: Participant, merging: Merging
    ) -> None:
        merging()
        new = person(lund, first_name="Ana", last_name=kept.last_name, email="ana@example.org", different=False)
        assert enrol(cohort=cohort, person=new, by=manager, now=NOW).participant == kept

    def test_it_is_logged(self, kept: Participant, merging: Merging, coordinator: User) -> None:
        merging(reason="Samma person.")
        logged = AuditEvent.objects.about(kept).get(action="participant.merged")
        assert (logged.actor, logged.scope, logged.reason) == (coordinator, kept.region_id, "Samma person.")

    def test_only_the_regions_coordinator_may(self, manager: User, merging: Merging) -> None:
        for outsider in (manager, factories.coordinator(CohortFactory().region)):
            with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
                merging(by=outsider)

    def test_nobody_of_another_region_and_nobody_twice(
        self, kept: Participant, other: Participant, merging: Merging, coordinator: User
    ) -> None:
        stranger = ParticipantFactory()
        for two in ((kept, kept), (kept, stranger)):
            assert plan_merge(*two, taken=Taken(), now=NOW).refusals
        merging()
        with pytest.raises(EnrolmentRefused, match="merged already"):
            merging()

    def test_what_was_not_seen_is_not_done(
        self, cohort: Cohort, lund: Municipality, kept: Participant, other: Participant, coordinator: User
    ) -> None:
        seen = plan_merge(kept, other, taken=Taken(), now=NOW).fingerprint
        enrolled(other, cohort, lund)
        with pytest.raises(EnrolmentRefused, match="Something has changed"):
            merge(kept=kept, other=other, taken=Taken(), seen=seen, by=coordinator, now=NOW)


class TestUndo:
    def test_what_was_moved_goes_back_and_what_is_new_stays(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        moved = enrolled(other, cohort, lund)
        made = merging()
        session = CohortSessionFactory(cohort=cohort)
        mark = AttendanceFactory(session=session, participant=kept)

        undoing(made, coordinator)

        moved.refresh_from_db()
        mark.refresh_from_db()
        assert (moved.participant, mark.participant) == (other, kept)
        assert set(Participant.objects.visible_to(coordinator)) == {kept, other}
        assert other.user is not None
        assert User.objects.get(pk=other.user.pk).has_role(Role.PARTICIPANT)
        assert AuditEvent.objects.about(kept).filter(action="participant.unmerged").exists()

    def test_what_has_changed_since_stays_with_its_row(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        moved = enrolled(other, cohort, lund)
        made = merging()
        withdraw(enrolment=Enrolment.objects.get(pk=moved.pk), by=coordinator, now=NOW)

        undoing(made, coordinator)

        moved.refresh_from_db()
        assert (moved.participant, moved.status) == (other, EnrolmentStatus.WITHDRAWN)

    @pytest.mark.parametrize("taken_meanwhile", [True, False])
    def test_a_seat_comes_back_only_if_it_is_free(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
        taken_meanwhile: bool,
    ) -> None:
        small = CohortFactory(programme=cohort.programme, capacity=1)
        ended = enrolled(other, small, lund, applied=NOW)
        enrolled(kept, cohort, lund, applied=NOW - timedelta(days=1))
        made = merging()
        if taken_meanwhile:
            EnrolmentFactory(cohort=small)

        [back] = plan_undo(Merge.objects.get(pk=made.pk), now=LATER).returns
        undoing(made, coordinator)

        ended.refresh_from_db()
        assert back.has_to_wait is taken_meanwhile
        assert ended.status == (EnrolmentStatus.WAITING if taken_meanwhile else EnrolmentStatus.ENROLLED)

    def test_what_was_withdrawn_since_is_not_taken_up_again(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        stronger = enrolled(kept, cohort, lund, applied=NOW - timedelta(days=1))
        ended = enrolled(other, CohortFactory(programme=cohort.programme), lund, applied=NOW)
        made = merging()
        withdraw(enrolment=stronger, by=coordinator, now=NOW)
        stated = {"first_name": kept.first_name, "last_name": kept.last_name, "email": kept.email}
        again = enrol(cohort=ended.cohort, person=person(lund, **stated), by=coordinator, now=NOW)
        withdraw(enrolment=again, by=coordinator, now=LATER)

        undoing(made, coordinator)

        ended.refresh_from_db()
        assert again == ended
        assert ended.status == EnrolmentStatus.WITHDRAWN

    def test_who_was_offered_a_seat_may_be_offered_one_again(
        self,
        cohort: Cohort,
        lund: Municipality,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        offered = enrolled(other, CohortFactory(programme=cohort.programme), lund, status=EnrolmentStatus.OFFERED)
        Offer.objects.create(enrolment=offered, made=NOW, expires=LATER)
        enrolled(kept, cohort, lund)

        undoing(merging(), coordinator)

        assert Offer.objects.open().get().enrolment == offered

    def test_what_is_new_may_stand_in_the_way(
        self,
        cohort: Cohort,
        lund: Municipality,
        manager: User,
        kept: Participant,
        other: Participant,
        merging: Merging,
        coordinator: User,
    ) -> None:
        moved = enrolled(other, CohortFactory(programme__region=cohort.region), lund)
        made = merging()
        EnrolmentFactory(participant=kept, cohort=cohort, municipality=lund, employment=moved.employment)

        with pytest.raises(EnrolmentRefused, match="stands in the way"):
            undoing(made, coordinator)
        other.refresh_from_db()
        assert other.merged_into == kept

    def test_nobody_undoes_twice_or_while_a_later_merge_stands(
        self, kept: Participant, merging: Merging, coordinator: User
    ) -> None:
        made = merging()
        third = ParticipantFactory(region=kept.region)
        seen = plan_merge(third, kept, taken=Taken(), now=NOW).fingerprint
        later = merge(kept=third, other=kept, taken=Taken(), seen=seen, by=coordinator, now=NOW)
        with pytest.raises(EnrolmentRefused, match="merged again since"):
            undoing(made, coordinator)

        undoing(later, coordinator)
        undoing(made, coordinator)
        with pytest.raises(EnrolmentRefused, match="undone already"):
            undoing(made, coordinator)

    def test_only_the_regions_coordinator_may(self, merging: Merging, manager: User) -> None:
        made = merging()
        for outsider in (manager, factories.coordinator(CohortFactory().region)):
            with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
                undoing(made, outsider)


def test_two_who_are_two_are_remembered_once(kept: Participant, other: Participant, coordinator: User) -> None:
    tell_apart(one=kept, other=other, by=coordinator, now=NOW)
    tell_apart(one=other, other=kept, by=coordinator, now=NOW)
    assert DifferentPeople.objects.count() == 1


# --- Merge and undo leave no trace ------------------------------------------------------------------------------------

OURS = ("participants", "course_sessions", "certificates", "accounts", "cohorts")
ADDED = {"participants.merge", "participants.enrolmentevent"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of our apps but what a merge adds; a role that was taken and given again is another row."""
    rows = {}
    for model in apps.get_models():
        if model._meta.app_label in OURS and model._meta.label_lower not in ADDED:
            hidden = {"id", "created"} if model is RoleAssignment else set()
            fields = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]
            rows[model._meta.label_lower] = sorted(model._base_manager.values(*fields), key=str)
    return rows


def populate(random: Random, cohort: Cohort, people: list[Participant], places: list[Municipality]) -> None:
    """Give people what they may have: employments apart, enrolments of which one at most is active, and marks."""
    second: Cohort = CohortFactory(programme=cohort.programme, capacity=9)
    elsewhere: Cohort = CohortFactory(programme__region=cohort.region)
    sessions = [CohortSessionFactory(cohort=each) for each in (cohort, second, elsewhere)]
    for participant in people:
        day = date(2024, 1, 1) + timedelta(days=random.randrange(300))
        last = day + timedelta(days=random.randrange(30, 90))
        EmploymentFactory(participant=participant, municipality=random.choice(places), starts=day, ends=last)
        starts = last + timedelta(days=random.randrange(1, 600))
        EmploymentFactory(participant=participant, municipality=places[0], starts=starts)
        statuses = ["enrolled", "applied", "completed"]  # nobody waits while seats are free
        for each in random.sample([cohort, second], random.randrange(3)):
            status = statuses.pop(random.randrange(len(statuses))) if len(statuses) == 3 else "withdrawn"
            enrolled(participant, each, places[0], status=status)
        if random.random() < 0.5:
            enrolled(participant, elsewhere, places[0], status=random.choice(["enrolled", "completed", "declined"]))
        for session in random.sample(sessions, random.randrange(4)):
            mark = random.choice([Mark.PRESENT, Mark.ABSENT, Mark.EXCUSED])
            AttendanceFactory(session=session, participant=participant, mark=mark)


@pytest.mark.parametrize("seed", range(20))
def test_merging_and_undoing_it_leaves_everything_as_it_was(
    seed: int,
    cohort: Cohort,
    lund: Municipality,
    malmo: Municipality,
    kept: Participant,
    other: Participant,
    coordinator: User,
) -> None:
    random = Random(seed)
    if random.random() < 0.5:
        Participant.objects.filter(pk=kept.pk).update(user=None)
    mine, theirs = Participant.objects.get(pk=kept.pk), Participant.objects.get(pk=other.pk)
    populate(random, cohort, [mine, theirs], [lund, malmo])
    before = everything()
    taken = Taken(name=random.random() < 0.5, address=random.random() < 0.5)

    plan = plan_merge(mine, theirs, taken=taken, now=NOW)
    if not plan.refusals:
        made = merge(kept=mine, other=theirs, taken=taken, seen=plan.fingerprint, by=coordinator, now=NOW)
        assert not Enrolment.objects.filter(participant=mine).exclude(employment__participant=mine).exists()
        assert everything() != before
        undoing(made, coordinator)
    assert everything() == before
