"""Logging in: with a code, with a password, and not at all."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import demo
from accounts.models import User
from tests.factories import NOW, PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/konto/logga-in/"
ASK = "/konto/logga-in/kod/"
ENTER = "/konto/logga-in/kod/ange/"


def ask_for_code(client: Client, email: str) -> str:
    """Ask for a code and return the one in the mail."""
    client.post(ASK, {"email": email})
    found = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))
    assert found
    return found.group()


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestWithACode:
    def test_the_code_in_the_mail_logs_her_in(self, client: Client) -> None:
        user = UserFactory()
        code = ask_for_code(client, user.email)
        assert mail.outbox[-1].to == [user.email]
        client.post(ENTER, {"code": code.replace("-", "")})
        assert is_logged_in(client)

    def test_it_speaks_the_language_she_has_chosen(self, client: Client) -> None:
        user = UserFactory(language="en")
        code = ask_for_code(client, user.email)
        assert mail.outbox[-1].subject == f"{code} is your code to log in"
        assert "Your code to log in" in str(mail.outbox[-1].alternatives[0])

    def test_opening_the_page_is_not_enough(self, client: Client) -> None:
        code = ask_for_code(client, UserFactory().email)
        client.get(ENTER, {"code": code})
        assert not is_logged_in(client)

    def test_it_works_in_the_browser_where_it_was_asked_for(self, client: Client) -> None:
        code = ask_for_code(client, UserFactory().email)
        elsewhere = Client()
        elsewhere.post(ENTER, {"code": code})
        assert not is_logged_in(elsewhere)

    def test_it_works_for_ten_minutes(self, client: Client) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            code = ask_for_code(client, UserFactory().email)
            clock.shift(timedelta(minutes=10, seconds=1))
            client.post(ENTER, {"code": code})
        assert not is_logged_in(client)

    def test_it_works_once(self, client: Client) -> None:
        code = ask_for_code(client, UserFactory().email)
        client.post(ENTER, {"code": code})
        client.post(reverse("account_logout"))
        client.post(ENTER, {"code": code})
        assert not is_logged_in(client)

    def test_it_dies_after_three_wrong_attempts(self, client: Client) -> None:
        code = ask_for_code(client, UserFactory().email)
        for _ in range(3):
            client.post(ENTER, {"code": "00000000"})
        client.post(ENTER, {"code": code})
        assert not is_logged_in(client)

    def test_a_new_one_can_be_sent(self, client: Client) -> None:
        first = ask_for_code(client, UserFactory().email)
        client.post(ASK, {"email": mail.outbox[0].to[0]})
        assert len(mail.outbox) == 2
        client.post(ENTER, {"code": first})
        assert not is_logged_in(client)

    def test_she_comes_to_the_page_that_she_wanted(self, client: Client) -> None:
        user = UserFactory()
        client.post(f"{ASK}?next=/konto/profil/", {"email": user.email})
        code = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))
        assert code
        response = client.post(f"{ENTER}?next=/konto/profil/", {"code": code.group()})
        assert response["Location"] == "/konto/profil/"

    def test_who_was_logged_out_before_pressing_a_button_comes_back_to_its_page(self, client: Client) -> None:
        user = UserFactory()
        page = "http://testserver/konto/roller/"
        asked = client.post("/konto/roll/", headers={"Referer": page})
        response = client.post(asked["Location"], {"login": user.email, "password": PASSWORD})
        assert response["Location"] == page
        assert client.get(page).status_code == 200

    def test_nobody_is_led_to_another_site(self, client: Client) -> None:
        user = UserFactory()
        response = client.post(f"{LOGIN}?next=https://evil.example/", {"login": user.email, "password": PASSWORD})
        assert response["Location"] == "/"


class TestWhoHasAnAccountIsNobodysBusiness:
    def test_an_unknown_address_gets_the_same_page_and_also_a_mail(self, client: Client) -> None:
        known, unknown = Client(), Client()
        UserFactory(email="finns@example.org")
        answers = [
            browser.post(ASK, {"email": email}, follow=True)
            for browser, email in ((known, "finns@example.org"), (unknown, "saknas@example.org"))
        ]
        pages = [
            re.sub('"[A-Za-z0-9]{64}"', "", answer.content.decode()).replace("saknas", "finns") for answer in answers
        ]
        assert pages[0] == pages[1]
        assert [message.to for message in mail.outbox] == [["finns@example.org"], ["saknas@example.org"]]
        assert not re.search(r"\d{4}-\d{4}", str(mail.outbox[1].body))

    def test_a_wrong_password_and_an_unknown_address_read_the_same(self) -> None:
        user = UserFactory()
        pages = [
            Client().post(LOGIN, {"login": email, "password": "fel"}).context["form"].errors
            for email in (user.email, "saknas@example.org")
        ]
        assert pages[0] == pages[1]

    def test_a_forgotten_password_is_answered_the_same(self, client: Client) -> None:
        UserFactory(email="finns@example.org")
        for email in ("finns@example.org", "saknas@example.org"):
            assert (
                client.post("/konto/losenord/glomt/", {"email": email})["Location"] == "/konto/losenord/glomt/skickat/"
            )
        assert len(mail.outbox) == 2


class TestWithAPassword:
    def test_address_in_any_case_and_password_log_her_in(self, client: Client) -> None:
        user = UserFactory()
        client.post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})
        assert is_logged_in(client)

    def test_she_chooses_a_new_one_by_the_link_in_a_mail(self, client: Client) -> None:
        user = UserFactory()
        client.post("/konto/losenord/glomt/", {"email": user.email})
        link = re.search(r"http\S+(/konto/losenord/nytt/\S+)", str(mail.outbox[-1].body))
        assert link
        form = client.get(link.group(1), follow=True)
        assert not is_logged_in(client)
        new = "tre-helt-nya-ord"
        client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
        user.refresh_from_db()
        assert user.check_password(new)

    def test_one_without_a_password_chooses_her_first_in_her_profile(self, client: Client) -> None:
        user = User.objects.create_user("utan@example.org", first_name="Ulla", last_name="Utan")
        client.force_login(user)
        new = "tre-helt-nya-ord"
        client.post(reverse("account_set_password"), {"password1": new, "password2": new})
        user.refresh_from_db()
        assert user.check_password(new)

    def test_guessing_is_stopped(self, client: Client) -> None:
        user = UserFactory()
        for _ in range(5):
            client.post(LOGIN, {"login": user.email, "password": "fel"})
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert not is_logged_in(client)

    def test_asking_for_codes_is_stopped_too(self, client: Client) -> None:
        user = UserFactory()
        for _ in range(5):
            Client().post(ASK, {"email": user.email})
        assert len(mail.outbox) == 3

    def test_too_much_from_one_place_is_answered_with_429(self, client: Client) -> None:
        answers = {
            client.post(LOGIN, {"login": f"a{number}@example.org", "password": "fel"}).status_code
            for number in range(61)
        }
        assert 429 in answers


class TestAClosedAccount:
    def test_its_password_does_not_log_in(self, client: Client) -> None:
        user = UserFactory(is_active=False)
        response = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert response["Location"] == reverse("account_inactive")
        assert not is_logged_in(client)

    def test_it_gets_no_code(self, client: Client) -> None:
        client.post(ASK, {"email": UserFactory(is_active=False).email})
        assert not re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))

    def test_closing_it_ends_what_goes_on(self, client: Client) -> None:
        user = UserFactory()
        client.force_login(user)
        assert client.get("/konto/profil/").status_code == 200
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert client.get("/konto/profil/")["Location"].startswith(LOGIN)


class TestNobodySignsUp:
    def test_the_page_says_where_accounts_come_from(self, client: Client) -> None:
        assert client.get(reverse("account_signup")).templates[0].name == "account/signup_closed.html"
        new = {"email": "ny@example.org", "password1": PASSWORD, "password2": PASSWORD}
        client.post(reverse("account_signup"), new)
        assert not User.objects.exists()


class TestTheDemo:
    def test_development_offers_its_log_ins(self, client: Client, settings: Settings) -> None:
        settings.DEVELOPMENT = True
        UserFactory(email="chef@example.org")
        page = client.get(LOGIN).content.decode()
        assert "chef@example.org" in page
        assert "samordnare@example.org" not in page

    def test_nothing_else_does(self, client: Client) -> None:
        UserFactory(email="chef@example.org")
        assert "chef@example.org" not in client.get(LOGIN).content.decode()

    def test_its_password_opens_nothing_in_production(self, client: Client, settings: Settings) -> None:
        user = UserFactory(password=demo.PASSWORD)
        credentials = {"login": user.email, "password": demo.PASSWORD}
        settings.PRODUCTION = True
        client.post(LOGIN, credentials)
        assert not is_logged_in(client)
        settings.PRODUCTION = False
        client.post(LOGIN, credentials)
        assert is_logged_in(client)

    def test_nobody_chooses_its_password(self) -> None:
        with pytest.raises(ValidationError, match="public"):
            validate_password(demo.PASSWORD)


def test_log_out_needs_a_post(client: Client) -> None:
    client.force_login(UserFactory())
    client.get(reverse("account_logout"))
    assert is_logged_in(client)
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)


class TestAForgottenPassword:
    CHOSEN = "tre ord i rad 7"

    def link_in_the_mail(self, client: Client, user: User) -> str:
        client.post("/konto/losenord/glomt/", {"email": user.email})
        found = re.search(r"/konto/losenord/nytt/\S+", str(mail.outbox[-1].body))
        assert found
        return found.group()

    def choose(self, client: Client, link: str, password: str) -> str:
        """Follow the link, choose a password, and return the page that answers."""
        page = client.get(link, follow=True)
        form = page.redirect_chain[-1][0] if page.redirect_chain else link
        return client.post(form, {"password1": password, "password2": password}, follow=True).text

    def test_is_replaced_through_the_link_in_the_mail(self, client: Client) -> None:
        user = UserFactory()
        self.choose(client, self.link_in_the_mail(client, user), self.CHOSEN)
        client.post(LOGIN, {"login": user.email, "password": self.CHOSEN})
        assert is_logged_in(client)

    def test_stays_as_it_was_if_the_new_one_is_too_short(self, client: Client) -> None:
        user = UserFactory()
        assert "12 tecken" in self.choose(client, self.link_in_the_mail(client, user), "kort")
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert is_logged_in(client)

    def test_a_link_works_once(self, client: Client) -> None:
        user = UserFactory()
        link = self.link_in_the_mail(client, user)
        self.choose(client, link, self.CHOSEN)
        assert "Länken gäller inte längre" in Client().get(link, follow=True).text
