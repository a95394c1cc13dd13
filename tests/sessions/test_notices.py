"""Messages around a session beside its reminders: what to prepare, evaluations, absences, registers left unmarked."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cohorts.models import Cohort, Programme
from messaging import kinds
from messaging.actions import queue
from messaging.kinds import Draft, Kind
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from sessions.actions import Marking, SessionChange, change_session, mark_register
from sessions.choices import Mark, StepKind
from sessions.models import CohortSession, Lecturer
from tests.factories import (
    CohortFactory,
    CohortSessionFactory,
    MaterialFactory,
    ProgrammeFactory,
    coordinator,
    lecturer,
    local,
    manager,
)
from tests.sessions.plans import days, hours, planned
from tests.sessions.test_messages import enrolled

pytestmark = pytest.mark.django_db
PREPARATION = kinds.get("session.preparation")
EVALUATION = kinds.get("session.evaluation")
ABSENT = kinds.get("attendance.absent")
UNMARKED = kinds.get("register.unmarked")
REPORTED = kinds.get("register.reported")
SURVEY = "https://example.org/enkat"
TUESDAY = date(2026, 4, 14)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session() -> CohortSession:
    """On a Tuesday in April, 9 to 16."""
    session: CohortSession = CohortSessionFactory(day=TUESDAY)
    return session


@pytest.fixture
def kim(session: CohortSession) -> Enrolment:
    """Takes part."""
    return enrolled(session.cohort)


@pytest.fixture
def mark(session: CohortSession) -> Callable[..., None]:
    """Mark Kim, as the coordinator does."""
    siv = coordinator(session.cohort.region)

    def marked(enrolment: Enrolment, how: Mark, at: datetime) -> None:
        markings = {enrolment.participant_id: Marking(how)}
        mark_register(session=session, markings=markings, by=siv, now=at)

    return marked


def drafts(kind: Kind, at: datetime) -> list[Draft]:
    return list(kind.materialise(at))


def sent(kind: Kind, at: datetime) -> list[Message]:
    """The messages of a kind that are derived at that time, as if they had left."""
    found = drafts(kind, at)
    queue(found)
    messages = Message.objects.filter(key__in=[draft.key for draft in found])
    messages.update(handed_over=at)
    return list(messages)


class TestWhatToPrepare:
    DUE = local(date(2026, 4, 7), 8)

    @pytest.fixture(autouse=True)
    def _planned(self, session: CohortSession, kim: Enrolment) -> None:
        """A week before; there is something to read."""
        planned(session.cohort, days(7, StepKind.PREPARATION))
        session.module.preparation = "Läs kapitel 3."
        session.module.save()

    def test_it_is_sent_as_the_plan_says(self, session: CohortSession, kim: Enrolment) -> None:
        assert drafts(PREPARATION, self.DUE - MINUTE) == []
        [draft] = drafts(PREPARATION, self.DUE)
        assert (draft.recipient, draft.due) == (kim.participant.email, self.DUE)
        assert draft.key == f"preparation:7d:{session.pk}:r1:{kim.pk}"

    @pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26), date(2027, 1, 5)])
    def test_at_eight_on_both_sides_of_summer_time_and_new_year(
        self, session: CohortSession, kim: Enrolment, day: date
    ) -> None:
        session.starts, session.ends = local(day, 9), local(day, 16)
        session.save()
        due = local(day - timedelta(days=7), 8)
        assert drafts(PREPARATION, due - MINUTE) == []
        assert [draft.due for draft in drafts(PREPARATION, due)] == [due]

    def test_it_holds_the_text_and_what_has_been_handed_out(self, session: CohortSession) -> None:
        MaterialFactory(session=session, title="Fallbeskrivning")
        MaterialFactory(session=session, title="Facit", visible_from=TUESDAY)
        [message] = sent(PREPARATION, self.DUE)
        content = PREPARATION.render(message)
        for text in (content.text, content.html):
            assert "Läs kapitel 3." in text
            assert "Fallbeskrivning" in text
            assert "Facit" not in text

    def test_without_anything_to_prepare_there_is_no_notice(self, session: CohortSession) -> None:
        session.module.preparation = ""
        session.module.save()
        assert drafts(PREPARATION, self.DUE) == []
        MaterialFactory(session=session)
        assert len(drafts(PREPARATION, self.DUE)) == 1

    def test_who_was_enrolled_after_its_time_gets_none(self, session: CohortSession) -> None:
        enrolled(session.cohort, at=self.DUE + MINUTE)
        assert len(drafts(PREPARATION, self.DUE + timedelta(hours=1))) == 1

    def test_one_that_has_left_is_not_sent_again_for_a_moved_session(self, session: CohortSession) -> None:
        [message] = sent(PREPARATION, self.DUE)
        moved = moved_a_week(session)
        assert not PREPARATION.still_holds(message, self.DUE)
        assert drafts(PREPARATION, self.DUE + timedelta(days=7)) == []
        assert moved.revision == 2

    def test_one_that_has_not_left_is_sent_for_the_new_day(self, session: CohortSession) -> None:
        queue(drafts(PREPARATION, self.DUE))
        moved_a_week(session)
        [again] = drafts(PREPARATION, self.DUE + timedelta(days=7))
        assert ":r2:" in again.key

    def test_it_holds_while_she_takes_part(self, session: CohortSession, kim: Enrolment) -> None:
        [message] = sent(PREPARATION, self.DUE)
        assert PREPARATION.still_holds(message, self.DUE)
        Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN)
        assert not PREPARATION.still_holds(message, self.DUE)


def moved_a_week(session: CohortSession) -> CohortSession:
    week = timedelta(days=7)
    change = SessionChange(session.starts + week, session.ends + week, session.venue, "", [])
    return change_session(
        session=session, version=1, change=change, by=coordinator(session.cohort.region), now=local(date(2026, 4, 7), 9)
    )


class TestEvaluations:
    DUE = local(TUESDAY, 17)

    @pytest.fixture(autouse=True)
    def _planned(self, session: CohortSession) -> None:
        """An hour after the end; the programme has a survey."""
        planned(session.cohort.programme, hours(1, StepKind.EVALUATION), days(7, StepKind.EVALUATION))
        Programme.objects.update(evaluation_url=SURVEY)

    @pytest.mark.parametrize(("how", "asked"), [(Mark.PRESENT, 1), (Mark.PARTIAL, 1), (Mark.ABSENT, 0)])
    def test_they_go_to_who_was_present(
        self, session: CohortSession, kim: Enrolment, mark: Callable[..., None], how: Mark, asked: int
    ) -> None:
        mark(kim, how, self.DUE - MINUTE)
        assert drafts(EVALUATION, self.DUE - MINUTE) == []
        assert len(drafts(EVALUATION, self.DUE)) == asked

    def test_they_wait_for_the_register_but_not_for_ever(self, kim: Enrolment, mark: Callable[..., None]) -> None:
        assert drafts(EVALUATION, self.DUE) == []
        later = self.DUE + timedelta(days=5)
        mark(kim, Mark.PRESENT, later)
        [draft] = drafts(EVALUATION, later)
        assert draft.expires == self.DUE + timedelta(days=14)
        assert drafts(EVALUATION, local(TUESDAY + timedelta(days=22), 8)) == []

    def test_the_second_says_that_nobody_need_answer_twice(self, kim: Enrolment, mark: Callable[..., None]) -> None:
        mark(kim, Mark.PRESENT, self.DUE)
        [first] = sent(EVALUATION, self.DUE)
        [second] = sent(EVALUATION, local(TUESDAY + timedelta(days=7), 8))
        assert first.pk != second.pk
        assert "Har du redan svarat" in EVALUATION.render(second).text
        assert SURVEY in EVALUATION.render(second).html

    def test_the_nearest_survey_is_asked_for(self, session: CohortSession) -> None:
        assert session_again(session).evaluation_url == SURVEY
        Cohort.objects.update(evaluation_url=f"{SURVEY}/omgang")
        assert session_again(session).evaluation_url == f"{SURVEY}/omgang"
        session.module.evaluation_url = f"{SURVEY}/modul"
        session.module.save()
        assert session_again(session).evaluation_url == f"{SURVEY}/modul"

    def test_without_a_survey_nobody_is_asked(self, kim: Enrolment, mark: Callable[..., None]) -> None:
        mark(kim, Mark.PRESENT, self.DUE)
        [message] = sent(EVALUATION, self.DUE)
        assert EVALUATION.still_holds(message, self.DUE)
        Programme.objects.update(evaluation_url="")
        assert not EVALUATION.still_holds(message, self.DUE)
        Message.objects.all().delete()
        assert drafts(EVALUATION, self.DUE) == []

    def test_a_corrected_mark_calls_it_off(self, kim: Enrolment, mark: Callable[..., None]) -> None:
        mark(kim, Mark.PRESENT, self.DUE)
        [message] = sent(EVALUATION, self.DUE)
        mark(kim, Mark.ABSENT, self.DUE + MINUTE)
        assert not EVALUATION.still_holds(message, self.DUE + MINUTE)


def session_again(session: CohortSession) -> CohortSession:
    return CohortSession.objects.with_details().get(pk=session.pk)


class TestAbsences:
    MARKED = local(TUESDAY, 17)
    DUE = local(date(2026, 4, 15), 8)

    @pytest.fixture
    def boss(self, kim: Enrolment) -> User:
        """Kim's manager."""
        return manager(kim.municipality, first_name="Bo")

    @pytest.mark.parametrize("how", [Mark.ABSENT, Mark.EXCUSED])
    def test_the_manager_is_told_on_the_next_working_morning(
        self, kim: Enrolment, boss: User, mark: Callable[..., None], how: Mark
    ) -> None:
        mark(kim, how, self.MARKED)
        assert drafts(ABSENT, self.DUE - MINUTE) == []
        [draft] = drafts(ABSENT, self.DUE)
        assert (draft.recipient, draft.due) == (boss.email, self.DUE)

    @pytest.mark.parametrize(
        ("marked", "due"),
        [
            (local(date(2026, 4, 17), 15), local(date(2026, 4, 20), 8)),  # a Friday: on Monday
            (local(date(2026, 4, 30), 15), local(date(2026, 5, 4), 8)),  # 1 May is a Friday
        ],
    )
    def test_never_on_a_day_off(
        self,
        session: CohortSession,
        kim: Enrolment,
        boss: User,
        mark: Callable[..., None],
        marked: datetime,
        due: datetime,
    ) -> None:
        mark(kim, Mark.ABSENT, marked)
        assert [draft.due for draft in drafts(ABSENT, due)] == [due]

    @pytest.mark.parametrize(
        ("day", "due"),
        [(date(2026, 12, 30), local(date(2027, 1, 4), 8)), (date(2026, 10, 23), local(date(2026, 10, 26), 8))],
    )
    def test_new_year_and_the_end_of_summer_time_make_no_difference(
        self, session: CohortSession, kim: Enrolment, boss: User, mark: Callable[..., None], day: date, due: datetime
    ) -> None:
        session.starts, session.ends = local(day, 9), local(day, 16)
        session.save()
        mark(kim, Mark.ABSENT, local(day, 17))
        assert drafts(ABSENT, due - MINUTE) == []
        assert [draft.due for draft in drafts(ABSENT, due)] == [due]

    def test_a_slip_of_the_finger_is_not_told(self, kim: Enrolment, boss: User, mark: Callable[..., None]) -> None:
        mark(kim, Mark.ABSENT, self.MARKED)
        mark(kim, Mark.PRESENT, self.MARKED + MINUTE)
        assert drafts(ABSENT, self.DUE) == []

    def test_one_that_is_corrected_before_it_leaves_is_called_off(
        self, kim: Enrolment, boss: User, mark: Callable[..., None]
    ) -> None:
        mark(kim, Mark.ABSENT, self.MARKED)
        [message] = sent(ABSENT, self.DUE)
        assert ABSENT.still_holds(message, self.DUE)
        mark(kim, Mark.PRESENT, self.DUE + MINUTE)
        assert not ABSENT.still_holds(message, self.DUE + MINUTE)

    def test_who_has_been_told_is_not_told_again_when_absent_becomes_excused(
        self, kim: Enrolment, boss: User, mark: Callable[..., None]
    ) -> None:
        mark(kim, Mark.ABSENT, self.MARKED)
        sent(ABSENT, self.DUE)
        mark(kim, Mark.EXCUSED, self.DUE + timedelta(hours=1))
        assert drafts(ABSENT, self.DUE + timedelta(days=1)) == []

    def test_it_names_nobody_in_full_and_says_where_the_module_can_be_made_up(
        self, session: CohortSession, kim: Enrolment, boss: User, mark: Callable[..., None]
    ) -> None:
        other = CohortSessionFactory(
            cohort=CohortFactory(programme=session.cohort.programme), module=session.module, day=date(2026, 5, 19)
        )
        mark(kim, Mark.ABSENT, self.MARKED)
        [message] = sent(ABSENT, self.DUE)
        content = ABSENT.render(message)
        assert kim.participant.first_name in content.subject
        for text in (content.text, content.html):
            assert other.cohort.name in text
            assert kim.participant.last_name not in text

    def test_what_is_made_up_already_needs_no_following_up(
        self, session: CohortSession, kim: Enrolment, boss: User, mark: Callable[..., None]
    ) -> None:
        mark(kim, Mark.ABSENT, self.MARKED)
        [message] = sent(ABSENT, self.DUE)
        other = CohortSessionFactory(
            cohort=CohortFactory(programme=session.cohort.programme), module=session.module, day=date(2026, 4, 15)
        )
        other.attendances.create(participant=kim.participant, mark=Mark.PRESENT, marked=self.DUE)
        assert not ABSENT.still_holds(message, self.DUE)
        Message.objects.all().delete()
        assert drafts(ABSENT, self.DUE) == []

    def test_a_new_employer_is_not_told_of_what_was_before(
        self, kim: Enrolment, boss: User, mark: Callable[..., None]
    ) -> None:
        mark(kim, Mark.ABSENT, self.MARKED)
        kim.employment.starts = TUESDAY + timedelta(days=1)
        kim.employment.save()
        assert drafts(ABSENT, self.DUE) == []

    def test_queries_do_not_grow_with_absences(self, kim: Enrolment, boss: User, mark: Callable[..., None]) -> None:
        mark(kim, Mark.ABSENT, self.MARKED)
        with CaptureQueriesContext(connection) as few:
            drafts(ABSENT, self.DUE)
        for _ in range(4):
            other = enrolled(kim.cohort)
            manager(other.municipality)
            mark(other, Mark.ABSENT, self.MARKED)
        with CaptureQueriesContext(connection) as many:
            assert len(drafts(ABSENT, self.DUE)) == 5
        assert len(many) == len(few)


class TestUnmarkedRegisters:
    MORNING_AFTER = local(date(2026, 4, 15), 8)
    THREE_DAYS_LATER = local(date(2026, 4, 17), 8)

    @pytest.fixture(autouse=True)
    def _attended(self, kim: Enrolment) -> None:
        """Somebody takes part."""

    @pytest.fixture
    def lena(self, session: CohortSession) -> User:
        """Teaches the session and can log in."""
        lena = lecturer(session.cohort.region)
        session.lecturers.add(Lecturer.objects.get(email=lena.email))
        return lena

    @pytest.fixture
    def siv(self, session: CohortSession) -> User:
        """The coordinator."""
        return coordinator(session.cohort.region)

    def test_the_lecturer_is_asked_the_morning_after(self, lena: User) -> None:
        assert drafts(UNMARKED, self.MORNING_AFTER - MINUTE) == []
        [draft] = drafts(UNMARKED, self.MORNING_AFTER)
        assert (draft.recipient, draft.due) == (lena.email, self.MORNING_AFTER)

    def test_the_coordinator_some_days_later(self, session: CohortSession, lena: User, siv: User) -> None:
        assert drafts(REPORTED, self.THREE_DAYS_LATER - MINUTE) == []
        [draft] = drafts(REPORTED, self.THREE_DAYS_LATER)
        assert draft.recipient == siv.email
        session.cohort.region.unmarked_days = 5
        session.cohort.region.save()
        assert drafts(REPORTED, self.THREE_DAYS_LATER) == []
        assert len(drafts(REPORTED, local(date(2026, 4, 20), 8))) == 1  # five days later is a Sunday

    def test_or_at_once_where_no_lecturer_can_log_in(self, session: CohortSession, siv: User) -> None:
        assert drafts(UNMARKED, self.MORNING_AFTER) == []
        [draft] = drafts(REPORTED, self.MORNING_AFTER)
        assert draft.recipient == siv.email

    @pytest.mark.parametrize(
        ("day", "morning"),
        [
            (date(2026, 3, 27), local(date(2026, 3, 30), 8)),  # the clock goes forward between
            (date(2026, 10, 23), local(date(2026, 10, 26), 8)),  # and back
            (date(2026, 12, 30), local(date(2027, 1, 4), 8)),  # 31 December is a day off, as 1 January
        ],
    )
    def test_the_morning_is_that_of_the_next_working_day(
        self, session: CohortSession, lena: User, day: date, morning: datetime
    ) -> None:
        session.starts, session.ends = local(day, 9), local(day, 16)
        session.save()
        assert drafts(UNMARKED, morning - MINUTE) == []
        assert [draft.due for draft in drafts(UNMARKED, morning)] == [morning]

    def test_a_mark_stops_both(self, kim: Enrolment, lena: User, siv: User, mark: Callable[..., None]) -> None:
        [asked], [reported, _] = sent(UNMARKED, self.MORNING_AFTER), sent(REPORTED, self.THREE_DAYS_LATER)
        assert UNMARKED.still_holds(asked, self.MORNING_AFTER)
        assert REPORTED.still_holds(reported, self.THREE_DAYS_LATER)
        mark(kim, Mark.PRESENT, self.THREE_DAYS_LATER)
        assert not UNMARKED.still_holds(asked, self.THREE_DAYS_LATER)
        assert not REPORTED.still_holds(reported, self.THREE_DAYS_LATER)

    def test_who_teaches_or_coordinates_no_more_is_not_asked(
        self, session: CohortSession, lena: User, siv: User
    ) -> None:
        [asked], [reported] = sent(UNMARKED, self.MORNING_AFTER), sent(REPORTED, self.THREE_DAYS_LATER)
        session.lecturers.clear()
        siv.role_assignments.all().delete()
        assert not UNMARKED.still_holds(asked, self.MORNING_AFTER)
        assert not REPORTED.still_holds(reported, self.THREE_DAYS_LATER)

    def test_they_lead_to_the_register(self, session: CohortSession, lena: User, siv: User) -> None:
        for kind, at in ((UNMARKED, self.MORNING_AFTER), (REPORTED, self.THREE_DAYS_LATER)):
            [message] = sent(kind, at)
            content = kind.render(message)
            assert f"/tillfallen/{session.pk}/narvaro/" in content.text
            assert f"/tillfallen/{session.pk}/narvaro/" in content.html

    def test_queries_do_not_grow_with_sessions(self, lena: User, siv: User) -> None:
        with CaptureQueriesContext(connection) as few:
            drafts(UNMARKED, self.MORNING_AFTER)
        for _ in range(3):
            other = CohortSessionFactory(day=TUESDAY, cohort=CohortFactory(programme=ProgrammeFactory()))
            enrolled(other.cohort)
            other.lecturers.add(Lecturer.objects.get(email=lecturer(other.cohort.region).email))
        with CaptureQueriesContext(connection) as many:
            assert len(drafts(UNMARKED, self.MORNING_AFTER)) == 4
        assert len(many) == len(few)
