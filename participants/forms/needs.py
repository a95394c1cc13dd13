"""What somebody needs: fixed choices, and no room for anything else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from participants.choices import Access, Diet


class NeedsForm(forms.Form):
    """What somebody needs at table and in the room. Nothing of it is required."""

    helper = form_helper()
    diet = forms.MultipleChoiceField(label=_("Food"), choices=Diet, required=False, widget=forms.CheckboxSelectMultiple)
    access = forms.MultipleChoiceField(
        label=_("In the room"), choices=Access, required=False, widget=forms.CheckboxSelectMultiple
    )

    def kinds(self) -> list[str]:
        """The answers of a valid form."""
        return [*self.cleaned_data["diet"], *self.cleaned_data["access"]]

    @staticmethod
    def initial_of(kinds: list[str]) -> dict[str, list[str]]:
        """What the form begins with for somebody who has stated `kinds`."""
        return {"diet": kinds, "access": kinds}
