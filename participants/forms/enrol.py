"""Which cohort somebody is enrolled in, and the last word before she is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from common.forms import form_helper
from participants.enrolling.choosing import Choice


class CohortForm(forms.Form):
    """The cohort of one of `choices`."""

    cohort = forms.TypedChoiceField(
        label=_("Cohort"),
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a cohort."), "invalid_choice": _("Choose a cohort.")},
    )

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.fields["cohort"].choices = [(str(choice.cohort.pk), choice.cohort.name) for choice in choices]  # type: ignore[attr-defined]

    def options(self) -> list[tuple[BoundWidget, Choice]]:
        """Each radio button with what is told beside it."""
        return list(zip(self["cohort"], self.choices, strict=True))

    def chosen(self) -> Cohort:
        """The cohort of a valid form."""
        return next(choice.cohort for choice in self.choices if choice.cohort.pk == self.cleaned_data["cohort"])


class ConfirmForm(forms.Form):
    """The confirmation of what was shown; a tick where the rules of eligibility warn. `seen` tells what was shown."""

    accepts_warnings = forms.BooleanField(
        label=_("I have read this, and enrol the person all the same"),
        error_messages={"required": _("Tick the box if you want to enrol the person all the same.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, warns: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not warns:
            del self.fields["accepts_warnings"]
        self.helper = form_helper()
