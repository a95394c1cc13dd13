"""Whoever may look at messages may not choose for their receivers; words and reports are only words and reports."""

import logging
import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.texts.versions import compared
from common.logs import RedactingFormatter
from messaging.channels.gateway import token_of as token_of_sms
from messaging.choices import State, Topic
from messaging.kinds import get
from messaging.models import Message, MessageEvent, TopicChoice
from messaging.texts.text import LONGEST_BODY
from messaging.texts.writing import refusal_of_body, refusal_of_subject, written
from messaging.unsubscribing import token_of
from tests.factories import NOW, CohortSessionFactory, EnrolmentFactory, MessageFactory, coordinator

pytestmark = pytest.mark.django_db


class TestUnsubscribing:
    @pytest.mark.parametrize("separator", [":", "%3A", "%3a"])
    @pytest.mark.parametrize("address", ["a@b.se", "anna-karin.lindstrom-bergqvist@socialforvaltningen.example.org"])
    def test_no_log_holds_its_address(self, address: str, separator: str) -> None:
        token = token_of(address, Topic.REMINDERS).replace(":", separator)
        line = f'"GET /konto/avsta/{token}/ HTTP/1.1" 200'
        record = logging.LogRecord("test", logging.INFO, "", 0, line, (), None)
        assert RedactingFormatter("%(message)s").format(record) == '"GET /konto/avsta/***/ HTTP/1.1" 200'

    def test_a_token_serves_for_its_own_address_and_topic(self, client: Client) -> None:
        one, other = token_of("asa@example.org", Topic.REMINDERS), token_of("bo@example.org", Topic.REMINDERS)
        mixed = ":".join([other.split(":")[0], *one.split(":")[1:]])
        assert client.post(reverse("accounts:unsubscribe", args=[mixed])).status_code == 404
        assert not TopicChoice.objects.exists()

    def test_who_coordinates_reads_the_words_but_not_the_link(self, client: Client) -> None:
        session = CohortSessionFactory()
        enrolment = EnrolmentFactory(cohort=session.cohort)
        message: Message = MessageFactory(
            kind="session.reminder",
            scope=session.cohort.region.pk,
            state=State.SENT,
            refs={"session": str(session.pk), "revision": session.revision, "enrolment": str(enrolment.pk)},
        )
        client.force_login(coordinator(session.cohort.region))
        page = client.get(reverse("reports:message_text", args=[message.pk])).content.decode()
        assert "/konto/avsta/" in get(message.kind).render(message).text
        assert enrolment.participant.first_name in page
        assert "/konto/avsta/" not in page


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            "{first_name.__class__}",
            "{first_name!r}",
            "{first_name:>99999999}",
            "{0}",
            "{}",
            "{{first_name}}",
            "{a{b}}",
            "{ first_name}",
            "{first_name",
            "}",
            "{first_name\n}",
            "{\u200bfirst_name}",
        ],
    )
    def test_nothing_but_a_name_stands_in_braces(self, text: str) -> None:
        assert refusal_of_subject(text, {"first_name"})
        assert refusal_of_body(f"{text}\n{{facts}}", {"first_name"})

    def test_what_a_name_holds_is_no_placeholder_no_list_and_no_markup(self) -> None:
        part = written("{first_name}", {"first_name": "<b>{cohort}</b>\n- x", "cohort": "Hemlig"})
        assert part.html == "<p>&lt;b&gt;{cohort}&lt;/b&gt; - x</p>"

    @pytest.mark.parametrize("name", ["www.example.org", "https://example.org/", "kim@example.org"])
    def test_nobody_puts_a_link_into_others_mails_by_her_name(self, name: str) -> None:
        part = written("Hej {first_name}, se www.region.example.com och\n- {first_name}", {"first_name": name})
        assert part.html.count("href") == part.html.count('href="http://www.region.example.com"') == 1
        assert part.html.count(name) == 2

    def test_an_address_may_hold_a_placeholder(self) -> None:
        part = written("https://example.org/?q={cohort}", {"cohort": 'Å "1"'})
        assert part.html == (
            '<p><a href="https://example.org/?q=%C3%85%20%221%22">https://example.org/?q=Å &quot;1&quot;</a></p>'
        )

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
    def test_no_address_but_one_of_the_web_becomes_a_link(self, address: str) -> None:
        assert "href" not in written(f"Se {address}", {}).html

    @pytest.mark.parametrize("pattern", ["(", "&", "@", "a.", "www.", "https://", "x@", "(a@b.se,", ";", "\n", "\n \t"])
    def test_no_text_takes_long_to_write(self, pattern: str) -> None:
        start = time.process_time()
        written((pattern * LONGEST_BODY)[:LONGEST_BODY], {})
        assert time.process_time() - start < 1

    @pytest.mark.parametrize(("before", "after"), [("a ", "b "), ("a ", "a b "), ("a b ", "b a ")])
    def test_no_change_takes_long_to_compare(self, before: str, after: str) -> None:
        old, new = ((words * LONGEST_BODY)[:LONGEST_BODY] for words in (before, after))
        start = time.process_time()
        parts = list(compared(old, new))
        assert time.process_time() - start < 2
        assert "".join(part.text for part in parts if not part.is_gone) == new


class TestReports:
    def test_a_reference_that_no_database_can_look_for_is_no_fault(self, client: Client) -> None:
        message = MessageFactory.create(sms=True, state=State.SENT, tries=1, handed_over=NOW, finished=NOW)
        address = reverse("webhooks:sms", args=[message.pk, token_of_sms(message.pk)])
        assert client.post(address, {"id": "s\0", "status": "delivered"}).status_code == 204
        assert MessageEvent.objects.filter(message=message).exists()

    def test_one_secret_serves_for_one_message(self, client: Client) -> None:
        mine, hers = (MessageFactory.create(sms=True, state=State.SENT) for _number in range(2))
        address = reverse("webhooks:sms", args=[hers.pk, token_of_sms(mine.pk)])
        assert client.post(address, {"status": "delivered"}).status_code == 404
        assert not MessageEvent.objects.exists()
