"""Was she told? Who has read, as far as is known, how a session stands now, and who got each message."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from messaging import kinds
from messaging.actions import correct_and_resend, queue
from messaging.choices import State
from messaging.models import Message
from participants.actions import change_address
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent
from reports.evidence.told import Told, told_of
from reports.forms import MessageFilter
from reports.rules.telling import Statement, known
from sessions.actions import cancel_session
from sessions.announcing.audience import readers
from sessions.messages import announcement, evaluation, preparation, reminder, welcome, withdrawal
from sessions.models import CohortSession
from sessions.rules.telling import Standing
from tests.factories import (
    NOW,
    AnnouncementFactory,
    EnrolmentFactory,
    MessageFactory,
    ParticipantFactory,
    RoleAssignmentFactory,
    TeachingRequestFactory,
    UserFactory,
    coordinator,
    manager,
)
from tests.sessions.changing import CHANGED, World

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
NUMBER = "+46701740605"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def anna(world: World) -> Enrolment:
    """Takes part."""
    enrolment: Enrolment = EnrolmentFactory(
        cohort=world.cohort,
        municipality=world.municipality,
        participant__first_name="Anna",
        participant__last_name="Ås-Exempel",
        participant__email="anna@example.org",
    )
    return enrolment


def letter(enrolment: Enrolment, kind: str, *, days: int = 0, state: State = State.SENT, **fields: object) -> Message:
    """What went to somebody about the first session, as it is, some days after NOW."""
    session = enrolment.cohort.sessions.first()
    refs = {"session": session.pk, "revision": session.revision, "enrolment": enrolment.pk}
    if kind == evaluation.NAME:
        refs = {"session": session.pk, "participant": enrolment.participant_id}
    at = NOW + days * A_DAY
    values = {
        "kind": kind,
        "recipient": enrolment.participant.email,
        "scope": enrolment.cohort.region.pk,
        "refs": {name: str(value) for name, value in refs.items()},
        "state": state,
        "due": at,
        "handed_over": at,
    }
    message: Message = MessageFactory(**(values | fields))
    return message


def post(state: State = State.SENT, *, days: int = 0, **which: object) -> None:
    """What waits leaves some days after NOW, and comes to that."""
    at = NOW + days * A_DAY
    Message.objects.filter(state=State.QUEUED, **which).update(state=state, handed_over=at, finished=at)


def welcomed(enrolment: Enrolment, *, days: int, left: int | None = None, state: State = State.SENT) -> None:
    """She got her seat some days after NOW, and her welcome left then, or later."""
    at = NOW + days * A_DAY
    EnrolmentEvent.objects.create(enrolment=enrolment, at=at, status=EnrolmentStatus.ENROLLED)
    queue(kinds.get(welcome.NAME).materialise(at))
    post(state, days=days if left is None else left, kind=welcome.NAME)


def told_in(world: World) -> Told:
    return told_of(world.session, user=world.siv)


def is_told(enrolment: Enrolment, world: World) -> bool:
    told = told_in(world)
    [receiver] = [one for one in told.participants if one.name == str(enrolment.participant)]
    return receiver not in told.not_told


def found(world: World, text: str) -> set[str]:
    """The kinds of message that a search finds."""
    return {message.kind for message in MessageFilter({"q": text}, user=world.siv, now=NOW).messages()}


def standing(day: int) -> Standing:
    return Standing(NOW + day * A_DAY, NOW + day * A_DAY + A_DAY / 4, None, "", "planned")


class TestWhatSheKnows:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ([], None),
            ([Statement(NOW, standing(1), True)], standing(1)),
            ([Statement(NOW + A_DAY, standing(2), True), Statement(NOW, standing(1), True)], standing(2)),
            ([Statement(NOW, standing(1), False)], None),
            ([Statement(NOW, standing(1), True), Statement(NOW + A_DAY, standing(1), False)], standing(1)),
            ([Statement(NOW, standing(1), True), Statement(NOW + A_DAY, standing(2), False)], None),
            ([Statement(NOW, standing(1), True), Statement(NOW + A_DAY, None, True)], None),
        ],
    )
    def test_is_what_arrived_last_unless_something_else_may_have_arrived_since(
        self, said: list[Statement], expected: Standing | None
    ) -> None:
        assert known(said) == expected


class TestIsTold:
    def test_by_a_reminder_or_what_to_prepare_of_how_it_stands(self, world: World, anna: Enrolment) -> None:
        assert not is_told(anna, world)
        letter(anna, reminder.NAME)
        letter(world.people[0], preparation.NAME)
        assert is_told(anna, world)
        assert is_told(world.people[0], world)

    def test_not_by_a_reminder_of_the_old_date_if_the_new_one_came_back(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME, days=-1)
        world.move()
        assert not is_told(anna, world)
        post(State.BOUNCED, kind=CHANGED)
        assert not is_told(anna, world)
        Message.objects.filter(kind=CHANGED).update(state=State.DELIVERED)
        assert is_told(anna, world)

    def test_not_by_a_reminder_of_the_old_date_that_leaves_late(self, world: World, anna: Enrolment) -> None:
        old = letter(anna, reminder.NAME)
        world.move()
        Message.objects.filter(pk=old.pk).update(handed_over=NOW + A_DAY)
        assert not is_told(anna, world)

    def test_by_a_reminder_of_the_new_date_even_if_the_change_came_back(self, world: World, anna: Enrolment) -> None:
        world.move()
        post(State.BOUNCED, kind=CHANGED)
        letter(anna, reminder.NAME, days=1)
        assert is_told(anna, world)

    def test_not_by_an_evaluation(self, world: World, anna: Enrolment) -> None:
        letter(anna, evaluation.NAME)
        assert not is_told(anna, world)

    def test_not_as_long_as_nobody_knows_whether_it_arrived(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME, state=State.UNCERTAIN)
        assert not is_told(anna, world)

    def test_by_what_she_read_before_it_was_moved_and_back_again(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME, days=-1)
        world.move()
        world.move(days=-7)
        assert world.session.revision == 3
        assert not Message.objects.filter(kind=CHANGED, state=State.QUEUED).exists()
        assert is_told(anna, world)

    def test_not_if_she_read_that_it_was_moved_but_not_that_it_was_moved_back(
        self, world: World, anna: Enrolment
    ) -> None:
        letter(anna, reminder.NAME, days=-1)
        world.move()
        post()
        world.move(days=-7, now=NOW + A_DAY)
        post(State.BOUNCED, days=1, kind=CHANGED)
        assert not is_told(anna, world)

    def test_by_the_word_that_it_is_cancelled(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME, days=-1)
        cancel_session(session=world.session, version=1, by=world.siv, now=NOW)
        assert not is_told(anna, world)
        post()
        assert is_told(anna, world)


class TestByTheWelcome:
    def test_everyone_who_was_welcomed_is_told_of_all_dates(self, world: World, anna: Enrolment) -> None:
        welcomed(anna, days=-1)
        assert is_told(anna, world)

    def test_one_that_came_back_tells_nothing(self, world: World, anna: Enrolment) -> None:
        welcomed(anna, days=-1, state=State.BOUNCED)
        assert not is_told(anna, world)

    def test_it_says_how_the_session_stood_when_it_left(self, world: World, anna: Enrolment) -> None:
        late = EnrolmentFactory(cohort=world.cohort, municipality=world.municipality)
        welcomed(anna, days=-1)
        welcomed(late, days=-1, left=1)
        world.move()
        post(State.BOUNCED, kind=CHANGED)
        assert not is_told(anna, world)
        assert is_told(late, world)

    def test_by_leaving_it_out_it_tells_of_a_cancelled_session(self, world: World, anna: Enrolment) -> None:
        cancel_session(session=world.session, version=1, by=world.siv, now=NOW - 2 * A_DAY)
        welcomed(anna, days=-1)
        assert is_told(anna, world)

    def test_it_says_nothing_of_what_was_over(self, world: World, anna: Enrolment) -> None:
        CohortSession.objects.filter(pk=world.session.pk).update(starts=NOW - 9 * A_DAY, ends=NOW - 8 * A_DAY)
        welcomed(anna, days=-1)
        assert not is_told(anna, world)
        assert not any(receiver.rows for receiver in told_in(world).participants)

    def test_who_was_told_that_she_lost_her_seat_has_to_be_welcomed_again(self, world: World, anna: Enrolment) -> None:
        welcomed(anna, days=-4)
        letter(anna, withdrawal.NAME, days=-3, refs={"enrolment": str(anna.pk)})
        assert not is_told(anna, world)
        welcomed(anna, days=-2, state=State.BOUNCED)
        assert not is_told(anna, world)
        welcomed(anna, days=-1)
        assert is_told(anna, world)


class TestByWhatACoordinatorWrites:
    @pytest.mark.parametrize("number", [0, 1, None])
    def test_she_is_told_of_the_session_that_it_is_about(
        self, world: World, anna: Enrolment, number: int | None
    ) -> None:
        session = None if number is None else world.sessions[number]
        written = AnnouncementFactory(cohort=world.cohort, session=session)
        queue(announcement.drafts(written, readers(world.cohort, written.audience).all, now=NOW))
        post()
        assert is_told(anna, world) is (number == 0)

    def test_she_is_not_told_that_it_is_cancelled_by_its_time(self, world: World, anna: Enrolment) -> None:
        cancel_session(session=world.session, version=1, by=world.siv, now=NOW - A_DAY)
        post(State.BOUNCED)
        written = AnnouncementFactory(cohort=world.cohort, session=world.session)
        queue(announcement.drafts(written, readers(world.cohort, written.audience).all, now=NOW))
        post()
        assert not is_told(anna, world)


class TestWhoeverGotIt:
    def test_stays_the_same_when_her_address_changes(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME, days=-1)
        world.move()
        post()
        change_address(participant=anna.participant, address="ny@example.org", by=world.siv, now=NOW)
        assert is_told(anna, world)
        assert "anna@example.org" not in {receiver.name for receiver in told_in(world).others}

    def test_stays_the_same_when_it_is_sent_to_the_right_address(self, world: World, anna: Enrolment) -> None:
        wrong = letter(anna, reminder.NAME, state=State.BOUNCED, expires=NOW + 9 * A_DAY)
        correct_and_resend(message=wrong, recipient="ratt@example.org", by=world.siv, now=NOW)
        post(recipient="ratt@example.org")
        assert is_told(anna, world)
        assert told_in(world).others == []

    def test_is_called_by_name_even_if_she_has_left(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME, recipient="forr@example.org")
        anna.status = EnrolmentStatus.WITHDRAWN
        anna.save()
        assert [receiver.name for receiver in told_in(world).others] == ["Anna Ås-Exempel"]

    def test_the_page_says_who_has_to_be_told_and_takes_as_many_queries_however_many_there_are(
        self, world: World, anna: Enrolment, client: Client
    ) -> None:
        client.force_login(world.siv)

        address = reverse("reports:session_messages", args=[world.session.pk])

        def queries(people: int) -> int:
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address)
            text = response.content.decode()
            assert f"Så vitt vi vet har {people} av {people} deltagare inte fått veta vad som gäller nu" in text
            assert "Vet kanske inte vad som gäller nu" in text
            return len(captured)

        letter(anna, reminder.NAME, days=-1)
        world.move()
        TeachingRequestFactory(session=world.session)
        few = queries(4)
        for enrolment in EnrolmentFactory.create_batch(4, cohort=world.cohort):
            letter(enrolment, evaluation.NAME)
            TeachingRequestFactory(session=world.session)
        assert queries(8) == few <= 12


class TestTheListByName:
    def test_finds_what_went_to_a_former_address(self, world: World, anna: Enrolment) -> None:
        letter(anna, reminder.NAME)
        letter(anna, evaluation.NAME)
        change_address(participant=anna.participant, address="ny@example.org", by=world.siv, now=NOW)
        assert found(world, "Ås-Exempel") == {reminder.NAME, evaluation.NAME}

    def test_finds_and_names_an_sms_to_the_number_that_somebody_has_proved(
        self, world: World, anna: Enrolment, client: Client
    ) -> None:
        anna.participant.user = UserFactory(mobile=NUMBER, proven_mobile=NUMBER)
        anna.participant.save()
        bo = ParticipantFactory(
            region=world.cohort.region, last_name="Otursam-Exempel", user=UserFactory(mobile=NUMBER)
        )
        MessageFactory(sms=True, recipient=NUMBER, scope=world.cohort.region.pk, kind="text.trial")
        assert found(world, "Anna") == {"text.trial"}
        assert found(world, bo.last_name) == set()
        client.force_login(world.siv)
        [row] = client.get(reverse("reports:messages")).context["rows"]
        assert row.name == "Anna Ås-Exempel"

    def test_finds_managers_and_coordinators(self, world: World) -> None:
        boss = manager(world.municipality, first_name="Mats", last_name="Chef-Exempel")
        siv = coordinator(world.cohort.region, first_name="Siv", last_name="Samordnare-Exempel")
        for kind, user in {"import.confirmed": boss, "teaching_request.answer": siv}.items():
            MessageFactory(kind=kind, recipient=user.email, scope=world.cohort.region.pk)
        assert found(world, "Chef-Exempel") == {"import.confirmed"}
        assert found(world, "Siv Samordnare") == {"teaching_request.answer"}

    def test_finds_what_went_to_a_managers_former_address(self, world: World, anna: Enrolment) -> None:
        world.move()
        world.boss.first_name, world.boss.last_name, world.boss.email = "Mats", "Chef-Exempel", "ny.chef@example.org"
        world.boss.save()
        [message] = MessageFilter({"q": "Chef-Exempel"}, user=world.siv, now=NOW).messages()
        assert message.refs["person"] == str(world.boss.pk)

    def test_does_not_take_a_word_to_her_manager_for_one_to_her(self, world: World, anna: Enrolment) -> None:
        letter(anna, "enrolment.confirmed", recipient="chef@example.org", refs={"enrolment": str(anna.pk)})
        assert found(world, "Ås-Exempel") == set()

    def test_knows_no_names_of_other_regions(self, world: World) -> None:
        stranger = EnrolmentFactory(participant__last_name="Främmande-Exempel")
        MessageFactory(kind=reminder.NAME, recipient=stranger.participant.email, scope=world.cohort.region.pk)
        assert found(world, "Främmande-Exempel") == set()
        coordinates_both = coordinator(stranger.cohort.region)
        RoleAssignmentFactory(user=coordinates_both, role=Role.COORDINATOR, region=world.cohort.region)
        assert MessageFilter({"q": "Främmande-Exempel"}, user=coordinates_both, now=NOW).messages().count() == 1

    def test_takes_at_most_twelve_queries(self, world: World, anna: Enrolment, client: Client) -> None:
        client.force_login(world.siv)
        letter(anna, reminder.NAME)
        letter(anna, evaluation.NAME)
        parts = {"session": world.session.pk, "cohort": world.cohort.pk, "person": anna.participant_id}
        for name, value in {"q": "anna", **parts}.items():
            with CaptureQueriesContext(connection) as captured:
                response = client.get(reverse("reports:messages", query={name: value}))
            assert len(response.context["rows"]) == 2
            assert len(captured) <= 12, name
