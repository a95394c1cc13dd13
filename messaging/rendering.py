"""From templates to what a receiver reads."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.utils import translation

from messaging.channels.parts import in_cheap_letters
from messaging.kinds import Attachment, Content
from messaging.look import look_of

SUBJECT = "Subject: "


def render(template: str, context: dict[str, Any], *, language: str, attachments: Iterable[Attachment] = ()) -> Content:
    """Make the content from the templates `<template>.txt` and `<template>.html`, in `language`.

    `template` is for example "sessions/mail/reminder". The text begins with a line "Subject: …" and an empty one;
    messaging/mail_base.txt and mail_base.html give both their frame and footer, which want `region` (its name and
    contact_email) where there is one. A kind that may go as SMS has `<template>.sms.txt` as well: all its words,
    without a frame. `base_url` is added, for links. Raises ValueError if the subject is missing or longer than its
    line, as it is when a value in it smuggles in a line break.
    """
    look = look_of(context.get("region"))
    context = {"base_url": settings.BASE_URL, "look": look, **context}
    engine = Engine.get_default()
    with translation.override(language):
        # A plain text is not HTML: an ampersand stays what it is.
        plain = engine.get_template(f"{template}.txt").render(Context(context, autoescape=False))
        html = engine.get_template(f"{template}.html").render(Context(context))
        sms = _sms(engine, template, context)
    subject, text = _split(plain)
    return Content(subject=subject, text=text, html=html, attachments=tuple(attachments), sms=sms, logo=look.logo)


def render_sms(template: str, context: dict[str, Any], *, language: str) -> Content:
    """Make the content of a kind that goes as SMS only, from one template that has all its words, in `language`."""
    with translation.override(language):
        plain = Engine.get_default().get_template(template).render(Context(context, autoescape=False)).strip()
    return Content(subject="", text=plain, html="", sms=in_cheap_letters(plain))


def _sms(engine: Engine, template: str, context: dict[str, Any]) -> str:
    """The short words for SMS, or "" if there are none."""
    try:
        words = engine.get_template(f"{template}.sms.txt")
    except TemplateDoesNotExist:
        return ""
    return in_cheap_letters(words.render(Context(context, autoescape=False)).strip())


def _split(plain: str) -> tuple[str, str]:
    """Part the subject, on the first line, from the text."""
    head, _empty, text = plain.lstrip("\n").partition("\n\n")
    subject = head.removeprefix(SUBJECT).strip(" ")
    if not head.startswith(SUBJECT) or len(subject.splitlines()) != 1:
        raise ValueError("a mail begins with one line that says “Subject: …”, and an empty line")
    return subject, re.sub(r"\n{3,}", "\n\n", text.strip("\n")) + "\n"
