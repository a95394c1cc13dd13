"""A wrong value stops the start with one line that names it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-secret-that-is-long-enough-for-any-production-server-1234567890",
    "BASE_URL": "https://introprogram.example.org",
    "DATABASE_URL": "postgresql://introprogram:password@localhost:5432/introprogram",
    "CELERY_BROKER_URL": "redis://localhost:6379/0",
    "CACHE_URL": "redis://localhost:6379/1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
}


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a fresh process that has only these variables."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    done = start(tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too-short"),
        ("BASE_URL", ""),
        ("BASE_URL", "introprogram.example.org"),
        ("BASE_URL", "http://introprogram.example.org"),
        ("DATABASE_URL", "mysql://localhost/introprogram"),
        ("CELERY_BROKER_URL", "amqp://localhost"),
        ("CACHE_URL", "memcache://localhost"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_PROVIDER", "carrier-pigeons"),
        ("SMS_URL", "https://api.example.org/sms"),
        ("SMS_URL", "http://user:password@api.example.org/sms"),
        ("SMS_URL", "api.example.org"),
        ("SMS_FROM", "En alldeles för lång avsändare"),
        ("SMS_FROM", "0701740605"),
        ("METRICS_TOKEN", "short"),
        ("TRUSTED_PROXIES", "one"),
        ("LOG_LEVEL", "loud"),
        ("DEBUG", "perhaps"),
        ("SEAL_TIMESTAMP_URL", "tsa.example.org"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(tmp_path: Path, variable: str, value: str) -> None:
    done = start(tmp_path, **(PRODUCTION | {variable: value}))

    assert done.returncode != 0
    [line] = done.stderr.splitlines()
    assert line.startswith("Introprogram cannot start: ")
    assert variable in line


def test_seals_without_a_folder_for_their_keys_stop_the_start(tmp_path: Path) -> None:
    done = start(tmp_path, **(PRODUCTION | {"SEAL_REGIONS": "SK,VK"}))

    assert done.returncode != 0
    assert done.stderr.startswith("Introprogram cannot start: SEAL_FOLDER is missing")


def test_a_seal_that_cannot_be_made_is_said_at_the_start_and_stops_nothing(tmp_path: Path) -> None:
    done = start(tmp_path, **(PRODUCTION | {"SEAL_REGIONS": "SK", "SEAL_FOLDER": str(tmp_path)}))

    assert done.returncode == 0, done.stderr
    assert f"{tmp_path}/SK.p12" in done.stderr


# A provider instead of the mail server
MAILGUN = {name: value for name, value in PRODUCTION.items() if name != "EMAIL_URL"} | {
    "EMAIL_PROVIDER": "mailgun",
    "MAILGUN_API_KEY": "key",
    "MAILGUN_SENDER_DOMAIN": "mail.example.org",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "another key",
    "WEBHOOK_SECRET": "provider:a-password-that-nobody-guesses",
}


def test_production_starts_with_a_provider_of_mail_and_a_gateway_for_sms(tmp_path: Path) -> None:
    done = start(
        tmp_path, **MAILGUN, EMAIL_URL="", SMS_URL="https://user:pass%2Fword@api.example.org/sms", SMS_FROM="Skane"
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAILGUN_API_KEY", ""),
        ("MAILGUN_WEBHOOK_SIGNING_KEY", ""),
        ("MAILGUN_API_URL", "http://api.example.org"),
        ("WEBHOOK_SECRET", ""),
        ("WEBHOOK_SECRET", "provider:short"),
        ("WEBHOOK_SECRET", "long-enough-but-without-a-user-and-a-colon"),
        ("EMAIL_URL", "smtp://mail.example.org"),
    ],
)
def test_a_provider_that_could_not_prove_its_reports_stops_the_start(tmp_path: Path, variable: str, value: str) -> None:
    done = start(tmp_path, **(MAILGUN | {variable: value}))

    assert done.returncode != 0
    [line] = done.stderr.splitlines()
    assert variable in line


def test_a_port_that_is_no_number_is_named(tmp_path: Path) -> None:
    done = start(tmp_path, ENVIRONMENT="development", PORT="http")

    assert done.returncode != 0
    assert done.stderr == "Introprogram cannot start: PORT must be a whole number.\n"


def test_a_secret_may_begin_with_a_dollar_sign(tmp_path: Path) -> None:
    done = start(tmp_path, **(PRODUCTION | {"SECRET_KEY": f"$PATH{PRODUCTION['SECRET_KEY']}"}))

    assert done.returncode == 0, done.stderr


def test_the_embedded_mode_needs_no_variable_but_its_name(tmp_path: Path) -> None:
    done = start(tmp_path, ENVIRONMENT="development")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_what_the_folders_env_file_says_is_not_for_tests(tmp_path: Path) -> None:
    """The values of `.env` are read in a copy of the folder, so that this machine's own file stays as it is."""
    project = tmp_path / "project"
    (project / "introprogram").mkdir(parents=True)
    shutil.copy(settings.BASE_DIR / "introprogram" / "environment.py", project / "introprogram")
    (project / ".env").write_text("BASE_URL=https://introprogram.example.org\n")

    def base_url(mode: str) -> str:
        code = f"from introprogram.environment import read_base_url; print(read_base_url({mode!r}))"
        command = [sys.executable, "-c", code]
        return subprocess.check_output(command, cwd=project, env={"ENVIRONMENT": mode}, text=True).strip()

    assert base_url("development") == "https://introprogram.example.org"
    assert base_url("test") == "http://localhost:8000"
