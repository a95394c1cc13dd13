"""A participant gives her mobile number, and confirms it by the code that comes to it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from accounts.models import MobileCode, User
from accounts.rules import CODE_LIFETIME
from messaging import actions, mailbox
from messaging.models import SmsMonth
from tests.conftest import OpenPage
from tests.factories import RegionFactory, RoleAssignmentFactory
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Numbers that belong to nobody (PTS keeps 070-174 06 05 to 99 for films and books).
WRONG, RIGHT = "070-174 06 06", "070-174 06 05"


@pytest.fixture
def asa() -> User:
    region = RegionFactory(sms_parts_per_month=100)
    return RoleAssignmentFactory(role=Role.PARTICIPANT, region=region).user


@pytest.fixture(autouse=True)
def _phones(settings: Settings, tmp_path: Path) -> None:
    """SMS land in a folder."""
    settings.EMAIL_FILE_PATH = str(tmp_path)


def newest_sms() -> tuple[str, str]:
    """Send what waits; return the number to which the last SMS went, and the code in it."""
    actions.dispatch(clock=timezone.now, limit=timedelta(seconds=30))
    sms = mailbox.read(mailbox.newest_first()[0])
    [code] = re.findall(r"\d{6}", sms.text)
    return sms.recipient, code


@pytest.mark.parametrize("with_scripts", [True, False])
def test_she_slips_lets_a_code_grow_old_and_gets_there(
    asa: User, live_server: LiveServer, open_page: OpenPage, with_scripts: bool
) -> None:
    page = open_page(java_script_enabled=with_scripts, viewport={"width": 390, "height": 800})
    visitor = Visitor(page, live_server.url, with_scripts=with_scripts)
    visitor.log_in_with_password(asa)
    visitor.open("/konto/meddelanden/")
    visitor.follow("Lämna ett nummer")
    visitor.fill(Mobilnummer=WRONG)
    visitor.press("Skicka en kod")
    visitor.sees(f"Vi har skickat en kod med sms till {WRONG}")

    # The slip is seen, and another number given
    page.get_by_text("Inget sms, eller ett annat nummer?").click()
    visitor.follow("Använd ett annat nummer")
    visitor.fill(Mobilnummer=RIGHT)
    visitor.press("Skicka en kod")
    number, code = newest_sms()
    assert number == "+46701740605"
    visitor.fill(**{"Koden i sms:et": f"{(int(code) + 1) % 10**6:06}"})
    visitor.press("Bekräfta")
    visitor.sees("Koden är fel")

    # A cup of coffee
    long_ago = timezone.now() - 2 * CODE_LIFETIME
    for sent in MobileCode.objects.all():
        sent.sent, sent.expires, sent.minute = long_ago, long_ago + CODE_LIFETIME, sent.minute - 30
        sent.save()
    visitor.fill(**{"Koden i sms:et": code})
    visitor.press("Bekräfta")
    visitor.sees("Koden är för gammal")
    visitor.press("Skicka en ny kod")
    _number, code = newest_sms()
    visitor.fill(**{"Koden i sms:et": f"{code[:3]} {code[3:]}"})
    visitor.press("Bekräfta")
    visitor.sees(f"Numret {RIGHT} är bekräftat", "Med sms")
    assert SmsMonth.objects.get().parts == 2, "the region pays for what was sent; the slip was seen in time"
    assert visitor.fact("Mobilnummer").startswith(RIGHT)

    visitor.press("Ta bort numret")
    visitor.sees("Ditt nummer är borttaget")
    expect(page.get_by_role("main")).not_to_contain_text(RIGHT)
