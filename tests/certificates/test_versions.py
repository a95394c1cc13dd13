"""New versions: what is wrong on a certificate is put right under the same number, and the old one says so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from certificates import actions
from certificates.choices import CertificateStatus
from certificates.exceptions import IssueRefused
from certificates.models import Certificate, NumberSeries
from certificates.revising import Revision, revision_of
from messaging import kinds
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from sessions.choices import Mark
from tests.certificates.people import finished_cohort, issued, qualified
from tests.factories import NOW, coordinator, manager
from tests.races import at_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def renamed(enrolment: Enrolment, name: str = "Öberg-Rättad") -> None:
    enrolment.participant.last_name = name
    enrolment.participant.save()


def revision(certificate: Certificate) -> Revision:
    return revision_of(Certificate.objects.get(pk=certificate.pk), now=LATER)


def corrected(certificate: Certificate) -> Certificate:
    """Its next version, made."""
    new = actions.issue_new_version(
        certificate=certificate,
        seen=revision(certificate).fingerprint,
        by=coordinator(certificate.region),
        now=LATER,
    )
    actions.render(certificate_id=new.pk, now=LATER)
    new.refresh_from_db()
    certificate.refresh_from_db()
    return new


class TestNewVersion:
    def test_has_the_number_and_a_code_of_its_own(self) -> None:
        old = issued(qualified(finished_cohort()))
        renamed(old.enrolment)
        new = corrected(old)
        assert (new.number, new.year, new.serial, new.version) == (old.number, old.year, old.serial, 2)
        assert new.code != old.code
        assert new.document.participant_name.endswith("Öberg-Rättad")
        assert NumberSeries.objects.get().last == 1

    def test_supersedes_the_old_one_which_says_by_what(self) -> None:
        old = issued(qualified(finished_cohort()))
        renamed(old.enrolment)
        new = corrected(old)
        assert (old.status, old.superseded, old.superseded_by) == (CertificateStatus.SUPERSEDED, LATER, new)
        assert Certificate.objects.find(number=old.number, code=old.code).superseded_by == new
        event = AuditEvent.objects.about(old).get(action="certificate.superseded")
        assert event.after == {"status": "superseded", "superseded_by": str(new.pk)}

    def test_of_a_new_version_has_the_next_version(self) -> None:
        first = issued(qualified(finished_cohort()))
        renamed(first.enrolment)
        second = corrected(first)
        renamed(first.enrolment, "Öberg-Igen")
        assert corrected(second).version == 3

    def test_leaves_what_the_old_one_said_as_it_was(self) -> None:
        old = issued(qualified(finished_cohort()))
        before = old.data
        renamed(old.enrolment)
        corrected(old)
        assert old.data == before

    def test_of_what_has_never_been_made_takes_its_place(self) -> None:
        """A name that can't be printed, put right."""
        enrolment = qualified(finished_cohort())
        renamed(enrolment, "春")
        stuck = issued(enrolment, rendered=False)
        renamed(enrolment, "Haru")
        assert corrected(stuck).status == CertificateStatus.READY
        assert set(Message.objects.values_list("kind", flat=True)) == {"certificate.ready"}


class TestDifferences:
    def test_are_told_before_and_after(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        before = certificate.enrolment.participant.full_name
        renamed(certificate.enrolment)
        (difference,) = revision(certificate).differences
        assert (difference.label, difference.before) == ("Namn", before)
        assert difference.after == certificate.enrolment.participant.full_name

    def test_of_a_module_tell_its_title_and_day(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        module = certificate.enrolment.programme.current_modules.first()
        module.title = "Rätt titel"
        module.save()
        (difference,) = revision(certificate).differences
        assert difference.label == "Modul 1"
        assert difference.after.startswith("Rätt titel · 13 januari 2026")

    def test_of_colour_are_told_in_one_line(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        region = certificate.enrolment.cohort.region
        region.primary_colour = "#112233"
        region.save()
        assert [one.label for one in revision(certificate).differences] == ["Logotyp, färg och annat utseende"]


class TestRefusals:
    def test_nothing_has_changed(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        with pytest.raises(IssueRefused, match="skulle säga samma sak"):
            corrected(certificate)

    def test_what_was_seen_has_changed_again(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        renamed(certificate.enrolment)
        seen = revision(certificate).fingerprint
        renamed(certificate.enrolment, "Öberg-Annan")
        with pytest.raises(IssueRefused, match="har ändrats"):
            actions.issue_new_version(certificate=certificate, seen=seen, by=coordinator(certificate.region), now=LATER)

    def test_the_rule_no_longer_holds(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        certificate.enrolment.participant.attendances.all()[:1].get().delete()
        with pytest.raises(IssueRefused, match="inte längre genomförda"):
            corrected(certificate)

    def test_somebody_elses_coordinator(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        renamed(certificate.enrolment)
        with pytest.raises(IssueRefused, match="Bara regionens samordnare"):
            actions.issue_new_version(
                certificate=certificate,
                seen=revision(certificate).fingerprint,
                by=coordinator(finished_cohort().region),
                now=LATER,
            )

    def test_a_superseded_certificate(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        renamed(certificate.enrolment)
        corrected(certificate)
        renamed(certificate.enrolment, "Öberg-Igen")
        with pytest.raises(IssueRefused, match="gäller inte längre"):
            corrected(certificate)


class TestConstraints:
    def test_superseded_means_by_something(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(status=CertificateStatus.SUPERSEDED)

    def test_nothing_is_superseded_by_itself(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(
                status=CertificateStatus.SUPERSEDED, superseded=NOW, superseded_by=certificate
            )


class TestMessages:
    def test_she_and_her_manager_are_told_that_it_is_a_new_version(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        boss = manager(certificate.enrolment.municipality)
        renamed(certificate.enrolment)
        new = corrected(certificate)
        told = Message.objects.about(certificate=new.pk)
        assert dict(told.values_list("recipient", "kind")) == {
            certificate.enrolment.participant.email: "certificate.new_version",
            boss.email: "certificate.new_version_manager",
        }

    def test_what_was_not_sent_of_the_old_one_is_not_sent_any_more(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        message = Message.objects.get()
        renamed(certificate.enrolment)
        corrected(certificate)
        assert not kinds.get(message.kind).still_holds(message, LATER)

    def test_the_revoked_are_told_and_their_managers(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        boss = manager(certificate.enrolment.municipality)
        actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Fel", now=LATER)
        told = Message.objects.filter(kind__startswith="certificate.revoked")
        assert dict(told.values_list("recipient", "kind")) == {
            certificate.enrolment.participant.email: "certificate.revoked",
            boss.email: "certificate.revoked_manager",
        }
        assert all(kinds.get(message.kind).still_holds(message, LATER) for message in told)

    def test_nobody_of_the_revocation_of_what_nobody_knew_of(self) -> None:
        certificate = issued(qualified(finished_cohort()), rendered=False)
        actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Fel", now=LATER)
        assert not Message.objects.exists()

    @pytest.mark.parametrize("language", ["sv", "en"])
    @pytest.mark.parametrize("name", ["new_version", "statement", "revoked", "statement_revoked"])
    @pytest.mark.parametrize("ending", ["", "_manager"])
    def test_a_mail_holds_a_link_and_no_more_of_her_than_the_first_name(
        self, name: str, ending: str, language: str
    ) -> None:
        certificate = issued(qualified(finished_cohort()))
        message = Message.objects.get()
        message.kind, message.language = f"certificate.{name}{ending}", language
        mail = kinds.get(message.kind).render(message)
        person = certificate.enrolment.participant
        for text in (mail.subject, mail.text, mail.html):
            assert not any(word in text for word in (person.last_name, certificate.number, certificate.code))
        assert ("/min-utbildning/" if not ending else f"/deltagare/{person.pk}/") in mail.text


class TestAfterARevocation:
    def test_who_still_qualifies_has_completed_and_can_be_issued_anew(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        by = coordinator(certificate.region)
        actions.revoke(certificate=certificate, by=by, reason="Fel", now=LATER)
        enrolment = Enrolment.objects.get()
        assert enrolment.status == EnrolmentStatus.COMPLETED
        assert actions.issue(enrolment=enrolment, by=by, now=LATER).serial == 2

    def test_who_no_longer_qualifies_takes_part_again_until_it_is_made_up(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        by = coordinator(certificate.region)
        attendance = certificate.enrolment.participant.attendances.first()
        attendance.mark = Mark.ABSENT
        attendance.save()
        actions.revoke(certificate=certificate, by=by, reason="Var inte där", now=LATER)
        enrolment = Enrolment.objects.get()
        assert enrolment.status == EnrolmentStatus.ENROLLED
        assert enrolment.events.latest("at").get_kind_display() == "Inte längre genomförd"
        with pytest.raises(IssueRefused):
            actions.issue(enrolment=enrolment, by=by, now=LATER)
        attendance.mark = Mark.PRESENT
        attendance.save()
        actions.issue(enrolment=enrolment, by=by, now=LATER)
        enrolment.refresh_from_db()
        assert enrolment.status == EnrolmentStatus.COMPLETED


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_coordinators_who_correct_at_once_make_one_version() -> None:
    certificate = issued(qualified(finished_cohort()))
    renamed(certificate.enrolment)
    seen, by = revision(certificate).fingerprint, coordinator(certificate.region)

    def correct() -> Certificate:
        return actions.issue_new_version(certificate=certificate, seen=seen, by=by, now=LATER)

    answers = at_once([correct] * 5)
    assert sorted(Certificate.objects.values_list("version", flat=True)) == [1, 2]
    assert sum(isinstance(answer, IssueRefused) for answer in answers) == 4
