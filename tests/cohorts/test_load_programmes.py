import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from cohorts.actions import load_programmes
from cohorts.models import Programme
from tests.factories import NOW, ProgrammeFactory, RegionFactory

pytestmark = pytest.mark.django_db


def test_a_region_gets_the_introduction_programme_and_the_course_in_social_law() -> None:
    region = RegionFactory()
    load_programmes(region=region, by=None, now=NOW)
    introduction, law = Programme.objects.filter(region=region).order_by("title")
    assert (introduction.modules.count(), introduction.modules_required) == (9, 8)
    assert (law.modules.count(), law.modules_required) == (5, 5)
    assert introduction.modules.order_by("number")[3].title == "Samtal med barn"
    assert AuditEvent.objects.filter(action="programme.loaded", scope=region.pk).count() == 2


def test_loading_again_changes_nothing_not_even_what_the_region_has_made_its_own() -> None:
    region = RegionFactory()
    first, _second = load_programmes(region=region, by=None, now=NOW)
    first.modules.filter(number=1).update(title="Vårt eget första tillfälle")
    assert load_programmes(region=region, by=None, now=NOW) == []
    assert first.modules.get(number=1).title == "Vårt eget första tillfälle"


def test_each_region_has_its_own() -> None:
    other = ProgrammeFactory()
    region = RegionFactory()
    load_programmes(region=region, by=None, now=NOW)
    assert Programme.objects.filter(region=other.region).get() == other


def test_the_command_takes_the_regions_code() -> None:
    region = RegionFactory(code="EX")
    call_command("load_programmes", "EX")
    assert Programme.objects.filter(region=region).count() == 2
    with pytest.raises(CommandError, match="XX"):
        call_command("load_programmes", "XX")
