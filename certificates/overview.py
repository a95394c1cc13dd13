"""What pages show of a person in a cohort: enrolment, standing and certificates together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.choices import LIVE, CertificateKind
from certificates.models import Certificate
from certificates.rules.issuing import refusal_to_issue
from cohorts.models import Cohort
from participants.choices import TAKING_PART
from participants.models import Enrolment
from sessions.attendance.ledger import Standing, standings
from sessions.rules.progress import Progress


@dataclass(frozen=True)
class Row:
    """One enrolment with what it has led to. `certificates` are all of hers in it, the newest first."""

    enrolment: Enrolment
    standing: Standing
    certificates: tuple[Certificate, ...]

    @property
    def progress(self) -> Progress:
        return self.standing.progress

    @property
    def missing(self) -> str:
        """The numbers of the modules that are missing, as in "2, 3 and 7"."""
        return get_text_list([str(number) for number in self.progress.missing], _("and"))

    @property
    def recoverable(self) -> str:
        """The numbers of those that can be made up in another cohort."""
        return get_text_list([str(number) for number in self.progress.recoverable], _("and"))

    @property
    def takes_part(self) -> bool:
        return self.enrolment.status in TAKING_PART

    @property
    def certificate(self) -> Certificate | None:
        """The valid one."""
        return self._live(CertificateKind.CERTIFICATE)

    @property
    def statement(self) -> Certificate | None:
        """The valid participation statement: she has one at most, and no certificate then."""
        return self._live(CertificateKind.STATEMENT)

    @property
    def former(self) -> list[Certificate]:
        """What is no longer valid."""
        return [certificate for certificate in self.certificates if certificate.status not in LIVE]

    @property
    def can_be_issued(self) -> bool:
        """Whether she qualifies for a certificate and has none."""
        return self.certificate is None and refusal_to_issue(takes_part=self.takes_part, progress=self.progress) is None

    def _live(self, kind: CertificateKind) -> Certificate | None:
        return next((one for one in self.certificates if one.status in LIVE and one.kind == kind), None)


def rows_for(enrolments: Iterable[Enrolment], *, user: User, now: datetime) -> list[Row]:
    """Return a row for each of `enrolments`, in their order, as `user` sees it, in five queries however many they are.

    Whoever may see an enrolment may see its certificates: callers find enrolments through `visible_to`.
    """
    enrolments = list(enrolments)
    return rows_with(standings(enrolments, reader=user, now=now), enrolments)


def rows_with(found: Mapping[UUID, Standing], enrolments: Iterable[Enrolment]) -> list[Row]:
    """The same with the standings as they have been `found`, in one query."""
    enrolments = list(enrolments)
    certificates: dict[UUID, list[Certificate]] = defaultdict(list)
    for certificate in Certificate.objects.filter(enrolment__in=enrolments).defer("data").order_by("-issued"):
        certificates[certificate.enrolment_id].append(certificate)
    return [Row(enrolment, found[enrolment.pk], tuple(certificates[enrolment.pk])) for enrolment in enrolments]


def rows_of(cohort: Cohort, *, user: User, now: datetime) -> list[Row]:
    """Return a row for everyone who takes part in `cohort`, by name, as far as `user` may see them."""
    enrolments = Enrolment.objects.visible_to(user).taking_part().filter(cohort=cohort).with_people()
    return rows_for(enrolments.select_related("programme").in_order_of_name(), user=user, now=now)
