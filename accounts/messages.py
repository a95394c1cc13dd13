"""The kinds of message that this app owns: the invitation, and the code that proves a number."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Invitation, MobileCode
from accounts.rules import CODE_LIFETIME
from accounts.tokens import code_of, token_of
from messaging.choices import State
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render, render_sms
from messaging.texts.text import Text, first_name
from messaging.texts.words import words


def invitation_draft(invitation: Invitation, *, now: datetime) -> Draft:
    """The mail with the link of `invitation`. Sending it again makes another: it has another nonce."""
    region = invitation.place_region
    return Draft.to(
        invitation,
        kind=INVITATION.name,
        key=f"invitation:{invitation.pk}:{invitation.nonce}",
        due=now,
        expires=invitation.expires,
        scope=region.pk if region else None,
        invitation=invitation.pk,
        nonce=invitation.nonce,
    )


def _render(message: Message) -> Content:
    invitation = Invitation.objects.with_places().get(pk=message.refs["invitation"])
    link = settings.BASE_URL + reverse("accounts:invitation", args=[token_of(invitation)])
    context = {
        "words": words(message, first_name=invitation.first_name),
        "invitation": invitation,
        "link": link,
        "region": invitation.place_region,
    }
    return render("accounts/mail/invitation", context, language=message.language)


def _still_holds(message: Message, now: datetime) -> bool:
    """Only while the invitation is open, and has not been sent again with another link."""
    return Invitation.objects.open(now=now).filter(pk=message.refs["invitation"], nonce=message.refs["nonce"]).exists()


# Whoever reads it becomes the user whom it names: another address needs another invitation.
INVITATION = Kind(
    name="invitation",
    render=_render,
    still_holds=_still_holds,
    fixed_address=True,
    title=_("Invitation"),
    text=Text(
        subject=_("You are invited to the introduction programme's portal"),
        body=_("Hello {first_name}!\n\n{facts}"),
        placeholders=(first_name(pgettext_lazy("placeholder", "the invited person’s first name")),),
        to=_("Who is invited to a role in the region or its municipalities"),
        when=_("When you or a manager invite somebody"),
        facts=_("the role and its place, and her own link, which works once"),
        is_secret=True,
    ),
)


def code_draft(code: MobileCode, *, scope: UUID) -> Draft:
    """The SMS with `code`, for which the region `scope` pays."""
    return Draft.to(
        code.user,
        kind=MOBILE_CODE.name,
        key=_key_of(code),
        due=code.sent,
        expires=code.expires,
        scope=scope,
        code=code.pk,
    ).by_sms(code.number)


def is_lost(code: MobileCode) -> bool:
    """Whether the SMS with `code` surely hasn't reached the number, and won't."""
    return Message.objects.filter(key=_key_of(code), state__in=[State.DEAD, State.BOUNCED, State.WITHHELD]).exists()


def _key_of(code: MobileCode) -> str:
    return f"mobile_code:{code.pk}"


def _render_code(message: Message) -> Content:
    code = MobileCode.objects.get(pk=message.refs["code"])
    context = {"code": code_of(code), "minutes": CODE_LIFETIME.seconds // 60}
    return render_sms("accounts/mail/mobile_code.sms.txt", context, language=message.language)


def _is_awaited(message: Message, now: datetime) -> bool:
    """Only the newest code, to the number as it is."""
    return MobileCode.objects.open().filter(pk=message.refs["code"], user__mobile=message.recipient).exists()


MOBILE_CODE = Kind(
    name="mobile_code",
    render=_render_code,
    still_holds=_is_awaited,
    fixed_address=True,
    awaited=True,
    title=_("Code for a mobile number"),
)
