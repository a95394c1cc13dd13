"""What the post office's tests have: its registry to themselves, a mail folder, and a round of it at any time."""

import shlex
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from messaging import actions, kinds, limits
from messaging.kinds import Kind
from tests.factories import NOW
from tests.messaging.postcards import postcard
from tests.smtp import mail_server

__all__ = ["mail_server"]

Know = Callable[..., Kind]
Send = Callable[..., bool]


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Where mail is written without a mail server."""
    folder = tmp_path / "mail"
    settings.EMAIL_IN_FOLDER = True
    settings.EMAIL_FILE_PATH = str(folder)
    return folder


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Know:
    """Declare one more kind of message: know(name=…, still_holds=…)."""

    def declare(**changes: object) -> Kind:
        kind = postcard(**changes)
        monkeypatch.setitem(kinds._registry, kind.name, kind)
        return kind

    return declare


@pytest.fixture(autouse=True)
def _only_postcards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the kinds of the real apps."""
    kind = postcard()
    monkeypatch.setattr(kinds, "_registry", {kind.name: kind})


@pytest.fixture(autouse=True)
def _paid_sms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every region may send SMS, as many as it likes."""
    monkeypatch.setattr(limits, "_limits", [lambda scope: 1_000_000])


@pytest.fixture
def send() -> Send:
    """Do one round of the post office at a given time; tell whether time ran out."""

    def round_at(now: datetime = NOW) -> bool:
        return actions.dispatch(clock=lambda: now, limit=timedelta(seconds=30))

    return round_at


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own for the loopback interface, with its key."""
    file = tmp_path / "certificate.pem"
    subprocess.run(
        shlex.split("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1")
        + shlex.split(f"-addext subjectAltName=IP:127.0.0.1 -keyout '{file}' -out '{file}.crt'"),
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file
