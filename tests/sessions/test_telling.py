"""Who is told of a change, once, and from what she knew to what holds now."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.choices import Role
from accounts.models import RoleAssignment
from messaging import kinds
from messaging.actions import queue
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.choices import State
from messaging.kinds import Content
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent
from sessions.actions import cancel_session, change_session, undo_change
from sessions.choices import News, SessionStatus
from sessions.models import Change, CohortSession, SessionRevision
from sessions.rules.telling import NOT_HERS, Standing, Step, joined, news
from tests.factories import NOW, CohortFactory, EnrolmentFactory, LecturerFactory, UserFactory, VenueFactory, lecturer
from tests.sessions.changing import CHANGED, World, change_of, send_all, waiting

pytestmark = pytest.mark.django_db
KIND = kinds.get(CHANGED)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World()


def message_to(address: str) -> Message:
    return Message.objects.filter(kind=CHANGED, recipient=address).exclude(state=State.CANCELLED).latest("created")


def content_for(address: str) -> Content:
    return KIND.render(message_to(address))


def method_for(address: str) -> str:
    """What the calendar file in the message to `address` wants, which its type must say too."""
    [attachment] = content_for(address).attachments
    method = str(Calendar.from_ical(attachment.content)["method"])
    assert attachment.content_type.endswith(f"method={method}")
    return method


def at(day: int, *, hour: int = 9, **fields: object) -> Standing:
    starts = datetime(2026, 4, day, hour, tzinfo=NOW.tzinfo)
    defaults = {"venue": None, "online_url": "", "status": SessionStatus.PLANNED}
    return Standing(starts=starts, ends=starts + timedelta(hours=7), **(defaults | fields))  # type: ignore[arg-type]


class TestRules:
    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            (at(14), at(14), None),
            (None, None, None),
            (at(14), at(15), News.MOVED),
            (at(14), at(14, hour=10), News.MOVED),
            (at(14), at(14, online_url="https://example.org/rum"), News.ELSEWHERE),
            (at(14), at(15, online_url="https://example.org/rum"), News.MOVED),
            (at(14), at(14, status=SessionStatus.CANCELLED), News.CANCELLED),
            (at(14, status=SessionStatus.CANCELLED), at(15), News.HELD_AFTER_ALL),
            (None, at(14), News.TEACHES),
            (at(14), None, News.TEACHES_NO_MORE),
        ],
    )
    def test_what_there_is_to_tell(self, before: Standing | None, after: Standing | None, told: News | None) -> None:
        assert news(before, after) == told

    def test_who_was_not_told_yet_is_told_from_where_she_stands(self, world: World) -> None:
        one, other = (session.pk for session in world.sessions)
        unsent = {one: Step(1, 2), other: Step(4, 5)}
        assert joined(unsent, {one: Step(2, 3)}) == {one: Step(1, 3), other: Step(4, 5)}

    def test_a_step_is_read_as_it_was_written(self) -> None:
        assert Step.read(str(Step(3, NOT_HERS))) == Step(3, NOT_HERS)


class TestWhoIsTold:
    def test_everyone_who_takes_part_their_managers_and_the_lecturer_once_each(self, world: World) -> None:
        world.move()
        assert waiting() == dict.fromkeys(world.everyone, 1)

    def test_who_has_several_roles_gets_one_message(self, world: World) -> None:
        participant = world.people[0].participant
        world.session.lecturers.add(LecturerFactory(region=world.cohort.region, email=participant.email))
        boss = UserFactory(email=participant.email.upper())
        RoleAssignment.objects.create(user=boss, role=Role.MANAGER, municipality=world.municipality)
        world.move()
        assert waiting() == dict.fromkeys(world.everyone, 1)
        assert message_to(participant.email).refs["role"] == Role.PARTICIPANT

    def test_not_those_who_wait_or_have_left_nor_managers_of_other_places(self, world: World) -> None:
        EnrolmentFactory(cohort=world.cohort, waiting=True)
        EnrolmentFactory(cohort=world.cohort, withdrawn=True)
        elsewhere = World()
        world.move()
        assert waiting() == dict.fromkeys(world.everyone, 1)
        assert not world.everyone & elsewhere.everyone

    def test_nobody_in_a_draft(self) -> None:
        world = World()
        world.cohort.status, world.cohort.published = "draft", None
        world.cohort.save()
        world.move()
        assert not waiting()
        assert Change.objects.count() == 1

    def test_nobody_of_a_session_that_is_over(self, world: World) -> None:
        late = world.session.ends + timedelta(days=1)
        session = world.session
        change = change_of(session, venue=VenueFactory(region=world.cohort.region))
        change_session(session=session, version=1, change=change, by=world.siv, now=late)
        assert not waiting()

    def test_whose_welcome_has_not_left_is_told_by_it(self, world: World) -> None:
        new = EnrolmentFactory(cohort=world.cohort, applied=NOW - A_MINUTE, municipality=world.municipality)
        EnrolmentEvent.objects.create(enrolment=new, at=NOW - A_MINUTE, status=EnrolmentStatus.ENROLLED)
        session = world.move()
        assert waiting() == dict.fromkeys(world.everyone, 1)
        welcome = Message.objects.get(kind="welcome", recipient=new.participant.email)
        assert timezone.localtime(session.starts).strftime("%-d") in kinds.get("welcome").render(welcome).text

    def test_whose_welcome_is_being_sent_is_told_too(self, world: World) -> None:
        new = EnrolmentFactory(cohort=world.cohort, applied=NOW - A_MINUTE, municipality=world.municipality)
        EnrolmentEvent.objects.create(enrolment=new, at=NOW - A_MINUTE, status=EnrolmentStatus.ENROLLED)
        queue(kinds.get("welcome").materialise(NOW))
        Message.objects.filter(kind="welcome").update(state=State.SENDING, lease_until=NOW, lease_token=new.pk)
        world.move()
        assert waiting()[new.participant.email] == 1

    def test_a_new_lecturer_and_the_one_she_replaces_but_nobody_else(self, world: World) -> None:
        disa = LecturerFactory(region=world.cohort.region)
        session = world.session
        change = change_of(session, lecturers=[disa])
        change_session(session=session, version=1, change=change, by=world.siv, now=NOW)
        assert waiting() == {world.lena.email: 1, disa.email: 1}
        assert str(News.TEACHES_NO_MORE.label) in content_for(world.lena.email).text
        assert str(News.TEACHES.label) in content_for(disa.email).text
        assert [method_for(address) for address in (world.lena.email, disa.email)] == ["CANCEL", "REQUEST"]

    def test_the_managers_message_counts_and_names_nobody(self, world: World) -> None:
        world.move()
        text = content_for(world.boss.email).text
        assert "3" in text
        for person in world.people:
            assert person.participant.last_name not in text
            assert person.participant.email not in text


class TestWhatTheyAreTold:
    def test_what_was_and_what_is_with_the_coordinators_sentence_and_a_link(self, world: World) -> None:
        before = world.session
        after = world.move(sentence="Lokalen är översvämmad.")
        for address in world.everyone:
            content = content_for(address)
            for words in (content.text, content.html):
                for session in (before, after):
                    assert timezone.localtime(session.starts).strftime("%-d") in words
                assert "Lokalen är översvämmad." in words
                assert f"/tillfallen/{after.pk}/" in words

    def test_their_calendar_is_brought_up_to_date(self, world: World) -> None:
        session = world.move()
        [attachment] = content_for(world.lena.email).attachments
        [event] = Calendar.from_ical(attachment.content).walk("VEVENT")
        assert (event["SEQUENCE"], event["DTSTART"].dt) == (1, session.starts)
        cancel_session(session=session, version=session.version, by=world.siv, now=NOW)
        [attachment] = content_for(world.lena.email).attachments
        [event] = Calendar.from_ical(attachment.content).walk("VEVENT")
        assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED")

    def test_who_is_there_is_asked_or_called_off_and_who_follows_is_not(self, world: World) -> None:
        world.move()
        addresses = (world.people[0].participant.email, world.lena.email, world.boss.email)
        assert [method_for(address) for address in addresses] == ["REQUEST", "REQUEST", "PUBLISH"]
        cancel_session(session=world.session, version=world.session.version, by=world.siv, now=NOW)
        assert [method_for(address) for address in addresses] == ["CANCEL", "CANCEL", "PUBLISH"]

    def test_a_sentence_cant_reach_into_the_mails_header_or_markup(self, world: World) -> None:
        world.move(sentence="<b>Obs</b>")
        content = content_for(world.lena.email)
        assert "<b>Obs" not in content.html
        assert "Obs" not in content.subject

    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_in_the_receivers_language(self, world: World, language: str) -> None:
        user = lecturer(world.cohort.region, language=language)
        world.session.lecturers.add(world.session.lecturers.model.objects.get(email=user.email))
        world.move()
        assert message_to(user.email).language == language


class TestSeveralChanges:
    def test_the_newest_wins_and_tells_from_what_they_were_last_told(self, world: World) -> None:
        first = world.session
        world.move(days=7)
        world.move(days=7)
        assert waiting() == dict.fromkeys(world.everyone, 1)
        assert Message.objects.filter(kind=CHANGED, state=State.CANCELLED).count() == len(world.everyone)
        assert message_to(world.lena.email).refs[f"session:{first.pk}"] == "1-3"

    def test_who_has_been_told_already_is_told_from_there(self, world: World) -> None:
        world.move(days=7)
        gone = message_to(world.lena.email)
        Message.objects.filter(pk=gone.pk).update(state=State.SENT, handed_over=NOW)
        world.move(days=7)
        assert waiting() == dict.fromkeys(world.everyone, 1)
        assert message_to(world.lena.email).refs[f"session:{world.session.pk}"] == "2-3"
        assert message_to(world.boss.email).refs[f"session:{world.session.pk}"] == "1-3"

    def test_a_change_back_before_anything_was_sent_tells_nobody(self, world: World) -> None:
        world.move(days=7)
        world.move(days=-7)
        assert not waiting()

    def test_nor_does_a_lecturer_who_was_taken_off_and_put_back(self, world: World) -> None:
        disa = LecturerFactory(region=world.cohort.region)
        for lecturers in ([disa], [world.lena]):
            session = world.session
            change = change_of(session, lecturers=lecturers)
            change_session(session=session, version=session.version, change=change, by=world.siv, now=NOW)
        assert not waiting()

    def test_who_was_taken_off_is_still_told_when_the_session_moves_on(self, world: World) -> None:
        session = world.session
        change_session(session=session, version=1, change=change_of(session, lecturers=[]), by=world.siv, now=NOW)
        world.move()
        message = message_to(world.lena.email)
        assert waiting()[world.lena.email] == 1
        assert KIND.still_holds(message, NOW)
        assert str(News.TEACHES_NO_MORE.label) in KIND.render(message).text


class TestHandover:
    def test_a_message_holds_until_the_session_changes_again(self, world: World) -> None:
        world.move()
        message = message_to(world.lena.email)
        assert KIND.still_holds(message, NOW)
        CohortSession.objects.filter(pk=world.session.pk).update(revision=9)
        assert not KIND.still_holds(message, NOW)

    def test_who_has_left_is_told_nothing(self, world: World) -> None:
        world.move()
        message, manager = message_to(world.people[0].participant.email), message_to(world.boss.email)
        assert KIND.still_holds(message, NOW)
        assert KIND.still_holds(manager, NOW)
        Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN)
        assert not KIND.still_holds(message, NOW)
        assert not KIND.still_holds(manager, NOW)

    def test_a_session_moved_between_claim_and_handover_sends_nothing_stale(self, world: World) -> None:
        world.move()
        claimed = claim(now=NOW)
        assert claimed
        world.move()
        assert not hand_over(message=claimed, now=NOW)
        assert waiting() == dict.fromkeys(world.everyone, 1)

    def test_it_is_sent_at_night_too(self, world: World) -> None:
        world.move()
        midnight = NOW.replace(hour=23)
        assert claim(now=midnight)


class TestReminders:
    def test_who_has_just_been_told_is_not_reminded_on_top_of_it(self, world: World) -> None:
        reminded = kinds.get("session.reminder").materialise
        session = world.session
        eight = timezone.localtime(session.starts).replace(hour=8) - timedelta(days=14)
        queue(reminded(eight))
        assert Message.objects.filter(kind="session.reminder", state=State.QUEUED).count() == 3
        change = change_of(session, venue=VenueFactory(region=world.cohort.region))
        later = eight + timedelta(hours=2)
        change_session(session=session, version=1, change=change, by=world.siv, now=later)
        assert Message.objects.filter(kind="session.reminder", state=State.CANCELLED).count() == 3
        assert list(reminded(later)) == []
        tomorrow = timezone.localtime(session.starts).replace(hour=8) - timedelta(days=1)
        assert len(list(reminded(tomorrow))) == 3

    def test_who_was_not_told_since_it_was_undone_is_reminded_after_all(self, world: World) -> None:
        reminded = kinds.get("session.reminder").materialise
        eight = timezone.localtime(world.session.starts).replace(hour=8) - timedelta(days=14)
        queue(reminded(eight))
        session = world.move(now=eight)
        undo_change(session=session, version=session.version, by=world.siv, now=eight)
        assert not waiting()
        assert len(list(reminded(eight + A_MINUTE))) == 3

    def test_but_not_twice(self, world: World) -> None:
        reminded = kinds.get("session.reminder").materialise
        eight = timezone.localtime(world.session.starts).replace(hour=8) - timedelta(days=14)
        queue(reminded(eight))
        send_all()
        session = world.move(now=eight)
        undo_change(session=session, version=session.version, by=world.siv, now=eight)
        assert list(reminded(eight + A_MINUTE)) == []

    def test_across_summer_time_the_new_reminder_comes_at_eight_by_the_wall_clock(self) -> None:
        world = World(today=date(2026, 9, 15))  # the first session is on the 20th of October, in summer time
        reminded = kinds.get("session.reminder").materialise
        session = world.move(days=6)  # the day after the clocks go back
        assert timezone.localtime(session.starts).hour == 9
        due = datetime(2026, 10, 25, 7, tzinfo=UTC)  # eight o'clock on the day that they do
        assert not [draft for draft in reminded(due - A_MINUTE) if draft.key.startswith("reminder:1d:")]
        drafts = [draft for draft in reminded(due) if draft.key.startswith("reminder:1d:")]
        assert len(drafts) == 3
        assert {draft.due for draft in drafts} == {due}


class TestRevisions:
    def test_what_was_planned_and_what_was_decided_are_kept(self, world: World) -> None:
        before = world.session
        after = world.move(sentence="Lena är sjuk.")
        first, second = SessionRevision.objects.filter(session=before).order_by("number")
        assert (first.number, first.change, first.standing) == (1, None, before.standing)
        assert (second.number, second.standing) == (2, after.standing)
        assert (second.change.by, second.change.sentence, second.change.at) == (world.siv, "Lena är sjuk.", NOW)

    def test_undoing_tells_only_those_who_had_been_told(self, world: World) -> None:
        before = world.session
        session = world.move()
        gone = message_to(world.lena.email)
        Message.objects.filter(pk=gone.pk).update(state=State.SENT, handed_over=NOW)
        undone = undo_change(session=session, version=session.version, by=world.siv, now=NOW)
        assert world.session.standing == before.standing
        assert undone.undoes == session.revisions.get(number=2).change
        assert waiting() == {world.lena.email: 1}

    def test_a_cancelled_session_is_held_after_all(self, world: World) -> None:
        session = cancel_session(session=world.session, version=1, by=world.siv, now=NOW, sentence="Snöstorm.")
        send_all()
        undo_change(session=session, version=session.version, by=world.siv, now=NOW)
        assert not world.session.is_cancelled
        assert waiting() == dict.fromkeys(world.everyone, 1)
        assert str(News.HELD_AFTER_ALL.label) in content_for(world.boss.email).text

    def test_a_cohort_of_its_own_is_left_alone(self, world: World) -> None:
        other = CohortFactory(programme=world.cohort.programme)
        world.move()
        assert not SessionRevision.objects.filter(session__cohort=other).exists()
