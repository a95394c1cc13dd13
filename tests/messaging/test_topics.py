"""What receivers don't want is withheld, and each such mail says how to end it."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from messaging.actions import carry_choices, choose_topics
from messaging.choices import State, Topic
from messaging.models import TopicChoice
from messaging.unsubscribing import read
from tests.factories import NOW, MessageFactory
from tests.messaging.conftest import Know, Send

pytestmark = pytest.mark.django_db


class TestWhatIsNotWanted:
    """Asked just before the handover, so that what waits already is withheld as well."""

    def test_it_is_withheld_and_says_why(self, know: Know, send: Send, mail_folder: Path) -> None:
        know(topic=Topic.REMINDERS)
        message = MessageFactory(recipient="Asa@Example.org")
        choose_topics(addresses=["asa@example.org"], wanted=[], among=[Topic.REMINDERS], by=None, now=NOW)
        send()
        message.refresh_from_db()
        assert (message.state, message.handed_over) == (State.WITHHELD, None)
        assert str(Topic.REMINDERS.label) in message.error
        assert not list(mail_folder.glob("*.eml"))

    def test_other_topics_and_addresses_are_sent(self, know: Know, send: Send, mail_folder: Path) -> None:
        know(topic=Topic.REMINDERS)
        message = MessageFactory(recipient="asa@example.org")
        choose_topics(addresses=["asa@example.org"], wanted=[], among=[Topic.DIGEST], by=None, now=NOW)
        choose_topics(addresses=["bo@example.org"], wanted=[], among=[Topic.REMINDERS], by=None, now=NOW)
        send()
        message.refresh_from_db()
        assert message.state == State.SENT

    def test_what_is_read_in_the_summary_says_so(self, know: Know, send: Send, mail_folder: Path) -> None:
        know(topic=Topic.PEOPLE)
        message = MessageFactory(recipient="bo@example.org")
        both = [Topic.PEOPLE, Topic.DIGEST]
        choose_topics(addresses=["bo@example.org"], wanted=[Topic.DIGEST], among=both, by=None, now=NOW)
        send()
        message.refresh_from_db()
        assert (message.state, message.error) == (State.WITHHELD, "Mottagaren läser det i månadssammanfattningen.")

    def test_the_summary_comes_to_those_only_who_asked_for_it(self, know: Know, send: Send, mail_folder: Path) -> None:
        know(topic=Topic.DIGEST)
        first, second = MessageFactory(recipient="bo@example.org"), MessageFactory(recipient="eva@example.org")
        choose_topics(addresses=["eva@example.org"], wanted=[Topic.DIGEST], among=[Topic.DIGEST], by=None, now=NOW)
        send()
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (State.WITHHELD, State.SENT)

    def test_what_has_to_be_known_is_sent_whatever_was_chosen(self, send: Send, mail_folder: Path) -> None:
        message = MessageFactory(recipient="asa@example.org")
        choose_topics(addresses=["asa@example.org"], wanted=[], among=list(Topic), by=None, now=NOW)
        send()
        message.refresh_from_db()
        assert message.state == State.SENT

    def test_such_a_mail_lets_its_receiver_end_it_with_one_click(
        self, know: Know, send: Send, mail_folder: Path
    ) -> None:
        know(topic=Topic.REMINDERS)
        MessageFactory(recipient="asa@example.org")
        send()
        [file] = mail_folder.glob("*.eml")
        mail = message_from_bytes(file.read_bytes(), policy=default)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        token = str(mail["List-Unsubscribe"]).strip("<>").split("/")[-2]
        assert read(token) == ("asa@example.org", Topic.REMINDERS)


class TestAnotherAddress:
    """What was chosen goes along to it (carry_choices), unless somebody has chosen there."""

    def chosen(self, address: str) -> dict[str, bool]:
        return dict(TopicChoice.objects.of(address).values_list("topic", "is_wanted"))

    def choose(self, address: str, *, wanted: list[Topic], among: list[Topic]) -> None:
        choose_topics(addresses=[address], wanted=wanted, among=among, by=None, now=NOW)

    def test_all_of_it_holds_there_and_at_the_old_one(self) -> None:
        self.choose("asa@example.org", wanted=[Topic.DIGEST], among=[Topic.PEOPLE, Topic.DIGEST])
        carry_choices({"Asa@example.org": "Ny@example.org"})
        assert self.chosen("ny@example.org") == self.chosen("asa@example.org") == {"people": False, "digest": True}

    def test_whoever_has_chosen_there_keeps_all_of_hers(self) -> None:
        """Also about what she has said nothing of: two halves would make neither mails nor a summary."""
        self.choose("asa@example.org", wanted=[Topic.DIGEST], among=[Topic.PEOPLE, Topic.DIGEST])
        self.choose("ny@example.org", wanted=[], among=[Topic.REMINDERS])
        carry_choices({"asa@example.org": "ny@example.org"})
        assert self.chosen("ny@example.org") == {"reminders": False}

    def test_of_several_each_keeps_to_her_own(self) -> None:
        self.choose("asa@example.org", wanted=[], among=[Topic.REMINDERS])
        self.choose("bo@example.org", wanted=[], among=[Topic.EVALUATION])
        carry_choices({"asa@example.org": "asa2@example.org", "bo@example.org": "bo2@example.org"})
        assert self.chosen("asa2@example.org") == {"reminders": False}
        assert self.chosen("bo2@example.org") == {"evaluation": False}

    @pytest.mark.parametrize("addresses", [{"": "ny@example.org"}, {"asa@example.org": ""}, {}])
    def test_without_an_address_there_is_nothing_to_carry(self, addresses: dict[str, str]) -> None:
        self.choose("asa@example.org", wanted=[], among=[Topic.REMINDERS])
        carry_choices(addresses)
        assert TopicChoice.objects.count() == 1
