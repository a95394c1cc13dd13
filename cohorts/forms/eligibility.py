"""What follows from one fact about those who are to be enrolled."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.actions import Eligibility
from cohorts.choices import Effect, Fact
from cohorts.forms.seen import SeenForm
from cohorts.rules import WITH_A_LIMIT, eligibility_in_words, refusal_of_eligibility
from common.widgets import DigitsInput

MOST_MONTHS = 240


class EligibilityForm(SeenForm):
    """Whether `fact` is asked for, and what follows when the answer doesn't meet the rule."""

    effect = forms.ChoiceField(
        label=gettext_lazy("What is to happen?"),
        choices=[("", pgettext_lazy("eligibility", "Don't ask")), *Effect.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    months = forms.IntegerField(
        label=gettext_lazy("Months at most"),
        help_text=gettext_lazy("From that day until the first session. Needed to warn or to stop."),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        widget=DigitsInput(),
    )
    course = forms.CharField(
        label=gettext_lazy("Name of the course"),
        help_text=gettext_lazy("As the employer knows it, for example Socialrätt 7,5 hp."),
        required=False,
        max_length=120,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.fields["effect"].one_of_several = True  # type: ignore[attr-defined]  # no answer is an answer here
        if fact == Fact.EMPLOYED:
            unasked = ("", pgettext_lazy("eligibility", "Nothing"))
            judged = [(effect.value, effect.label) for effect in (Effect.WARNING, Effect.STOP)]
            self.fields["effect"].choices = [unasked, *judged]  # type: ignore[attr-defined]
        if fact not in WITH_A_LIMIT:
            del self.fields["months"]
        if fact != Fact.PRIOR_COURSE:
            del self.fields["course"]

    @staticmethod
    def initial_of(eligibility: Eligibility) -> dict[str, Any]:
        """What the form shows."""
        return vars(eligibility) | {"seen": eligibility.fingerprint}

    def clean(self) -> dict[str, Any]:
        """Ask for what the rule needs to be judged."""
        data = super().clean() or {}
        if not self.errors:
            wanted = self.eligibility()
            refusal = refusal_of_eligibility(self.fact, wanted.effect, months=wanted.months, course=wanted.course)
            if refusal:
                raise ValidationError({"course" if self.fact == Fact.PRIOR_COURSE else "months": refusal})
        return data

    def eligibility(self) -> Eligibility:
        """What the action needs; the form must be valid."""
        data = self.cleaned_data
        effect = data["effect"]
        judged = effect in (Effect.WARNING, Effect.STOP)
        return Eligibility(
            effect,
            months=data.get("months") if judged else None,
            course=data.get("course", "") if effect else "",
        )

    def in_words(self) -> str:
        """What the answers mean; empty while they can't be judged."""
        if not self.is_bound:
            data = self.initial
            return eligibility_in_words(self.fact, data["effect"], months=data["months"], course=data["course"])
        if not self.is_valid():
            return ""
        wanted = self.eligibility()
        return eligibility_in_words(self.fact, wanted.effect, months=wanted.months, course=wanted.course)
