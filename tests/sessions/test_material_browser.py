"""A file on its way from a lecturer's phone to a participant's, in real browsers."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from introprogram.demo.materials import pdf
from sessions.models import Lecturer, Material
from tests.conftest import OpenPage
from tests.factories import (
    CohortSessionFactory,
    EnrolmentFactory,
    RoleAssignmentFactory,
    lecturer,
)
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_lecturer_shares_a_pdf_and_a_participant_has_the_same_bytes_from_its_day_on(
    with_scripts: bool, live_server: LiveServer, open_page: OpenPage, tmp_path: Path
) -> None:
    session = CohortSessionFactory(day=timezone.localdate() + timedelta(days=7))
    lena = lecturer(session.cohort.region)
    session.lecturers.add(Lecturer.objects.get(email=lena.email))
    amina = EnrolmentFactory(cohort=session.cohort, participant__with_login=True).participant.user
    RoleAssignmentFactory(user=amina, role=Role.PARTICIPANT, region=session.cohort.region)
    tomorrow = timezone.localdate() + timedelta(days=1)
    file = tmp_path / "Årets fall (påhittade).pdf"
    file.write_bytes(pdf("Årets fall", "Påhittade"))

    def visitor() -> Visitor:
        page = open_page(**PHONE, java_script_enabled=with_scripts)
        return Visitor(page, live_server.url, with_scripts=with_scripts)

    teacher = visitor()
    teacher.log_in_with_password(lena)
    teacher.follow(str(session.module))
    teacher.follow("Dela material")
    teacher.page.get_by_label("Fil", exact=True).set_input_files(file)
    teacher.page.get_by_label("Visas för deltagarna från").fill(tomorrow.isoformat())
    teacher.press("Dela")
    teacher.sees("Välj filen igen")  # the title is missing
    teacher.fill(Rubrik="Årets fall")
    expect(teacher.page.get_by_label("Visas för deltagarna från")).to_have_value(tomorrow.isoformat())
    teacher.page.get_by_label("Fil", exact=True).set_input_files(file)
    teacher.press("Dela")
    teacher.sees("”Årets fall” är delat", "Visas från")

    reader = visitor()
    reader.log_in_with_password(amina)
    reader.follow("Mitt kursmaterial")
    reader.sees("Inget material än")
    handed_out = live_server.url + reverse("sessions:material", args=[Material.objects.get().pk])
    assert reader.page.request.get(handed_out).status == 404
    Material.objects.update(visible_from=timezone.localdate())
    reader.open(reverse("sessions:my_materials"))
    assert reader.download("Årets fall").read_bytes() == file.read_bytes()
    headers = reader.page.request.get(handed_out).headers
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"

    teacher.follow("Ta bort")
    teacher.press("Ta bort")
    teacher.sees("”Årets fall” är borttaget", "Inget är delat än")
    assert reader.page.request.get(handed_out).status == 404
