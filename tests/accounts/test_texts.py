"""A coordinator words her region's messages anew."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.texts.trying import content, examples
from accounts.texts.versions import compared
from messaging import kinds
from messaging.models import Message, TextVersion
from messaging.texts.text import Wording
from participants.models import Enrolment
from regions.models import Region
from tests.factories import NOW, EnrolmentFactory, InvitationFactory, MessageFactory, RegionFactory, coordinator

pytestmark = pytest.mark.django_db

NAME = "enrolment.confirmed"
PAGE = f"/installningar/texter/{NAME}/"
WORDS = {"subject": "Plats till {förnamn}", "body": "Hallå!\n\n{fakta}\n\nHälsningar", "receiver": "", "seen": "0"}
ENGLISH = WORDS | {"subject": "A seat for {first_name}", "body": "Hello!\n\n{facts}"}


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def enrolment() -> Enrolment:
    return EnrolmentFactory(participant__first_name="Åsa", participant__last_name="Öberg")


@pytest.fixture
def region(enrolment: Enrolment) -> Region:
    return enrolment.cohort.region


@pytest.fixture
def anna(region: Region, client: Client) -> User:
    """The region's coordinator, logged in."""
    user = coordinator(region, first_name="Anna")
    client.force_login(user)
    return user


def framed(html: str) -> str:
    """The mail inside the page's frame."""
    found = re.search(r'srcdoc="([^"]*)"', html)
    assert found
    return found[1]


class TestTheList:
    def test_it_says_who_gets_each_text_and_which_are_reworded(self, client: Client, anna: User) -> None:
        client.post(PAGE, WORDS | {"save": "1"})
        html = client.get("/installningar/texter/").content.decode()
        assert html.count('<th scope="row">') == len([kind for kind in kinds.registered() if kind.text])
        assert html.count("Ändrad") == 1

    def test_another_regions_words_are_its_own(self, client: Client, anna: User) -> None:
        client.post(PAGE, WORDS | {"save": "1"})
        client.force_login(coordinator(RegionFactory()))
        assert "Ändrad" not in client.get("/installningar/texter/").content.decode()
        assert "Hallå!" not in client.get(PAGE).content.decode()

    def test_what_nobody_may_word_anew_has_no_page(self, client: Client, anna: User) -> None:
        assert client.get("/installningar/texter/session.changed/").status_code == 404
        assert client.get("/installningar/texter/nothing/").status_code == 404


class TestTheEditor:
    def test_it_opens_with_what_is_in_force_as_a_real_receiver_reads_it(self, client: Client, anna: User) -> None:
        html = client.get(PAGE).content.decode()
        assert "{förnamn} har fått plats" in html
        assert "Åsa har fått plats" in framed(html)

    def test_the_mail_in_the_frame_has_its_own_style_and_can_do_nothing(self, client: Client, anna: User) -> None:
        response = client.get(PAGE)
        assert 'sandbox=""' in response.content.decode()
        assert re.search(r"style-src 'self' 'sha256-[\w+/]+=*';", response["Content-Security-Policy"] + ";")

    def test_a_preview_shows_what_is_typed_and_saves_nothing(self, client: Client, anna: User) -> None:
        html = client.post(PAGE, WORDS).content.decode()
        assert "Plats till Kim" in framed(html)
        assert not TextVersion.objects.exists()

    def test_saved_words_are_in_the_next_mail(self, client: Client, anna: User, enrolment: Enrolment) -> None:
        assert client.post(PAGE, WORDS | {"save": "1"}).status_code == 302
        message = MessageFactory(kind=NAME, scope=anna.roles[0].region_id, refs={"enrolment": str(enrolment.pk)})
        assert kinds.get(NAME).render(message).subject == "Plats till Åsa"

    def test_each_language_has_words_of_its_own(self, client: Client, anna: User) -> None:
        client.post(f"{PAGE}?sprak=en", ENGLISH | {"save": "1"})
        assert TextVersion.objects.get().language == "en"
        assert "Plats till" not in client.get(PAGE).content.decode()

    def test_placeholders_are_called_as_in_the_language_of_the_text(self, client: Client, anna: User) -> None:
        swedish, english = (client.get(f"{PAGE}?sprak={language}").content.decode() for language in ("sv", "en"))
        assert "{förnamn} har fått plats" in swedish
        assert "&#123;omgång&#125;" in swedish
        assert "{first_name} has got a seat" in english
        assert "&#123;cohort&#125;" in english
        assert "{fakta}" in swedish
        assert "{facts}" in english

    def test_the_names_of_another_language_are_refused(self, client: Client, anna: User) -> None:
        refused = client.post(PAGE, ENGLISH | {"save": "1"})
        assert refused.status_code == 422
        assert "Det finns ingen platshållare som heter {first_name}" in refused.content.decode()
        assert "Skriv {fakta} en gång" in refused.content.decode()
        assert client.post(f"{PAGE}?sprak=en", WORDS | {"save": "1"}).status_code == 422
        assert not TextVersion.objects.exists()

    @pytest.mark.parametrize(
        ("field", "typed", "refusal"),
        [
            ("subject", "Hej {surname}", "Det finns ingen platshållare"),
            ("subject", "Hej {", "En klammer står ensam"),
            ("subject", "Hej\nBcc: alla@example.org", "rad"),
            ("body", "Hej!", "på en egen rad"),
        ],
    )
    def test_what_can_not_be_read_is_refused_beside_its_field_and_nothing_is_lost(
        self, client: Client, anna: User, field: str, typed: str, refusal: str
    ) -> None:
        response = client.post(PAGE, WORDS | {field: typed, "save": "1"})
        html = response.content.decode()
        assert response.status_code == 422
        assert refusal in html
        assert "Hälsningar" in html or field == "body"
        assert not TextVersion.objects.exists()

    def test_who_is_second_sees_both_and_decides(self, client: Client, anna: User, region: Region) -> None:
        client.post(PAGE, WORDS | {"save": "1"})
        client.force_login(coordinator(region))
        response = client.post(PAGE, WORDS | {"subject": "Mitt ämne", "save": "1"})
        html = response.content.decode()
        assert response.status_code == 409
        assert "Mitt ämne" in html
        assert "Plats till {förnamn}" in html
        assert client.post(PAGE, WORDS | {"subject": "Mitt ämne", "seen": "1", "save": "1"}).status_code == 302
        assert TextVersion.objects.first().subject == "Mitt ämne"

    def test_markup_is_shown_as_it_was_typed(self, client: Client, anna: User) -> None:
        html = client.post(PAGE, WORDS | {"body": "<script>alert(1)</script>\n{fakta}"}).content.decode()
        assert "&amp;lt;script&amp;gt;" in framed(html)
        assert "<script>alert" not in html

    def test_it_takes_few_queries_whatever_there_is(
        self, client: Client, anna: User, region: Region, django_assert_max_num_queries: object
    ) -> None:
        for _number in range(30):
            EnrolmentFactory(cohort__programme__region=region)
        client.get(PAGE)
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            client.get(PAGE)


class TestReceivers:
    def test_they_are_of_the_region_only(self, enrolment: Enrolment, region: Region) -> None:
        EnrolmentFactory()
        found = examples(kinds.get(NAME), region, now=NOW).values()
        assert [example.recipient for example in found] == [enrolment.participant.email]

    def test_a_message_that_was_sent_can_be_looked_at_again(self, enrolment: Enrolment, region: Region) -> None:
        MessageFactory(kind="enrolment.merged", scope=region.pk, refs={"enrolment": str(enrolment.pk)})
        assert len(examples(kinds.get("enrolment.merged"), region, now=NOW)) == 1

    def test_somebody_else_can_not_be_asked_for(self, client: Client, anna: User) -> None:
        assert client.post(PAGE, WORDS | {"receiver": "0123456789abcdef"}).status_code == 422

    def test_a_secret_link_is_shown_to_nobody(self, client: Client, anna: User, region: Region) -> None:
        invitation = InvitationFactory(region=region)
        MessageFactory(
            kind="invitation",
            scope=region.pk,
            refs={"invitation": str(invitation.pk), "nonce": str(invitation.nonce)},
        )
        assert examples(kinds.get("invitation"), region, now=NOW) == {}
        assert "/inbjudan/" not in framed(client.get("/installningar/texter/invitation/").content.decode())

    def test_who_has_been_deleted_meanwhile_is_made_up(self, enrolment: Enrolment, region: Region) -> None:
        [example] = examples(kinds.get(NAME), region, now=NOW).values()
        enrolment.delete()
        shown = content(
            kinds.get(NAME),
            Wording("Hej {first_name}", "{facts}"),
            language="sv",
            region=region,
            example=example,
            now=NOW,
        )
        assert shown.subject == "Hej Kim"

    @pytest.mark.parametrize("language", ["sv", "en"])
    @pytest.mark.parametrize("kind", [kind for kind in kinds.registered() if kind.text], ids=lambda kind: kind.name)
    def test_every_text_can_be_shown_for_somebody_who_is_made_up(self, kind: kinds.Kind, language: str) -> None:
        assert kind.text
        shown = content(
            kind, kind.text.default(language), language=language, region=RegionFactory(), example=None, now=NOW
        )
        assert "{" not in shown.subject + shown.text


class TestATestToOneself:
    def test_it_is_a_real_message_to_her_marked_as_a_test(self, client: Client, anna: User, region: Region) -> None:
        [receiver] = examples(kinds.get(NAME), region, now=NOW)
        response = client.post(PAGE, WORDS | {"receiver": receiver, "try": "1"})
        assert anna.email in response.content.decode()
        message = Message.objects.get()
        assert message.recipient == anna.email
        shown = kinds.get(message.kind).render(message)
        assert shown.subject == "Test: Plats till Åsa"
        assert "Hallå!" in shown.text
        assert shown.attachments == ()
        assert not TextVersion.objects.exists()

    def test_it_is_not_sent_to_one_who_coordinates_no_more(self, client: Client, anna: User) -> None:
        client.post(PAGE, WORDS | {"try": "1"})
        message = Message.objects.get()
        assert kinds.get(message.kind).still_holds(message, NOW)
        anna.role_assignments.all().delete()
        assert not kinds.get(message.kind).still_holds(message, NOW)

    def test_ten_an_hour_are_enough(self, client: Client, anna: User) -> None:
        answers = []
        for second in range(11):
            with time_machine.travel(NOW + timedelta(seconds=second), tick=False):
                answers.append(client.post(PAGE, WORDS | {"try": "1"}).status_code)
        assert answers == [200] * 10 + [422]
        assert Message.objects.count() == 10


class TestVersions:
    def test_each_says_who_and_what_it_changed_and_can_be_used_again(self, client: Client, anna: User) -> None:
        client.post(PAGE, WORDS | {"save": "1"})
        client.post(PAGE, WORDS | {"subject": "En plats till {förnamn}", "seen": "1", "save": "1"})
        html = client.get(f"{PAGE}versioner/").content.decode()
        assert html.count("Anna") >= 2
        assert "<del>Plats</del><ins>En plats</ins>" in html
        again = client.get(f"{PAGE}?version=1").content.decode()
        assert 'value="Plats till {förnamn}"' in again
        assert 'name="seen" value="2"' in again

    def test_without_any_it_says_so(self, client: Client, anna: User) -> None:
        assert "Inga versioner än" in client.get(f"{PAGE}versioner/").content.decode()

    def test_going_back_is_shown_first_and_kept_as_a_version(self, client: Client, anna: User) -> None:
        client.post(PAGE, WORDS | {"save": "1"})
        assert "{förnamn} har fått plats" in client.get(f"{PAGE}aterstall/").content.decode()
        assert client.post(f"{PAGE}aterstall/", {"seen": "1"}).status_code == 302
        assert [version.is_default for version in TextVersion.objects.all()] == [True, False]
        assert "{förnamn} har fått plats" in client.get(PAGE).content.decode()

    def test_going_back_from_what_somebody_has_changed_meanwhile_is_refused(self, client: Client, anna: User) -> None:
        client.post(PAGE, WORDS | {"save": "1"})
        assert client.post(f"{PAGE}aterstall/", {"seen": "0"}).status_code == 409
        assert not TextVersion.objects.filter(is_default=True).exists()

    def test_what_differs_is_shown_word_by_word(self) -> None:
        parts = [(part.text, part.is_gone, part.is_new) for part in compared("Hej Kim!", "Hej du!")]
        assert parts == [("Hej ", False, False), ("Kim!", True, False), ("du!", False, True)]
