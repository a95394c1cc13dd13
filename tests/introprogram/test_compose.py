"""What README says can be set can be set in the shipped deployment, too."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
# What containers decide among themselves, whatever deploy/compose.env says.
SET_BY_COMPOSE = {
    "ENVIRONMENT": "it is for production",
    "ALLOWED_HOSTS": "it is the proxy's host, PORTAL_HOST",
    "TRUSTED_PROXIES": "there is one",
    "DATABASE_URL": "its PostgreSQL",
    "CELERY_BROKER_URL": "its Redis",
    "CACHE_URL": "its Redis",
    "SEAL_FOLDER": "the variable names the folder on the host, which lies elsewhere in a container",
}
NOT_PASSED = {
    "MEDIA_ROOT": "the image says where, and a volume lies there",
    "VAR_DIR": "the image says where; the embedded mode writes more there",
    "DEBUG": "ignored in production",
    "PORT": "for `make run` and `make dev`",
}


@pytest.fixture
def documented() -> set[str]:
    """The variables in README's table."""
    table = (ROOT / "README.md").read_text().partition("## Configuration")[2].partition("\n## ")[0]
    return {name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}


@pytest.fixture
def environment() -> dict[str, str]:
    """What compose gives to every process of the portal; "" is passed on where it is set."""
    block = (ROOT / "docker-compose.yml").read_text().partition("environment: &environment\n")[2]
    lines = block.partition("  depends_on:")[0]
    return dict(re.findall(r"^    (\w+):[ ]?(.*)$", lines, re.MULTILINE))


def test_every_documented_variable_reaches_the_portal_or_has_its_reason(
    documented: set[str], environment: dict[str, str]
) -> None:
    assert documented - environment.keys() == set(NOT_PASSED)


def test_compose_passes_nothing_that_is_not_documented(documented: set[str], environment: dict[str, str]) -> None:
    assert environment.keys() - documented == set()


def test_a_variable_has_the_value_that_was_set_unless_compose_decides_it(environment: dict[str, str]) -> None:
    decided = {name for name, value in environment.items() if value and not value.startswith(f"${{{name}")}
    assert decided == set(SET_BY_COMPOSE)


def test_the_example_names_only_what_compose_reads() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / "deploy/compose.env.example").read_text()
    read = set(re.findall(r"\$\{(\w+)", compose)) | set(re.findall(r"^    (\w+):$", compose, re.MULTILINE))
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) - read == set()
