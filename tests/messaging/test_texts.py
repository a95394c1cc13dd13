"""What coordinators may word anew: what is accepted, how it is read, and which version counts."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import AuditEvent
from messaging.actions import reset_text, write_text
from messaging.exceptions import TextChangedMeanwhile, TextRefused
from messaging.models import Message, TextVersion
from messaging.texts.text import Text, Wording, first_name
from messaging.texts.words import in_force, say, words
from messaging.texts.writing import refusal_of_body, refusal_of_subject, written
from regions.models import Region
from tests.factories import NOW, RegionFactory, coordinator
from tests.messaging.conftest import Know
from tests.messaging.postcards import POSTCARD

KEYS = {"first_name", "cohort"}
TEXT = Text(
    subject="Vykort till {first_name}",
    body="Hej {first_name}!\n\n{facts}\n\nHälsningar",
    placeholders=(first_name("förnamn"),),
    to="Alla",
    when="Ibland",
    facts="bilden",
)
NEW = Wording("Kort till {first_name}", "Hallå {first_name}!\n\n{facts}")


@pytest.fixture(autouse=True)
def _postcards_have_a_text(know: Know) -> None:
    know(text=TEXT)


@pytest.fixture
def region(db: None) -> Region:
    return RegionFactory()


@pytest.fixture
def anna(region: Region) -> User:
    return coordinator(region)


def save(region: Region, by: User, *, seen: int, wording: Wording = NEW, language: str = "sv") -> TextVersion:
    return write_text(scope=region.pk, kind=POSTCARD, language=language, wording=wording, seen=seen, by=by, now=NOW)


def counts(scope: UUID, language: str = "sv") -> Wording:
    return in_force(TEXT, scope=scope, kind=POSTCARD, language=language)


class TestWhatIsAccepted:
    @pytest.mark.parametrize("subject", ["Hej {first_name}", "Hej", "{cohort}: {first_name}"])
    def test_a_subject_with_placeholders_that_there_are(self, subject: str) -> None:
        assert refusal_of_subject(subject, KEYS) is None

    @pytest.mark.parametrize(
        "subject",
        ["Hej {surname}", "Hej {first_name", "Hej first_name}", "{{ first_name }}", "{}", "{% load x %}", "{facts}"],
    )
    def test_a_subject_with_anything_else_in_braces_is_refused(self, subject: str) -> None:
        assert refusal_of_subject(subject, KEYS)

    @pytest.mark.parametrize("smuggled", ["\n", "\r\n", "\r", "\u2028"])
    def test_a_subject_is_one_line(self, smuggled: str) -> None:
        assert refusal_of_subject(f"Hej{smuggled}Bcc: alla@example.org", KEYS)
        assert refusal_of_subject(f"Hej{smuggled}", KEYS)

    @pytest.mark.parametrize("hidden", ["\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066"])
    def test_characters_that_nobody_sees_are_refused_with_the_words_around_them(self, hidden: str) -> None:
        code = f"U+{ord(hidden):04X}"
        for refusal in (
            refusal_of_subject(f"Välkommen{hidden} till kursen", KEYS),
            refusal_of_body(f"Hej!\n\nVälkommen{hidden} till kursen\n\n{{facts}}", KEYS),
        ):
            assert refusal
            assert code in refusal
            assert "Välkommen till kursen" in refusal

    def test_other_writing_than_swedish_is_welcome(self) -> None:
        for said in ("Łódź, Søren", "مرحبا", "👩\u200d🏫 välkommen", "fem\u00a0dagar"):
            assert refusal_of_body(f"{said}\n{{facts}}", KEYS) is None

    @pytest.mark.parametrize("body", ["{facts}", "Hej {first_name}!\n\n  {facts}  \n\nMvh", "a\n{facts}\nb"])
    def test_a_body_says_once_where_the_facts_stand(self, body: str) -> None:
        assert refusal_of_body(body, KEYS) is None

    @pytest.mark.parametrize("body", ["Hej!", "Här: {facts}", "{facts}\n{facts}", "{facts}\n{surname}", "{facts}\n}"])
    def test_a_body_that_loses_them_doubles_them_or_has_other_braces_is_refused(self, body: str) -> None:
        assert refusal_of_body(body, KEYS)


class TestHowItIsRead:
    def test_paragraphs_line_breaks_and_lists(self) -> None:
        part = written("Hej!\nVälkommen.\n\n- ett\n- två\n\n\nHejdå", {})
        assert part.html == "<p>Hej!<br>Välkommen.</p>\n<ul><li>ett</li><li>två</li></ul>\n<p>Hejdå</p>"
        assert part.text == "Hej!\nVälkommen.\n\n- ett\n- två\n\nHejdå"

    def test_addresses_become_links(self) -> None:
        html = written("Se https://example.org/a?b=1&c=2", {}).html
        assert '<a href="https://example.org/a?b=1&amp;c=2">' in html

    @pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '<img src=x onerror="x">', "a & b", "<3"])
    def test_what_was_typed_is_no_markup(self, typed: str) -> None:
        part = written(f"{typed} {{first_name}}", {"first_name": typed})
        assert part.text == f"{typed} {typed}"
        assert typed not in part.html.removeprefix("<p>").removesuffix("</p>")

    def test_a_link_can_do_nothing_but_lead_somewhere(self) -> None:
        assert "href" not in written("javascript:alert(1) data:text/html,x", {}).html

    def test_values_stay_on_their_line_and_are_no_placeholders_themselves(self) -> None:
        said = say(Wording("Hej {first_name}", "{facts}"), {"first_name": "Kim\r\nBcc: x {first_name}"})
        assert said.subject == "Hej Kim Bcc: x {first_name}"

    def test_the_facts_part_the_body(self) -> None:
        said = say(Wording("x", "före\n\n{facts}\n\nefter"), {})
        assert (said.before, said.after) == ("före", "efter")


class TestWhichCounts:
    def test_what_is_shipped_until_somebody_writes_anew(self, region: Region) -> None:
        assert counts(region.pk) == TEXT.default("sv")

    @pytest.mark.parametrize("wording", [replace(NEW, subject="Hej\nBcc: x"), replace(NEW, body="{facts}\u202e")])
    def test_the_database_keeps_no_words_that_hide_something(
        self, region: Region, anna: User, wording: Wording
    ) -> None:
        where = {"scope": region.pk, "kind": POSTCARD, "language": "sv", "number": 1, "by": anna, "at": NOW}
        with pytest.raises(IntegrityError, match="text_version_hides_nothing"), transaction.atomic():
            TextVersion.objects.create(**where, subject=wording.subject, body=wording.body)

    def test_the_newest_version_in_its_region_and_language(self, region: Region, anna: User) -> None:
        save(region, anna, seen=0, wording=replace(NEW, subject="Gammalt"))
        save(region, anna, seen=1)
        assert counts(region.pk) == NEW
        assert counts(region.pk, "en") == counts(RegionFactory().pk) == TEXT.default("sv")

    def test_a_reset_is_a_version_of_its_own(self, region: Region, anna: User) -> None:
        save(region, anna, seen=0)
        reset_text(scope=region.pk, kind=POSTCARD, language="sv", seen=1, by=anna, now=NOW)
        assert counts(region.pk) == TEXT.default("sv")
        assert [version.number for version in TextVersion.objects.all()] == [2, 1]

    def test_a_queued_message_uses_what_is_in_force_when_it_is_written(self, region: Region, anna: User) -> None:
        waiting = Message(kind=POSTCARD, scope=region.pk, language="sv")
        assert words(waiting, first_name="Kim").subject == "Vykort till Kim"
        save(region, anna, seen=0)
        assert words(waiting, first_name="Kim").subject == "Kort till Kim"

    def test_who_saves_what_somebody_has_changed_meanwhile_is_told(self, region: Region, anna: User) -> None:
        save(region, anna, seen=0)
        with pytest.raises(TextChangedMeanwhile):
            save(region, coordinator(region), seen=0, wording=replace(NEW, subject="Mitt"))
        with pytest.raises(TextChangedMeanwhile):
            reset_text(scope=region.pk, kind=POSTCARD, language="sv", seen=0, by=anna, now=NOW)
        assert counts(region.pk) == NEW

    def test_the_database_numbers_each_version_once(self, region: Region, anna: User) -> None:
        version = save(region, anna, seen=0)
        version.pk = None
        version._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            version.save()

    def test_what_can_not_be_read_is_not_kept(self, region: Region, anna: User) -> None:
        with pytest.raises(TextRefused, match="surname"):
            save(region, anna, seen=0, wording=Wording("Hej {surname}", "{facts}"))
        assert not TextVersion.objects.exists()

    def test_each_version_is_logged_without_its_words(self, region: Region, anna: User) -> None:
        version = save(region, anna, seen=0)
        event = AuditEvent.objects.get()
        assert (event.action, event.actor, event.target_id) == ("text.changed", anna, version.pk)
        assert event.after == {"kind": POSTCARD, "language": "sv", "number": 1}
