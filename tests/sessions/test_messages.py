"""The welcome, the reminders and the withdrawal: who gets which, when, and when not any more."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar, Component
from pytest_django import Settings

from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from common.clock import local_date
from messaging import kinds
from messaging.actions import dispatch, queue
from messaging.actions.claim import claim
from messaging.choices import State
from messaging.kinds import Draft
from messaging.models import Message
from participants.actions import defer, substitute, withdraw
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent
from sessions.actions import SessionChange, change_session, publish_cohort
from sessions.choices import SessionStatus
from sessions.models import CohortSession
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    ParticipantFactory,
    coordinator,
    local,
)
from tests.participants.people import person
from tests.sessions.plans import days, planned

pytestmark = pytest.mark.django_db
WELCOME = kinds.get("welcome")
WITHDRAWAL = kinds.get("withdrawal")
REMINDER = kinds.get("session.reminder")
A_MINUTE = timedelta(minutes=1)


def enrolled(cohort: object, *, at: datetime = NOW - timedelta(days=40), **fields: object) -> Enrolment:
    """Someone who got her seat at `at`."""
    enrolment: Enrolment = EnrolmentFactory(cohort=cohort, applied=at, **fields)
    EnrolmentEvent.objects.create(enrolment=enrolment, at=at, status=EnrolmentStatus.ENROLLED)
    return enrolment


def reminders(at: datetime) -> list[Draft]:
    return list(REMINDER.materialise(at))


def uids(found: Iterable[Component | CohortSession]) -> set[str]:
    """By which sessions are known in calendars: whose these events are, or of these sessions."""
    return {str(one["UID"]).split("@")[0] if isinstance(one, Component) else str(one.pk) for one in found}


def queued(draft: Draft) -> Message:
    queue([draft])
    return Message.objects.get(key=draft.key)


def eight_o_clock(session: CohortSession, *, days_before: int) -> datetime:
    return local(local_date(session.starts) - timedelta(days=days_before), 8)


def statements_of_a_round(now: datetime) -> list[str]:
    """What the post office asks the database in a round, without where its transactions begin and end."""
    with CaptureQueriesContext(connection) as captured:
        dispatch(clock=lambda: now, limit=A_MINUTE)
    return [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> None:
    """Mail is written into a folder."""
    settings.EMAIL_IN_FOLDER, settings.EMAIL_FILE_PATH = True, str(tmp_path / "mail")


@pytest.fixture
def session() -> CohortSession:
    """Five weeks ahead, in a region that reminds 14 days and 1 day before."""
    session: CohortSession = CohortSessionFactory(day=TODAY + timedelta(weeks=5))
    return session


class TestReminders:
    @pytest.mark.parametrize("days", [14, 1])
    def test_they_go_out_at_eight_in_the_morning_so_many_days_before(self, session: CohortSession, days: int) -> None:
        enrolment = enrolled(session.cohort)
        due = eight_o_clock(session, days_before=days)
        assert reminders(due - A_MINUTE) == []
        [draft] = reminders(due)
        assert draft.due == due
        assert draft.recipient == enrolment.participant.email
        assert draft.key == f"reminder:{days}d:{session.pk}:r1:{enrolment.pk}:email"
        assert draft.scope == session.cohort.programme.region_id

    def test_the_plan_of_the_region_decides_how_many_days(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        planned(session.cohort.programme.region, days(3))
        assert reminders(eight_o_clock(session, days_before=14)) == []
        assert len(reminders(eight_o_clock(session, days_before=3))) == 1

    @pytest.mark.parametrize(
        ("day", "utc_hour"),
        [
            (date(2026, 3, 29), 7),  # a session on the day the clock goes forward: reminded in winter time
            (date(2026, 3, 30), 6),  # and the day after: in summer time
            (date(2026, 10, 25), 6),  # the day the clock goes back: reminded in summer time
            (date(2026, 10, 26), 7),
            (date(2027, 1, 1), 7),  # New Year's Day: reminded last year
        ],
    )
    def test_eight_is_eight_by_the_wall_clock_around_summer_time(self, day: date, utc_hour: int) -> None:
        session = CohortSessionFactory(day=day)
        enrolled(session.cohort)
        due = datetime.combine(day - timedelta(days=1), datetime.min.time(), tzinfo=UTC).replace(hour=utc_hour)
        assert reminders(due - A_MINUTE) == []
        [draft] = reminders(due)
        assert draft.due == due

    def test_one_that_is_late_is_sent_within_two_days(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        due = eight_o_clock(session, days_before=14)
        assert len(reminders(due + timedelta(days=1, hours=8))) == 1
        assert reminders(due + timedelta(days=2)) == []

    def test_but_never_after_the_session_has_begun(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        [draft] = reminders(session.starts - A_MINUTE)
        assert draft.expires == session.starts
        assert reminders(session.starts) == []

    def test_and_never_at_night(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        late = eight_o_clock(session, days_before=14).replace(hour=20)
        early = eight_o_clock(session, days_before=13).replace(hour=7)
        queue(reminders(late))
        assert claim(now=late) is None
        assert claim(now=early - A_MINUTE) is None
        assert claim(now=early) == Message.objects.get()

    def test_who_was_enrolled_after_its_time_gets_none_of_it(self, session: CohortSession) -> None:
        due = eight_o_clock(session, days_before=14)
        enrolled(session.cohort, at=due + A_MINUTE)
        assert reminders(due + timedelta(hours=1)) == []
        assert len(reminders(eight_o_clock(session, days_before=1))) == 1

    def test_a_seat_from_the_waiting_list_counts_from_the_day_it_was_given(self, session: CohortSession) -> None:
        due = eight_o_clock(session, days_before=14)
        enrolment = EnrolmentFactory(cohort=session.cohort, applied=due - timedelta(days=30))
        EnrolmentEvent.objects.create(enrolment=enrolment, at=enrolment.applied, status=EnrolmentStatus.WAITING)
        EnrolmentEvent.objects.create(enrolment=enrolment, at=due + A_MINUTE, status=EnrolmentStatus.ENROLLED)
        assert reminders(due + timedelta(hours=1)) == []

    @pytest.mark.parametrize("trait", ["waiting", "withdrawn"])
    def test_who_has_no_seat_gets_none(self, session: CohortSession, trait: str) -> None:
        EnrolmentFactory(cohort=session.cohort, applied=NOW - timedelta(days=40), **{trait: True})
        assert reminders(eight_o_clock(session, days_before=14)) == []

    def test_neither_drafts_nor_cancelled_sessions_are_reminded_of(self) -> None:
        day = TODAY + timedelta(weeks=5)
        for session in (
            CohortSessionFactory(day=day, cohort=CohortFactory(draft=True)),
            CohortSessionFactory(day=day, cancelled=True),
        ):
            enrolled(session.cohort)
            assert reminders(eight_o_clock(session, days_before=14)) == []

    def test_what_is_queued_is_not_derived_again(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        due = eight_o_clock(session, days_before=14)
        queue(reminders(due))
        assert reminders(due + A_MINUTE) == []

    def test_a_moved_session_is_reminded_of_anew_and_the_old_reminder_is_not_sent(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        due = eight_o_clock(session, days_before=14)
        [draft] = reminders(due)
        message = queued(draft)
        assert REMINDER.still_holds(message, due)
        change = SessionChange(
            session.starts + timedelta(days=7), session.ends + timedelta(days=7), session.venue, "", []
        )
        siv = coordinator(session.cohort.region)
        moved = change_session(session=session, version=1, change=change, by=siv, now=due)
        assert not REMINDER.still_holds(message, due)
        assert reminders(due) == []
        [again] = reminders(eight_o_clock(moved, days_before=14))
        assert ":r2:" in again.key

    def test_it_holds_only_while_session_cohort_and_seat_do(self, session: CohortSession) -> None:
        due = eight_o_clock(session, days_before=1)
        for spoil in (
            lambda enrolment: CohortSession.objects.update(status=SessionStatus.CANCELLED),
            lambda enrolment: Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN),
            lambda enrolment: Cohort.objects.update(status=CohortStatus.ARCHIVED),
        ):
            other = CohortSessionFactory(day=TODAY + timedelta(weeks=5))
            enrolment = enrolled(other.cohort)
            message = queued(next(draft for draft in reminders(due) if str(enrolment.pk) in draft.key))
            assert REMINDER.still_holds(message, due)
            spoil(enrolment)
            assert not REMINDER.still_holds(message, due)

    def test_it_says_when_and_where_in_the_receivers_language_and_names_nobody_in_full(
        self, session: CohortSession
    ) -> None:
        participant = ParticipantFactory(region=session.cohort.region, with_login=True)
        participant.user.language = "en"
        participant.user.save()
        enrolled(session.cohort, participant=participant)
        [draft] = reminders(eight_o_clock(session, days_before=1))
        content = REMINDER.render(queued(draft))
        assert draft.language == "en"
        assert content.subject == f"Reminder: Tuesday 14 April 2026, {session.module.title}"
        for text in (content.text, content.html):
            assert f"your next session in {session.cohort.programme.title}." in text
            assert participant.first_name in text
            assert participant.last_name not in text
            assert session.venue is not None
            assert session.venue.address in text
            assert f"/tillfallen/{session.pk}/" in text
        [attachment] = content.attachments
        [event] = Calendar.from_ical(attachment.content).walk("VEVENT")
        assert event["dtstart"].dt == session.starts

    def test_the_number_of_queries_does_not_grow_with_people_or_sessions(self, session: CohortSession) -> None:
        enrolled(session.cohort)
        due = eight_o_clock(session, days_before=14)
        with CaptureQueriesContext(connection) as few:
            assert len(reminders(due)) == 1
        for _ in range(3):
            enrolled(session.cohort)
        enrolled(CohortSessionFactory(day=TODAY + timedelta(weeks=5)).cohort)
        with CaptureQueriesContext(connection) as many:
            assert len(reminders(due)) == 5
        assert len(many) == len(few)

    @pytest.mark.usefixtures("mail_folder")
    def test_one_takes_the_post_office_twelve_queries(self, session: CohortSession) -> None:
        """Two to claim it; five to write it: the session, the person, how often she left it (two), the words in force;
        two to hand it over: whether the lease still stands and she wants it, whether it still holds; three to settle
        it: where it is now, the attempt, what was reported before the answer.
        """
        due = eight_o_clock(session, days_before=14)
        statements = {}
        for people, now in ((0, due - A_MINUTE), (1, due), (5, due + A_MINUTE)):
            for _ in range(people):
                enrolled(session.cohort)
            statements[people] = statements_of_a_round(now)
        assert Message.objects.filter(kind=REMINDER.name, state=State.SENT).count() == 6
        assert len(statements[5]) - len(statements[1]) == 4 * 12, "\n".join(statements[1])


class TestWelcome:
    def test_who_gets_a_seat_is_welcomed_with_all_her_dates(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=3)
        enrolment = enrolled(cohort, at=NOW - A_MINUTE)
        [draft] = WELCOME.materialise(NOW)
        assert draft.recipient == enrolment.participant.email
        content = WELCOME.render(queued(draft))
        for session in cohort.sessions.all():
            assert session.module.title in content.text
            assert session.module.title in content.html
        assert enrolment.participant.last_name not in content.text + content.html
        [attachment] = content.attachments
        assert len(Calendar.from_ical(attachment.content).walk("VEVENT")) == 3

    def test_once(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1)
        enrolled(cohort, at=NOW - A_MINUTE)
        queue(WELCOME.materialise(NOW))
        assert list(WELCOME.materialise(NOW + A_MINUTE)) == []

    def test_but_again_if_she_left_and_came_back(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1)
        enrolment = enrolled(cohort, at=NOW - timedelta(days=2))
        [first] = WELCOME.materialise(NOW)
        message = queued(first)
        EnrolmentEvent.objects.create(enrolment=enrolment, at=NOW, status=EnrolmentStatus.ENROLLED)
        [second] = WELCOME.materialise(NOW)
        assert second.key != first.key
        assert not WELCOME.still_holds(message, NOW)

    def test_not_a_week_later_nor_when_all_is_over(self) -> None:
        later = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1)
        enrolled(later, at=NOW - timedelta(days=8))
        over = CohortFactory(sessions=TODAY - timedelta(weeks=5), programme__modules=1)
        enrolled(over, at=NOW - A_MINUTE)
        assert list(WELCOME.materialise(NOW)) == []

    def test_who_was_enrolled_in_a_draft_is_welcomed_when_it_is_published(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1, draft=True)
        enrolled(cohort, at=NOW - timedelta(days=30))
        assert list(WELCOME.materialise(NOW)) == []
        cohort.status, cohort.published = CohortStatus.PUBLISHED, NOW
        cohort.save()
        [draft] = WELCOME.materialise(NOW)
        assert draft.due == NOW

    def test_publishing_welcomes_at_once_though_messages_were_derived_a_moment_ago(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1, draft=True)
        enrolled(cohort, at=NOW - timedelta(days=30))
        dispatch(clock=lambda: NOW, limit=A_MINUTE)
        publish_cohort(cohort=cohort, by=coordinator(cohort.region), now=NOW)
        dispatch(clock=lambda: NOW, limit=A_MINUTE)
        assert Message.objects.filter(kind=WELCOME.name).exists()

    def test_not_who_waits(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1)
        enrolment = EnrolmentFactory(cohort=cohort, waiting=True, applied=NOW - A_MINUTE)
        EnrolmentEvent.objects.create(enrolment=enrolment, at=NOW - A_MINUTE, status=EnrolmentStatus.WAITING)
        assert list(WELCOME.materialise(NOW)) == []

    def test_it_holds_only_while_she_has_the_seat(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1)
        enrolment = enrolled(cohort, at=NOW - A_MINUTE)
        message = queued(next(iter(WELCOME.materialise(NOW))))
        assert WELCOME.still_holds(message, NOW)
        enrolment.status = EnrolmentStatus.WITHDRAWN
        enrolment.save()
        assert not WELCOME.still_holds(message, NOW)

    def test_the_number_of_queries_does_not_grow_with_people(self) -> None:
        cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=1)
        enrolled(cohort, at=NOW - A_MINUTE)
        with CaptureQueriesContext(connection) as few:
            list(WELCOME.materialise(NOW))
        for _ in range(4):
            enrolled(cohort, at=NOW - A_MINUTE)
        with CaptureQueriesContext(connection) as many:
            assert len(list(WELCOME.materialise(NOW))) == 5
        assert len(many) == len(few)


class TestWithdrawal:
    """Who had a seat is told that she need not come, and what she was asked to is taken out of her calendar."""

    @pytest.fixture
    def cohort(self) -> Cohort:
        cohort: Cohort = CohortFactory(sessions=TODAY + timedelta(weeks=5), programme__modules=3)
        return cohort

    @staticmethod
    def withdrawn(enrolment: Enrolment, *, at: datetime = NOW) -> Enrolment:
        return withdraw(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=at, reason="Slutar.")

    @staticmethod
    def again(enrolment: Enrolment, *, at: datetime) -> None:
        Enrolment.objects.filter(pk=enrolment.pk).update(status=EnrolmentStatus.ENROLLED)
        EnrolmentEvent.objects.create(enrolment=enrolment, at=at, status=EnrolmentStatus.ENROLLED)

    @staticmethod
    def events(message: Message) -> list[Component]:
        """What each of its files says of its session; they all call it off."""
        files = kinds.get(message.kind).render(message).attachments
        calendars = [Calendar.from_ical(file.content) for file in files]
        assert {str(calendar["METHOD"]) for calendar in calendars} <= {"CANCEL"}
        assert all(file.content_type.endswith("method=CANCEL") for file in files)
        return [event for calendar in calendars for event in calendar.walk("VEVENT")]

    def test_she_is_told_once_by_her_first_name(self, cohort: Cohort) -> None:
        enrolment = self.withdrawn(enrolled(cohort))
        [draft] = WITHDRAWAL.materialise(NOW)
        message = queued(draft)
        queue(WITHDRAWAL.materialise(NOW + A_MINUTE))
        content = WITHDRAWAL.render(message)
        assert Message.objects.filter(kind="withdrawal").get().recipient == enrolment.participant.email
        assert WITHDRAWAL.still_holds(message, NOW)
        for text in (content.text, content.html):
            assert cohort.name in text
            assert enrolment.participant.first_name in text
            assert enrolment.participant.last_name not in text

    def test_the_sessions_ahead_are_called_off_one_file_each(self, cohort: Cohort) -> None:
        past, cancelled, ahead = cohort.sessions.order_by("starts")
        CohortSession.objects.filter(pk=past.pk).update(starts=NOW - A_MINUTE * 2, ends=NOW - A_MINUTE)
        CohortSession.objects.filter(pk=cancelled.pk).update(status=SessionStatus.CANCELLED)
        CohortSession.objects.filter(pk=ahead.pk).update(revision=3)
        enrolment = self.withdrawn(enrolled(cohort))
        [event] = self.events(queued(*WITHDRAWAL.materialise(NOW)))
        assert str(event["UID"]).startswith(str(ahead.pk))
        assert (event["SEQUENCE"], event["STATUS"], event["TRANSP"]) == (3, "CANCELLED", "TRANSPARENT")
        assert event["SUMMARY"] == ahead.module.title  # it is held, without her
        assert event["ATTENDEE"] == f"mailto:{enrolment.participant.email}"

    def test_who_is_deferred_is_called_off_here_and_welcomed_there(self, cohort: Cohort) -> None:
        later = CohortFactory(programme=cohort.programme, sessions=TODAY + timedelta(weeks=30))
        enrolment = enrolled(cohort)
        placed = defer(enrolment=enrolment, to=later, by=coordinator(cohort.region), now=NOW)
        off = self.events(queued(*WITHDRAWAL.materialise(NOW)))
        [draft] = WELCOME.materialise(NOW)
        [file] = WELCOME.render(queued(draft)).attachments
        on = Calendar.from_ical(file.content).walk("VEVENT")
        assert placed.status == EnrolmentStatus.ENROLLED
        assert uids(off) == uids(cohort.sessions.all())
        assert uids(on) == uids(later.sessions.all())

    def test_who_is_replaced_is_called_off_and_the_substitute_welcomed(self, cohort: Cohort) -> None:
        enrolment = enrolled(cohort)
        bo = person(enrolment.municipality, email="bo@example.org")
        substitute(enrolment=enrolment, person=bo, by=coordinator(cohort.region), now=NOW)
        message = queued(*WITHDRAWAL.materialise(NOW))
        [draft] = WELCOME.materialise(NOW)
        assert message.recipient == enrolment.participant.email
        assert uids(self.events(message)) == uids(cohort.sessions.all())
        assert draft.recipient == "bo@example.org"

    def test_who_leaves_comes_back_and_leaves_again_always_has_the_newest(self, cohort: Cohort) -> None:
        enrolment = enrolled(cohort)
        self.withdrawn(enrolment, at=NOW)
        first = queued(*WITHDRAWAL.materialise(NOW))
        off = self.events(first)[0]
        self.again(enrolment, at=NOW + A_MINUTE)
        assert list(WITHDRAWAL.materialise(NOW + A_MINUTE)) == []
        assert not WITHDRAWAL.still_holds(first, NOW + A_MINUTE)
        welcome = WELCOME.render(queued(*WELCOME.materialise(NOW + A_MINUTE)))
        [file] = welcome.attachments
        on = Calendar.from_ical(file.content).walk("VEVENT")[0]
        self.withdrawn(enrolment, at=NOW + 2 * A_MINUTE)
        [second] = WITHDRAWAL.materialise(NOW + 2 * A_MINUTE)
        off_again = self.events(queued(second))[0]
        steps = [(event["SEQUENCE"], event["DTSTAMP"].dt) for event in (off, on, off_again)]
        assert steps == [(1, NOW), (1, NOW + A_MINUTE), (2, NOW + 2 * A_MINUTE)]

    def test_in_a_draft_nobody_has_been_asked_to_anything(self, cohort: Cohort) -> None:
        Cohort.objects.update(status=CohortStatus.DRAFT, published=None)
        self.withdrawn(enrolled(cohort))
        assert self.events(queued(*WITHDRAWAL.materialise(NOW))) == []

    def test_who_only_waited_is_not_told_that_she_lost_a_seat(self, cohort: Cohort) -> None:
        enrolment = EnrolmentFactory(cohort=cohort, waiting=True)
        EnrolmentEvent.objects.create(enrolment=enrolment, at=NOW - A_MINUTE, status=EnrolmentStatus.WAITING)
        self.withdrawn(enrolment)
        assert list(WITHDRAWAL.materialise(NOW)) == []

    def test_a_week_later_it_is_news_to_nobody(self, cohort: Cohort) -> None:
        self.withdrawn(enrolled(cohort))
        assert list(WITHDRAWAL.materialise(NOW + timedelta(days=7))) == []

    def test_the_number_of_queries_does_not_grow_with_people(self, cohort: Cohort) -> None:
        self.withdrawn(enrolled(cohort))
        with CaptureQueriesContext(connection) as few:
            list(WITHDRAWAL.materialise(NOW))
        for _ in range(3):
            self.withdrawn(enrolled(cohort))
        with CaptureQueriesContext(connection) as many:
            assert len(list(WITHDRAWAL.materialise(NOW))) == 4
        assert len(many) == len(few)
