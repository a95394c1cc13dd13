"""The pages on which somebody gives her number, confirms it by the code that came, and removes it."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from pytest_django.asserts import assertRedirects

from accounts.choices import Role
from accounts.models import MobileCode, User
from accounts.rules import CODE_LIFETIME, MOST_TRIES
from accounts.tokens import code_of
from messaging.choices import State
from messaging.models import Message
from regions.models import Region
from tests.factories import RegionFactory, RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

# Numbers that belong to nobody (PTS keeps 070-174 06 05 to 99 for films and books).
NUMBER, WRITTEN = "+46701740605", "070-174 06 05"
OTHER_NUMBER, OTHER_WRITTEN = "+46701740606", "070-174 06 06"
MESSAGES, TYPE, CODE = "/konto/meddelanden/", "/konto/mobil/", "/konto/mobil/kod/"
RESEND, REMOVE = "/konto/mobil/ny-kod/", "/konto/mobil/ta-bort/"


@pytest.fixture
def region() -> Region:
    return RegionFactory(sms_parts_per_month=500)


@pytest.fixture
def asa(region: Region, client: Client) -> User:
    """A participant, logged in."""
    user = RoleAssignmentFactory(user=UserFactory(), role=Role.PARTICIPANT, region=region).user
    client.force_login(user)
    return user


def newest_code(user: User) -> str:
    return code_of(user.mobile_codes.latest("sent"))


def some_time_ago(user: User, *, minutes: int) -> None:
    """Let the codes that `user` got be so old."""
    for code in user.mobile_codes.all():
        code.sent -= timedelta(minutes=minutes)
        code.minute -= minutes
        code.expires = code.sent + CODE_LIFETIME
        code.save()


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def number_of(user: User) -> str:
    user.refresh_from_db()
    return user.sms_number


class TestTheWay:
    def test_she_types_her_number_gets_a_code_enters_it_and_chooses(self, client: Client, asa: User) -> None:
        assert "Lämna ett nummer" in page(client, MESSAGES)
        assertRedirects(client.post(TYPE, {"mobile": WRITTEN}), CODE)
        asked = page(client, CODE)
        assert WRITTEN in asked
        assert 'name="code"' in asked
        waiting = page(client, MESSAGES)
        assert "Inte bekräftat" in waiting
        assert "Med sms" not in waiting

        confirmed = client.post(CODE, {"code": newest_code(asa)}, follow=True).content.decode()
        assert number_of(asa) == NUMBER
        assert f"Numret {WRITTEN} är bekräftat" in confirmed
        assert "Med sms" in confirmed

    def test_phones_know_what_to_offer(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        [field] = re.findall(r'<input[^>]*name="code"[^>]*>', page(client, CODE))
        assert 'autocomplete="one-time-code"' in field
        assert 'inputmode="numeric"' in field

    @pytest.mark.parametrize("written", ["{} {}", "{}-{}", " {}{} "])
    def test_a_code_may_be_written_as_people_do(self, client: Client, asa: User, written: str) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        code = newest_code(asa)
        client.post(CODE, {"code": written.format(code[:3], code[3:])})
        assert number_of(asa) == NUMBER

    @pytest.mark.parametrize("slip", ["", "12345", "1234567", "tolv", "１２３４５６"])
    def test_what_can_not_be_a_code_is_refused_beside_the_field_and_is_no_try(
        self, client: Client, asa: User, slip: str
    ) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        response = client.post(CODE, {"code": slip})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["code"]
        assert asa.mobile_codes.get().tries == 0

    def test_a_wrong_code_is_refused_beside_the_field_and_counts(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        wrong = f"{(int(newest_code(asa)) + 1) % 10**6:06}"
        response = client.post(CODE, {"code": wrong})
        assert response.status_code == 422
        assert "Koden är fel" in response.content.decode()
        assert wrong in response.content.decode()
        assert (asa.mobile_codes.get().tries, number_of(asa)) == (1, "")

    def test_who_presses_twice_lands_where_the_first_press_did(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        code = newest_code(asa)
        for _press in range(2):
            assertRedirects(client.post(CODE, {"code": code}), MESSAGES, fetch_redirect_response=False)

    @pytest.mark.parametrize("typed", ["", "046-35 50 00", "inget"])
    def test_a_number_that_is_none_is_refused_beside_its_field_and_stays_written(
        self, client: Client, asa: User, typed: str
    ) -> None:
        response = client.post(TYPE, {"mobile": typed})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["mobile"]
        assert f'value="{typed}"' in response.content.decode() or not typed
        assert not Message.objects.exists()


class TestAnotherCode:
    def test_one_that_expired_can_be_asked_for_anew(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        some_time_ago(asa, minutes=20)
        waiting = page(client, CODE)
        assert 'name="code"' not in waiting
        assert "Skicka en kod" in waiting
        assertRedirects(client.post(RESEND), CODE)
        assert 'name="code"' in page(client, CODE)
        assert MobileCode.objects.count() == 2

    def test_so_can_one_that_was_entered_wrongly_too_often(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        asa.mobile_codes.update(tries=MOST_TRIES)
        response = client.post(CODE, {"code": newest_code(asa)})
        assert response.status_code == 422
        assert "för många gånger" in response.content.decode()
        assert RESEND in response.content.decode()
        assert 'name="code"' not in page(client, CODE)

    def test_ends_the_earlier_one_and_says_so(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        some_time_ago(asa, minutes=5)
        assert "Den tidigare gäller inte längre" in client.post(RESEND, follow=True).content.decode()

    def test_of_the_first_one_to_an_old_number_it_is_not_said(self, client: Client, asa: User) -> None:
        User.objects.filter(pk=asa.pk).update(mobile=NUMBER)
        told = client.post(RESEND, follow=True).content.decode()
        assert "En kod är på väg." in told
        assert "Den tidigare" not in told

    def test_whoever_asks_at_once_is_told_to_wait_and_keeps_the_code_she_has(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        told = client.post(RESEND, follow=True).content.decode()
        assert "Vänta en minut" in told
        assert 'name="code"' in told
        assert MobileCode.objects.count() == 1

    @pytest.mark.parametrize(
        ("state", "is_told"),
        [
            (State.SENT, False),
            (State.UNCERTAIN, False),
            (State.DEAD, True),
            (State.BOUNCED, True),
            (State.WITHHELD, True),
        ],
    )
    def test_she_is_told_if_the_sms_did_not_reach_the_number(
        self, client: Client, asa: User, state: State, is_told: bool
    ) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        Message.objects.update(state=state)
        shown = page(client, CODE)
        assert (f"Sms:et har inte kommit fram till {WRITTEN}" in shown) is is_told
        assert ("Vi har skickat en kod" in shown) is not is_told
        assert 'name="code"' in shown

    def test_she_may_use_another_number_at_once(self, client: Client, asa: User) -> None:
        client.post(TYPE, {"mobile": WRITTEN})
        assert TYPE in page(client, CODE)
        assertRedirects(client.post(TYPE, {"mobile": OTHER_WRITTEN}), CODE)
        assert OTHER_WRITTEN in page(client, CODE)

    def test_too_many_are_refused_beside_the_number(self, client: Client, asa: User) -> None:
        for last in range(10, 14):
            client.post(TYPE, {"mobile": f"070-174 06 {last}"})
        response = client.post(TYPE, {"mobile": WRITTEN})
        assert response.status_code == 422
        assert "Vänta en timme" in response.content.decode()
        assert f'value="{WRITTEN}"' in response.content.decode()

    def test_anothers_proven_number_gets_the_same_answer_as_nobodys(self, client: Client, asa: User) -> None:
        UserFactory(mobile=OTHER_NUMBER, proven_mobile=OTHER_NUMBER)
        pages = []
        for written in (WRITTEN, OTHER_WRITTEN):
            answer = client.post(TYPE, {"mobile": written}, follow=True)
            pages.append((answer.status_code, answer.redirect_chain, plain(answer.content.decode(), written)))
        assert pages[0] == pages[1]


class TestWithoutANumberThatWaits:
    @pytest.mark.parametrize("mobile", ["", NUMBER])
    def test_there_is_no_code_to_enter(self, client: Client, asa: User, mobile: str) -> None:
        User.objects.update(mobile=mobile, proven_mobile=mobile)
        for answer in (client.get(CODE), client.post(CODE, {"code": "123456"}), client.post(RESEND, follow=True)):
            assert (answer.redirect_chain[-1][0] if hasattr(answer, "redirect_chain") else answer.url) == MESSAGES
        assert "En kod är på väg" not in answer.content.decode()
        assert not Message.objects.exists()

    def test_a_number_from_before_waits_until_it_is_confirmed(self, client: Client, asa: User) -> None:
        """Numbers that were given when nobody asked for a proof."""
        User.objects.update(mobile=NUMBER)
        assert CODE in page(client, MESSAGES)
        assert "Skicka en kod" in page(client, CODE)
        client.post(RESEND)
        client.post(CODE, {"code": newest_code(asa)})
        assert number_of(asa) == NUMBER


class TestRemoving:
    def test_a_number_is_removed_by_one_press(self, client: Client, asa: User) -> None:
        User.objects.update(mobile=NUMBER, proven_mobile=NUMBER)
        assert "Ta bort numret" in page(client, MESSAGES)
        assert "borttaget" in client.post(REMOVE, follow=True).content.decode()
        asa.refresh_from_db()
        assert (asa.mobile, asa.proven_mobile) == ("", "")
        assert "Ta bort numret" not in page(client, MESSAGES)


class TestWhereNoSmsAreSent:
    @pytest.fixture(params=["the region pays for none", "the portal has no gateway", "she takes part in nothing"])
    def _without(self, request: pytest.FixtureRequest, asa: User) -> object:
        if request.param == "the region pays for none":
            Region.objects.update(sms_parts_per_month=0)
        elif request.param == "she takes part in nothing":
            asa.role_assignments.update(role=Role.LECTURER)
        with override_settings(SMS_ON=request.param != "the portal has no gateway"):
            yield

    @pytest.mark.usefixtures("_without")
    def test_no_number_is_asked_for(self, client: Client) -> None:
        assert f'href="{TYPE}"' not in page(client, MESSAGES)
        assert "Det går inte att skicka sms till dig än" in page(client, TYPE)
        answer = client.post(TYPE, {"mobile": WRITTEN})
        assert answer.status_code == 422
        assert not Message.objects.exists()
        assert not User.objects.exclude(mobile="").exists()

    @pytest.mark.usefixtures("_without")
    def test_who_gave_one_can_remove_it(self, client: Client, asa: User) -> None:
        User.objects.update(mobile=NUMBER, proven_mobile=NUMBER)
        shown = page(client, MESSAGES)
        assert "Inga sms skickas" in shown
        assert REMOVE in shown
        assert f'href="{TYPE}"' not in shown
        client.post(REMOVE)
        assert number_of(asa) == ""


def plain(html: str, written: str) -> str:
    """The page without the number that was typed, the time, and the secrets of each answer."""
    for pattern in (r'value="[A-Za-z0-9]{64}"', r"kl\. \d+\.\d+", r'"X-CSRFToken": "\w+"', r'nonce="[^"]+"'):
        html = re.sub(pattern, "", html)
    return html.replace(written, "")
