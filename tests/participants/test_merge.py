"""Merging two people who turn out to be one, and undoing it: what moves, what stays, what is refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.apps import apps

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging import kinds
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


@dataclass
class Twice:
    """Anna, who is registered twice in the region of `cohort`, each time with a log-in, and works for `lund`."""

    cohort: Cohort
    lund: Municipality
    coordinator: User

    def __post_init__(self) -> None:
        self.kept = self._registered("Anna", "anna@example.org")
        self.other = self._registered("Ana", "ana@example.org")

    def _registered(self, first_name: str, email: str) -> Participant:
        participant = ParticipantFactory(region=self.cohort.region, first_name=first_name, email=email, with_login=True)
        RoleAssignment.objects.create(user=participant.user, role=Role.PARTICIPANT, region=participant.region)
        return participant

    def enrolled(self, participant: Participant, cohort: Cohort | None = None, **fields: Any) -> Enrolment:
        """An enrolment of one of the two by Lund, in `cohort` unless it is said in which."""
        starts = fields.pop("starts", FIRST_DAY)
        employment = participant.employments.filter(municipality=self.lund).first() or EmploymentFactory(
            participant=participant, municipality=self.lund, starts=starts
        )
        return EnrolmentFactory(
            participant=participant,
            cohort=cohort or self.cohort,
            municipality=self.lund,
            employment=employment,
            **fields,
        )

    def merge(self, taken: Taken | None = None, *, by: User | None = None, reason: str = "") -> Merge:
        """Merge as the coordinator does who has just looked at what would happen."""
        taken, by = taken or Taken(), by or self.coordinator
        seen = plan_merge(self.kept, self.other, taken=taken, now=NOW).fingerprint
        made = merge(kept=self.kept, other=self.other, taken=taken, seen=seen, by=by, now=NOW, reason=reason)
        self.kept.refresh_from_db()
        self.other.refresh_from_db()
        return made

    def undo(self, made: Merge, *, by: User | None = None) -> Merge:
        """Undo it as the coordinator does who has just looked at what would happen."""
        made = Merge.objects.with_people().get(pk=made.pk)
        return undo_merge(merge=made, seen=plan_undo(made, now=LATER).fingerprint, by=by or self.coordinator, now=LATER)


@pytest.fixture
def anna(cohort: Cohort, lund: Municipality, coordinator: User) -> Twice:
    return Twice(cohort, lund, coordinator)


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
    def test_what_belongs_to_the_other_belongs_to_the_kept_and_the_other_is_seen_by_nobody(self, anna: Twice) -> None:
        enrolment = anna.enrolled(anna.other)
        mark = AttendanceFactory(session__cohort=anna.cohort, participant=anna.other)

        anna.merge()

        enrolment.refresh_from_db()
        mark.refresh_from_db()
        assert {enrolment.participant, enrolment.employment.participant, mark.participant} == {anna.kept}
        assert list(Participant.objects.visible_to(anna.coordinator)) == [anna.kept]
        assert list(Enrolment.objects.visible_to(anna.coordinator)) == [enrolment]
        assert anna.other.merged_into == anna.kept

    def test_in_one_programme_the_weaker_enrolment_ends_and_its_seat_is_offered(self, anna: Twice) -> None:
        full = CohortFactory(programme=anna.cohort.programme, capacity=1)
        weaker = anna.enrolled(anna.other, full, applied=NOW)
        stronger = anna.enrolled(anna.kept, applied=NOW - timedelta(days=1))
        waiting = EnrolmentFactory(cohort=full, status=EnrolmentStatus.WAITING)

        anna.merge(reason="Två anmälningar.")

        weaker.refresh_from_db()
        waiting.refresh_from_db()
        stronger.refresh_from_db()
        assert (weaker.status, weaker.participant) == (EnrolmentStatus.WITHDRAWN, anna.kept)
        assert weaker.events.get().reason == "Två anmälningar."
        assert (waiting.status, stronger.status) == (EnrolmentStatus.OFFERED, EnrolmentStatus.ENROLLED)

    def test_of_two_in_one_cohort_the_stronger_is_the_kepts(self, anna: Twice) -> None:
        waiting = anna.enrolled(anna.kept, status=EnrolmentStatus.WAITING)
        seated = anna.enrolled(anna.other)

        anna.merge()

        waiting.refresh_from_db()
        seated.refresh_from_db()
        assert (seated.participant, seated.status) == (anna.kept, EnrolmentStatus.ENROLLED)
        assert (waiting.participant, waiting.status) == (anna.other, EnrolmentStatus.WITHDRAWN)
        assert seated.employment.participant == anna.kept
        assert list(Enrolment.objects.visible_to(anna.coordinator)) == [seated]
        assert Participant.objects.count() == 2

    def test_the_manager_whose_enrolment_ends_is_told(self, anna: Twice, manager: User) -> None:
        ended = anna.enrolled(anna.other, CohortFactory(programme=anna.cohort.programme), applied=NOW)
        anna.enrolled(anna.kept, applied=NOW - timedelta(days=1))

        anna.merge()

        message = Message.objects.get(kind="enrolment.merged")
        content = kinds.get(message.kind).render(message)
        assert message.recipient == manager.email
        assert kinds.get(message.kind).still_holds(message, NOW)
        for part in (content.text, content.html):
            assert ended.cohort.name in part
            assert ended.reference in part
            assert anna.other.last_name not in part + content.subject

    def test_an_open_offer_that_ends_is_taken_back(self, anna: Twice) -> None:
        offered = anna.enrolled(
            anna.other, CohortFactory(programme=anna.cohort.programme), status=EnrolmentStatus.OFFERED
        )
        offer = Offer.objects.create(enrolment=offered, made=NOW, expires=LATER)
        anna.enrolled(anna.kept)

        anna.merge()

        offer.refresh_from_db()
        assert offer.answer == "taken_back"

    def test_who_keeps_her_seat_in_the_cohort_is_not_told_that_she_lost_it(self, anna: Twice, manager: User) -> None:
        CohortSessionFactory(cohort=anna.cohort, day=NOW.date() + timedelta(days=30))
        for participant in (anna.kept, anna.other):
            stated = {"first_name": participant.first_name, "last_name": participant.last_name}
            enrol(cohort=anna.cohort, person=person(anna.lund, email=participant.email, **stated), by=manager, now=NOW)

        anna.merge()
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
        self, anna: Twice, mine: Any, theirs: Any, mark: Mark, minutes: int
    ) -> None:
        session = CohortSessionFactory(cohort=anna.cohort)
        for participant, (first, spent) in ((anna.kept, mine), (anna.other, theirs)):
            AttendanceFactory(session=session, participant=participant, mark=first, minutes=spent)

        anna.merge()

        counted = Attendance.objects.valid().get()
        assert (counted.participant, counted.mark, counted.minutes) == (anna.kept, mark, minutes)

    def test_with_one_employer_one_employment_is_left(self, anna: Twice) -> None:
        EmploymentFactory(participant=anna.kept, municipality=anna.lund, starts=FIRST_DAY)
        enrolment = anna.enrolled(anna.other, starts=FIRST_DAY - timedelta(days=9))

        anna.merge()

        enrolment.refresh_from_db()
        assert Employment.objects.get(participant=anna.kept).starts == FIRST_DAY - timedelta(days=9)
        assert enrolment.employment.participant == anna.kept

    def test_two_employers_at_a_time_are_refused_with_what_to_do(self, anna: Twice, malmo: Municipality) -> None:
        EmploymentFactory(participant=anna.kept, municipality=anna.lund)
        EmploymentFactory(participant=anna.other, municipality=malmo)
        with pytest.raises(EnrolmentRefused, match="Register the change of employer first"):
            anna.merge()
        assert not Merge.objects.exists()

    def test_name_and_address_are_taken_over_on_demand_and_the_login_is_the_kepts(self, anna: Twice) -> None:
        anna.merge(Taken(name=True, address=True))
        assert (anna.kept.first_name, anna.kept.email) == ("Ana", "ana@example.org")
        assert anna.other.email == "anna@example.org"
        assert anna.kept.name_key.startswith("ana ")
        assert anna.kept.user is not None
        assert anna.kept.user.email == "anna@example.org"

    def test_the_others_login_opens_the_region_no_longer_but_what_else_it_opened(self, anna: Twice) -> None:
        assert anna.other.user is not None
        RoleAssignment.objects.create(user=anna.other.user, role=Role.MANAGER, municipality=anna.lund)
        elsewhere = ParticipantFactory(user=anna.other.user, email="ana@example.org")
        RoleAssignment.objects.create(user=anna.other.user, role=Role.PARTICIPANT, region=elsewhere.region)

        anna.merge()

        left = RoleAssignment.objects.filter(user=anna.other.user)
        assert {(role.role, role.region) for role in left} == {("manager", None), ("participant", elsewhere.region)}
        assert list(Participant.objects.visible_to(User.objects.get(pk=anna.other.user.pk))) == [elsewhere]

    def test_a_login_follows_to_who_has_none(self, anna: Twice) -> None:
        login = anna.other.user
        Participant.objects.filter(pk=anna.kept.pk).update(user=None)
        anna.kept.refresh_from_db()
        anna.merge()
        assert anna.kept.user == login
        assert anna.kept.user is not None
        assert anna.kept.user.has_role(Role.PARTICIPANT)

    def test_a_subscription_goes_on_under_the_kepts_login(self, anna: Twice) -> None:
        feed = CalendarFeedFactory(user=anna.other.user)
        anna.merge()
        feed.refresh_from_db()
        assert feed.user == anna.kept.user

    def test_who_is_enrolled_with_the_others_address_is_the_kept(self, anna: Twice, manager: User) -> None:
        anna.merge()
        new = person(
            anna.lund, first_name="Ana", last_name=anna.kept.last_name, email="ana@example.org", different=False
        )
        assert enrol(cohort=anna.cohort, person=new, by=manager, now=NOW).participant == anna.kept

    def test_it_is_logged(self, anna: Twice) -> None:
        anna.merge(reason="Samma person.")
        logged = AuditEvent.objects.about(anna.kept).get(action="participant.merged")
        assert (logged.actor, logged.scope, logged.reason) == (anna.coordinator, anna.kept.region_id, "Samma person.")

    def test_only_the_regions_coordinator_may(self, anna: Twice, manager: User) -> None:
        for outsider in (manager, factories.coordinator(CohortFactory().region)):
            with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
                anna.merge(by=outsider)

    def test_nobody_of_another_region_and_nobody_twice(self, anna: Twice) -> None:
        stranger = ParticipantFactory()
        for two in ((anna.kept, anna.kept), (anna.kept, stranger)):
            assert plan_merge(*two, taken=Taken(), now=NOW).refusals
        anna.merge()
        with pytest.raises(EnrolmentRefused, match="merged already"):
            anna.merge()

    def test_what_was_not_seen_is_not_done(self, anna: Twice) -> None:
        seen = plan_merge(anna.kept, anna.other, taken=Taken(), now=NOW).fingerprint
        anna.enrolled(anna.other)
        with pytest.raises(EnrolmentRefused, match="Something has changed"):
            merge(kept=anna.kept, other=anna.other, taken=Taken(), seen=seen, by=anna.coordinator, now=NOW)


class TestUndo:
    def test_what_was_moved_goes_back_and_what_is_new_stays(self, anna: Twice) -> None:
        moved = anna.enrolled(anna.other)
        made = anna.merge()
        session = CohortSessionFactory(cohort=anna.cohort)
        mark = AttendanceFactory(session=session, participant=anna.kept)

        anna.undo(made)

        moved.refresh_from_db()
        mark.refresh_from_db()
        assert (moved.participant, mark.participant) == (anna.other, anna.kept)
        assert set(Participant.objects.visible_to(anna.coordinator)) == {anna.kept, anna.other}
        assert anna.other.user is not None
        assert User.objects.get(pk=anna.other.user.pk).has_role(Role.PARTICIPANT)
        assert AuditEvent.objects.about(anna.kept).filter(action="participant.unmerged").exists()

    def test_what_has_changed_since_stays_with_its_row(self, anna: Twice) -> None:
        moved = anna.enrolled(anna.other)
        made = anna.merge()
        withdraw(enrolment=Enrolment.objects.get(pk=moved.pk), by=anna.coordinator, now=NOW)

        anna.undo(made)

        moved.refresh_from_db()
        assert (moved.participant, moved.status) == (anna.other, EnrolmentStatus.WITHDRAWN)

    @pytest.mark.parametrize("taken_meanwhile", [True, False])
    def test_a_seat_comes_back_only_if_it_is_free(self, anna: Twice, taken_meanwhile: bool) -> None:
        small = CohortFactory(programme=anna.cohort.programme, capacity=1)
        ended = anna.enrolled(anna.other, small, applied=NOW)
        anna.enrolled(anna.kept, applied=NOW - timedelta(days=1))
        made = anna.merge()
        if taken_meanwhile:
            EnrolmentFactory(cohort=small)

        [back] = plan_undo(Merge.objects.get(pk=made.pk), now=LATER).returns
        anna.undo(made)

        ended.refresh_from_db()
        assert back.has_to_wait is taken_meanwhile
        assert ended.status == (EnrolmentStatus.WAITING if taken_meanwhile else EnrolmentStatus.ENROLLED)

    def test_the_manager_of_what_is_taken_up_again_is_told(self, anna: Twice, manager: User) -> None:
        anna.enrolled(anna.other, CohortFactory(programme=anna.cohort.programme), applied=NOW)
        anna.enrolled(anna.kept, applied=NOW - timedelta(days=1))

        anna.undo(anna.merge())

        ended = Message.objects.get(kind="enrolment.merged")
        assert not kinds.get(ended.kind).still_holds(ended, LATER)
        assert Message.objects.get(kind="enrolment.confirmed").recipient == manager.email

    def test_so_is_that_of_what_was_completed(self, anna: Twice, manager: User) -> None:
        anna.enrolled(anna.kept, status=EnrolmentStatus.COMPLETED, applied=NOW - timedelta(days=1))
        ended = anna.enrolled(anna.other, status=EnrolmentStatus.COMPLETED, applied=NOW)

        anna.undo(anna.merge())

        ended.refresh_from_db()
        assert ended.status == EnrolmentStatus.COMPLETED
        told = Message.objects.get(kind="enrolment.completed")
        assert told.recipient == manager.email
        assert "completed" in kinds.get(told.kind).render(told).text

    def test_what_was_withdrawn_since_is_not_taken_up_again(self, anna: Twice) -> None:
        stronger = anna.enrolled(anna.kept, applied=NOW - timedelta(days=1))
        ended = anna.enrolled(anna.other, CohortFactory(programme=anna.cohort.programme), applied=NOW)
        made = anna.merge()
        withdraw(enrolment=stronger, by=anna.coordinator, now=NOW)
        stated = {"first_name": anna.kept.first_name, "last_name": anna.kept.last_name, "email": anna.kept.email}
        again = enrol(cohort=ended.cohort, person=person(anna.lund, **stated), by=anna.coordinator, now=NOW)
        withdraw(enrolment=again, by=anna.coordinator, now=LATER)

        anna.undo(made)

        ended.refresh_from_db()
        assert again == ended
        assert ended.status == EnrolmentStatus.WITHDRAWN

    def test_who_was_offered_a_seat_may_be_offered_one_again(self, anna: Twice) -> None:
        offered = anna.enrolled(
            anna.other, CohortFactory(programme=anna.cohort.programme), status=EnrolmentStatus.OFFERED
        )
        Offer.objects.create(enrolment=offered, made=NOW, expires=LATER)
        anna.enrolled(anna.kept)

        anna.undo(anna.merge())

        assert Offer.objects.open().get().enrolment == offered

    def test_what_is_new_may_stand_in_the_way(self, anna: Twice) -> None:
        moved = anna.enrolled(anna.other, CohortFactory(programme__region=anna.cohort.region))
        made = anna.merge()
        EnrolmentFactory(participant=anna.kept, cohort=anna.cohort, municipality=anna.lund, employment=moved.employment)

        with pytest.raises(EnrolmentRefused, match="stands in the way"):
            anna.undo(made)
        anna.other.refresh_from_db()
        assert anna.other.merged_into == anna.kept

    def test_nobody_undoes_twice_or_while_a_later_merge_stands(self, anna: Twice) -> None:
        made = anna.merge()
        third = ParticipantFactory(region=anna.kept.region)
        seen = plan_merge(third, anna.kept, taken=Taken(), now=NOW).fingerprint
        later = merge(kept=third, other=anna.kept, taken=Taken(), seen=seen, by=anna.coordinator, now=NOW)
        with pytest.raises(EnrolmentRefused, match="merged again since"):
            anna.undo(made)

        anna.undo(later)
        anna.undo(made)
        with pytest.raises(EnrolmentRefused, match="undone already"):
            anna.undo(made)

    def test_only_the_regions_coordinator_may(self, anna: Twice, manager: User) -> None:
        made = anna.merge()
        for outsider in (manager, factories.coordinator(CohortFactory().region)):
            with pytest.raises(EnrolmentRefused, match="Only the region's coordinator"):
                anna.undo(made, by=outsider)


def test_two_who_are_two_are_remembered_once(anna: Twice) -> None:
    tell_apart(one=anna.kept, other=anna.other, by=anna.coordinator, now=NOW)
    tell_apart(one=anna.other, other=anna.kept, by=anna.coordinator, now=NOW)
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


def populate(random: Random, anna: Twice, elsewhere: Municipality) -> None:
    """Give both what they may have: employments apart, enrolments of which one at most is active, and marks."""
    second: Cohort = CohortFactory(programme=anna.cohort.programme, capacity=9)
    third: Cohort = CohortFactory(programme__region=anna.cohort.region)
    sessions = [CohortSessionFactory(cohort=each) for each in (anna.cohort, second, third)]
    for participant in (anna.kept, anna.other):
        day = date(2024, 1, 1) + timedelta(days=random.randrange(300))
        last = day + timedelta(days=random.randrange(30, 90))
        earlier = random.choice([anna.lund, elsewhere])
        EmploymentFactory(participant=participant, municipality=earlier, starts=day, ends=last)
        starts = last + timedelta(days=random.randrange(1, 600))
        EmploymentFactory(participant=participant, municipality=anna.lund, starts=starts)
        statuses = ["enrolled", "applied", "completed"]  # nobody waits while seats are free
        for each in random.sample([anna.cohort, second], random.randrange(3)):
            status = statuses.pop(random.randrange(len(statuses))) if len(statuses) == 3 else "withdrawn"
            anna.enrolled(participant, each, status=status)
        if random.random() < 0.5:
            anna.enrolled(participant, third, status=random.choice(["enrolled", "completed", "declined"]))
        for session in random.sample(sessions, random.randrange(4)):
            mark = random.choice([Mark.PRESENT, Mark.ABSENT, Mark.EXCUSED])
            AttendanceFactory(session=session, participant=participant, mark=mark)


@pytest.mark.parametrize("seed", range(20))
def test_merging_and_undoing_it_leaves_everything_as_it_was(anna: Twice, malmo: Municipality, seed: int) -> None:
    random = Random(seed)
    if random.random() < 0.5:
        Participant.objects.filter(pk=anna.kept.pk).update(user=None)
        anna.kept.refresh_from_db()
    populate(random, anna, malmo)
    before = everything()
    taken = Taken(name=random.random() < 0.5, address=random.random() < 0.5)

    if not plan_merge(anna.kept, anna.other, taken=taken, now=NOW).refusals:
        made = anna.merge(taken)
        assert not Enrolment.objects.filter(participant=anna.kept).exclude(employment__participant=anna.kept).exists()
        assert everything() != before
        anna.undo(made)
    assert everything() == before
