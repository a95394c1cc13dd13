"""One module: what it says and, where nobody follows its version yet, what it is."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from decimal import Decimal
from typing import Any

from django import forms
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.actions import ModuleDetails
from cohorts.forms.seen import SeenForm
from cohorts.models import Module
from cohorts.rules import STRUCTURE
from common.forms import HttpsField, Lines
from common.widgets import DigitsInput

SHORTEST, LONGEST = 1, 12  # hours of a day
LONGEST_PROGRAMME = 60  # months


class HoursField(forms.DecimalField):
    """Hours of a day, to a tenth, written as people do: 7 or 6,5."""

    def prepare_value(self, value: Any) -> Any:
        return floatformat(value) if isinstance(value, Decimal) else value


class ModuleForm(SeenForm):
    """A module, new or as it was seen. With `words_only`, hours and months are left as they are."""

    title = forms.CharField(label=pgettext_lazy("programme", "Title"), max_length=120)
    theme = forms.CharField(
        label=gettext_lazy("Theme"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("One line under the title, for those who take part."),
    )
    hours = HoursField(
        label=gettext_lazy("Hours"),
        min_value=SHORTEST,
        max_value=LONGEST,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "width-4"}),
    )
    month_offset = forms.IntegerField(
        label=gettext_lazy("Months after the start"),
        min_value=0,
        max_value=LONGEST_PROGRAMME,
        widget=DigitsInput(),
        help_text=gettext_lazy("0 for what comes in the month in which the cohort begins."),
    )
    learning_goals = Lines(
        label=gettext_lazy("Learning goals"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One on each line."),
    )
    preparation = Lines(
        label=gettext_lazy("Preparation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What to read or think of before the session. It is in the reminder, too."),
    )
    evaluation_url = HttpsField(
        label=gettext_lazy("Address of the evaluation"),
        required=False,
        help_text=gettext_lazy(
            "If the module has a survey of its own. Else the cohort's is asked for, or the programme's."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, words_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if words_only:
            for name in STRUCTURE:
                del self.fields[name]

    @staticmethod
    def initial_of(module: Module) -> dict[str, Any]:
        """What the form shows of a module."""
        details = ModuleDetails.of(module)
        return vars(details) | {"seen": details.fingerprint}

    @staticmethod
    def initial_after(last: Module | None) -> dict[str, Any]:
        """What is likely of the module that comes after `last`."""
        if last is None:
            return {"hours": Decimal(7), "month_offset": 0}
        return {"hours": last.hours, "month_offset": last.month_offset + 1}

    def details(self) -> ModuleDetails:
        """What the actions need; the form must be valid."""
        data = {**self.initial, **self.cleaned_data}
        return ModuleDetails(
            title=data["title"],
            theme=data["theme"],
            hours=data["hours"],
            month_offset=data["month_offset"],
            learning_goals=data["learning_goals"],
            preparation=data["preparation"],
            evaluation_url=data["evaluation_url"],
        )
