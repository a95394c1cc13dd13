"""Making the PDFs: once each, whole or not at all, found again if lost, and told of exactly once."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from audit.models import AuditEvent
from certificates import actions, tasks
from certificates.choices import CertificateStatus
from certificates.files import sweep
from certificates.models import Certificate
from certificates.pdf import CertificateUnprintable
from certificates.rules.batches import BATCH, LEASE, TRY_AGAIN
from messaging import kinds
from messaging.models import Message
from tests.certificates.people import finished_cohort, issued, qualified
from tests.factories import NOW, UserFactory, coordinator, manager
from tests.races import at_once

pytestmark = pytest.mark.django_db


def content(certificate: Certificate) -> bytes:
    return Path(certificate.file.path).read_bytes()


def files() -> list[str]:
    folder = Path(default_storage.path("certificates"))
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_ready_certificate_has_a_file_that_matches_its_hash() -> None:
    certificate = issued(qualified(finished_cohort()))
    assert certificate.status == CertificateStatus.READY
    assert certificate.rendered == NOW
    assert content(certificate).startswith(b"%PDF-")
    assert hashlib.sha256(content(certificate)).hexdigest() == certificate.sha256
    assert certificate.file.name == f"certificates/2026/{certificate.pk}-{certificate.sha256[:16]}.pdf"


def test_rendering_twice_makes_one_file_and_tells_once() -> None:
    certificate = issued(qualified(finished_cohort()))
    assert not actions.render(certificate_id=certificate.pk, now=NOW)
    assert len(files()) == 1
    assert Message.objects.filter(kind="certificate.ready").count() == 1
    assert AuditEvent.objects.filter(action="certificate.rendered").count() == 1


def test_a_revoked_certificate_is_not_made() -> None:
    certificate = issued(qualified(finished_cohort()), rendered=False)
    actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Fel", now=NOW)
    assert not actions.render(certificate_id=certificate.pk, now=NOW)


def test_a_full_disk_leaves_neither_half_a_file_nor_a_ready_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issued(qualified(finished_cohort()), rendered=False)

    def fail(descriptor: int) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space"):
            actions.render(certificate_id=certificate.pk, now=NOW)
    assert files() == []
    assert Certificate.objects.get().status == CertificateStatus.ISSUED
    assert actions.render(certificate_id=certificate.pk, now=NOW)


def test_what_a_killed_worker_left_is_swept_away_a_day_later() -> None:
    named = issued(qualified(finished_cohort()))
    folder = Path(named.file.path).parent
    older = f"{named.pk}-0123456789abcdef.pdf"
    for name, hours in ((older, 30), (f".{named.pk.hex}", 30), (older.replace("f", "0"), 1), ("notes.pdf", 30)):
        (folder / name).write_bytes(b"x")
        written = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (written, written))
    os.utime(named.file.path, (0, 0))
    assert sweep(now=NOW) == 2
    assert files() == sorted([Path(str(named.file.name)).name, older.replace("f", "0"), "notes.pdf"])


def test_there_is_nothing_to_sweep_where_no_certificate_was_ever_made() -> None:
    assert sweep(now=NOW) == 0


def test_a_name_that_cannot_be_printed_is_said_and_blocks_nobody() -> None:
    cohort = finished_cohort()
    stuck, fine = qualified(cohort), qualified(cohort)
    stuck.participant.first_name = "春"
    stuck.participant.save()
    for enrolment in (stuck, fine):
        issued(enrolment, rendered=False)
    tasks.render_pending()
    assert fine.certificates.get().status == CertificateStatus.READY
    certificate = stuck.certificates.get()
    assert certificate.status == CertificateStatus.ISSUED
    assert "春" in certificate.problem
    with pytest.raises(CertificateUnprintable):
        actions.render(certificate_id=certificate.pk, now=NOW)


class TestLostFile:
    def test_is_made_again_to_the_same_bytes(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        before = content(certificate)
        Path(certificate.file.path).unlink()
        assert actions.fetch(certificate=certificate, now=NOW) == before == content(certificate)

    def test_a_damaged_one_too(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        before = content(certificate)
        Path(certificate.file.path).write_bytes(before[:100])
        assert actions.fetch(certificate=certificate, now=NOW) == before == content(certificate)

    def test_other_bytes_from_a_newer_library_get_their_hash_and_a_line_in_the_log(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        Path(certificate.file.path).unlink()
        Certificate.objects.update(sha256="0" * 64)
        certificate.refresh_from_db()
        pdf = actions.fetch(certificate=certificate, now=NOW)
        certificate.refresh_from_db()
        assert certificate.sha256 == hashlib.sha256(pdf).hexdigest()
        assert AuditEvent.objects.get(action="certificate.rendered_again").before == {"sha256": "0" * 64}


class TestWhoIsTold:
    def receivers(self) -> dict[str, str]:
        return {message.recipient: message.kind for message in Message.objects.all()}

    def test_the_participant_and_the_manager_who_enrolled_her(self) -> None:
        cohort = finished_cohort()
        enrolment = qualified(cohort)
        own, _colleague = manager(enrolment.municipality), manager(enrolment.municipality)
        enrolment.manager = own
        enrolment.save()
        issued(enrolment)
        assert self.receivers() == {
            enrolment.participant.email: "certificate.ready",
            own.email: "certificate.ready_manager",
        }

    @pytest.mark.parametrize("why", ["disabled", "moved on"])
    def test_all_managers_of_the_municipality_when_hers_is_no_longer_one(self, why: str) -> None:
        enrolment = qualified(finished_cohort())
        others = [manager(enrolment.municipality), manager(enrolment.municipality)]
        former = manager(enrolment.municipality, is_active=False) if why == "disabled" else UserFactory()
        enrolment.manager = former
        enrolment.save()
        issued(enrolment)
        assert self.receivers().keys() - {enrolment.participant.email} == {other.email for other in others}

    def test_each_in_her_own_language(self) -> None:
        enrolment = qualified(finished_cohort())
        manager(enrolment.municipality, language="en")
        issued(enrolment)
        languages = dict(Message.objects.values_list("kind", "language"))
        assert languages == {"certificate.ready": "sv", "certificate.ready_manager": "en"}

    def test_nobody_of_a_certificate_that_was_revoked_meanwhile(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        message = Message.objects.get()
        kind = kinds.get(message.kind)
        assert kind.still_holds(message, NOW)
        actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Fel", now=NOW)
        assert not kind.still_holds(message, NOW)

    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_the_mail_holds_a_link_and_no_more_of_her_than_the_first_name(self, language: str) -> None:
        enrolment = qualified(finished_cohort())
        manager(enrolment.municipality)
        certificate = issued(enrolment)
        for message in Message.objects.all():
            message.language = language
            mail = kinds.get(message.kind).render(message)
            for text in (mail.subject, mail.text, mail.html):
                assert enrolment.participant.last_name not in text
                assert certificate.number not in text
                assert certificate.code not in text
            assert enrolment.participant.first_name in mail.text
            assert "/min-utbildning/" in mail.text or f"/deltagare/{enrolment.participant.pk}/" in mail.text


class TestBatch:
    def test_takes_all_that_wait_at_once(self) -> None:
        cohort = finished_cohort()
        for _person in range(12):
            issued(qualified(cohort), rendered=False)
        assert actions.render_batch(clock=lambda: NOW) == 12
        assert Certificate.objects.filter(status=CertificateStatus.READY, leased_until=None).count() == 12
        assert actions.render_batch(clock=lambda: NOW) == 0

    def test_passes_by_what_another_worker_has(self) -> None:
        certificate = issued(qualified(finished_cohort()), rendered=False)
        Certificate.objects.update(leased_until=NOW + LEASE)
        assert actions.render_batch(clock=lambda: NOW) == 0
        assert actions.render_batch(clock=lambda: NOW + LEASE) == 1
        certificate.refresh_from_db()
        assert certificate.status == CertificateStatus.READY

    def test_lets_go_of_what_the_storage_does_not_take(self, monkeypatch: pytest.MonkeyPatch) -> None:
        issued(qualified(finished_cohort()), rendered=False)

        def fail(descriptor: int) -> None:
            raise OSError("No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fail)
            with pytest.raises(OSError, match="No space"):
                actions.render_batch(clock=lambda: NOW)
        assert actions.render_batch(clock=lambda: NOW) == 1

    def test_is_not_spoilt_by_one_whose_data_nobody_can_read(self) -> None:
        cohort = finished_cohort()
        broken, fine = (issued(qualified(cohort), rendered=False) for _person in range(2))
        Certificate.objects.filter(pk=broken.pk).update(data={"nonsense": True})
        actions.render_batch(clock=lambda: NOW)
        fine.refresh_from_db()
        broken.refresh_from_db()
        assert (fine.status, broken.status) == (CertificateStatus.READY, CertificateStatus.ISSUED)
        assert "KeyError" in broken.problem

    def test_tries_again_later_what_could_not_be_made(self) -> None:
        enrolment = qualified(finished_cohort())
        enrolment.participant.first_name = "春"
        enrolment.participant.save()
        issued(enrolment, rendered=False)
        assert actions.render_batch(clock=lambda: NOW) == 1
        assert actions.render_batch(clock=lambda: NOW + LEASE) == 0
        assert actions.render_batch(clock=lambda: NOW + TRY_AGAIN) == 1


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_that_take_at_once_share_without_overlap() -> None:
    cohort = finished_cohort()
    for _person in range(BATCH + 10):
        qualified(cohort)
    actions.issue_all(cohort=cohort, by=coordinator(cohort.region), now=NOW)
    taken = at_once([lambda: actions.render_batch(clock=lambda: NOW)] * 3)
    assert sum(taken) == BATCH + 10
    assert Certificate.objects.filter(status=CertificateStatus.READY).count() == BATCH + 10
    assert AuditEvent.objects.filter(action="certificate.rendered").count() == BATCH + 10
