"""A draft as far as it has come: its steps, the form of each, and the person whom its answers describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from cohorts.models import Cohort, EligibilityRule
from participants.assessment import check_cohort
from participants.details import PersonDetails
from participants.enrolling.choosing import Choice, choices_for
from participants.exceptions import EnrolmentRefused
from participants.forms.enrol import CohortForm
from participants.forms.facts import FactsForm
from participants.forms.needs import NeedsForm
from participants.forms.person import WhoForm, WorkplaceForm
from participants.models import Enrolment, EnrolmentDraft
from regions.models import Municipality

REMEMBERED = ("municipality", "unit", "title")


class Step(StrEnum):
    """What is asked on a page of its own, in this order. The value is the name of its address."""

    WHO = "who"
    WORKPLACE = "workplace"
    COHORT = "which_cohort"
    FACTS = "facts"
    NEEDS = "needs_of"


@dataclass(frozen=True)
class Answers:
    """What a finished draft says. `needs` are values of Diet and Access."""

    cohort: Cohort
    person: PersonDetails
    needs: list[str]


class Drafting:
    """`draft`, as `user` goes on with it at `now`."""

    def __init__(self, draft: EnrolmentDraft, *, user: User, now: datetime) -> None:
        self.draft = draft
        self.user = user
        self.now = now

    def with_saved(self, draft: EnrolmentDraft) -> Drafting:
        """The same once `draft` has been saved anew."""
        return Drafting(draft, user=self.user, now=self.now)

    # The cohort

    @cached_property
    def cohort(self) -> Cohort | None:
        """The cohort that has been chosen, if the user may still see it."""
        cohort, user = self.draft.cohort, self.user
        if cohort is None or not cohort.is_published:
            return None
        return cohort if cohort.region.pk in user.coordinated_region_ids | user.managed_region_ids else None

    @cached_property
    def closed(self) -> str:
        """Why the chosen cohort can't be enrolled in, empty if it can or if none has been chosen."""
        if self.cohort is None:
            return ""
        try:
            check_cohort(self.cohort, by=self.user, now=self.now)
        except EnrolmentRefused as refused:
            return refused.reason
        return ""

    @cached_property
    def choices(self) -> list[Choice]:
        """The cohorts to choose among for somebody who works there."""
        workplace = self._saved(Step.WORKPLACE)
        place = workplace.stated()["municipality"] if workplace.is_valid() else None
        places = [place] if place else None
        return [choice for choice in choices_for(self.user, now=self.now, places=places) if choice.may_enrol]

    @cached_property
    def rules(self) -> list[EligibilityRule]:
        """The rules of eligibility of the chosen cohort's programme."""
        if self.cohort is None:
            return []
        prefetch_related_objects([self.cohort.programme], "eligibility_rules")
        return list(self.cohort.programme.eligibility_rules.all())

    # The steps

    @cached_property
    def steps(self) -> list[Step]:
        """The steps of this draft: nobody is asked for facts that the programme doesn't want."""
        return [step for step in Step if step != Step.FACTS or self.form(Step.FACTS).fields]

    def after(self, step: Step) -> Step | None:
        """The step that follows; None if all that is left is to check the answers. A chosen cohort isn't asked for."""
        return next((other for other in self._path if _ORDER[other] > _ORDER[step]), None)

    def before(self, step: Step) -> Step | None:
        """The step that leads to `step`; None if it is the first one."""
        return next((other for other in reversed(self.steps) if _ORDER[other] < _ORDER[step]), None)

    @property
    def _path(self) -> list[Step]:
        is_chosen = self.cohort is not None and not self.closed
        return [step for step in self.steps if not (step == Step.COHORT and is_chosen)]

    @cached_property
    def unfinished(self) -> Step | None:
        """The first step whose answers are missing or wrong. Whether the cohort is still open says `closed`."""
        return next((step for step in self.steps if not self._is_finished(step)), None)

    def _is_finished(self, step: Step) -> bool:
        if step == Step.COHORT:
            return self.cohort is not None
        form = self._saved(step)
        return set(form.fields) <= set(self.draft.data) and form.is_valid()

    # The forms

    def form(self, step: Step, data: Mapping[str, Any] | None = None) -> Any:
        """The form of `step` for what is sent, or as it was left."""
        initial = self.draft.data
        if step == Step.WHO:
            return WhoForm(data, initial=initial)
        if step == Step.WORKPLACE:
            return WorkplaceForm(
                data,
                initial=self._remembered_workplace() | initial if data is None else None,
                municipalities=self.municipalities,
                today=timezone.localdate(self.now),
            )
        if step == Step.COHORT:
            return CohortForm(data, initial={"cohort": self._likely_cohort()}, choices=self.choices)
        if step == Step.FACTS:
            return FactsForm(data, initial=initial, rules=self.rules, today=timezone.localdate(self.now))
        return NeedsForm(data, initial=initial)

    def _saved(self, step: Step) -> Any:
        """The form of `step` as if what has been saved were sent now."""
        return self.form(step, self.draft.data)

    @cached_property
    def municipalities(self) -> dict[UUID, Municipality]:
        """Those for which the user may enrol, in the region of the cohort if one has been chosen; by id."""
        places = Municipality.objects.visible_to(self.user)
        if self.cohort:
            places = places.filter(region=self.cohort.region)
        return {place.pk: place for place in places}

    # What the user would have to type again and again

    @cached_property
    def _last_enrolment(self) -> Enrolment | None:
        sent = EnrolmentDraft.objects.visible_to(self.user).exclude(enrolment=None)
        return (
            Enrolment.objects.visible_to(self.user)
            .filter(Q(manager=self.user) | Q(pk__in=sent.values("enrolment")))
            .select_related("employment")
            .order_by("-applied")
            .first()
        )

    def _remembered_workplace(self) -> dict[str, Any]:
        """Municipality, unit and job title of the last person whom the user enrolled or began to enrol."""
        last = self._last_enrolment
        drafts = EnrolmentDraft.objects.visible_to(self.user).unsent().exclude(pk=self.draft.pk)
        begun = drafts.filter(data__unit__gt="").first()
        if begun and (last is None or begun.changed > last.applied):
            return {name: begun.data[name] for name in REMEMBERED if name in begun.data}
        if last is None:
            return {}
        return {
            "municipality": str(last.municipality_id),
            "unit": last.employment.unit,
            "title": last.employment.title,
        }

    def _likely_cohort(self) -> str:
        """The one chosen, even if it has closed: no other is put in its place. Else the only one, or the last one's."""
        if self.draft.cohort_id:
            return str(self.draft.cohort_id)
        if len(self.choices) == 1:
            return str(self.choices[0].cohort.pk)
        return str(self._last_enrolment.cohort_id) if self._last_enrolment else ""

    # What the answers say

    @cached_property
    def answers(self) -> Answers | None:
        """What the answers say; None as long as a step is unfinished."""
        if self.unfinished or self.cohort is None:
            return None
        forms_of = {step: self._saved(step) for step in Step if step != Step.COHORT}
        if not all(form.is_valid() for form in forms_of.values()):
            return None
        person = PersonDetails(
            **forms_of[Step.WHO].cleaned_data, **forms_of[Step.WORKPLACE].stated(), **forms_of[Step.FACTS].stated()
        )
        return Answers(self.cohort, person, forms_of[Step.NEEDS].kinds())


def drafting_of(user: User, pk: UUID, *, now: datetime) -> Drafting | None:
    """The draft of `user` with that key, or one that she begins; None if it is somebody else's."""
    draft = EnrolmentDraft.objects.of_or_new(user, pk, now=now)
    return Drafting(draft, user=user, now=now) if draft else None


_ORDER = {step: order for order, step in enumerate(Step)}


def typed(form: forms.Form) -> dict[str, Any]:
    """What was sent for the fields of a bound form, as it was typed."""
    sent = {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
    return {name: "" if answer is None else answer for name, answer in sent.items()}
