"""Messages and what became of them: found, told in plain words, and taken care of."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from common.pages import FEW_ROWS
from messaging import actions
from messaging.actions.pauses import pause
from messaging.channels import ChannelRefusedError
from messaging.choices import Channel, EventKind, Outcome, State
from messaging.models import DeliveryAttempt, Message, Pause
from messaging.rules import PATIENCE
from participants.models import Enrolment
from regions.models import Region
from reports.evidence.told import told_of
from reports.forms import MessageFilter
from sessions.messages.concerned import ABOUT
from sessions.messages.reminder import NAME as REMINDER
from sessions.models import CohortSession
from tests.factories import (
    NOW,
    CohortSessionFactory,
    EnrolmentFactory,
    MessageFactory,
    UserFactory,
    administrator,
    coordinator,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def enrolment() -> Enrolment:
    """Anna takes part in a cohort with a session ahead."""
    enrolment: Enrolment = EnrolmentFactory(
        participant__first_name="Anna", participant__last_name="Ås-Exempel", participant__email="anna@example.org"
    )
    return enrolment


@pytest.fixture
def session(enrolment: Enrolment) -> CohortSession:
    session: CohortSession = CohortSessionFactory(cohort=enrolment.cohort)
    return session


@pytest.fixture
def region(enrolment: Enrolment) -> Region:
    return enrolment.cohort.region


@pytest.fixture
def planner(region: Region, client: Client) -> User:
    """The region's coordinator, who is logged in."""
    user = coordinator(region, first_name="Siv", last_name="Samordnare-Exempel")
    client.force_login(user)
    return user


@pytest.fixture
def reminder(enrolment: Enrolment, session: CohortSession) -> Message:
    """What was sent to Anna about the session."""
    message: Message = MessageFactory(
        kind=REMINDER,
        recipient="anna@example.org",
        scope=enrolment.cohort.region.pk,
        refs={"session": str(session.pk), "enrolment": str(enrolment.pk), "revision": session.revision, "days": 1},
        state=State.SENT,
        tries=1,
        handed_over=NOW,
        finished=NOW,
        provider_reference="A1",
    )
    DeliveryAttempt.objects.create(
        message=message, number=1, at=NOW, outcome=Outcome.ACCEPTED, detail="250 OK", reference="A1"
    )
    return message


def stuck(reminder: Message, state: State) -> Message:
    """The same message, which may not have arrived."""
    reminder.state, reminder.finished, reminder.expires = state, None, NOW + timedelta(days=3650)
    reminder.save()
    CohortSession.objects.update(starts=reminder.expires, ends=reminder.expires + HOUR)
    return reminder


def page(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(name, args=args, query=query))
    assert response.status_code == 200
    return response.content.decode()


def folded(html: str) -> str:
    """What stands in the page's technical details, which are closed until somebody opens them."""
    return " ".join(re.findall(r"<summary>Tekniska detaljer</summary>(.*?)</details>", html, re.DOTALL))


# --- The list ---------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("planner")
class TestTheList:
    def test_says_who_got_what_and_how_it_went(self, client: Client, reminder: Message) -> None:
        actions.report(provider_reference="A1", event=EventKind.DELIVERED, at=NOW + HOUR)
        text = page(client, "reports:messages")
        for words in ("Anna Ås-Exempel", "anna@example.org", "Påminnelse", "Levererat", "1 meddelande"):
            assert words in text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "anna"}, True),
            ({"q": "Ås-Exempel"}, True),
            ({"q": "bertil"}, False),
            ({"state": "sent"}, True),
            ({"state": "look_after"}, False),
            ({"kind": REMINDER}, True),
            ({"kind": "session.changed"}, False),
            ({"channel": "email"}, True),
            ({"channel": "sms"}, False),
            ({"first": f"{NOW:%Y-%m-%d}", "last": f"{NOW:%Y-%m-%d}"}, True),
            ({"first": f"{NOW + timedelta(days=1):%Y-%m-%d}"}, False),
            ({"last": f"{NOW - timedelta(days=1):%Y-%m-%d}"}, False),
            ({"state": "nonsense", "person": "nonsense"}, True),
        ],
    )
    def test_is_narrowed_down_by_the_address(
        self, client: Client, reminder: Message, query: dict[str, str], found: bool
    ) -> None:
        address = reverse("reports:message", args=[reminder.pk])
        assert (address in page(client, "reports:messages", **query)) is found

    def test_of_a_person_a_session_and_a_cohort_holds_theirs(
        self, client: Client, reminder: Message, enrolment: Enrolment, session: CohortSession
    ) -> None:
        changed = MessageFactory(
            kind="session.changed",
            scope=reminder.scope,
            recipient="larare@example.org",
            refs={"role": "lecturer", f"{ABOUT}{session.pk}": "1:2"},
        )
        other = MessageFactory(scope=reminder.scope, recipient="nagon@example.org")
        expected = {
            "person": (enrolment.participant_id, {reminder}),
            "session": (session.pk, {reminder, changed}),
            "cohort": (enrolment.cohort_id, {reminder, changed}),
        }
        for name, (pk, messages) in expected.items():
            text = page(client, "reports:messages", **{name: pk})
            found = {
                message
                for message in (reminder, changed, other)
                if reverse("reports:message", args=[message.pk]) in text
            }
            assert found == messages, name

    def test_can_be_had_as_a_file(self, client: Client, reminder: Message) -> None:
        response = client.get(reverse("reports:messages_file"))
        heading, row = load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True)
        assert len(heading) == len(row)
        assert row[1:3] == ("Anna Ås-Exempel", "anna@example.org")

    def test_takes_as_many_queries_however_long_it_is(self, client: Client, reminder: Message) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                page(client, "reports:messages")
            return len(captured)

        few = queries()
        MessageFactory.create_batch(40, scope=reminder.scope)
        assert queries() == few <= 12

    def test_shows_no_more_at_a_time_than_a_telephone_can(self, client: Client, reminder: Message) -> None:
        MessageFactory.create_batch(FEW_ROWS, scope=reminder.scope)
        rows = client.get(reverse("reports:messages")).context["rows"]
        assert len(rows) == FEW_ROWS
        assert len(client.get(reverse("reports:messages", query={"page": 2})).context["rows"]) == 1

    @pytest.mark.postgresql
    def test_looks_for_a_part_of_an_address_without_reading_every_message(
        self, planner: User, reminder: Message
    ) -> None:
        Message.objects.bulk_create(MessageFactory.build_batch(3_000, scope=reminder.scope))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE messaging_message")
            cursor.execute("SELECT gin_clean_pending_list('message_receiver_trigrams')")
            cursor.execute("SET LOCAL enable_seqscan = off")  # which is quicker as long as there are so few
        found = MessageFilter({"q": "anna"}, user=planner, now=NOW).messages()
        assert list(found) == [reminder]
        assert "message_receiver_trigrams" in found.explain()


# --- One message ------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("planner")
class TestOneMessage:
    def test_tells_its_story_in_plain_words(self, client: Client, reminder: Message, planner: User) -> None:
        stuck(reminder, State.SENT)
        actions.report(provider_reference="A1", event=EventKind.BOUNCED, at=NOW + HOUR, detail="5.1.1 No such user")
        client.post(reverse("reports:correct_message", args=[reminder.pk]), {"recipient": "anna.as@example.org"})
        text = page(client, "reports:message", reminder.pk)
        story = [
            "Meddelandet skulle skickas.",
            "E-postservern tog emot det.",
            "Det studsade: det kom inte fram till mottagaren.",
            "5.1.1 No such user",
            "anna@example.org → anna.as@example.org",
            "Siv Samordnare-Exempel",
        ]
        assert [words for words in story if words not in text] == []
        assert "5.1.1 No such user" in folded(text)

    def test_leads_to_the_person_and_the_session(
        self, client: Client, reminder: Message, enrolment: Enrolment, session: CohortSession
    ) -> None:
        text = page(client, "reports:message", reminder.pk)
        assert reverse("certificates:person", args=[enrolment.participant_id]) in text
        assert reverse("sessions:session", args=[session.pk]) in text

    def test_takes_few_queries(self, client: Client, reminder: Message) -> None:
        with CaptureQueriesContext(connection) as captured:
            page(client, "reports:message", reminder.pk)
        assert len(captured) <= 12

    def test_shows_its_text_as_it_would_read_now(self, client: Client, reminder: Message) -> None:
        assert "Hej Anna" in page(client, "reports:message_text", reminder.pk)
        reminder.refs = {}
        reminder.save()
        assert "Texten kan inte skapas längre" in page(client, "reports:message_text", reminder.pk)

    def test_keeps_to_itself_what_only_its_receiver_may_read(self, client: Client, region: Region) -> None:
        invitation = MessageFactory(kind="invitation", scope=region.pk)
        assert "bara är till för mottagaren" in page(client, "reports:message_text", invitation.pk)

    @pytest.mark.parametrize(
        ("state", "name", "becomes"),
        [
            (State.UNCERTAIN, "resend_message", State.QUEUED),
            (State.UNCERTAIN, "treat_message_as_sent", State.SENT),
            (State.BOUNCED, "settle_message", State.BOUNCED),
        ],
    )
    def test_offers_ways_out_and_takes_them(
        self, client: Client, reminder: Message, state: State, name: str, becomes: State, session: CohortSession
    ) -> None:
        stuck(reminder, state)
        address = reverse(f"reports:{name}", args=[reminder.pk])
        assert address in page(client, "reports:message", reminder.pk)
        assert client.post(address).url == reverse("reports:message", args=[reminder.pk])
        reminder.refresh_from_db()
        assert reminder.state == becomes
        again = client.post(address, follow=True).content.decode()
        assert "redan omhändertaget" in again

    def test_wants_an_address_that_can_be_one(self, client: Client, reminder: Message) -> None:
        stuck(reminder, State.BOUNCED)
        response = client.post(reverse("reports:correct_message", args=[reminder.pk]), {"recipient": "ingen adress"})
        assert response.status_code == 422
        assert "ingen adress" in response.content.decode()


# --- Was she told? ----------------------------------------------------------------------------------------------------
def test_a_sessions_page_says_who_was_told_and_who_was_not(
    client: Client, planner: User, reminder: Message, session: CohortSession
) -> None:
    EnrolmentFactory(cohort=session.cohort, participant__first_name="Bo", participant__last_name="Otursam-Exempel")
    text = page(client, "reports:session_messages", session.pk)
    assert "Så vitt vi vet har 1 av 2 deltagare inte fått veta vad som gäller nu" in text
    anna, bo = text.index("Anna Ås-Exempel"), text.index("Bo Otursam-Exempel")
    hers = text[bo:anna] if bo < anna else text[bo:]
    assert "Inget meddelande än" in hers
    assert reverse("reports:session_messages", args=[session.pk]) in page(client, "sessions:session", session.pk)


def test_who_typed_anothers_number_is_not_told_by_the_sms_that_go_to_it(
    planner: User, reminder: Message, session: CohortSession
) -> None:
    number = "+46701740605"
    bo = EnrolmentFactory(cohort=session.cohort, participant__user=UserFactory(mobile=number)).participant
    eva = EnrolmentFactory(
        cohort=session.cohort, participant__user=UserFactory(mobile=number, proven_mobile=number)
    ).participant
    refs = {"session": str(session.pk), "revision": "1"}
    MessageFactory.create(
        sms=True, recipient=number, kind=reminder.kind, refs=refs, scope=reminder.scope, state=State.SENT
    )
    told = told_of(session, user=planner)
    names = {receiver.name for receiver in told.participants} - {receiver.name for receiver in told.not_told}
    assert str(eva) in names
    assert str(bo) not in names


# --- To do ------------------------------------------------------------------------------------------------------------
def test_what_may_not_have_arrived_is_to_be_done_in_place(client: Client, planner: User, reminder: Message) -> None:
    stuck(reminder, State.UNCERTAIN)
    Message.objects.update(handed_over=NOW - PATIENCE)
    text = page(client, "reports:message_todo")
    assert "anna@example.org" in text
    assert "1 sak att se över bland meddelandena" in text
    part = client.get(reverse("reports:message_todo"), headers={"hx-request": "true"}).content.decode()
    assert "anna@example.org" in part
    assert "<html" not in part
    response = client.post(reverse("reports:treat_message_as_sent", args=[reminder.pk]), {"overview": "1"})
    assert response.url == reverse("reports:overview")
    assert "anna@example.org" not in page(client, "reports:message_todo")


def test_a_channel_that_is_refused_is_to_be_done_in_words_that_a_coordinator_knows(
    client: Client, planner: User
) -> None:
    pause(channel=Channel.EMAIL, error=ChannelRefusedError("535 Who are you?"), now=timezone.now())
    text = page(client, "reports:message_todo")
    assert "Servern släpper inte in portalen sedan" in text
    assert "535" not in text


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_a_channel_that_is_refused_is_shown_and_tried_again(client: Client, region: Region, who: str) -> None:
    client.force_login(administrator() if who == "administrator" else coordinator(region))
    now = timezone.now()
    pause(channel=Channel.EMAIL, error=ChannelRefusedError("535 Who are you?"), now=now)
    shown = page(client, "reports:channels")
    assert "De som driver portalen behöver se över" in shown
    assert "535 Who are you?" in folded(shown)
    client.post(reverse("reports:resume_channel", args=[Channel.EMAIL]))
    assert not Pause.objects.in_force(now=timezone.now()).exists()
    assert "535 Who are you?" not in page(client, "reports:channels")
