"""Codes by mail: nobody learns from them who has an account, and no mailbox is flooded."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ASK = reverse("account_request_login_code")
ENTER = reverse("account_confirm_login_code")


def test_a_new_code_sends_as_many_mails_to_an_unknown_address_as_to_a_known_one() -> None:
    """One mail less would be a quicker answer, which tells an unknown address from a known one."""
    known = UserFactory().email
    for address in (known, "saknas@example.org"):
        browser = Client()
        browser.post(ASK, {"email": address})
        browser.post(ENTER, {"action": "resend"})  # allauth's way, which is closed
        browser.post(ASK, {"email": address})
    assert [message.to for message in mail.outbox] == [[known]] * 2 + [["saknas@example.org"]] * 2


def test_new_codes_count_towards_the_limit_of_the_mailbox() -> None:
    address, browser = UserFactory().email, Client()
    for _ in range(6):
        browser.post(ASK, {"email": address})
        browser.post(ENTER, {"action": "resend"})
    assert len(mail.outbox) == 3


def test_the_page_for_the_code_asks_for_a_new_one_in_the_same_way() -> None:
    address, browser = UserFactory().email, Client()
    browser.post(ASK, {"email": address})
    page = browser.get(ENTER).content.decode()
    assert f'action="{ASK}"' in page
    assert f'<input type="hidden" name="email" value="{address}">' in page
