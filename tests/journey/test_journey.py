"""The whole journey in real browsers, against a real server, a real worker and a real mail server beside it.

A region plans nine sessions; a municipality enrols its new social workers; they are written to, come, and are marked;
they get certificates that anyone can verify.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cohorts.actions import load_programmes
from cohorts.models import Cohort
from participants.models import Enrolment
from sessions.models import Lecturer
from sessions.rules.days import problem_with
from tests.conftest import OpenPage, StartWorker
from tests.factories import (
    EmploymentFactory,
    MunicipalityFactory,
    ParticipantFactory,
    RegionFactory,
    VenueFactory,
    coordinator,
    lecturer,
    manager,
)
from tests.journey.passing_time import let_beat_tick, let_days_pass, send_what_is_due_today, wait_until
from tests.journey.visitor import Visitor
from tests.participants.files import row, xlsx
from tests.smtp import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.postgresql, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
SEATS = 4

Visit = Callable[..., Visitor]


@pytest.fixture
def visit(live_server: LiveServer, open_page: OpenPage) -> Visit:
    """Open the portal in a browser of its own: visit(**PHONE)."""

    def open_browser(**browser: Any) -> Visitor:
        with_scripts = browser.get("java_script_enabled", True)
        return Visitor(open_page(**browser), live_server.url, with_scripts=with_scripts)

    return open_browser


@pytest.fixture
def people(
    child_environment: dict[str, str], mail_server: MailServer, settings: Settings, live_server: LiveServer
) -> SimpleNamespace:
    """Those who work with the programme in a region that has just begun; it knows one social worker already."""
    settings.BASE_URL = child_environment["BASE_URL"] = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # log-in codes
    child_environment["EMAIL_URL"] = mail_server.url
    lund = MunicipalityFactory(name="Lund", region=RegionFactory(code="SK", name="Övningsregionen"))
    planner = coordinator(lund.region, first_name="Sanna")
    load_programmes(region=lund.region, by=planner, now=timezone.now())
    VenueFactory(region=lund.region, name="Sal Provet")
    EmploymentFactory(
        municipality=lund,
        starts=date(2020, 1, 1),
        participant=ParticipantFactory(
            region=lund.region, first_name="Disa", last_name="Exempelsson", email="disa@example.org"
        ),
    )
    return SimpleNamespace(
        coordinator=planner,
        manager=manager(lund, first_name="Cecilia"),
        lecturer=lecturer(lund.region),
        municipality=lund,
    )


def test_from_nine_planned_sessions_to_a_verified_certificate(
    visit: Visit, people: SimpleNamespace, mail_server: MailServer, start_worker: StartWorker
) -> None:
    start_worker()

    planner = visit()
    planner.log_in_with_password(people.coordinator)
    cohort = plan_a_cohort(planner, lecturer=Lecturer.objects.get().name)
    publish(planner, cohort)

    boss = visit()
    boss.log_in_with_password(people.manager)
    enrol_amina(boss)
    enrol_a_batch(boss)
    see_that_the_cohort_is_full(planner, cohort)

    inbox = Inbox(mail_server)
    inbox.has("Amina har fått plats", to=[people.manager.email])
    inbox.has(f"Din lista till {cohort} är klar", to=[people.manager.email])
    let_beat_tick()
    with_a_seat = [f"{name}@example.org" for name in ("amina", "bilal", "clara", "disa")]
    for welcome in inbox.has("Välkommen till ”Introduktionsutbildning", to=with_a_seat):
        assert events_in(welcome) == 9
    inbox.has_nothing_else()

    let_days_pass(until=cohort.sessions.earliest("starts"), days_left=14)
    send_what_is_due_today()
    send_what_is_due_today()
    for reminder in inbox.has("Påminnelse", to=with_a_seat):
        assert events_in(reminder) == 1
    let_days_pass(until=cohort.sessions.earliest("starts"), days_left=1)
    send_what_is_due_today()
    inbox.has("Påminnelse", to=with_a_seat)
    inbox.has_nothing_else()

    let_days_pass(until=cohort.sessions.latest("starts"), days_left=-1)
    teacher = visit()
    teacher.log_in_with_password(people.lecturer)
    mark_everyone_but_bilal(teacher, cohort)
    teacher_without_javascript = visit(java_script_enabled=False)
    mark_bilal_absent_without_javascript(teacher_without_javascript, people, cohort)
    mark_everyone_in_the_rest(teacher, cohort)

    issue_certificates(planner, cohort)
    certified = [f"{name}@example.org" for name in ("amina", "clara", "disa")]
    inbox.has("Ditt intyg är klart", to=certified)
    inbox.has("Intyget för", to=[people.manager.email] * 3)
    inbox.has_nothing_else()

    amina = visit(**PHONE)
    log_in_by_code(amina, "amina@example.org", inbox)
    number, code = download_the_certificate(amina)

    verify(visit(), number, code)


# --- Step 1: the coordinator -----------------------------------------------------------------------------------------


def plan_a_cohort(planner: Visitor, *, lecturer: str) -> Cohort:
    """Nine proposed dates, of which one is changed in place."""
    planner.follow("Planera den första omgången")
    planner.page.get_by_label("Utbildningsprogram").select_option(
        label="Introduktionsutbildning för nya socialsekreterare"
    )
    first = first_day_that_suits(timezone.localdate() + timedelta(weeks=9))
    planner.fill(Första_datum=first.isoformat())
    planner.page.get_by_label("Varje månad").check()
    planner.page.get_by_label("Dagar att undvika").fill(first.isoformat())
    planner.page.get_by_label("Platser", exact=True).fill(str(SEATS))
    planner.press("Föreslå datum")

    rows = planner.page.locator("tbody tr")
    expect(rows).to_have_count(9)
    planner.sees("flyttat", "Flyttat:")
    expect(rows.first).to_contain_text("är en av dagarna att undvika")
    days = rows.locator("input[type=date]")
    proposed = [date.fromisoformat(day.input_value()) for day in days.all()]
    assert [problem_with(day) for day in proposed] == [None] * 9

    days.nth(1).fill(f"{first.year}-12-24")
    expect(rows.nth(1)).to_contain_text("julafton")
    changed = first_day_that_suits(proposed[1] + timedelta(days=1))
    days.nth(1).fill(changed.isoformat())
    expect(rows.nth(1)).not_to_contain_text("julafton")
    for choice in rows.get_by_label("Lokal").all():
        choice.select_option(label="Sal Provet, Lund")
    for choice in rows.get_by_label("Föreläsare").all():
        choice.select_option(label=lecturer)
    planner.press("Spara som utkast")

    planner.sees("sparad som utkast", "Utkast", "0 av 4 platser", "Sal Provet", lecturer)
    cohort = Cohort.objects.get()
    assert [timezone.localdate(session.starts) for session in cohort.sessions.order_by("starts")] == [
        proposed[0],
        changed,
        *proposed[2:],
    ]
    return cohort


def publish(planner: Visitor, cohort: Cohort) -> None:
    planner.press("Publicera")
    planner.sees("Omgången är publicerad", "Öppen för anmälan")
    planner.open("/planering/")
    line = planner.row(cohort.name)
    expect(line).to_contain_text("0 av 4 platser")
    expect(line.locator(".slot")).to_have_count(9)


def first_day_that_suits(day: date) -> date:
    while problem_with(day):
        day += timedelta(days=1)
    return day


# --- Step 2: the manager ---------------------------------------------------------------------------------------------


def enrol_amina(boss: Visitor) -> None:
    boss.open("/anmalan/")
    boss.sees("4 platser kvar för Lund")
    boss.follow("Anmäl en")
    boss.fill(Förnamn="Amina", Efternamn="Påhittsson-Exempel")
    boss.page.get_by_label("E-post på jobbet").fill("amina@example.org")
    boss.press("Fortsätt")
    boss.fill(Enhet="Barn och familj", Befattning="Socialsekreterare")
    boss.page.get_by_label("Anställd från").fill("2026-09-01")
    boss.press("Fortsätt")
    boss.sees("Vilken omgång?", "9 tillfällen", "4 platser kvar för Lund")
    boss.press("Fortsätt")
    boss.page.get_by_label("Vegansk mat").check()
    boss.press("Fortsätt")
    boss.sees("Kontrollera innan du anmäler", "Det finns plats för Amina")
    assert boss.fact("E-post på jobbet") == "amina@example.org"
    boss.press("Anmäl")
    boss.sees("Amina Påhittsson-Exempel är antagen", Enrolment.objects.get().reference)


def enrol_a_batch(boss: Visitor) -> None:
    """A list in which every outcome occurs; there are three seats left."""
    boss.open("/anmalan/")
    boss.follow("Anmäl flera")
    workbook = xlsx(
        row(first_name="Amina", last_name="Påhittsson-Exempel", email="amina@example.org"),
        row(first_name="Bilal", last_name="Exempel", email="bilal@example.org"),
        row(first_name="Clara", last_name="Exempelgren", email="clara@example.org"),
        row(first_name="Disa", last_name="Exempelsson", email="disa@example.org"),
        row(first_name="Elin", last_name="Exempelby", email="elin@example.org"),
        row(first_name="Freja", last_name="Exempelros", email="inte en adress"),
    )
    boss.page.get_by_label("Listan som fil").set_input_files(
        {
            "name": "nya.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": workbook,
        }
    )
    boss.press("Gå igenom listan")
    boss.sees("Ingen är anmäld än", "1 person hamnar på reservlistan")
    for name, outcome in {
        "Amina": "Oförändrad",
        "Bilal": "Ny",
        "Disa": "Matchad",
        "Elin": "Reservlista",
        "Freja": "giltig e-postadress",
    }.items():
        expect(boss.row(name)).to_contain_text(outcome)
    assert Enrolment.objects.count() == 1
    boss.press("Anmäl 4 personer")
    boss.sees("3 personer har fått plats", "1 person står på reservlistan", "1 person var redan anmäld", "1 rad")


def see_that_the_cohort_is_full(planner: Visitor, cohort: Cohort) -> None:
    planner.open(f"/omgangar/{cohort.pk}/")
    planner.sees("4 av 4 platser", "1 på reservlistan")
    planner.follow("Anmälningar")
    planner.sees("Reservlista", "Elin Exempelby", "0 gemensamma kvar")


# --- Step 3: the post ------------------------------------------------------------------------------------------------


class Inbox:
    """Every mail that the server accepted; each is to be accounted for, once."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.seen: list[EmailMessage] = []

    def has(self, subject: str, *, to: list[str]) -> list[EmailMessage]:
        """Wait for one mail to each of the receivers, and return them."""
        wait_until(lambda: len(self._unseen(subject)) >= len(to), what=f"{len(to)} × {subject}")
        mails = self._unseen(subject)
        assert sorted(str(mail["To"]) for mail in mails) == sorted(to)
        for mail in mails:
            assert_in_good_form(mail)
        self.seen += mails
        return mails

    def has_nothing_else(self) -> None:
        assert [str(mail["Subject"]) for mail in self._unseen("")] == []
        assert set(self.server.copies.values()) == {1}

    def code(self, *, to: str) -> str:
        """The log-in code that was sent to somebody."""
        wait_until(lambda: self._unseen("din kod"), what="the code")
        mail = self._unseen("din kod")[-1]
        assert mail["To"] == to
        self.seen.append(mail)
        found = re.search(r"\d{4}-\d{4}", str(mail["Subject"]))
        assert found
        return found.group()

    def _unseen(self, subject: str) -> list[EmailMessage]:
        mails = [accepted.mail for accepted in list(self.server.accepted)]
        return [mail for mail in mails if subject in str(mail["Subject"]) and mail not in self.seen]


def assert_in_good_form(mail: EmailMessage) -> None:
    """Text and HTML, and no personal data but a first name: not in the subject, a part, or an attachment.

    A calendar that asks somebody to a session holds her own address, as the mail itself does.
    """
    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts[:2]] == ["text/plain", "text/html"]
    words = " ".join([str(mail["Subject"]), *(str(part.get_content()) for part in parts)]).casefold()
    words = re.sub(r"\r?\n ", "", words).replace(f"mailto:{mail['To']}", "")
    surnames = ("påhittsson", "exempelgren", "exempelsson", "exempelby")
    assert [word for word in (*surnames, "bilal exempel", "barn och familj", "amina@") if word in words] == []


def events_in(mail: EmailMessage) -> int:
    [calendar] = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return str(calendar.get_content()).count("BEGIN:VEVENT")


# --- Step 4: the lecturer --------------------------------------------------------------------------------------------


def mark_everyone_but_bilal(teacher: Visitor, cohort: Cohort) -> None:
    """In the first session. Everyone at a stroke; what is changed then is saved by itself."""
    open_register(teacher, cohort, 1)
    teacher.press("Alla är här")
    teacher.sees("4 registreringar sparade", "4 här")
    teacher.row("Bilal").get_by_text("Borta").click()
    expect(teacher.page.locator("output")).to_contain_text("Sparat")
    teacher.sees("3 här", "1 borta")
    assert marks(cohort, 1) == {"Amina": "present", "Bilal": "absent", "Clara": "present", "Disa": "present"}


def mark_bilal_absent_without_javascript(teacher: Visitor, people: SimpleNamespace, cohort: Cohort) -> None:
    """In the second session."""
    teacher.log_in_with_password(people.lecturer)
    open_register(teacher, cohort, 2)
    for name, mark in {"Amina": "Här", "Bilal": "Borta", "Clara": "Här", "Disa": "Delvis"}.items():
        teacher.row(name).get_by_text(mark, exact=True).click()
    teacher.press("Spara")
    teacher.sees("4 registreringar sparade")
    assert marks(cohort, 2) == {"Amina": "present", "Bilal": "absent", "Clara": "present", "Disa": "partial"}


def mark_everyone_in_the_rest(teacher: Visitor, cohort: Cohort) -> None:
    for number in range(3, 10):
        open_register(teacher, cohort, number)
        teacher.press("Alla är här")
    teacher.open("/mina-uppdrag/")
    expect(teacher.page.get_by_text("Närvarolistan är klar")).to_have_count(9)


def open_register(teacher: Visitor, cohort: Cohort, number: int) -> None:
    title = cohort.programme.modules.get(number=number).title
    teacher.open("/mina-uppdrag/")
    teacher.follow("Registrera närvaro", within=teacher.row(title))
    teacher.sees(f"Närvaro vid tillfälle {number}", title)


def marks(cohort: Cohort, number: int) -> dict[str, str]:
    session = cohort.sessions.get(module__number=number)
    return dict(session.attendances.values_list("participant__first_name", "mark"))


# --- Step 5: the coordinator again -----------------------------------------------------------------------------------


def issue_certificates(planner: Visitor, cohort: Cohort) -> None:
    """To those who qualify; the worker makes them while the page tells how far it has come."""
    planner.open(f"/omgangar/{cohort.pk}/intyg/")
    for name, earned in {"Amina": 9, "Bilal": 7, "Clara": 9, "Disa": 9}.items():
        expect(planner.row(name)).to_contain_text(f"{earned} av 9")
    planner.follow("Utfärda intyg för alla som uppfyller kraven (3)")
    planner.press("Utfärda 3 intyg")
    planner.sees("3 intyg är utfärdade", "Intygen skapas")
    expect(planner.page.get_by_role("main")).to_contain_text("3 av 3 klara", timeout=30_000)
    planner.sees("3 intyg är klara att ladda ner")
    planner.examine()
    planner.follow("Visa deltagare och intyg")
    expect(planner.row("Bilal")).to_contain_text("1 modul kvar")


# --- Step 6: the participant, and anyone -----------------------------------------------------------------------------


def log_in_by_code(amina: Visitor, address: str, inbox: Inbox) -> None:
    amina.open("/")
    amina.page.get_by_role("link", name="Logga in").first.click()
    form = amina.page.get_by_role("region", name="Med en kod")
    form.get_by_label("Din e-postadress på jobbet").fill(address)
    form.get_by_role("button", name="Skicka en kod").click()
    amina.page.get_by_label("Koden i mejlet").fill(inbox.code(to=address))
    amina.examine()
    amina.press("Logga in")


def download_the_certificate(amina: Visitor) -> tuple[str, str]:
    """Return its number and code as the page says them."""
    amina.sees("Hej Amina!", "9 av 9 moduler klara", "Giltigt")
    expect(amina.page.locator(".steps > li")).to_have_count(9)
    number, code = amina.fact("Intygsnummer"), amina.fact("Kontrollkod")
    assert number == f"SK-{timezone.localdate().year}-0003"  # in order of surname
    printed = words_of(amina.download("Ladda ner intyget (PDF)"))
    assert "Amina Påhittsson-Exempel" in printed
    assert number in printed
    assert code in printed
    return number, code


def words_of(pdf: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())


def verify(anyone: Visitor, number: str, code: str) -> None:
    anyone.open("/kontrollera/")
    anyone.fill(Intygsnummer=number.lower(), Kontrollkod=code)
    anyone.press("Kontrollera")
    anyone.sees(f"Intyg {number}", "Giltigt", "Övningsregionen", "9 av 9")
    expect(anyone.page.get_by_text("Påhittsson")).to_have_count(0)
