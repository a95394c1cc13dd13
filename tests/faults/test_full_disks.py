"""No room where files are written: nothing is said to be there that isn't, and all is made up for later."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection
from pytest_django import Settings

from certificates.choices import CertificateStatus
from certificates.models import Certificate
from messaging.choices import State
from messaging.models import Message
from tests.faults.jobs import render_pending, send
from tests.faults.oracle import Copies, assert_all_is_well, message_id
from tests.faults.passing_time import let_time_pass
from tests.faults.processes import Job, run
from tests.faults.work import certificates_to_render, postcards
from tests.smtp import MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")


class Media(NamedTuple):
    """Where files are written, what lets a job find no room there, and what makes room."""

    folder: Path
    without_room: Callable[[Job], Job]
    make_room: Callable[[], None]


@pytest.fixture(params=["disk", "quota"])
def media(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Media]:
    """The portal's files: on a small disk, which only root can mount, or those of somebody who may not write more."""
    settings.MEDIA_ROOT = folder = tmp_path / "disk"
    settings.EMAIL_FILE_PATH = str(folder / "mail")
    folder.mkdir()
    if request.param == "quota":
        if connection.vendor == "sqlite":
            pytest.skip("who may write no more can't write SQLite's file either")
        yield Media(folder, partial(partial, with_little_room), lambda: None)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        with pytest.raises(OSError, match="No space left"):
            (folder / "everything").write_bytes(bytes(3_000_000))
        yield Media(folder, lambda job: job, (folder / "everything").unlink)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def with_little_room(job: Job) -> None:
    """Do `job` in a process whose files may not grow beyond a few bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    job()


def whole_files(folder: Path) -> list[Path]:
    return [file for kind in ("*.pdf", "*.eml") for file in folder.rglob(kind)]


def test_certificates_are_made_when_there_is_room(media: Media, mail_server: MailServer) -> None:
    work = certificates_to_render(3)
    assert run(media.without_room(render_pending)) != 0
    assert set(Certificate.objects.values_list("status", flat=True)) == {CertificateStatus.ISSUED}
    assert whole_files(media.folder) == []

    media.make_room()
    for job in (render_pending, send):
        assert run(job) == 0
    assert_all_is_well(work.expected(), mail_server.copies)


def test_mail_is_written_when_there_is_room(media: Media, settings: Settings) -> None:
    """Of a portal without a mail server, whose mail goes into a folder."""
    settings.EMAIL_IN_FOLDER = True
    work = postcards(3)
    assert run(media.without_room(send)) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert whole_files(media.folder) == []

    media.make_room()
    let_time_pass()
    assert run(send) == 0
    written = {file.stem for file in whole_files(media.folder)}
    copies = Copies(message_id(message) for message in Message.objects.all() if str(message.pk) in written)
    assert_all_is_well(work.expected(), copies)
