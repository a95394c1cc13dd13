"""Two who release, begin or plan at once: PostgreSQL's row locks decide, and nothing is half done."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from cohorts.actions import (
    ModuleDetails,
    add_module,
    begin_version,
    change_module,
    fingerprint_of_draft,
    move_module,
    release_version,
)
from cohorts.exceptions import ProgrammeRefused
from cohorts.models import Cohort, Programme
from common.exceptions import Refused
from sessions.actions import CohortDetails, PlannedSession, plan_cohort
from tests.factories import NOW, TODAY, CohortFactory, ProgrammeFactory, coordinator, local

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def programme() -> Programme:
    """Three modules that a cohort follows."""
    return Programme.objects.get(pk=CohortFactory(programme=ProgrammeFactory(modules=3)).programme_id)


@pytest.fixture
def siv(programme: Programme) -> User:
    return coordinator(programme.region)


def with_a_fourth_module(programme: Programme, siv: User) -> Programme:
    """The programme with a draft that differs."""
    fourth = ModuleDetails("Barnets rättigheter", "", Decimal(6), 3, "", "")
    add_module(programme=begin_version(programme=programme, by=siv, now=NOW), details=fourth, by=siv, now=NOW)
    return Programme.objects.get(pk=programme.pk)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What becomes of acts that begin at the same moment, in a thread each."""
    barrier, outcomes = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_a_draft_is_released_once(programme: Programme, siv: User) -> None:
    programme = with_a_fourth_module(programme, siv)
    seen = fingerprint_of_draft(programme)
    release = lambda: release_version(programme=programme, seen=seen, by=siv, now=NOW)  # noqa: E731
    assert at_once(release, release) == ["done", "refused"]
    programme.refresh_from_db()
    assert (programme.version, programme.has_draft) == (2, False)


def test_a_draft_is_begun_once(programme: Programme, siv: User) -> None:
    begin = lambda: begin_version(programme=programme, by=siv, now=NOW)  # noqa: E731
    assert at_once(begin, begin) == ["done", "done"]
    assert programme.modules_of(2).count() == 3


def test_what_is_released_is_what_was_seen_or_nothing(programme: Programme, siv: User) -> None:
    programme = with_a_fourth_module(programme, siv)
    seen = fingerprint_of_draft(programme)
    last = programme.modules_of(2).get(number=4)
    stored = ModuleDetails.of(last)
    longer = ModuleDetails(**(vars(stored) | {"hours": Decimal(8)}))
    at_once(
        lambda: release_version(programme=programme, seen=seen, by=siv, now=NOW),
        lambda: change_module(module=last, details=longer, seen=stored.fingerprint, by=siv, now=NOW),
    )
    programme.refresh_from_db()
    if programme.version == 2:  # released first: no cohort follows it yet, so the module can still be changed
        assert not programme.has_draft
    else:
        assert fingerprint_of_draft(programme) != seen
    assert programme.modules_of(2).get(number=4).hours == Decimal(8)


def test_a_cohort_planned_during_a_release_has_the_sessions_of_its_version_or_is_not_planned(
    programme: Programme, siv: User
) -> None:
    programme = with_a_fourth_module(programme, siv)
    seen = fingerprint_of_draft(programme)
    first = TODAY + timedelta(weeks=8)
    details = CohortDetails("HT 2026 A", 25, TODAY, first - timedelta(days=28))
    sessions = [
        PlannedSession(
            module, local(first + timedelta(weeks=4 * step), 9), local(first + timedelta(weeks=4 * step), 16)
        )
        for step, module in enumerate(programme.current_modules)
    ]
    outcomes = at_once(
        lambda: release_version(programme=programme, seen=seen, by=siv, now=NOW),
        lambda: plan_cohort(programme=programme, details=details, sessions=sessions, by=siv, now=NOW),
    )
    programme.refresh_from_db()
    assert programme.version == 2
    for cohort in Cohort.objects.filter(name="HT 2026 A"):
        assert outcomes == ["done", "done"]
        assert cohort.programme_version == 1
        assert {session.module_id for session in cohort.sessions.all()} == {module.pk for module in cohort.modules}


def test_two_who_move_modules_leave_no_gap(programme: Programme, siv: User) -> None:
    programme = with_a_fourth_module(programme, siv)
    first, second, *_rest = programme.modules_of(2)
    at_once(
        lambda: move_module(module=first, number=1, up=False, by=siv, now=NOW),
        lambda: move_module(module=second, number=2, up=False, by=siv, now=NOW),
    )
    assert [module.number for module in programme.modules_of(2)] == [1, 2, 3, 4]


def test_a_cohort_can_be_planned_with_nothing_but_the_modules_in_use(programme: Programme, siv: User) -> None:
    programme = with_a_fourth_module(programme, siv)
    first = TODAY + timedelta(weeks=8)
    details = CohortDetails("HT 2026 A", 25, TODAY, first - timedelta(days=28))
    for modules in (programme.modules_of(2), programme.modules_of(1)[:2]):
        sessions = [PlannedSession(module, local(first, 9), local(first, 16)) for module in modules]
        with pytest.raises(Refused):
            plan_cohort(programme=programme, details=details, sessions=sessions, by=siv, now=NOW)
    assert not Cohort.objects.filter(name="HT 2026 A").exists()


def test_words_are_saved_by_one_and_the_other_is_told(programme: Programme, siv: User) -> None:
    first = programme.modules_of(1).get(number=1)
    stored = ModuleDetails.of(first)

    def rewrite(title: str) -> Callable[[], object]:
        details = ModuleDetails(**(vars(stored) | {"title": title}))
        return lambda: change_module(module=first, details=details, seen=stored.fingerprint, by=siv, now=NOW)

    assert at_once(rewrite("Uppdraget"), rewrite("Yrkesrollen")) == ["done", "refused"]
    with pytest.raises(ProgrammeRefused):
        rewrite("Etiken")()
