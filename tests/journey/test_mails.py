"""Every kind of mail as its receiver opens it, by day and by night: readable by everyone."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import timezone, translation
from playwright.sync_api import Page

from accounts.demo import MANAGER
from accounts.models import User
from accounts.texts.trying import content, examples
from introprogram.demo.build import build
from messaging import kinds
from messaging.kinds import Kind
from messaging.models import Message
from messaging.rendering import render
from participants.actions import carry_out_import, confirm_import
from participants.importing.plan import plan_of
from regions.models import Region
from tests.factories import MessageFactory
from tests.journey.accessibility import violations
from tests.journey.test_pages import introduction, uploaded

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db,  # pytest-django makes a database for marked tests only
]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Without those of other tests; a code comes as SMS, and a test is a mail of the kind that is tried.
EVERY_KIND = {kind.name for kind in kinds.registered() if not kind.name.startswith("test.")}
EVERY_MAIL = EVERY_KIND - {"mobile_code", "text.trial"}
# What is sent at once, without a message: accounts/adapter.py.
ABOUT_LOGGING_IN: dict[str, dict[str, object]] = {
    "login_code": {"user": User(first_name="Kim"), "code": "12345678"},
    "password_reset_key": {"user": User(first_name="Kim"), "password_reset_url": "https://example.org/"},
    "unknown_account": {},
}


@pytest.fixture(scope="module")
def region(standing_data: None) -> Region:
    """The demo region, with messages that don't occur in it; built once for all tests of this module."""
    with translation.override("sv"):
        now = timezone.now()
        build(seed=1, now=now)
        boss = User.objects.get(email=MANAGER)
        cohort = introduction().latest("applications_open")
        upload = uploaded(cohort, boss)
        confirm_import(upload=upload, seen=plan_of(upload, by=boss, now=now).fingerprint, by=boss, now=now)
        carry_out_import(upload=upload, now=now)
    MessageFactory(kind="import.refused", refs={"import": str(upload.pk)})
    MessageFactory(kind="registration.mistake", refs={"cohort": str(cohort.pk), "left": 1}, due=now)
    return cohort.region


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_mail_can_be_read_by_everyone(language: str, region: Region, page: Page) -> None:
    mails = dict(mails_in(language, region))
    assert EVERY_MAIL - mails.keys() == set()
    found = {name: problems(page, html) for name, html in mails.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def mails_in(language: str, region: Region) -> Iterator[tuple[str, str]]:
    """Name and HTML of a mail of each kind, and of those about logging in."""
    with translation.override(language):
        for kind in kinds.registered():
            if html := previewed(kind, language, region) if kind.text else sent(kind, language):
                yield kind.name, html
    for name, context in ABOUT_LOGGING_IN.items():
        yield name, render(f"account/email/{name}", context, language=language).html


def previewed(kind: Kind, language: str, region: Region) -> str:
    """As a coordinator sees it: to the first who could get it, else to somebody made up."""
    assert kind.text
    example = next(iter(examples(kind, region, now=timezone.now()).values()), None)
    wording = kind.text.default(language)
    return content(kind, wording, language=language, region=region, example=example, now=timezone.now()).html


def sent(kind: Kind, language: str) -> str:
    """The latest, if there is one."""
    message = Message.objects.filter(kind=kind.name).order_by("due").last()
    if message is None:
        return ""
    message.language = language
    return kind.render(message).html


def problems(page: Page, html: str) -> list[str]:
    page.set_content(html)
    page.emulate_media(color_scheme="light")
    found = [f"light: {violation}" for violation in violations(page)]
    page.emulate_media(color_scheme="dark")
    return found + [f"dark: {violation}" for violation in violations(page, rules=["color-contrast"])]
