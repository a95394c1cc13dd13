"""What somebody wants to get: chosen in the profile, or by the link in a mail."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from messaging import kinds
from messaging.actions import choose_topics
from messaging.channels.mail import compose
from messaging.choices import Topic
from messaging.models import TopicChoice
from messaging.unsubscribing import token_of
from regions.models import Region
from tests.factories import (
    NOW,
    EnrolmentFactory,
    MessageFactory,
    MunicipalityFactory,
    ParticipantFactory,
    RegionFactory,
    RoleAssignmentFactory,
    UserFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db

PAGE = "/konto/meddelanden/"


@pytest.fixture
def region() -> Region:
    return RegionFactory()


@pytest.fixture
def asa(region: Region, client: Client) -> User:
    """A participant, logged in."""
    user = UserFactory(email="Asa@example.org")
    RoleAssignmentFactory(user=user, role=Role.PARTICIPANT, region=region)
    client.force_login(user)
    return user


def unwanted() -> set[tuple[str, str]]:
    return set(TopicChoice.objects.filter(is_wanted=False).values_list("address", "topic"))


class TestTheProfile:
    def test_a_participant_chooses_about_reminders_and_may_change_her_mind(self, client: Client, asa: User) -> None:
        client.post(PAGE, {"email": []})
        assert ("asa@example.org", Topic.REMINDERS) in unwanted()
        client.post(PAGE, {"email": [Topic.REMINDERS]})
        assert ("asa@example.org", Topic.REMINDERS) not in unwanted()
        events = AuditEvent.objects.filter(actor=asa, after={"topic": "reminders"}).order_by("created")
        assert list(events.values_list("action", flat=True)) == ["messages.opted_out", "messages.wanted"]

    def test_they_hold_wherever_she_is_written_to(self, client: Client, asa: User, region: Region) -> None:
        """Her employer has corrected the address that her mail goes to; she logs in with the old one."""
        ParticipantFactory(region=region, user=asa, email="asa.aberg@example.org")
        assert "asa.aberg@example.org, Asa@example.org" in client.get(PAGE).content.decode()
        client.post(PAGE, {"email": []})
        reminders = {address for address, topic in unwanted() if topic == Topic.REMINDERS}
        assert reminders == {"asa@example.org", "asa.aberg@example.org"}
        assert 'value="reminders" checked' not in " ".join(client.get(PAGE).content.decode().split())

    def test_what_was_chosen_by_the_link_in_a_mail_holds_until_she_chooses_anew(
        self, client: Client, asa: User, region: Region
    ) -> None:
        """At either address: none is undone by saving something else."""
        ParticipantFactory(region=region, user=asa, email="asa.aberg@example.org")
        choose_topics(addresses=[asa.email], wanted=[], among=[Topic.REMINDERS], by=None, now=NOW)
        choose_topics(addresses=["asa.aberg@example.org"], wanted=[], among=[Topic.EVALUATION], by=None, now=NOW)
        page = " ".join(client.get(PAGE).content.decode().split())
        assert re.findall(r'value="(\w+)"[^>]*checked', page) == ["preparation"]

    def test_at_an_address_that_is_somebody_elses_too_she_chooses_nothing(
        self, client: Client, asa: User, region: Region
    ) -> None:
        ParticipantFactory(region=region, user=asa, email="brev@example.org")
        ParticipantFactory(region=RegionFactory(), email="Brev@example.org")
        client.post(PAGE, {"email": []})
        assert "brev@example.org" not in {address for address, _topic in unwanted()}

    def test_a_number_has_choices_of_its_own(self, client: Client, asa: User) -> None:
        asa.mobile = asa.proven_mobile = "+46701740605"
        asa.save()
        assert "Med sms" in client.get(PAGE).content.decode()
        client.post(PAGE, {"email": [Topic.REMINDERS], "sms": []})
        assert ("+46701740605", Topic.REMINDERS) in unwanted()
        assert ("asa@example.org", Topic.REMINDERS) not in unwanted()

    @pytest.mark.parametrize("proven", ["", "+46701740606"])
    def test_at_a_number_that_she_has_not_proved_she_chooses_nothing(
        self, client: Client, asa: User, proven: str
    ) -> None:
        asa.mobile, asa.proven_mobile = "+46701740605", proven
        asa.save()
        assert "Med sms" not in client.get(PAGE).content.decode()
        client.post(PAGE, {"email": [Topic.REMINDERS], "sms": []})
        assert not TopicChoice.objects.filter(address__startswith="+").exists()

    def test_what_is_not_hers_to_choose_can_not_be_chosen(self, client: Client, asa: User) -> None:
        assert client.post(PAGE, {"email": ["people"]}).status_code == 422
        client.post(PAGE, {"people": "both"})
        assert not TopicChoice.objects.wanting(Topic.DIGEST)

    def test_a_coordinator_has_nothing_to_choose(self, client: Client, region: Region) -> None:
        client.force_login(coordinator(region))
        assert "Det finns inget att välja" in client.get(PAGE).content.decode()


class TestAManager:
    @pytest.fixture
    def boss(self, client: Client, region: Region) -> User:
        boss = manager(MunicipalityFactory(region=region))
        client.force_login(boss)
        return boss

    def gets(self, boss: User) -> list[Topic]:
        return TopicChoice.objects.wanted(boss.email, [Topic.PEOPLE, Topic.DIGEST])

    def test_who_has_chosen_nothing_gets_a_mail_each_time_and_no_summary(self, client: Client, boss: User) -> None:
        html = client.get(PAGE).content.decode()
        assert re.search(r'value="events"[^>]*checked', html)
        assert "Påminnelser inför tillfällen" not in html
        assert self.gets(boss) == [Topic.PEOPLE]

    @pytest.mark.parametrize(
        ("choice", "topics"),
        [
            ("events", [Topic.PEOPLE]),
            ("summary", [Topic.DIGEST]),
            ("both", [Topic.PEOPLE, Topic.DIGEST]),
            ("nothing", []),
        ],
    )
    def test_it_is_one_choice(self, client: Client, boss: User, choice: str, topics: list[Topic]) -> None:
        client.post(PAGE, {"people": choice})
        assert self.gets(boss) == topics
        assert re.search(rf'value="{choice}"[^>]*checked', client.get(PAGE).content.decode())

    @pytest.mark.parametrize("choice", ["", "weekly"])
    def test_another_answer_is_refused(self, client: Client, boss: User, choice: str) -> None:
        assert client.post(PAGE, {"people": choice}).status_code == 422
        assert self.gets(boss) == [Topic.PEOPLE]

    def test_the_link_in_a_mail_offers_the_summary_instead(self, client: Client, boss: User) -> None:
        link = reverse("accounts:unsubscribe", args=[token_of(boss.email, Topic.PEOPLE)])
        assert "En sammanfattning i månaden i stället" in client.get(link).content.decode()
        assert "första arbetsdagen" in client.post(link, {"summary": "1"}).content.decode()
        assert self.gets(boss) == [Topic.DIGEST]

    def test_what_must_be_answered_or_is_decided_comes_whatever_she_chose(self) -> None:
        must = [kind for kind in kinds.registered() if kind.name.startswith(("enrolment.", "people."))]
        assert must
        assert [kind.name for kind in must if kind.topic] == []


class TestTheLink:
    def link(self, address: str = "asa@example.org") -> str:
        return reverse("accounts:unsubscribe", args=[token_of(address, Topic.REMINDERS)])

    def test_a_mail_program_ends_it_with_one_post_and_no_cookie(self) -> None:
        answer = Client(enforce_csrf_checks=True).post(self.link(), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert unwanted() == {("asa@example.org", "reminders")}

    def test_opening_it_ends_nothing(self, client: Client) -> None:
        assert "Vill du inte ha fler" in client.get(self.link()).content.decode()
        assert unwanted() == set()

    def test_twice_is_as_good_as_once_and_it_can_be_taken_back(self, client: Client) -> None:
        client.post(self.link())
        assert "inga fler" in client.post(self.link()).content.decode()
        client.post(self.link(), {"again": "1"})
        assert unwanted() == set()

    @pytest.mark.parametrize("token", ["x", "WyJhIiwicmVtaW5kZXJzIl0:1abc:forged"])
    def test_a_link_that_is_not_ours_leads_nowhere(self, client: Client, token: str) -> None:
        assert client.post(reverse("accounts:unsubscribe", args=[token])).status_code == 404
        assert unwanted() == set()


class TestTheMail:
    def headers_of(self, kind: str, **refs: str) -> dict[str, str]:
        message = MessageFactory(kind=kind, recipient="asa@example.org", refs=refs)
        parsed = message_from_bytes(compose(message, kinds.get(kind).render(message), now=NOW).data, policy=default)
        return {name: str(value) for name, value in parsed.items()} | {"text": str(parsed.get_body(("plain",)))}

    def test_what_has_to_be_known_can_not_be_ended(self) -> None:
        headers = self.headers_of("enrolment.confirmed", enrolment=str(EnrolmentFactory().pk))
        assert "List-Unsubscribe" not in headers
        assert "/konto/avsta/" not in headers["text"]

    def test_each_kind_that_can_be_ended_has_the_words_that_say_how(self) -> None:
        assert all(kind.text for kind in kinds.registered() if kind.topic)

    def test_moved_sessions_offers_and_what_is_decided_are_in_no_topic(self) -> None:
        must = ("session.changed", "withdrawal", "enrolment.offered", "enrolment.confirmed", "enrolment.rejected")
        assert [name for name in must if kinds.get(name).topic] == []
