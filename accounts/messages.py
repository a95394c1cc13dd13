"""The kind of message that this app owns: the invitation."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Invitation
from accounts.tokens import token_of
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
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
