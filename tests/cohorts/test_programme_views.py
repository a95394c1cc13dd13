"""The coordinator's pages about programmes: what they show, what they save, and what two people do at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cohorts.actions import begin_version
from cohorts.models import Cohort, Module, Programme
from regions.models import Region
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    ProgrammeFactory,
    RegionFactory,
    RoleAssignmentFactory,
    coordinator,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in."""
    user = coordinator(region)
    client.force_login(user)
    return user


@pytest.fixture
def programme(region: Region) -> Programme:
    """Three modules, all required, which no cohort follows."""
    return Programme.objects.get(pk=ProgrammeFactory(region=region, modules=3).pk)


@pytest.fixture
def draft(programme: Programme, siv: User) -> Programme:
    """The same with a cohort, and with a draft of its second version."""
    CohortFactory(programme=programme, name="VT 2026 A")
    return begin_version(programme=programme, by=siv, now=NOW)


def url(name: str, row: Programme | Module | None = None) -> str:
    return reverse(f"cohorts:{name}", args=[row.pk] if row else [])


def answers(page: object, **changes: object) -> dict[str, object]:
    """What the browser sends back of the form on `page`."""
    form = page.context["form"]
    return {field.html_name: "" if field.value() is None else field.value() for field in form} | changes


class TestAllProgrammes:
    def test_each_with_its_version_modules_hours_and_running_cohorts(
        self, client: Client, siv: User, draft: Programme
    ) -> None:
        CohortFactory(programme=draft, name="HT 2020 A", sessions=TODAY - timedelta(days=2000))
        text = client.get(url("programmes")).content.decode()
        [row] = client.get(url("programmes")).context["in_use"]
        assert (row.version, row.module_count, row.hours) == (1, 3, Decimal(21))
        assert [str(cohort) for cohort in row.running] == ["VT 2026 A"]
        assert "Version 2 är under arbete" in text

    def test_an_empty_list_offers_the_shipped_ones_or_a_new_one(self, client: Client, siv: User) -> None:
        text = client.get(url("programmes")).content.decode()
        assert url("load_programmes") in text
        assert url("new_programme") in text
        page = client.post(url("load_programmes"), follow=True)
        assert len(page.context["in_use"]) == 2

    def test_archived_ones_are_apart_and_come_back(self, client: Client, siv: User, programme: Programme) -> None:
        assert str(programme.pk) in client.get(reverse("sessions:new_cohort")).content.decode()
        client.post(url("archive_programme", programme))
        page = client.get(url("programmes"))
        assert (page.context["in_use"], page.context["archived"]) == ([], [programme])
        assert str(programme.pk) not in client.get(reverse("sessions:new_cohort")).content.decode()
        client.post(url("reopen_programme", programme))
        assert client.get(url("programmes")).context["in_use"] == [programme]

    def test_the_number_of_queries_does_not_grow(self, client: Client, siv: User, region: Region) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                client.get(url("programmes"))
            return len(found)

        CohortFactory(programme=ProgrammeFactory(region=region))
        few = queries()
        for _time in range(5):
            CohortFactory.create_batch(2, programme=ProgrammeFactory(region=region))
        assert queries() == few <= 12


class TestANewProgramme:
    def test_is_written_from_nothing_and_can_be_planned(self, client: Client, siv: User) -> None:
        page = client.post(url("new_programme"), answers(client.get(url("new_programme")), title="Handledare"))
        programme = Programme.objects.get(title="Handledare")
        assert page["Location"] == url("programme", programme)
        assert programme not in Programme.objects.open()
        for title in ("Att handleda", "Svåra samtal"):
            client.post(url("new_module", programme), answers(client.get(url("new_module", programme)), title=title))
        programme.refresh_from_db()
        assert [step.title for step in programme.current_modules] == ["Att handleda", "Svåra samtal"]
        assert [step.month_offset for step in programme.current_modules] == [0, 1]
        assert programme.modules_required == 2
        assert programme in Programme.objects.open()

    def test_a_taken_title_is_said_beside_its_field_and_nothing_is_lost(
        self, client: Client, siv: User, programme: Programme
    ) -> None:
        data = answers(client.get(url("new_programme")), title=programme.title, description="Mina ord")
        page = client.post(url("new_programme"), data)
        assert page.status_code == 422
        assert page.context["form"].errors["title"]
        assert "Mina ord" in page.content.decode()

    def test_a_coordinator_of_two_regions_is_asked_for_which(self, client: Client, siv: User) -> None:
        other = RegionFactory()
        RoleAssignmentFactory(user=siv, role="coordinator", region=other)
        client.force_login(User.objects.get(pk=siv.pk))
        data = answers(client.get(url("new_programme")), title="Handledare", region=other.pk)
        client.post(url("new_programme"), data)
        assert Programme.objects.get(title="Handledare").region == other


class TestWhatTwoDoAtOnce:
    def test_details_of_the_programme(self, client: Client, siv: User, programme: Programme) -> None:
        page = client.get(url("edit_programme", programme))
        client.post(url("edit_programme", programme), answers(page, description="Deras ord"))
        second = client.post(url("edit_programme", programme), answers(page, description="Mina ord"))
        assert second.status_code == 409
        assert second.context["differences"] == [("Beskrivning", "Deras ord", "Mina ord")]
        client.post(url("edit_programme", programme), answers(second))
        programme.refresh_from_db()
        assert programme.description == "Mina ord"

    def test_a_module(self, client: Client, siv: User, draft: Programme) -> None:
        module = draft.modules_of(2).get(number=2)
        page = client.get(url("module", module))
        client.post(url("module", module), answers(page, hours="6,5", preparation="Läs lagen."))
        second = client.post(url("module", module), answers(page, hours="8", learning_goals="Kunna\r\nlyssna"))
        assert second.status_code == 409
        assert second.context["differences"] == [
            ("Timmar", "6,5", "8"),
            ("Lärandemål", "–", "Kunna\nlyssna"),
            ("Förberedelse", "Läs lagen.", "–"),
        ]
        client.post(url("module", module), answers(second))
        module.refresh_from_db()
        assert (module.hours, module.learning_goals, module.preparation) == (Decimal(8), "Kunna\nlyssna", "")

    def test_the_rule(self, client: Client, siv: User, draft: Programme) -> None:
        page = client.get(url("rule", draft))
        client.post(url("rule", draft), answers(page, required=2))
        second = client.post(url("rule", draft), answers(page, required=1))
        assert second.status_code == 409
        assert second.context["differences"] == [("Moduler som krävs för intyg", "2", "1")]
        client.post(url("rule", draft), answers(second))
        draft.refresh_from_db()
        assert (draft.draft_required, draft.modules_required) == (1, 3)

    def test_the_order(self, client: Client, siv: User, draft: Programme) -> None:
        first = draft.modules_of(2).get(number=1)
        for _click in range(2):
            page = client.post(url("move_module", first), {"number": 1, "down": 1}, follow=True)
        assert "Ordningen har ändrats" in page.content.decode()
        assert [module.title for module in draft.modules_of(2)] == ["Modul 2", "Modul 1", "Modul 3"]

    @pytest.mark.parametrize("act", ["release_version", "discard_version"])
    def test_what_becomes_of_the_draft(self, client: Client, siv: User, draft: Programme, act: str) -> None:
        seen = client.get(url(act, draft)).context["seen"]
        client.post(url("remove_module", draft.modules_of(2).get(number=3)))
        second = client.post(url(act, draft), {"seen": seen})
        assert second.status_code == 409
        assert "Modul 3" in second.content.decode()
        draft.refresh_from_db()
        assert (draft.has_draft, draft.version) == (True, 1)
        client.post(url(act, draft), {"seen": second.context["seen"]})
        draft.refresh_from_db()
        assert (draft.has_draft, draft.version) == (False, 2 if act == "release_version" else 1)


class TestAVersionThatIsFollowed:
    def test_shows_no_way_to_change_its_structure(self, client: Client, siv: User, programme: Programme) -> None:
        assert url("new_module", programme) in client.get(url("programme", programme)).content.decode()
        CohortFactory(programme=programme)
        text = client.get(url("programme", programme)).content.decode()
        assert url("new_module", programme) not in text
        assert url("begin_version", programme) in text
        for name in ("new_module", "rule"):
            assert client.get(url(name, programme))["Location"] == url("programme", programme)

    def test_has_its_words_mended(self, client: Client, siv: User, draft: Programme) -> None:
        module = draft.current_modules.get(number=1)
        page = client.get(url("module", module))
        assert not {"hours", "month_offset"} & set(page.context["form"].fields)
        client.post(url("module", module), answers(page, title="Uppdraget", hours="3"))
        module.refresh_from_db()
        assert (module.title, module.hours) == ("Uppdraget", Decimal(7))
        assert draft.modules_of(2).get(number=1).title == "Uppdraget"

    def test_an_unchanged_form_changes_no_line_breaks(self, client: Client, siv: User, draft: Programme) -> None:
        module = draft.current_modules.get(number=1)
        Module.objects.filter(pk=module.pk).update(learning_goals="Kunna lyssna\nKunna tala")
        page = client.get(url("module", module))
        client.post(url("module", module), answers(page, learning_goals="Kunna lyssna\r\nKunna tala"))
        module.refresh_from_db()
        assert module.learning_goals == "Kunna lyssna\nKunna tala"


class TestADraft:
    def test_is_begun_worked_on_and_put_to_use(self, client: Client, siv: User, programme: Programme) -> None:
        cohort = CohortFactory(programme=programme, name="VT 2026 A")
        assert client.post(url("begin_version", programme))["Location"] == url("draft", programme)
        page = client.post(
            url("new_module", programme), answers(client.get(url("new_module", programme)), title="Ny"), follow=True
        )
        assert page.redirect_chain[0][0].startswith(url("draft", programme))
        preview = client.get(url("release_version", programme))
        text = preview.content.decode()
        assert "VT 2026 A" in text
        assert "3 av 3 moduler" in text
        client.post(url("release_version", programme), {"seen": preview.context["seen"]})
        programme.refresh_from_db()
        assert (programme.version, programme.current_modules.count()) == (2, 4)
        assert Cohort.objects.get(pk=cohort.pk).modules.count() == 3

    def test_says_what_differs(self, client: Client, siv: User, draft: Programme) -> None:
        one, two, _three = draft.modules_of(2)
        client.post(url("remove_module", one))
        two.refresh_from_db()
        client.post(url("module", two), answers(client.get(url("module", two)), hours="6", preparation="Läs lagen."))
        changes = client.get(url("release_version", draft)).context["preview"].changes
        assert [(change.title, [kind.label for kind in change.kinds]) for change in changes] == [
            ("Modul 2", ["Ändrad"]),
            ("Modul 1", ["Borttagen"]),
        ]
        assert [(field.label, field.before, field.after) for field in changes[0].fields] == [
            ("Förberedelse", "–", "Läs lagen."),
            ("Timmar", "7", "6"),
        ]

    def test_a_removed_module_is_put_back(self, client: Client, siv: User, draft: Programme) -> None:
        client.post(url("remove_module", draft.modules_of(2).get(number=1)))
        [gone] = client.get(url("draft", draft)).context["removed"]
        client.post(url("restore_module", gone))
        page = client.get(url("draft", draft))
        assert (page.context["removed"], len(page.context["version"].modules)) == ([], 3)

    def test_that_says_the_same_has_no_button(self, client: Client, siv: User, draft: Programme) -> None:
        text = client.get(url("release_version", draft)).content.decode()
        assert "likadan" in text
        assert "btn-primary" not in text.partition('<form class="form-actions"')[2].partition("</form>")[0]

    def test_that_is_gone_leads_back(self, client: Client, siv: User, programme: Programme) -> None:
        for name in ("draft", "release_version", "discard_version"):
            assert client.get(url(name, programme))["Location"] == url("programme", programme)
        assert client.post(url("release_version", programme), follow=True).status_code == 200

    def test_backward_months_are_told_and_not_forbidden(self, client: Client, siv: User, draft: Programme) -> None:
        two = draft.modules_of(2).get(number=2)
        client.post(url("module", two), answers(client.get(url("module", two)), month_offset=5))
        preview = client.get(url("release_version", draft)).context["preview"]
        assert [module.number for module in preview.out_of_season] == [3]
        assert preview.refusal is None


class TestAllVersions:
    def test_each_with_its_modules_and_the_cohorts_that_follow_it(
        self, client: Client, siv: User, draft: Programme
    ) -> None:
        client.post(url("remove_module", draft.modules_of(2).get(number=3)))
        seen = client.get(url("release_version", draft)).context["seen"]
        client.post(url("release_version", draft), {"seen": seen})
        second, first = client.get(url("versions", draft)).context["versions"]
        assert (second.number, len(second.modules), second.cohorts) == (2, 2, ())
        assert second.released is not None
        assert (first.number, len(first.modules), first.hours) == (1, 3, Decimal(21))
        assert [(str(cohort), cohort.required) for cohort in first.cohorts] == [("VT 2026 A", 3)]

    def test_the_number_of_queries_does_not_grow(self, client: Client, siv: User, programme: Programme) -> None:
        def queries(name: str) -> int:
            with CaptureQueriesContext(connection) as found:
                client.get(url(name, programme))
            return len(found)

        names = ("programme", "versions", "draft", "release_version")
        CohortFactory(programme=programme)
        client.post(url("begin_version", programme))
        few = {name: queries(name) for name in names}
        CohortFactory.create_batch(5, programme=programme)
        for _time in range(5):
            client.post(
                url("new_module", programme), answers(client.get(url("new_module", programme)), title="En till")
            )
        assert {name: queries(name) for name in names} == few
        assert max(few.values()) <= 12


class TestDeleting:
    def test_what_no_cohort_follows(self, client: Client, siv: User, programme: Programme) -> None:
        assert client.get(url("delete_programme", programme)).status_code == 200
        assert client.post(url("delete_programme", programme))["Location"] == url("programmes")
        assert not Programme.objects.exists()

    def test_is_refused_where_one_does(self, client: Client, siv: User, draft: Programme) -> None:
        page = client.post(url("delete_programme", draft), follow=True)
        assert "arkivera" in page.content.decode()
        assert Programme.objects.exists()
