"""What follows from changing sessions, before it is saved: what is to be thought of it, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import Role
from common.clock import local_date
from common.fingerprints import fingerprint
from sessions.changing.alterations import Alteration
from sessions.clashes.advice import Advice, Surroundings, advise_together
from sessions.messages import reminder
from sessions.messages.concerned import Concerned, concerned_by, seated, waiting_about, with_news
from sessions.models import CohortSession
from sessions.rules.changing import out_of_order


@dataclass(frozen=True)
class Consequences:
    """What comes of `alterations` of sessions of one region, if they were saved now.

    `people` are told, once each; `advice` is what is to be thought of each session; `reminders` wait and are replaced,
    and `welcomes`, which wait too, will say what holds by then.
    """

    alterations: Sequence[Alteration]
    advice: Mapping[UUID, Advice]
    people: Sequence[Concerned]
    reminders: int
    welcomes: int

    @property
    def participants(self) -> list[Concerned]:
        return [person for person in self.people if person.role == Role.PARTICIPANT]

    @property
    def managers(self) -> list[Concerned]:
        return [person for person in self.people if person.role == Role.MANAGER]

    @property
    def lecturers(self) -> list[Concerned]:
        return [person for person in self.people if person.role == Role.LECTURER]

    @property
    def rows(self) -> list[tuple[Alteration, Advice | None]]:
        return [(one, self.advice.get(one.session.pk)) for one in self.alterations]

    @property
    def changes_anything(self) -> bool:
        return any(one.changes_anything for one in self.alterations)

    @property
    def summary(self) -> str:
        """Say "27 participants, 11 managers and 2 lecturers"; empty if nobody is told."""
        counts = [
            ngettext("%(count)d participant", "%(count)d participants", len(self.participants))
            % {"count": len(self.participants)},
            ngettext("%(count)d manager", "%(count)d managers", len(self.managers)) % {"count": len(self.managers)},
            ngettext("%(count)d lecturer", "%(count)d lecturers", len(self.lecturers)) % {"count": len(self.lecturers)},
        ]
        named = [
            words for words, who in zip(counts, (self.participants, self.managers, self.lecturers), strict=True) if who
        ]
        if len(named) < 2:
            return "".join(named)
        return _("%(several)s and %(last)s") % {"several": ", ".join(named[:-1]), "last": named[-1]}

    @property
    def token(self) -> str:
        """Names exactly these consequences, of the sessions as they are: whoever sends it back has seen them."""
        told = [sorted(person.email for person in self.people)]
        altered = [
            (one.session.pk, one.version, one.after, sorted(lecturer.pk for lecturer in one.to_be_taught_by))
            for one in self.alterations
        ]
        return fingerprint((told, altered))


def consequences_of(
    alterations: Iterable[Alteration], *, now: datetime, surroundings: Surroundings | None = None
) -> Consequences:
    """Look ahead, however many sessions and people there are in the same number of queries.

    `surroundings` have been read already, perhaps of their days.
    """
    alterations = list(alterations)
    sessions = [one.session.pk for one in alterations]
    enrolments = seated(alterations, now=now)
    concerned = concerned_by(alterations, enrolments, now=now)
    people = with_news(concerned, alterations, waiting=waiting_about(sessions))
    return Consequences(
        alterations=alterations,
        advice=_advice(alterations, surroundings),
        people=people,
        welcomes=sum(enrolment.unwelcomed for enrolment in enrolments),
        reminders=reminder.waiting_about(one.session.pk for one in alterations if one.moves).count(),
    )


def _advice(alterations: Sequence[Alteration], surroundings: Surroundings | None) -> Mapping[UUID, Advice]:
    """What is to be thought of the sessions that are held, with a warning where modules would change their order."""
    held = [one for one in alterations if not one.after.is_cancelled]
    if not held:
        return {}
    region = held[0].session.cohort.programme.region
    cohorts = {one.session.cohort_id for one in held}
    days = [local_date(one.after.starts) for one in held]
    if surroundings is None or not surroundings.cover(days):
        surroundings = Surroundings.read(region.pk, min(days), max(days), cohorts=cohorts)
    calendar = surroundings.calendar
    calendar.introduce(
        venues=(one.session.venue for one in held),
        lecturers=(lecturer for one in held for lecturer in one.to_be_taught_by),
    )
    bookings = [one.booking(expected=calendar.people.expected[one.session.cohort_id]) for one in held]
    found = advise_together(bookings, region=region, around=surroundings)
    starts = _starts_in(cohorts, alterations)
    advice = {}
    for one in held:
        session, given = one.session, found[one.session.pk]
        others = [start for key, start in starts[session.cohort_id].items() if key != session.pk]
        warnings = _warnings_of_order(session, one, others) if one.changes_time else []
        advice[session.pk] = replace(given, warnings=[*given.warnings, *warnings])
    return advice


def _starts_in(
    cohorts: Collection[UUID], alterations: Iterable[Alteration]
) -> Mapping[UUID, dict[UUID, tuple[int, datetime]]]:
    """Module number and start of every session that would be held, by cohort and session."""
    found: dict[UUID, dict[UUID, tuple[int, datetime]]] = {cohort: {} for cohort in cohorts}
    planned = CohortSession.objects.held_or_planned().filter(cohort__in=cohorts)
    for cohort, key, number, start in planned.values_list("cohort", "pk", "module__number", "starts"):
        found[cohort][key] = (number, start)
    for one in alterations:
        session = one.session
        if session.cohort_id in found:
            found[session.cohort_id].pop(session.pk, None)
            if not one.after.is_cancelled:
                found[session.cohort_id][session.pk] = (session.module.number, one.after.starts)
    return found


def _warnings_of_order(session: CohortSession, one: Alteration, others: Collection[tuple[int, datetime]]) -> list[str]:
    number = session.module.number
    after, before = out_of_order(number=number, starts=one.after.starts, others=others)
    warnings = []
    if after is not None:
        warnings.append(_("Module %(number)s would come before module %(other)s.") % {"number": number, "other": after})
    if before is not None:
        warnings.append(_("Module %(number)s would come after module %(other)s.") % {"number": number, "other": before})
    return warnings
