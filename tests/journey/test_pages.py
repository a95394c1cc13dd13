"""Every page on the demo region, as each role sees it: usable by everyone, on every screen, without an error.

The pages are those of tests/permission_matrix.py, which knows every address; here stands what they show.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from accounts.demo import ADMINISTRATOR, CERTIFIED, COORDINATOR, LECTURER, MANAGER, PARTICIPANT
from accounts.models import RoleAssignment, User
from accounts.tokens import token_of
from certificates.choices import CertificateStatus
from certificates.models import Certificate
from cohorts.models import Cohort, Programme
from cohorts.querysets import CohortQuerySet
from introprogram.demo.build import build
from messaging.choices import State, Topic
from messaging.models import Message
from messaging.unsubscribing import token_of as unsubscribing_token_of
from participants.actions import carry_out_import, confirm_import, save_draft, start_import
from participants.choices import EnrolmentStatus
from participants.duplicates.pairs import possible_duplicates
from participants.importing.plan import plan_of
from participants.models import Enrolment, EnrolmentDraft, Import
from regions.models import Municipality
from sessions.actions import open_feed
from sessions.choices import RequestStatus
from sessions.models import Announcement, CohortSession, Lecturer, Material, TeachingRequest, Venue
from sessions.registers.tokens import token_of as teaching_token_of
from tests.conftest import OpenPage
from tests.factories import (
    InvitationFactory,
    LecturerFactory,
    MergeFactory,
    TeachingRequestFactory,
    VenueFactory,
    manager,
)
from tests.journey.accessibility import elements_beyond_the_window, violations, width_beyond_the_window
from tests.participants.files import row, xlsx
from tests.permission_matrix import MATRIX, NO_SUCH_METHOD, USERS, Row
from tests.test_permissions import ADDRESSES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db,  # pytest-django makes a database for marked tests only
]

LOG_INS = {
    "participant": PARTICIPANT,
    "manager": MANAGER,
    "coordinator": COORDINATOR,
    "lecturer": LECTURER,
    "administrator": ADMINISTRATOR,
}
PERSONAS = ["anonymous", *LOG_INS]
# The coordinator has so many pages that they are examined in parts, each well within the time that a test may take.
PARTS = {"coordinator": 6, "manager": 2}
# What answers with a file, or with a part of a page.
NO_PAGES = {
    "healthz",
    "metrics",
    "regions:logo",
    "participants:template",
    "participants:wrong_rows",
    "sessions:calendar",
    "sessions:check_session",
    "sessions:cohort_calendar",
    "sessions:feed",
    "sessions:material",
    "sessions:export",
    "sessions:venues_file",
    "sessions:lecturers_file",
    "certificates:download",
    "certificates:people_file",
    "certificates:register_file",
    "certificates:needs",
    "participants:contacts_file",
    "reports:messages_file",
}


# Themes differ in nothing but colours.
THEMES: dict[Literal["light", "dark"], list[str] | None] = {"light": None, "dark": ["color-contrast"]}
# A page that can't do what it was asked says so in these, too: an invitation that is used, a form without answers.
ANSWERS = {200, 410, 422}


@dataclass(frozen=True)
class Demo:
    """The demo region behind a server.

    `records` are those that pages are looked at with, `more` the paths by persona of pages in another state than they
    have at first, `cookies` the log-ins by persona.
    """

    address: str
    records: dict[str, Any]
    more: dict[str, list[str]]
    cookies: dict[str, str]

    def paths(self, persona: str) -> list[str]:
        """Where `persona` gets a page to look at."""
        return [self._path(row) for row in MATRIX if is_page_of(persona, row)] + self.more.get(persona, [])

    def _path(self, row: Row) -> str:
        names = ADDRESSES[row.name]
        if not names:
            return reverse(row.name)
        if row.of == "reset_link":
            return reverse(row.name, kwargs={"uidb36": "1", "key": "set-password"})
        return reverse(row.name, args=[self.records.get(row.name) or self.records[row.of]])


@pytest.fixture(scope="module")
def demo(standing_data: None) -> Iterator[Demo]:
    """Built once for all tests of this module, which only look at it."""
    with translation.override("sv"):
        build(seed=1, now=timezone.now())
        for email in (COORDINATOR, PARTICIPANT):  # the others see the page of a subscription without one
            subscribed(email)
        records, more = records_of_the_demo(), pages_in_other_states()
    server = LiveServer("localhost")
    cookies = {persona: log_in(email) for persona, email in LOG_INS.items()}
    yield Demo(server.url, records, more, cookies)
    server.stop()


def records_of_the_demo() -> dict[str, Any]:
    """By what the matrix calls them; by the name of a page where another record shows more."""
    finished, under_way, applied_for = introduction().order_by("applications_open")
    lund = Municipality.objects.get(name="Lund")
    boss = User.objects.get(email=MANAGER)
    colleague = manager(lund, first_name="Kim", last_name="Kollega-Exempel")
    in_lund = Enrolment.objects.filter(municipality=lund)
    certificate = Certificate.objects.filter(enrolment__participant__email=CERTIFIED).get()
    sessions = CohortSession.objects.filter(cohort=under_way).order_by("starts")
    programme = under_way.programme
    return {
        "programme": programme.pk,
        "draft_module": programme.modules_of(programme.draft_version).last().pk,
        "cohort": applied_for.pk,
        "certificates:cohort": finished.pk,
        "certificates:progress": finished.pk,
        "certificates:statements": finished.pk,
        "session": sessions[0].pk,
        "sessions:edit_session": sessions[8].pk,
        "sessions:cancel_session": sessions[8].pk,
        "sessions:shift_cohort": under_way.pk,
        "plan": programme.message_plan.pk,
        "plan_step": programme.message_plan.steps.first().pk,
        "venue": Venue.objects.first().pk,
        "material": Material.objects.get(title="Bilder från dagen").pk,
        "module": sessions[0].module_id,
        "sessions:cohort_materials": under_way.pk,
        "sessions:share_at_session": sessions[4].pk,
        "lecturers_entry": Lecturer.objects.get(email=LECTURER).pk,
        "sessions:ask_lecturer": sessions[8].pk,
        "teaching_request": question().pk,
        "teaching_requests_token": teaching_token_of(question()),
        "enrolment": in_lund.filter(status=EnrolmentStatus.ENROLLED).first().pk,
        "offered": in_lund.get(status=EnrolmentStatus.OFFERED).pk,
        "waiting": applied_for.enrolments.waiting().first().pk,
        "left": Enrolment.objects.followed_before_by(boss).first().pk,
        "person": certificate.enrolment.participant_id,
        "certificate": certificate.pk,
        "message": Message.objects.get(state=State.BOUNCED).pk,
        "upload": uploaded(applied_for, boss).pk,
        "draft": begun(applied_for, boss).pk,
        "merge": MergeFactory(kept=certificate.enrolment.participant).pk,
        "used_invitation": token_of(InvitationFactory(region=lund.region, accepted=timezone.now())),
        "colleagues_role": RoleAssignment.objects.get(user=colleague).pk,
        "region": lund.region_id,
        "kind_of_message": "session.reminder",
        "announcement": Announcement.objects.get(sent=None).pk,
        "unsubscribing_token": unsubscribing_token_of(PARTICIPANT, Topic.REMINDERS),
        "municipality": lund.pk,
    }


def introduction() -> CohortQuerySet:
    """The cohorts of the introduction programme; applications for the course in social law are approved."""
    return Cohort.objects.published().filter(programme=Programme.objects.latest("modules_required"))


def pages_in_other_states() -> dict[str, list[str]]:
    """Pages that show something else when one comes back, searches in vain, or is done."""
    cohort = introduction().latest("applications_open")
    boss = User.objects.get(email=MANAGER)
    upload = uploaded(cohort, boss)
    seen = plan_of(upload, by=boss, now=timezone.now()).fingerprint
    confirm_import(upload=upload, seen=seen, by=boss, now=timezone.now())
    carry_out_import(upload=upload, now=timezone.now())
    waiting = Enrolment.objects.filter(municipality__name="Lund", status=EnrolmentStatus.WAITING).first()
    first = timezone.localdate() + timedelta(weeks=12)
    plan = {
        "programme": cohort.programme_id,
        "first": first - timedelta(days=first.weekday()),
        "rhythm": "weeks",
        "weeks": 4,
        "starts": "09:00",
        "capacity": 25,
    }
    programme, law = Programme.objects.order_by("-modules_required")
    by_status = dict(Certificate.objects.order_by("serial").values_list("status", "pk"))
    applied = list(Enrolment.objects.filter(status=EnrolmentStatus.APPLIED).values_list("pk", flat=True))
    return {
        "anonymous": [
            reverse(
                "accounts:invitation", args=[token_of(InvitationFactory(expires=timezone.now() + timedelta(days=1)))]
            ),
            Certificate.objects.first().verification_path,
            reverse("certificates:verify") + "?nummer=SK-2020-0001&kod=FEL",
            *(reverse("sessions:teaching_request", args=[teaching_token_of(row)]) for row in closed_requests()),
        ],
        "manager": [
            reverse("participants:preview", args=[upload.pk]),
            reverse("participants:enrolment", args=[waiting.pk]) + "?new=1",
            reverse("participants:enrolment", args=[waiting.pk]),
            reverse("participants:enrolment", args=[Enrolment.objects.get(status=EnrolmentStatus.OFFERED).pk]),
            reverse("certificates:people") + "?q=ingen",
            reverse("certificates:people") + "?need=not_logged_in",
            reverse("reports:search") + "?q=exempel",
        ],
        "lecturer": [
            reverse("reports:search") + "?q=juridik",
            reverse("accounts:mobile"),
            reverse("accounts:preferences"),
        ],
        "coordinator": [
            reverse("certificates:register") + "?q=ingen",
            reverse("certificates:certificate", args=[by_status[CertificateStatus.SUPERSEDED]]),
            reverse("certificates:certificate", args=[by_status[CertificateStatus.REVOKED]]),
            reverse("sessions:announcement", args=[Announcement.objects.exclude(sent=None).get().pk]),
            reverse("sessions:announcements", args=[Announcement.objects.exclude(sent=None).get().cohort_id]),
            reverse("regions:text", args=["welcome"]) + "?sprak=en",
            reverse("regions:text_versions", args=["enrolment.confirmed"]),
            reverse("regions:reset_text", args=["enrolment.confirmed"]),
            reverse("reports:overview") + "?visa=venue",
            reverse("reports:messages") + "?state=look_after",
            reverse("reports:messages") + "?q=ingenalls",
            reverse("reports:message", args=[Message.objects.get(state=State.UNCERTAIN).pk]),
            reverse("certificates:people") + "?need=waiting",
            reverse("certificates:people") + "?need=absent_twice&order=changed",
            reverse("certificates:timeline", args=[waiting.participant_id]) + "?kind=enrolment",
            reverse("reports:search") + "?q=exempel",
            reverse("reports:search") + "?q=exempel&visa=personer",
            reverse("reports:search") + "?q=ingenalls",
            reverse("sessions:propose_dates") + "?" + urlencode(plan),
            reverse("sessions:propose_dates") + "?" + urlencode(plan | {"copy": cohort.pk}),
            reverse("sessions:propose_dates") + "?" + urlencode(plan | {"rhythm": "list", "dates": "snart"}),
            reverse("sessions:board") + "?q=ingen",
            reverse("sessions:board") + "?needs=on",
            reverse("sessions:list") + "?q=ingen",
            reverse("sessions:list") + "?sort=cohort",
            reverse("sessions:month") + f"?month={first:%Y-%m}",
            reverse("sessions:change_several", query=several_at_once()),
            reverse("certificates:issue", args=[Cohort.objects.earliest("applications_open").pk]),
            reverse("sessions:session", args=[question().session_id]),
            reverse("sessions:venues") + "?q=ingen",
            reverse("sessions:lecturers") + "?show=archived",
            reverse("sessions:remove_venue", args=[VenueFactory(region=cohort.programme.region).pk]),
            reverse("cohorts:programme", args=[law.pk]),
            *duplicates_of_the_demo(),
            reverse("cohorts:admission", args=[law.pk]),
            reverse("cohorts:eligibility_graduated", args=[law.pk]),
            reverse("participants:cohort", args=[law.cohorts.get().pk]),
            reverse("participants:inbox", query={"choose": "page"}),
            reverse("participants:inbox", query={"show": "rejected"}),
            reverse("participants:decide", query={"decision": "approve", "enrolment": applied}),
            reverse("participants:decide", query={"decision": "reject", "enrolment": applied[:2]}),
            reverse("participants:enrolment", args=[applied[1]]),
            reverse("participants:allocation", args=[cohort.pk], query={"by": "population", "pool": 5}),
            reverse("cohorts:module", args=[programme.current_modules.first().pk]),
        ],
    }


def duplicates_of_the_demo() -> list[str]:
    """Two who may be one side by side, and whom to look for."""
    pair = possible_duplicates(User.objects.get(email=COORDINATOR))[0]
    return [
        reverse("participants:merge", args=[pair.one]) + f"?with={pair.other}",
        reverse("participants:merge_search", args=[pair.one]) + "?q=exempel",
        reverse("participants:merge_search", args=[pair.one]) + "?q=ingenalls",
    ]


def question() -> TeachingRequest:
    """What the demo's lecturer is asked."""
    return TeachingRequest.objects.open().exclude(sentence="").select_related("session", "lecturer").get()


def closed_requests() -> list[TeachingRequest]:
    """Questions to lecturers that have been answered, withdrawn, or have outlived their session."""
    asked = question()
    past = CohortSession.objects.earliest("starts")
    closed = [RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.WITHDRAWN]
    moved = LecturerFactory(region=asked.lecturer.region)
    return [
        *(
            TeachingRequestFactory(
                session=asked.session, lecturer=asked.lecturer, status=status, answered=timezone.now()
            )
            for status in closed
        ),
        TeachingRequestFactory(session=past, lecturer=asked.lecturer),
        TeachingRequestFactory(session=asked.session, lecturer=moved, revision=asked.session.revision + 1),
    ]


def subscribed(email: str) -> None:
    user = User.objects.get(email=email)
    open_feed(role=Role(user.roles[0].role), by=user, now=timezone.now())


def several_at_once() -> dict[str, object]:
    """The coming sessions of a lecturer who has fallen ill, each to be moved to a free day."""
    lecturer = Lecturer.objects.filter(sessions__starts__gt=timezone.now()).first()
    coming = CohortSession.objects.filter(lecturers=lecturer, starts__gt=timezone.now())
    return {"lecturer": lecturer.pk, "what": "free", "session": [session.pk for session in coming]}


def begun(cohort: Cohort, by: User) -> EnrolmentDraft:
    """An enrolment that lacks nothing but the confirmation."""
    answers: dict[str, str | list[str]] = {
        "first_name": "Nina",
        "last_name": "Nyanställd-Exempel",
        "email": "nina@example.org",
        "unit": "Barn och familj",
        "title": "Socialsekreterare",
        "employed_from": f"{timezone.localdate():%Y-%m-%d}",
        "diet": ["vegan"],
        "access": [],
    }
    draft = EnrolmentDraft(owner=by)
    return save_draft(draft=draft, answers=answers, cohort=cohort, by=by, now=timezone.now())


def uploaded(cohort: Cohort, by: User) -> Import:
    """A list with two new hires, who will have to wait, and a wrong row."""
    return start_import(
        cohort=cohort,
        municipality=None,
        filename="nya.xlsx",
        content=xlsx(
            row(1, municipality="Lund"),
            row(2, municipality="Lund"),
            row(3, email="fel", municipality="Lund"),
            headings=("Förnamn", "Efternamn", "Arbetsmejl", "Enhet", "Befattning", "Anställd från", "Kommun"),
        ),
        by=by,
        now=timezone.now(),
    )


@pytest.mark.parametrize(("persona", "part"), [(who, part) for who in PERSONAS for part in range(PARTS.get(who, 1))])
def test_pages_of(persona: str, part: int, demo: Demo, open_page: OpenPage) -> None:
    page = browse_as(persona, demo, open_page)
    paths = demo.paths(persona)[part :: PARTS.get(persona, 1)]
    found = {path: problems(page, demo.address + path) for path in paths}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def is_page_of(persona: str, row: Row) -> bool:
    """Public pages are looked at without a log-in, those of every role as one of them."""
    if row.name in NO_PAGES or row.get == NO_SUCH_METHOD:
        return False
    if persona == "anonymous":
        return row.public and row.get != 302
    return persona in row.lets and not row.public and (row.lets != USERS or persona == "participant")


def log_in(email: str) -> str:
    """Return the cookie of a log-in, without going through its pages."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client.cookies["sessionid"].value


def browse_as(persona: str, demo: Demo, open_page: OpenPage) -> Page:
    page = open_page()
    if persona in demo.cookies:
        page.context.add_cookies([{"name": "sessionid", "value": demo.cookies[persona], "url": demo.address}])
    return page


def problems(page: Page, address: str) -> list[str]:
    """What is wrong with a page: with its answer, for axe at both widths and in both themes, or in a narrow window."""
    response = page.goto(address)
    if response is None or response.status not in ANSWERS:
        return [f"the answer is {response}"]
    found = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for theme, rules in THEMES.items():
            page.emulate_media(color_scheme=theme)
            found += [f"{width} px, {theme}: {violation}" for violation in violations(page, rules=rules)]
    if excess := width_beyond_the_window(page):
        found.append(f"{excess} px wider than a window of 320 px: {elements_beyond_the_window(page)}")
    return found
