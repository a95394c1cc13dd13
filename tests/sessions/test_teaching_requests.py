"""Asking a lecturer whether she will teach: what the coordinator, the lecturer and the post office see of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from cohorts.choices import CohortStatus
from messaging import kinds
from messaging.models import Message
from sessions.actions import (
    SessionChange,
    answer_request,
    ask_lecturer,
    cancel_session,
    change_session,
    withdraw_request,
)
from sessions.choices import RequestStatus
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import CohortSession, Lecturer, TeachingRequest
from sessions.registers.tokens import token_of
from sessions.rules.asking import QuestionState
from tests.factories import (
    NOW,
    CohortSessionFactory,
    LecturerFactory,
    RegionFactory,
    TeachingRequestFactory,
    UnavailabilityFactory,
    coordinator,
    lecturer,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session() -> CohortSession:
    session: CohortSession = CohortSessionFactory()
    return session


@pytest.fixture
def siv(session: CohortSession) -> User:
    """A coordinator of the session's region."""
    return coordinator(session.cohort.programme.region, first_name="Siv", last_name="Samordnare")


@pytest.fixture
def lena(session: CohortSession) -> Lecturer:
    """A lecturer of the region who can log in."""
    user = lecturer(session.cohort.programme.region, first_name="Lena", last_name="Lektor")
    return Lecturer.objects.get(email=user.email)


@pytest.fixture
def asked(session: CohortSession, siv: User, lena: Lecturer) -> TeachingRequest:
    """Siv has asked Lena about the session."""
    return ask_lecturer(session=session, lecturer=lena, sentence="Vi behöver dig!", by=siv, now=NOW)


def move(session: CohortSession, *, by: User, days: int = 7) -> CohortSession:
    session.refresh_from_db()
    return change_session(
        session=session,
        version=session.version,
        change=SessionChange(
            starts=session.starts + timedelta(days=days),
            ends=session.ends + timedelta(days=days),
            venue=session.venue,
            online_url="",
            lecturers=list(session.lecturers.all()),
        ),
        by=by,
        now=NOW,
    )


def cancel(session: CohortSession, *, by: User) -> None:
    session.refresh_from_db()
    cancel_session(session=session, version=session.version, by=by, now=NOW)


def link(request: TeachingRequest) -> str:
    return reverse("sessions:teaching_request", args=[token_of(request)])


def answer(client: Client, request: TeachingRequest, accept: str, *, revision: int | None = None) -> Any:
    """Press a button of the page as it was when it showed `revision`, else as it is now."""
    session = CohortSession.objects.get(pk=request.session_id)
    return client.post(link(request), {"accept": accept, "revision": revision or session.revision})


def mails(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=f"teaching_request.{kind}"))


class TestAsking:
    def test_she_gets_one_mail_with_the_session_the_sentence_and_a_link(self, asked: TeachingRequest) -> None:
        [mail] = mails("question")
        content = kinds.get(mail.kind).render(mail)
        assert mail.recipient == asked.lecturer.email
        assert mail.expires == asked.session.starts
        for text in (content.text, content.html):
            assert asked.session.module.title in text
            assert "Vi behöver dig!" in text
            assert link(asked) in text
        assert "tisdag 31 mars 2026" in content.subject

    def test_the_database_holds_no_more_than_a_hash_of_the_link(self, asked: TeachingRequest) -> None:
        assert token_of(asked) not in str(list(TeachingRequest.objects.values()))
        assert token_of(asked) not in str(list(Message.objects.values()))
        assert token_of(asked) not in str(list(AuditEvent.objects.values()))

    def test_nobody_is_asked_twice_at_once(self, asked: TeachingRequest, siv: User) -> None:
        with pytest.raises(PlanningRefused):
            ask_lecturer(session=asked.session, lecturer=asked.lecturer, sentence="", by=siv, now=NOW)
        withdraw_request(request=asked, by=siv, now=NOW)
        ask_lecturer(session=asked.session, lecturer=asked.lecturer, sentence="", by=siv, now=NOW)
        assert len(mails("question")) == 2

    def test_nobody_is_asked_about_what_is_cancelled_past_or_hers_already(
        self, session: CohortSession, siv: User, lena: Lecturer
    ) -> None:
        session.lecturers.add(lena)
        past, cancelled = (
            CohortSessionFactory(cohort=session.cohort, **fields)
            for fields in ({"day": NOW.date() - timedelta(days=1)}, {"cancelled": True})
        )
        for about in (session, past, cancelled):
            with pytest.raises(PlanningRefused):
                ask_lecturer(session=about, lecturer=lena, sentence="", by=siv, now=NOW)

    def test_neither_lecturer_nor_coordinator_may_be_of_another_region(
        self, session: CohortSession, siv: User, lena: Lecturer
    ) -> None:
        stranger = coordinator(RegionFactory())
        for by, asking in ((siv, LecturerFactory()), (stranger, lena)):
            with pytest.raises(PlanningRefused):
                ask_lecturer(session=session, lecturer=asking, sentence="", by=by, now=NOW)
        assert not TeachingRequest.objects.exists()

    def test_the_page_puts_the_free_ones_first_and_says_what_keeps_the_others(
        self, client: Client, session: CohortSession, siv: User
    ) -> None:
        region = session.cohort.programme.region
        away, teaching, free, archived = (
            LecturerFactory(region=region, name=name) for name in ("Anna", "Bodil", "Zara", "Örjan")
        )
        archived.archived = NOW
        archived.save()
        UnavailabilityFactory(lecturer=away)
        other = CohortSessionFactory(cohort__programme__region=region)
        other.lecturers.add(teaching)
        client.force_login(siv)
        page = client.get(reverse("sessions:ask_lecturer", args=[session.pk]))
        rows = [(entry, [str(found) for found in obstacles]) for _o, entry, obstacles in page.context["form"].options()]
        assert [entry for entry, _obstacles in rows] == [free, away, teaching]
        assert rows[1][1] == ["Anna kan inte undervisa den dagen."]
        assert str(other.cohort) in rows[2][1][0]

    def test_a_question_without_anybody_to_put_it_to_is_not_sent(
        self, client: Client, session: CohortSession, siv: User, lena: Lecturer
    ) -> None:
        client.force_login(siv)
        url = reverse("sessions:ask_lecturer", args=[session.pk])
        page = client.post(url, {"sentence": "Kan du?"})
        assert page.status_code == 422
        assert "Kan du?" in page.content.decode()
        assert client.post(url, {"lecturer": LecturerFactory().pk}).status_code == 422
        assert client.post(url, {"lecturer": lena.pk, "sentence": "Kan du?"}).status_code == 302
        assert TeachingRequest.objects.get().sentence == "Kan du?"

    def test_the_sessions_page_shows_where_it_stands_to_its_coordinator_alone(
        self, client: Client, asked: TeachingRequest, siv: User
    ) -> None:
        url = reverse("sessions:session", args=[asked.session_id])
        client.force_login(siv)
        assert "Väntar på svar" in client.get(url).content.decode()
        other = lecturer(asked.lecturer.region)
        asked.session.lecturers.add(Lecturer.objects.get(email=other.email))
        client.force_login(other)
        page = client.get(url)
        assert page.status_code == 200
        assert "Vi behöver dig!" not in page.content.decode()


class TestAnswering:
    def test_looking_answers_nothing(self, client: Client, asked: TeachingRequest) -> None:
        for _visit in range(2):
            page = client.get(link(asked))
        client.head(link(asked))
        assert page.status_code == 200
        assert 'content="noindex"' in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        for text in (asked.session.module.title, "Vi behöver dig!", "tisdag 31 mars 2026", "9.00", "Siv Samordnare"):
            assert text in page.content.decode()
        asked.refresh_from_db()
        assert asked.status == RequestStatus.OPEN

    def test_yes_makes_her_a_lecturer_of_the_session_and_is_told_once(
        self, client: Client, asked: TeachingRequest, siv: User
    ) -> None:
        page = client.get(answer(client, asked, "yes")["Location"])
        assert page.context["state"] == QuestionState.ACCEPTED
        session = CohortSession.objects.get()
        assert list(session.lecturers.all()) == [asked.lecturer]
        assert session.version == 2  # whoever is editing it sees that it changed
        assert session.revision == 1  # nobody has to be told of another time
        answer(client, asked, "yes")
        [mail] = mails("answer")
        content = kinds.get(mail.kind).render(mail)
        assert (mail.recipient, "Lena tackar ja" in content.subject) == (siv.email, True)
        assert f"/tillfallen/{session.pk}/" in content.text
        assert "Lektor" not in content.subject + content.text + content.html  # a first name is all that a mail says

    def test_no_is_told_and_changes_nothing_else(self, client: Client, asked: TeachingRequest, siv: User) -> None:
        answer(client, asked, "no")
        assert client.get(link(asked)).context["state"] == QuestionState.DECLINED
        assert not asked.session.lecturers.exists()
        [mail] = mails("answer")
        assert "tackar nej" in kinds.get(mail.kind).render(mail).subject

    def test_what_has_been_answered_stays_so(self, client: Client, asked: TeachingRequest) -> None:
        answer(client, asked, "no")
        assert answer(client, asked, "yes").status_code == 409
        assert not asked.session.lecturers.exists()
        assert len(mails("answer")) == 1

    def test_who_has_left_is_not_told_but_her_region_is(self, asked: TeachingRequest, siv: User) -> None:
        siv.role_assignments.all().delete()
        answer_request(request=asked, accept=True, revision=1, by=None, now=NOW)
        assert [mail.recipient for mail in mails("answer")] == [asked.lecturer.region.contact_email]

    def test_an_answer_about_another_time_is_no_answer(self, client: Client, asked: TeachingRequest, siv: User) -> None:
        client.get(link(asked))
        move(asked.session, by=siv)
        page = answer(client, asked, "yes", revision=1)
        assert page.status_code == 409
        assert "har ändrats" in page.content.decode()
        assert "tisdag 7 april 2026" in page.content.decode()
        assert not asked.session.lecturers.exists()
        assert answer(client, asked, "yes", revision=2).status_code == 302
        asked.refresh_from_db()
        assert (asked.status, asked.revision) == (RequestStatus.ACCEPTED, 2)
        assert asked.session.lecturers.exists()

    @pytest.mark.parametrize("data", [{}, {"accept": "kanske", "revision": 1}, {"accept": "yes", "revision": "x"}])
    def test_nonsense_is_no_answer(self, client: Client, asked: TeachingRequest, data: dict[str, str]) -> None:
        assert client.post(link(asked), data).status_code == 422
        asked.refresh_from_db()
        assert asked.status == RequestStatus.OPEN

    def test_a_cancelled_session_needs_no_answer(self, client: Client, asked: TeachingRequest, siv: User) -> None:
        [mail] = mails("question")
        cancel(asked.session, by=siv)
        assert not kinds.get(mail.kind).still_holds(mail, NOW)
        page = client.get(link(asked))
        assert (page.status_code, page.context["state"]) == (410, QuestionState.EXPIRED)
        assert "gäller inte längre" in page.content.decode()
        with pytest.raises(PlanningRefused):
            answer_request(request=asked, accept=True, revision=2, by=None, now=NOW)

    def test_once_the_session_has_begun_it_is_too_late(self, client: Client, asked: TeachingRequest) -> None:
        with time_machine.travel(asked.session.starts, tick=False):
            assert client.get(link(asked)).status_code == 410
            assert answer(client, asked, "yes").status_code == 410
        assert not asked.session.lecturers.exists()

    def test_a_withdrawn_question_says_so_and_nothing_of_the_session(
        self, client: Client, asked: TeachingRequest, siv: User
    ) -> None:
        [mail] = mails("question")
        client.force_login(siv)
        client.post(reverse("sessions:withdraw_request", args=[asked.pk]))
        assert not kinds.get(mail.kind).still_holds(mail, NOW)
        page = Client().get(link(asked))
        assert "tagits tillbaka" in page.content.decode()
        assert asked.session.module.title not in page.content.decode()
        with pytest.raises(PlanningRefused):
            withdraw_request(request=asked, by=siv, now=NOW)

    def test_a_link_that_somebody_made_up_leads_nowhere(self, client: Client, asked: TeachingRequest) -> None:
        for token in ("x", "a" * 22, asked.token_hash):
            assert client.get(reverse("sessions:teaching_request", args=[token])).status_code == 404

    def test_who_tries_too_often_must_wait_a_minute(self, client: Client) -> None:
        guess = reverse("sessions:teaching_request", args=["gissning"])
        assert {client.get(guess).status_code for _time in range(30)} == {404}
        assert client.get(guess).status_code == 429
        assert client.get(guess, REMOTE_ADDR="192.0.2.7").status_code == 404


class TestLoggedIn:
    def test_she_finds_it_on_top_of_her_page_and_answers(self, client: Client, asked: TeachingRequest) -> None:
        user = User.objects.get(email=asked.lecturer.email)
        client.force_login(user)
        url = reverse("sessions:own_request", args=[asked.pk])
        assert url in client.get(reverse("sessions:teaching")).content.decode()
        assert client.post(url, {"accept": "yes", "revision": 1}).status_code == 302
        page = client.get(reverse("sessions:teaching"))
        assert url not in page.content.decode()
        assert page.context["next"] == asked.session
        assert AuditEvent.objects.get(action="teaching_request.accepted").actor == user

    def test_what_is_not_to_her_she_can_neither_see_nor_answer(self, client: Client, asked: TeachingRequest) -> None:
        region = asked.lecturer.region
        former = User.objects.get(email=asked.lecturer.email)
        elsewhere = lecturer(RegionFactory())
        LecturerFactory(region=region, email=elsewhere.email)  # in the register, but without the role there
        url = reverse("sessions:own_request", args=[asked.pk])
        for other in (lecturer(region), lecturer(RegionFactory()), elsewhere):
            client.force_login(other)
            assert client.get(url).status_code == 404
            assert client.post(url, {"accept": "yes", "revision": 1}).status_code == 404
            assert "Vi behöver dig!" not in client.get(reverse("sessions:teaching")).content.decode()
        former.role_assignments.all().delete()
        client.force_login(former)
        for path in (url, reverse("sessions:teaching")):
            assert client.get(path).status_code == 403

    def test_the_page_of_her_sessions_shows_nobody_elses(self, client: Client, session: CohortSession) -> None:
        """Another lecturer's, another region's, a draft's: she sees none of them, nor the days of others."""
        region = session.cohort.programme.region
        lena = Lecturer.objects.get(email=lecturer(region).email)
        hers = CohortSessionFactory(cohort__programme__region=region)
        draft = CohortSessionFactory(
            cohort__programme__region=region, cohort__status=CohortStatus.DRAFT, cohort__published=None
        )
        for taught in (hers, draft):
            taught.lecturers.add(lena)
        elsewhere = CohortSessionFactory()
        elsewhere.lecturers.add(LecturerFactory(region=elsewhere.cohort.programme.region, email=lena.email))
        others = UnavailabilityFactory(lecturer=LecturerFactory(region=region))
        client.force_login(User.objects.get(email=lena.email))
        page = client.get(reverse("sessions:teaching"))
        assert page.context["coming"] == [hers]
        assert [entry.pk for entry in page.context["entries"]] == [lena.pk]
        for path in (
            reverse("sessions:session", args=[session.pk]),
            reverse("sessions:session", args=[draft.pk]),
            reverse("sessions:session", args=[elsewhere.pk]),
            reverse("sessions:unavailable", args=[others.lecturer_id]),
        ):
            assert client.get(path).status_code == 404
        assert client.post(reverse("sessions:available_again", args=[others.pk])).status_code == 404

    def test_the_page_asks_no_more_often_when_she_has_more_to_do(self, client: Client, lena: Lecturer) -> None:
        def more() -> int:
            taught, wanted = CohortSessionFactory.create_batch(2, cohort__programme__region=lena.region)
            taught.lecturers.add(lena)
            TeachingRequestFactory(session=wanted, lecturer=lena)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("sessions:teaching"))
            return len(queries)

        client.force_login(User.objects.get(email=lena.email))
        few = more()
        assert [more() for _time in range(3)] == [few] * 3
        assert few <= 12


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """What only PostgreSQL's row locks can show."""

    def test_a_yes_that_is_sent_ten_times_counts_once(self, asked: TeachingRequest) -> None:
        results = at_once([lambda: accept(asked)] * 10)
        assert len([result for result in results if isinstance(result, TeachingRequest)]) == 1
        assert asked.session.lecturers.count() == 1
        assert len(mails("answer")) == 1

    def test_yes_and_no_at_once_are_one_of_them(self, asked: TeachingRequest) -> None:
        decline = lambda: answer_request(request=asked, accept=False, revision=1, by=None, now=NOW)  # noqa: E731
        at_once([lambda: accept(asked), decline] * 4)
        asked.refresh_from_db()
        assert asked.session.lecturers.exists() is (asked.status == RequestStatus.ACCEPTED)
        assert len(mails("answer")) == 1

    def test_withdrawn_or_accepted_but_not_both(self, asked: TeachingRequest, siv: User) -> None:
        at_once([lambda: accept(asked), lambda: withdraw_request(request=asked, by=siv, now=NOW)])
        asked.refresh_from_db()
        assert asked.session.lecturers.exists() is (asked.status == RequestStatus.ACCEPTED)
        assert len(mails("answer")) == (asked.status == RequestStatus.ACCEPTED)

    def test_a_session_that_moves_meanwhile_has_no_lecturer_who_saw_another_time(
        self, asked: TeachingRequest, siv: User
    ) -> None:
        session = CohortSession.objects.get()
        accepted, moved = at_once([lambda: accept(asked), lambda: move(session, by=siv)])
        session.refresh_from_db()
        if isinstance(accepted, ChangedMeanwhile):
            assert not session.lecturers.exists()
            assert session.revision == 2
        else:  # she was first: moving must be decided anew, with her as lecturer
            assert session.lecturers.exists()
            assert isinstance(moved, ChangedMeanwhile) or list(session.lecturers.all()) == [asked.lecturer]

    def test_two_coordinators_who_ask_at_once_ask_once(self, session: CohortSession, siv: User, lena: Lecturer) -> None:
        asking = lambda: ask_lecturer(session=session, lecturer=lena, sentence="", by=siv, now=NOW)  # noqa: E731
        results = at_once([asking] * 5)
        assert len([result for result in results if isinstance(result, PlanningRefused)]) == 4
        assert len(mails("question")) == 1


def accept(request: TeachingRequest) -> TeachingRequest:
    return answer_request(request=request, accept=True, revision=1, by=None, now=NOW)
