"""What a programme's rules of eligibility ask about a person."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.choices import Fact
from cohorts.models import EligibilityRule
from common.forms import form_helper
from common.widgets import DateInput
from participants.choices import Degree
from participants.details import problem_with_employment_day

NOT_TAKEN = "no"


class Stated(TypedDict):
    """The answers, under the names that PersonDetails and Enrolment have for them. What wasn't asked is empty."""

    degree: str
    graduated: date | None
    prior_courses: str


class FactsForm(forms.Form):
    """The facts that `rules`, of one programme, ask for; without fields if they ask for none.

    Since when she is employed is asked with the employment. `dataclasses.replace(person, **form.stated())` gives
    the person with her facts.
    """

    degree = forms.ChoiceField(label=pgettext_lazy("question", "Degree"), choices=Degree, widget=forms.RadioSelect)
    graduated = forms.DateField(
        label=_("Day of the degree"),
        help_text=_("As in the degree certificate. If it has not been issued yet: the day when it is expected."),
        widget=DateInput(),
    )
    prior_courses = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, rules: Iterable[EligibilityRule], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        asked = {rule.fact: rule for rule in rules}
        if Fact.DEGREE in asked:
            # Who has no degree yet has no day of it.
            self.fields["graduated"].required = False
        else:
            del self.fields["degree"]
        if Fact.GRADUATED not in asked:
            del self.fields["graduated"]
        if Fact.PRIOR_COURSE in asked:
            self._ask_for(asked[Fact.PRIOR_COURSE].course)
        else:
            del self.fields["prior_courses"]
        self.helper = form_helper()

    def _ask_for(self, course: str) -> None:
        """Ask whether she has taken `course`. The name of the course is what is stored as the answer."""
        field = self.fields["prior_courses"]
        field.label = _("Has the employee taken the course %(course)s?") % {"course": course}
        field.choices = [(course, pgettext_lazy("answer", "Yes")), (NOT_TAKEN, pgettext_lazy("answer", "No"))]  # type: ignore[attr-defined]

    def clean_graduated(self) -> date | None:
        """Refuse a year that can't be meant."""
        day: date | None = self.cleaned_data["graduated"]
        if day and (problem := problem_with_employment_day(day, today=self.today)):
            raise ValidationError(problem)
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for the day of a degree that she is said to have, and forget that of one she hasn't."""
        super().clean()
        answers = self.cleaned_data
        if answers.get("degree") == Degree.NONE:
            answers["graduated"] = None
        elif "degree" in answers and "graduated" in answers and answers["graduated"] is None:
            self.add_error("graduated", self.fields["graduated"].error_messages["required"])
        return answers

    def stated(self) -> Stated:
        """The answers of a valid form."""
        course = self.cleaned_data.get("prior_courses", "")
        return {
            "degree": self.cleaned_data.get("degree", ""),
            "graduated": self.cleaned_data.get("graduated"),
            "prior_courses": "" if course == NOT_TAKEN else course,
        }
