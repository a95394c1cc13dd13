"""From templates to what a receiver reads."""

from pathlib import Path
from typing import Any

import pytest
from django.template import Engine

from messaging.kinds import Attachment, Content
from messaging.rendering import render
from tests.factories import RegionFactory


@pytest.fixture(autouse=True)
def _letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail of the usual shape: tests/mail/letter."""
    folder = tmp_path / "tests" / "mail"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text(
        '{% extends "messaging/mail_base.txt" %}\n'
        "{% block subject %}{{ subject }}{% endblock %}\n"
        "{% block content %}Hej {{ name }}!\n\n{{ base_url }}/min-utbildning/\n{% endblock %}\n"
    )
    (folder / "letter.html").write_text(
        '{% extends "messaging/mail_base.html" %}{% block content %}<h1>Hej {{ name }}!</h1>{% endblock %}'
    )
    (folder / "plain.txt").write_text("Subject: {{ subject }}\n\nHej {{ name }}!\n")
    (folder / "plain.html").write_text("<p>Hej {{ name }}!</p>")
    (folder / "plain.sms.txt").write_text("Hej {{ name }}! {{ base_url }}/\n")
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [tmp_path, *engine.dirs])
    for loader in engine.template_loaders:
        loader.reset()


def letter(template: str = "tests/mail/letter", language: str = "sv", **context: Any) -> Content:
    return render(template, {"subject": "Välkommen", "name": "Åsa", **context}, language=language)


def test_the_first_line_is_the_subject_and_the_rest_the_text() -> None:
    content = letter("tests/mail/plain")
    assert (content.subject, content.text) == ("Välkommen", "Hej Åsa!\n")
    assert content.html == "<p>Hej Åsa!</p>"


def test_links_begin_with_the_portals_address() -> None:
    assert "http://localhost:8000/min-utbildning/\n" in letter().text


def test_text_is_not_html() -> None:
    content = letter(name="Åsa & Bo <3", subject="Åsa & Bo")
    assert content.subject == "Åsa & Bo"
    assert "Hej Åsa & Bo <3!" in content.text
    assert "Hej Åsa &amp; Bo &lt;3!" in content.html


def test_a_kind_may_have_few_words_for_sms() -> None:
    assert letter("tests/mail/plain", name="Åsa & Bo").sms == "Hej Åsa & Bo! http://localhost:8000/"
    assert letter().sms == ""


def test_the_frame_says_who_writes_why_and_whom_to_ask() -> None:
    region = RegionFactory.build(name="Region Exempel", contact_email="kurs@example.org")
    content = letter(region=region, language="en")
    for part in (content.text, content.html):
        assert "Region Exempel" in part
        assert "You get this message because" in part
        assert "kurs@example.org" in part


def test_a_message_from_no_region_has_a_frame_too() -> None:
    assert "<header>" in letter().html


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_mail_is_marked_with_its_language(language: str) -> None:
    assert f'<html lang="{language}">' in letter(language=language).html


def test_attachments_go_along() -> None:
    calendar = Attachment("kalender.ics", b"BEGIN:VCALENDAR", "text/calendar")
    content = render("tests/mail/plain", {"subject": "x", "name": "y"}, language="sv", attachments=[calendar])
    assert content.attachments == (calendar,)


@pytest.mark.parametrize(
    "subject", ["", "Hej\nBcc: alla@example.org", "Hej\r\nBcc: alla@example.org", "Hej\rhopp", "Hej\u2028hopp"]
)
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(ValueError, match="begins with one line"):
        letter(subject=subject)
