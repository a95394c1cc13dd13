"""A programme's details, and its rule for a certificate."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.actions import ProgrammeDetails
from cohorts.forms.seen import SeenForm
from cohorts.models import Programme
from cohorts.rules import LARGEST_COHORT, refusal_of_required
from common.forms import HttpsField, Lines
from common.widgets import DigitsInput, TimeInput
from regions.models import Region


class ProgrammeForm(SeenForm):
    """What all versions of a programme share."""

    title = forms.CharField(label=pgettext_lazy("programme", "Title"), max_length=120)
    description = Lines(
        label=gettext_lazy("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whom it is for, and what it leads to."),
    )
    default_capacity = forms.IntegerField(
        label=gettext_lazy("Seats in a cohort"),
        min_value=1,
        max_value=LARGEST_COHORT,
        widget=DigitsInput(),
        help_text=gettext_lazy("Proposed for a new cohort. Cohorts that exist keep theirs."),
    )
    default_start = forms.TimeField(label=gettext_lazy("Sessions begin at"), widget=TimeInput())
    evaluation_url = HttpsField(
        label=gettext_lazy("Address of the evaluation"),
        required=False,
        help_text=gettext_lazy(
            "The region's own survey, https://… Those who were present get a link to it after each session, if the "
            "planned messages hold an evaluation. A module or a cohort can have another."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of(programme: Programme) -> dict[str, Any]:
        """What the form shows of a programme."""
        details = ProgrammeDetails.of(programme)
        return vars(details) | {"seen": details.fingerprint}

    def details(self) -> ProgrammeDetails:
        """What the actions need; the form must be valid."""
        data = self.cleaned_data
        return ProgrammeDetails(
            title=data["title"],
            description=data["description"],
            default_capacity=data["default_capacity"],
            default_start=data["default_start"],
            evaluation_url=data["evaluation_url"],
        )


class NewProgrammeForm(ProgrammeForm):
    """A new programme belongs to one of `regions`: asked for if there are several."""

    region = forms.ModelChoiceField(label=gettext_lazy("Region"), queryset=Region.objects.none(), empty_label=None)
    field_order = ("region",)

    def __init__(self, *args: Any, regions: Sequence[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = regions
        if len(regions) > 1:
            own = Region.objects.filter(pk__in=[region.pk for region in regions])
            self.fields["region"].queryset = own  # type: ignore[attr-defined]
        else:
            del self.fields["region"]

    @property
    def chosen_region(self) -> Region:
        """Where the programme will belong; the form must be valid."""
        region: Region = self.cleaned_data.get("region") or self.regions[0]
        return region


class RuleForm(SeenForm):
    """How many of `modules` a certificate takes. `seen` is the number that its reader saw."""

    required = forms.IntegerField(
        label=gettext_lazy("Modules required for a certificate"),
        widget=DigitsInput(),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, modules: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules

    def clean_required(self) -> int:
        required: int = self.cleaned_data["required"]
        if refusal := refusal_of_required(required, modules=self.modules):
            raise forms.ValidationError(refusal)
        return required
