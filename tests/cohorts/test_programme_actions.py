"""Programmes, their modules and versions: what is written, who may, and what is refused."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from audit.models import AuditEvent
from cohorts.actions import (
    ModuleDetails,
    ProgrammeDetails,
    add_module,
    add_programme,
    archive_programme,
    begin_version,
    change_module,
    change_programme,
    change_rule,
    delete_programme,
    discard_version,
    fingerprint_of_draft,
    move_module,
    release_version,
    remove_module,
    reopen_programme,
    restore_module,
)
from cohorts.exceptions import ChangedMeanwhile, ProgrammeRefused, TitleTaken
from cohorts.models import Cohort, Module, Programme
from tests.factories import NOW, CohortFactory, ProgrammeFactory, RegionFactory, coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    """Nine modules, which no cohort follows."""
    return Programme.objects.get(pk=ProgrammeFactory().pk)


@pytest.fixture
def siv(programme: Programme) -> User:
    return coordinator(programme.region)


@pytest.fixture
def cohort(programme: Programme) -> Cohort:
    """With it, the first version of the programme is followed."""
    cohort: Cohort = CohortFactory(programme=programme)
    return cohort


def details(**fields: object) -> ModuleDetails:
    defaults = {
        "title": "Barnets rättigheter",
        "theme": "",
        "hours": Decimal(6),
        "month_offset": 9,
        "learning_goals": "",
        "preparation": "",
    }
    return ModuleDetails(**(defaults | fields))  # type: ignore[arg-type]


def begin(programme: Programme, siv: User) -> Programme:
    return begin_version(programme=programme, by=siv, now=NOW)


def release(programme: Programme, siv: User) -> Programme:
    programme.refresh_from_db()
    return release_version(programme=programme, seen=fingerprint_of_draft(programme), by=siv, now=NOW)


def titles(programme: Programme, version: int = 1) -> list[str]:
    """The modules of a version, whose numbers have no gaps."""
    modules = list(programme.modules_of(version))
    assert [module.number for module in modules] == list(range(1, len(modules) + 1))
    return [module.title for module in modules]


def module(programme: Programme, number: int, version: int = 1) -> Module:
    return programme.modules_of(version).get(number=number)


def rewrite(module: Module, siv: User, **fields: object) -> Module:
    """Change some of what the module says and is, as it stands."""
    stored = ModuleDetails.of(module)
    wanted = ModuleDetails(**(vars(stored) | fields))
    return change_module(module=module, details=wanted, seen=stored.fingerprint, by=siv, now=NOW)


class TestDetails:
    text = ProgrammeDetails("Handledarutbildning", "För dig som handleder.", 12, time(13))

    def test_a_new_programme_has_no_modules_and_is_logged(self, programme: Programme, siv: User) -> None:
        added = add_programme(region=programme.region, details=self.text, by=siv, now=NOW)
        assert (added.title, added.default_start, added.modules.count()) == ("Handledarutbildning", time(13), 0)
        assert AuditEvent.objects.about(added).get().action == "programme.added"

    def test_a_title_is_given_once_in_a_region(self, programme: Programme, siv: User) -> None:
        other = Programme.objects.get(pk=ProgrammeFactory(region=programme.region).pk)
        taken = ProgrammeDetails(programme.title, "", 25, time(9))
        with pytest.raises(TitleTaken):
            add_programme(region=programme.region, details=taken, by=siv, now=NOW)
        seen = ProgrammeDetails.of(other).fingerprint
        with pytest.raises(TitleTaken):
            change_programme(programme=other, details=taken, seen=seen, by=siv, now=NOW)

    def test_another_region_may_use_the_same_title(self, programme: Programme) -> None:
        region = RegionFactory()
        same = ProgrammeDetails.of(programme)
        assert add_programme(region=region, details=same, by=coordinator(region), now=NOW).title == programme.title

    def test_defaults_change_at_once_also_while_cohorts_follow(self, cohort: Cohort, siv: User) -> None:
        seen = ProgrammeDetails.of(cohort.programme).fingerprint
        changed = change_programme(programme=cohort.programme, details=self.text, seen=seen, by=siv, now=NOW)
        assert (changed.default_capacity, changed.version) == (12, 1)
        event = AuditEvent.objects.about(changed).get()
        assert (event.before["default_capacity"], event.after["default_capacity"]) == (25, 12)

    def test_who_comes_second_is_told_and_overwrites_nothing(self, programme: Programme, siv: User) -> None:
        seen = ProgrammeDetails.of(programme).fingerprint
        change_programme(programme=programme, details=self.text, seen=seen, by=siv, now=NOW)
        other = ProgrammeDetails("Något annat", "", 25, time(9))
        with pytest.raises(ChangedMeanwhile):
            change_programme(programme=programme, details=other, seen=seen, by=siv, now=NOW)
        programme.refresh_from_db()
        assert programme.title == "Handledarutbildning"

    def test_saving_what_is_already_so_is_no_event(self, programme: Programme, siv: User) -> None:
        same = ProgrammeDetails.of(programme)
        change_programme(programme=programme, details=same, seen=same.fingerprint, by=siv, now=NOW)
        assert not AuditEvent.objects.about(programme).exists()


class TestAVersionThatNobodyFollows:
    def test_gets_a_module_at_its_end(self, programme: Programme, siv: User) -> None:
        added = add_module(programme=programme, details=details(), by=siv, now=NOW)
        assert (added.number, added.version, added.identity) == (10, 1, added.pk)
        programme.refresh_from_db()
        assert programme.modules_required == 8
        assert AuditEvent.objects.about(added).get().action == "module.added"

    def test_loses_one_and_the_others_close_up(self, programme: Programme, siv: User) -> None:
        remove_module(module=module(programme, 3), by=siv, now=NOW)
        assert titles(programme) == [f"Modul {number}" for number in (1, 2, 4, 5, 6, 7, 8, 9)]
        programme.refresh_from_db()
        assert programme.modules_required == 8
        remove_module(module=module(programme, 1), by=siv, now=NOW)
        programme.refresh_from_db()
        assert programme.modules_required == 7

    def test_can_be_emptied(self, siv: User, programme: Programme) -> None:
        short = ProgrammeFactory(region=programme.region, modules=1)
        remove_module(module=module(short, 1), by=siv, now=NOW)
        assert titles(short) == []

    def test_is_reordered_one_place_at_a_time(self, programme: Programme, siv: User) -> None:
        last = module(programme, 9)
        move_module(module=last, number=9, up=True, by=siv, now=NOW)
        assert titles(programme)[7:] == ["Modul 9", "Modul 8"]
        assert [step.month_offset for step in programme.modules_of(1)] == list(range(9))
        move_module(module=last, number=8, up=False, by=siv, now=NOW)
        assert titles(programme)[7:] == ["Modul 8", "Modul 9"]

    def test_at_the_end_of_the_list_a_module_stays(self, programme: Programme, siv: User) -> None:
        first = module(programme, 1)
        assert move_module(module=first, number=1, up=True, by=siv, now=NOW).number == 1
        assert not AuditEvent.objects.about(first).exists()

    def test_a_button_pressed_on_an_old_page_moves_nothing(self, programme: Programme, siv: User) -> None:
        last = module(programme, 9)
        move_module(module=last, number=9, up=True, by=siv, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            move_module(module=last, number=9, up=True, by=siv, now=NOW)
        assert titles(programme)[7] == "Modul 9"

    def test_changes_in_hours_and_rule(self, programme: Programme, siv: User) -> None:
        rewrite(module(programme, 2), siv, hours=Decimal("3.5"))
        change_rule(programme=programme, required=9, seen=8, by=siv, now=NOW)
        programme.refresh_from_db()
        assert (module(programme, 2).hours, programme.modules_required) == (Decimal("3.5"), 9)

    def test_needs_no_draft(self, programme: Programme, siv: User) -> None:
        with pytest.raises(ProgrammeRefused):
            begin(programme, siv)

    def test_leaves_the_rule_of_cohorts_of_an_earlier_version_alone(self, cohort: Cohort, siv: User) -> None:
        begin(cohort.programme, siv)
        add_module(programme=cohort.programme, details=details(), by=siv, now=NOW)
        programme = release(cohort.programme, siv)
        change_rule(programme=programme, required=10, seen=8, by=siv, now=NOW)
        cohort.refresh_from_db()
        assert cohort.required == 8


class TestTheRule:
    @pytest.mark.parametrize("required", [0, 10])
    def test_is_of_some_of_its_modules(self, programme: Programme, siv: User, required: int) -> None:
        with pytest.raises(ProgrammeRefused):
            change_rule(programme=programme, required=required, seen=8, by=siv, now=NOW)

    def test_who_comes_second_is_told(self, programme: Programme, siv: User) -> None:
        change_rule(programme=programme, required=9, seen=8, by=siv, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            change_rule(programme=programme, required=7, seen=8, by=siv, now=NOW)
        programme.refresh_from_db()
        assert programme.modules_required == 9

    def test_saving_what_is_already_so_is_no_event(self, programme: Programme, siv: User) -> None:
        change_rule(programme=programme, required=8, seen=8, by=siv, now=NOW)
        assert not AuditEvent.objects.about(programme).exists()


@pytest.mark.usefixtures("cohort")
class TestAVersionThatCohortsFollow:
    def test_keeps_its_structure(self, programme: Programme, siv: User) -> None:
        first = module(programme, 1)
        for attempt in (
            lambda: add_module(programme=programme, details=details(), by=siv, now=NOW),
            lambda: remove_module(module=first, by=siv, now=NOW),
            lambda: move_module(module=first, number=1, up=False, by=siv, now=NOW),
            lambda: rewrite(first, siv, hours=Decimal(3)),
            lambda: rewrite(first, siv, month_offset=3),
            lambda: change_rule(programme=programme, required=9, seen=8, by=siv, now=NOW),
        ):
            with pytest.raises(ProgrammeRefused):
                attempt()
        assert titles(programme) == [f"Modul {number}" for number in range(1, 10)]

    def test_also_if_they_are_drafts(self, siv: User) -> None:
        programme = CohortFactory(draft=True, programme__region=siv.role_assignments.get().region).programme
        with pytest.raises(ProgrammeRefused):
            remove_module(module=module(programme, 1), by=siv, now=NOW)

    def test_lets_words_be_mended(self, programme: Programme, siv: User) -> None:
        mended = rewrite(module(programme, 1), siv, title="Uppdraget", preparation="Läs lagen.")
        assert (mended.title, mended.preparation) == ("Uppdraget", "Läs lagen.")
        event = AuditEvent.objects.about(mended).get()
        assert (event.before["title"], event.after["title"], event.after["versions"]) == ("Modul 1", "Uppdraget", [1])

    def test_who_comes_second_is_told_and_overwrites_nothing(self, programme: Programme, siv: User) -> None:
        first = module(programme, 1)
        seen = ModuleDetails.of(first)
        rewrite(first, siv, title="Uppdraget")
        with pytest.raises(ChangedMeanwhile):
            change_module(module=first, details=details(), seen=seen.fingerprint, by=siv, now=NOW)
        assert module(programme, 1).title == "Uppdraget"

    def test_saving_what_is_already_so_is_no_event(self, programme: Programme, siv: User) -> None:
        rewrite(module(programme, 1), siv)
        assert not AuditEvent.objects.filter(action="module.changed").exists()


@pytest.mark.usefixtures("cohort")
class TestADraft:
    def test_begins_as_a_copy_that_is_the_same_for_the_ledger(self, programme: Programme, siv: User) -> None:
        draft = begin(programme, siv)
        assert (draft.version, draft.draft_required) == (1, 8)
        assert titles(draft, 2) == titles(draft)
        running, new = draft.modules_of(1), draft.modules_of(2)
        assert [module.identity for module in new] == [module.pk for module in running]

    def test_there_is_one_at_most(self, programme: Programme, siv: User) -> None:
        begin(programme, siv)
        add_module(programme=programme, details=details(), by=siv, now=NOW)
        begin(programme, siv)
        assert len(titles(programme, 2)) == 10
        assert AuditEvent.objects.filter(action="programme.version_begun").count() == 1

    def test_is_changed_without_touching_what_is_followed(
        self, programme: Programme, cohort: Cohort, siv: User
    ) -> None:
        begin(programme, siv)
        remove_module(module=module(programme, 9, version=2), by=siv, now=NOW)
        move_module(module=module(programme, 2, version=2), number=2, up=True, by=siv, now=NOW)
        rewrite(module(programme, 3, version=2), siv, title="Annat", hours=Decimal(3))
        change_rule(programme=programme, required=7, seen=8, by=siv, now=NOW)
        assert titles(programme) == [f"Modul {number}" for number in range(1, 10)]
        assert titles(programme, 2)[:3] == ["Modul 2", "Modul 1", "Annat"]
        cohort.refresh_from_db()
        assert (cohort.required, cohort.modules.count()) == (8, 9)

    def test_words_mended_in_use_are_mended_in_the_draft_where_it_says_the_same(
        self, programme: Programme, siv: User
    ) -> None:
        begin(programme, siv)
        rewrite(module(programme, 2, version=2), siv, title="Något nytt")
        for number in (1, 2):
            rewrite(module(programme, number), siv, title=f"Mendad {number}", preparation="Läs.")
        assert titles(programme, 2)[:2] == ["Mendad 1", "Något nytt"]
        assert module(programme, 2, version=2).preparation == "Läs."

    def test_a_removed_module_is_put_back_in_its_place_and_is_the_same(self, programme: Programme, siv: User) -> None:
        begin(programme, siv)
        third = module(programme, 3)
        remove_module(module=module(programme, 3, version=2), by=siv, now=NOW)
        restored = restore_module(module=third, by=siv, now=NOW)
        assert restored.identity == third.pk
        assert titles(programme, 2) == titles(programme)
        assert restore_module(module=third, by=siv, now=NOW) == restored

    def test_what_is_not_of_the_version_in_use_cant_be_put_back(self, programme: Programme, siv: User) -> None:
        with pytest.raises(ProgrammeRefused):
            restore_module(module=module(programme, 3), by=siv, now=NOW)
        begin(programme, siv)
        with pytest.raises(ProgrammeRefused):
            restore_module(module=module(programme, 3, version=2), by=siv, now=NOW)

    def test_a_module_that_is_gone_is_said_to_be(self, programme: Programme, siv: User) -> None:
        begin(programme, siv)
        third = module(programme, 3, version=2)
        remove_module(module=third, by=siv, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            rewrite(third, siv, title="Samtal")

    def test_is_discarded_and_the_log_keeps_what_was_in_it(self, programme: Programme, siv: User) -> None:
        programme = begin(programme, siv)
        discard_version(programme=programme, seen=fingerprint_of_draft(programme), by=siv, now=NOW)
        programme.refresh_from_db()
        assert (programme.has_draft, programme.modules.count()) == (False, 9)
        event = AuditEvent.objects.about(programme).get(action="programme.version_discarded")
        assert len(event.before["modules"]) == 9

    @pytest.mark.parametrize("act", [release_version, discard_version])
    def test_is_released_or_discarded_as_it_was_seen_or_not_at_all(
        self, programme: Programme, siv: User, act: object
    ) -> None:
        programme = begin(programme, siv)
        seen = fingerprint_of_draft(programme)
        rewrite(module(programme, 1, version=2), siv, hours=Decimal(3))
        with pytest.raises(ChangedMeanwhile):
            act(programme=programme, seen=seen, by=siv, now=NOW)  # type: ignore[operator]
        programme.refresh_from_db()
        assert (programme.version, programme.has_draft) == (1, True)


class TestReleasing:
    def test_new_cohorts_follow_it_and_the_old_ones_keep_modules_and_rule(self, cohort: Cohort, siv: User) -> None:
        begin(cohort.programme, siv)
        add_module(programme=cohort.programme, details=details(), by=siv, now=NOW)
        change_rule(programme=cohort.programme, required=9, seen=8, by=siv, now=NOW)
        programme = release(cohort.programme, siv)
        assert (programme.version, programme.modules_required, programme.has_draft) == (2, 9, False)
        assert programme.current_modules.count() == 10
        old = Cohort.objects.get(pk=cohort.pk)
        assert (old.required, old.modules.count()) == (8, 9)
        new = CohortFactory(programme=programme, programme_version=2)
        assert (new.required, new.modules.count()) == (9, 10)
        event = AuditEvent.objects.about(programme).get(action="programme.version_released")
        assert event.after["changes"] == [{"module": "Barnets rättigheter", "kinds": ["added"]}]

    def test_a_rule_that_stays_is_written_into_no_cohort(self, cohort: Cohort, siv: User) -> None:
        begin(cohort.programme, siv)
        add_module(programme=cohort.programme, details=details(), by=siv, now=NOW)
        programme = release(cohort.programme, siv)
        assert Cohort.objects.get(pk=cohort.pk).modules_required is None
        CohortFactory(programme=programme, programme_version=2)
        begin(programme, siv)
        change_rule(programme=programme, required=10, seen=8, by=siv, now=NOW)
        release(programme, siv)
        assert [cohort.required for cohort in programme.cohorts.all()] == [8, 8]

    def test_the_identity_of_a_module_holds_over_many_versions(self, cohort: Cohort, siv: User) -> None:
        programme = cohort.programme
        first = module(programme, 1)
        for version in (2, 3):
            begin(programme, siv)
            rewrite(module(programme, 1, version=version), siv, hours=Decimal(version))
            programme = release(programme, siv)
            CohortFactory(programme=programme, programme_version=version)
        assert module(programme, 1, version=3).identity == module(programme, 1, version=2).identity == first.pk

    def test_what_says_the_same_is_not_released(self, cohort: Cohort, siv: User) -> None:
        begin(cohort.programme, siv)
        with pytest.raises(ProgrammeRefused):
            release(cohort.programme, siv)

    def test_without_a_draft_there_is_nothing_to_release(self, programme: Programme, siv: User) -> None:
        with pytest.raises(ProgrammeRefused):
            release(programme, siv)


class TestTheShelf:
    def test_an_archived_programme_is_offered_no_more_until_it_is_reopened(self, cohort: Cohort, siv: User) -> None:
        programme = cohort.programme
        assert programme in Programme.objects.open()
        archive_programme(programme=programme, by=siv, now=NOW)
        archive_programme(programme=programme, by=siv, now=NOW + timedelta(days=1))
        programme.refresh_from_db()
        assert programme.archived == NOW
        assert programme not in Programme.objects.open()
        reopen_programme(programme=programme, by=siv, now=NOW)
        assert programme in Programme.objects.open()
        actions = AuditEvent.objects.about(programme).values_list("action", flat=True)
        assert sorted(actions) == ["programme.archived", "programme.reopened"]

    def test_without_modules_a_programme_is_not_offered(self) -> None:
        programme = ProgrammeFactory(modules=0)
        assert programme not in Programme.objects.open()

    def test_with_cohorts_a_programme_stays(self, cohort: Cohort, siv: User) -> None:
        with pytest.raises(ProgrammeRefused):
            delete_programme(programme=cohort.programme, by=siv, now=NOW)

    def test_without_it_goes_with_all_its_versions_and_the_log_keeps_its_title(self, cohort: Cohort, siv: User) -> None:
        programme = cohort.programme
        begin(programme, siv)
        cohort.delete()
        key, title = programme.pk, programme.title
        delete_programme(programme=programme, by=siv, now=NOW)
        assert not Programme.objects.filter(pk=key).exists()
        assert AuditEvent.objects.get(target_id=key, action="programme.deleted").before["title"] == title


def test_another_regions_coordinator_is_refused_everything(cohort: Cohort, siv: User) -> None:
    programme = begin(cohort.programme, siv)
    outsider = coordinator(RegionFactory())
    first = module(programme, 1, version=2)
    seen = fingerprint_of_draft(programme)
    text = ProgrammeDetails.of(programme)
    who: dict = {"by": outsider, "now": NOW}
    attempts = [
        lambda: add_programme(region=programme.region, details=text, **who),
        lambda: change_programme(programme=programme, details=text, seen=text.fingerprint, **who),
        lambda: change_rule(programme=programme, required=9, seen=8, **who),
        lambda: begin_version(programme=programme, **who),
        lambda: release_version(programme=programme, seen=seen, **who),
        lambda: discard_version(programme=programme, seen=seen, **who),
        lambda: add_module(programme=programme, details=details(), **who),
        lambda: change_module(module=first, details=details(), seen=ModuleDetails.of(first).fingerprint, **who),
        lambda: move_module(module=first, number=1, up=False, **who),
        lambda: remove_module(module=first, **who),
        lambda: restore_module(module=module(programme, 1), **who),
        lambda: archive_programme(programme=programme, **who),
        lambda: reopen_programme(programme=programme, **who),
        lambda: delete_programme(programme=programme, **who),
    ]
    before = AuditEvent.objects.count()
    for attempt in attempts:
        with pytest.raises(ProgrammeRefused, match="samordnare"):
            attempt()
    assert AuditEvent.objects.count() == before
