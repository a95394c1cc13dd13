"""A coordinator writes to those of a cohort."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import choose_language
from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from common.clock import local_date
from common.templatetags.interface import weekday_date
from messaging import kinds
from messaging.choices import State
from messaging.kinds import Content
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from regions.models import Municipality
from sessions.actions import discard_announcement, save_announcement, send_announcement
from sessions.announcing.audience import fingerprint_of, readers
from sessions.announcing.progress import progress_of
from sessions.choices import Audience
from sessions.exceptions import AnnouncementRefused, ChangedMeanwhile, PlanningRefused
from sessions.messages.announcement import still_holds, write
from sessions.models import Announcement, CohortSession
from sessions.rules.announcing import LARGEST_ATTACHMENT, is_attached
from tests.factories import (
    NOW,
    AnnouncementFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MaterialFactory,
    MunicipalityFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cohort() -> Cohort:
    return CohortFactory(name="Vår 2026")


@pytest.fixture
def lund(cohort: Cohort) -> Municipality:
    return MunicipalityFactory(name="Lund", region=cohort.region)


@pytest.fixture
def boss(lund: Municipality) -> User:
    return manager(lund, first_name="Cecilia", email="chef@example.org")


@pytest.fixture
def asa(cohort: Cohort, lund: Municipality, boss: User) -> Enrolment:
    return EnrolmentFactory(
        cohort=cohort, municipality=lund, participant__first_name="Åsa", participant__email="asa@example.org"
    )


@pytest.fixture
def anna(cohort: Cohort) -> User:
    return coordinator(cohort.region, first_name="Anna")


def sent(announcement: Announcement, by: User, *, now: datetime = NOW) -> Announcement:
    seen = fingerprint_of(announcement, readers(announcement.cohort, announcement.audience))
    return send_announcement(announcement=announcement, seen=seen, by=by, now=now)


def addresses(cohort: Cohort, audience: Audience) -> list[str]:
    return [reader.email for reader in readers(cohort, audience).all]


class TestWhoGetsIt:
    @pytest.mark.parametrize(
        ("audience", "who"),
        [
            (Audience.PARTICIPANTS, ["asa@example.org"]),
            (Audience.MANAGERS, ["chef@example.org"]),
            (Audience.EVERYONE, ["asa@example.org", "chef@example.org"]),
        ],
    )
    def test_participants_managers_or_both(
        self, asa: Enrolment, cohort: Cohort, audience: Audience, who: list[str]
    ) -> None:
        assert addresses(cohort, audience) == who

    def test_a_manager_of_several_gets_it_once(self, asa: Enrolment, cohort: Cohort, lund: Municipality) -> None:
        EnrolmentFactory(cohort=cohort, municipality=lund)
        assert addresses(cohort, Audience.MANAGERS) == ["chef@example.org"]

    def test_who_takes_part_and_is_a_manager_gets_it_once_as_a_participant(
        self, asa: Enrolment, cohort: Cohort, lund: Municipality
    ) -> None:
        EnrolmentFactory(cohort=cohort, municipality=lund, participant__email="Chef@example.org")
        found = readers(cohort, Audience.EVERYONE)
        assert (found.participants, found.managers) == (2, 0)

    @pytest.mark.parametrize("status", [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.WAITING, EnrolmentStatus.APPLIED])
    def test_who_does_not_take_part_gets_nothing(
        self, cohort: Cohort, lund: Municipality, boss: User, status: EnrolmentStatus
    ) -> None:
        EnrolmentFactory(cohort=cohort, municipality=lund, status=status)
        assert addresses(cohort, Audience.EVERYONE) == []

    def test_other_cohorts_are_left_alone(self, asa: Enrolment, cohort: Cohort) -> None:
        EnrolmentFactory(cohort__programme=cohort.programme)
        assert addresses(cohort, Audience.PARTICIPANTS) == ["asa@example.org"]

    def test_municipalities_without_a_manager_are_named(self, cohort: Cohort) -> None:
        EnrolmentFactory(cohort=cohort, municipality=MunicipalityFactory(name="Ystad", region=cohort.region))
        assert readers(cohort, Audience.EVERYONE).without_manager == ["Ystad"]


class TestSending:
    def test_one_mail_each_is_queued_and_logged_once(self, asa: Enrolment, cohort: Cohort, anna: User) -> None:
        announcement = sent(AnnouncementFactory(cohort=cohort, audience=Audience.EVERYONE), anna)
        assert (announcement.people, announcement.sent) == (2, NOW)
        assert set(Message.objects.values_list("recipient", flat=True)) == {"asa@example.org", "chef@example.org"}
        event = AuditEvent.objects.filter(action="announcement.sent").get()
        assert event.after == {"cohort": str(cohort.pk), "audience": "everyone", "people": 2}

    def test_pressing_twice_sends_once(self, asa: Enrolment, cohort: Cohort, anna: User) -> None:
        announcement = AnnouncementFactory(cohort=cohort)
        sent(announcement, anna)
        sent(announcement, anna)
        assert Message.objects.count() == 1

    def test_what_has_changed_since_it_was_looked_at_is_not_sent(
        self, asa: Enrolment, cohort: Cohort, lund: Municipality, anna: User
    ) -> None:
        announcement = AnnouncementFactory(cohort=cohort)
        seen = fingerprint_of(announcement, readers(cohort, announcement.audience))
        EnrolmentFactory(cohort=cohort, municipality=lund)
        with pytest.raises(ChangedMeanwhile):
            send_announcement(announcement=announcement, seen=seen, by=anna, now=NOW)
        assert not Message.objects.exists()

    def test_nobody_is_written_to_in_vain(self, cohort: Cohort, anna: User) -> None:
        with pytest.raises(AnnouncementRefused, match="ingen att skicka till"):
            sent(AnnouncementFactory(cohort=cohort), anna)

    def test_what_is_sent_can_neither_be_changed_nor_deleted(self, asa: Enrolment, cohort: Cohort, anna: User) -> None:
        announcement = sent(AnnouncementFactory(cohort=cohort), anna)
        with pytest.raises(AnnouncementRefused):
            save_announcement(announcement=announcement, by=anna)
        with pytest.raises(AnnouncementRefused):
            discard_announcement(announcement=announcement, by=anna)

    def test_material_goes_along_from_the_day_on_which_it_is_handed_out(
        self, asa: Enrolment, cohort: Cohort, anna: User
    ) -> None:
        material = MaterialFactory(session=CohortSessionFactory(cohort=cohort), visible_from=local_date(NOW) + DAY)
        announcement = AnnouncementFactory(cohort=cohort, material=material)
        with pytest.raises(AnnouncementRefused, match=weekday_date(material.visible_from)):
            sent(announcement, anna)
        assert not Message.objects.exists()
        assert sent(announcement, anna, now=NOW + DAY).people == 1

    def test_only_the_regions_coordinators_write(self, asa: Enrolment, cohort: Cohort, boss: User) -> None:
        with pytest.raises(PlanningRefused):
            sent(AnnouncementFactory(cohort=cohort), boss)

    def test_hundreds_take_a_handful_of_queries(
        self, cohort: Cohort, lund: Municipality, boss: User, anna: User, django_assert_max_num_queries: object
    ) -> None:
        for _number in range(60):
            EnrolmentFactory(cohort=cohort, municipality=lund)
        announcement = AnnouncementFactory(cohort=cohort, audience=Audience.EVERYONE)
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            sent(announcement, anna)


class TestHandingOver:
    def test_only_those_who_take_part_get_it(self, asa: Enrolment, cohort: Cohort, anna: User) -> None:
        sent(AnnouncementFactory(cohort=cohort, audience=Audience.EVERYONE), anna)
        assert all(still_holds(message, NOW) for message in Message.objects.all())
        Enrolment.objects.filter(pk=asa.pk).update(status=EnrolmentStatus.WITHDRAWN)
        assert not any(still_holds(message, NOW) for message in Message.objects.all())

    def test_who_is_no_manager_any_more_gets_nothing(
        self, asa: Enrolment, cohort: Cohort, boss: User, anna: User
    ) -> None:
        sent(AnnouncementFactory(cohort=cohort, audience=Audience.MANAGERS), anna)
        boss.role_assignments.all().delete()
        assert not still_holds(Message.objects.get(), NOW)

    def test_it_says_what_she_wrote_to_each_by_first_name(self, asa: Enrolment, cohort: Cohort, anna: User) -> None:
        sent(AnnouncementFactory(cohort=cohort, audience=Audience.EVERYONE), anna)
        subjects = {one.recipient: kinds.get(one.kind).render(one).subject for one in Message.objects.all()}
        assert subjects == {"asa@example.org": "Ta med lunch, Åsa", "chef@example.org": "Ta med lunch, Cecilia"}


class TestTheMail:
    def mail(self, announcement: Announcement, role: str = "participant") -> Content:
        found = Announcement.objects.with_details().get(pk=announcement.pk)
        return write(found, first_name="Åsa", role=role, language="sv")

    def test_about_a_session_it_says_when_and_where(self, cohort: Cohort) -> None:
        session = CohortSessionFactory(cohort=cohort)
        announcement = AnnouncementFactory(cohort=cohort, session=session, subject="Inför {date}: {title}")
        content = self.mail(announcement)
        assert session.module.title in content.subject
        for part in (content.text, content.html):
            assert f"/tillfallen/{session.pk}/" in part

    def test_a_small_file_travels_along(self, cohort: Cohort) -> None:
        material = MaterialFactory(session=CohortSessionFactory(cohort=cohort), document=True)
        [file] = self.mail(AnnouncementFactory(cohort=cohort, material=material)).attachments
        assert (file.filename, file.content_type) == (material.filename, material.content_type)

    def test_a_large_one_is_linked_for_those_who_can_open_it(self, cohort: Cohort) -> None:
        material = MaterialFactory(session=CohortSessionFactory(cohort=cohort), document=True)
        material.size = LARGEST_ATTACHMENT + 1
        material.save()
        announcement = AnnouncementFactory(cohort=cohort, material=material)
        assert f"/material/{material.pk}/" in self.mail(announcement).text
        assert f"/material/{material.pk}/" not in self.mail(announcement, "manager").text

    def test_a_file_that_is_lost_holds_up_no_mail(self, cohort: Cohort) -> None:
        material = MaterialFactory(session=CohortSessionFactory(cohort=cohort), document=True)
        material.file.storage.delete(material.file.name)
        content = self.mail(AnnouncementFactory(cohort=cohort, material=material))
        assert content.attachments == ()
        assert f"/material/{material.pk}/" in content.text

    @pytest.mark.parametrize(("size", "attached"), [(1, True), (5_000_000, True), (5_000_001, False), (None, False)])
    def test_how_large_a_file_may_be(self, size: int | None, attached: bool) -> None:
        assert is_attached(size) is attached


class TestPages:
    @pytest.fixture(autouse=True)
    def _logged_in(self, client: Client, anna: User) -> None:
        client.force_login(anna)

    @pytest.fixture
    def session(self, cohort: Cohort) -> CohortSession:
        return CohortSessionFactory(cohort=cohort)

    def answers(self, **changes: object) -> dict[str, object]:
        return {"audience": "everyone", "subject": "Hej {förnamn}", "body": "Välkommen!"} | changes

    def written(self, client: Client, cohort: Cohort, **changes: object) -> Announcement:
        client.post(reverse("sessions:new_announcement", args=[cohort.pk]), self.answers(**changes))
        return Announcement.objects.get()

    def test_write_look_send_and_see(self, client: Client, cohort: Cohort, asa: Enrolment) -> None:
        announcement = self.written(client, cohort)
        page = reverse("sessions:announcement", args=[announcement.pk])
        html = client.get(page).content.decode()
        assert "1 deltagare och 1 chef får mejlet." in html
        assert "Hej Åsa" in html
        assert not Message.objects.exists()
        seen = fingerprint_of(announcement, readers(cohort, "everyone"))
        assert client.post(f"{page}skicka/", {"seen": seen}).status_code == 302
        assert "0 av 2" in client.get(page).content.decode()
        Message.objects.update(state=State.SENT)
        assert "Så gick det" in client.get(page).content.decode()

    def test_what_can_not_be_read_is_refused_beside_its_field(self, client: Client, cohort: Cohort) -> None:
        response = client.post(
            reverse("sessions:new_announcement", args=[cohort.pk]), self.answers(subject="Hej {surname}", body="Kvar")
        )
        assert response.status_code == 422
        assert "Det finns ingen platshållare" in response.content.decode()
        assert "Kvar" in response.content.decode()
        assert not Announcement.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"subject": "Hej\u202e"}, "Skriv på en rad"),
            ({"subject": "Hej\nBcc: alla@example.org"}, "Skriv på en rad"),
            ({"body": "Kom i \u202etid!"}, "U+202E"),
            ({"body": "Kom i \x1btid!"}, "U+001B"),
        ],
    )
    def test_a_character_that_nobody_sees_is_named_beside_its_field(
        self, client: Client, cohort: Cohort, changes: dict[str, object], said: str
    ) -> None:
        response = client.post(reverse("sessions:new_announcement", args=[cohort.pk]), self.answers(**changes))
        assert response.status_code == 422
        [field] = changes
        assert said in str(response.context["form"].errors[field])
        assert not Announcement.objects.exists()

    def test_the_database_keeps_no_words_that_hide_something(self, cohort: Cohort) -> None:
        for words in ({"subject": "Hej\nBcc: x"}, {"body": "Kom i \u2066tid"}):
            with pytest.raises(IntegrityError, match="announcement_hides_nothing"), transaction.atomic():
                AnnouncementFactory(cohort=cohort, **words)

    def test_what_another_program_breaks_lines_with_is_taken_as_line_breaks(
        self, client: Client, cohort: Cohort
    ) -> None:
        assert self.written(client, cohort, body="Ta med:\r\n-\tlunch\x0b- dator\u2028Välkommen!").body == (
            "Ta med:\n- lunch\n- dator\nVälkommen!"
        )

    def test_a_placeholder_of_a_session_needs_one(
        self, client: Client, cohort: Cohort, session: CohortSession, asa: Enrolment
    ) -> None:
        new = reverse("sessions:new_announcement", args=[cohort.pk])
        assert client.post(new, self.answers(subject="{modul}")).status_code == 422
        assert client.post(new, self.answers(subject="{modul}", session=str(session.pk))).status_code == 302

    def test_a_draft_is_written_on_in_the_words_of_whoever_reads_it(
        self, client: Client, cohort: Cohort, anna: User
    ) -> None:
        client.post(reverse("sessions:new_announcement", args=[cohort.pk]), self.answers(body="Välkommen, {förnamn}!"))
        draft = Announcement.objects.get()
        edit = reverse("sessions:edit_announcement", args=[draft.pk])
        assert "Välkommen, {förnamn}!" in client.get(edit).content.decode()
        choose_language(user=anna, language="en")
        assert "Välkommen, {first_name}!" in client.get(edit).content.decode()

    def test_managers_can_not_open_a_file_that_is_too_large_to_attach(
        self, client: Client, cohort: Cohort, session: CohortSession
    ) -> None:
        material = MaterialFactory(session=session, document=True)
        type(material).objects.filter(pk=material.pk).update(size=LARGEST_ATTACHMENT + 1)
        new = reverse("sessions:new_announcement", args=[cohort.pk])
        assert client.post(new, self.answers(material=str(material.pk))).status_code == 422
        participants = self.answers(material=str(material.pk), audience="participants")
        assert client.post(new, participants).status_code == 302

    def test_material_that_waits_can_be_chosen_in_advance_and_says_until_when_it_holds_up_the_mail(
        self, client: Client, cohort: Cohort, session: CohortSession, asa: Enrolment, anna: User
    ) -> None:
        material = MaterialFactory(session=session, title="Facit", visible_from=local_date(NOW) + DAY)
        day = weekday_date(material.visible_from)
        form = client.get(reverse("sessions:new_announcement", args=[cohort.pk])).content.decode()
        assert f"Facit, från {day}" in form
        page = reverse("sessions:announcement", args=[self.written(client, cohort, material=str(material.pk)).pk])
        html = client.get(page).content.decode()
        assert f"visas från {day}" in html
        assert "Skicka till" not in html
        with time_machine.travel(NOW + DAY, tick=False):
            client.force_login(anna)
            assert "Skicka till" in client.get(page).content.decode()

    def test_another_cohorts_session_and_material_can_not_be_chosen(self, client: Client, cohort: Cohort) -> None:
        foreign = CohortSessionFactory()
        new = reverse("sessions:new_announcement", args=[cohort.pk])
        assert client.post(new, self.answers(session=str(foreign.pk))).status_code == 422
        material = MaterialFactory(session=foreign, document=True)
        assert client.post(new, self.answers(material=str(material.pk))).status_code == 422

    def test_readers_who_came_meanwhile_are_shown_before_anything_is_sent(
        self, client: Client, cohort: Cohort, asa: Enrolment, lund: Municipality
    ) -> None:
        announcement = self.written(client, cohort)
        page = reverse("sessions:announcement", args=[announcement.pk])
        seen = fingerprint_of(announcement, readers(cohort, "everyone"))
        EnrolmentFactory(cohort=cohort, municipality=lund)
        response = client.post(f"{page}skicka/", {"seen": seen})
        assert response.status_code == 409
        assert "2 deltagare och 1 chef får mejlet." in response.content.decode()
        assert not Message.objects.exists()

    def test_it_ends_in_what_to_look_after(self, client: Client, cohort: Cohort, asa: Enrolment, anna: User) -> None:
        announcement = sent(AnnouncementFactory(cohort=cohort, audience=Audience.EVERYONE), anna)
        Message.objects.filter(recipient="asa@example.org").update(state=State.BOUNCED, error="550 no such user")
        Message.objects.filter(recipient="chef@example.org").update(state=State.SENT)
        progress = progress_of(announcement)
        assert (progress.arrived, len(progress.troubled), progress.is_finished) == (1, 1, True)
        html = client.get(reverse("sessions:announcement", args=[announcement.pk])).content.decode()
        assert "asa@example.org" in html
        assert "Kontrollera adressen" in html
        assert re.search(r"<summary>Tekniska detaljer</summary>\s*<div><p[^>]*>550 no such user</p>", html)
        troubled = Message.objects.get(state=State.BOUNCED)
        assert "Skicka igen" in client.get(reverse("reports:message", args=[troubled.pk])).content.decode()
        assert reverse("reports:message", args=[troubled.pk]) in html

    def test_what_somebody_has_taken_care_of_is_not_to_be_looked_after(
        self, cohort: Cohort, asa: Enrolment, anna: User
    ) -> None:
        announcement = sent(AnnouncementFactory(cohort=cohort, audience=Audience.EVERYONE), anna)
        Message.objects.about(announcement=announcement.pk).update(state=State.BOUNCED, settled=NOW)
        assert progress_of(announcement).troubled == []

    def test_the_page_takes_few_queries_however_many_read_it(
        self, client: Client, cohort: Cohort, lund: Municipality, boss: User, django_assert_max_num_queries: object
    ) -> None:
        for _number in range(40):
            EnrolmentFactory(cohort=cohort, municipality=lund)
        page = reverse("sessions:announcement", args=[self.written(client, cohort).pk])
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            client.get(page)

    def test_a_draft_can_be_deleted(self, client: Client, cohort: Cohort) -> None:
        announcement = self.written(client, cohort)
        client.post(reverse("sessions:discard_announcement", args=[announcement.pk]))
        assert not Announcement.objects.exists()

    def test_the_list_has_drafts_and_what_was_sent(self, client: Client, cohort: Cohort) -> None:
        assert "Inget är skrivet än" in client.get(reverse("sessions:announcements", args=[cohort.pk])).content.decode()
        AnnouncementFactory(cohort=cohort)
        AnnouncementFactory(cohort=cohort, sent=NOW - DAY, people=27)
        html = client.get(reverse("sessions:announcements", args=[cohort.pk])).content.decode()
        assert "Utkast" in html
        assert "27 personer" in html

    def test_lists_and_headings_say_what_stands_for_the_placeholders(
        self, client: Client, cohort: Cohort, session: CohortSession, anna: User
    ) -> None:
        subject, body = "{first_name}: {title} {date} i {cohort}, {programme}", "Hej {first_name}!\n\nVälkommen."
        about = {"cohort": cohort, "session": session, "subject": subject, "body": body}
        draft, gone = AnnouncementFactory(**about), AnnouncementFactory(**about, sent=NOW, people=27)
        day = weekday_date(session.starts)
        title = f"[förnamn]: {session.module.title} {day} i Vår 2026, {cohort.programme.title}"
        for page in (
            reverse("sessions:announcements", args=[cohort.pk]),
            reverse("sessions:announcement", args=[draft.pk]),
            reverse("sessions:announcement", args=[gone.pk]),
            reverse("sessions:discard_announcement", args=[draft.pk]),
        ):
            html = client.get(page).content.decode()
            assert title in html
            assert not re.search(r"\{\w+\}", html)
        assert "Hej [förnamn]!" in client.get(reverse("sessions:announcement", args=[gone.pk])).content.decode()
        choose_language(user=anna, language="en")
        assert "[first name]: " in client.get(reverse("sessions:announcements", args=[cohort.pk])).content.decode()

    def test_a_list_of_many_takes_as_few_queries_as_one_of_few(
        self, client: Client, cohort: Cohort, session: CohortSession, django_assert_max_num_queries: object
    ) -> None:
        for _number in range(8):
            AnnouncementFactory(cohort=cohort, session=session, subject="Inför {title} i {programme}")
        with django_assert_max_num_queries(9):  # type: ignore[operator]
            client.get(reverse("sessions:announcements", args=[cohort.pk]))
