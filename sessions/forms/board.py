"""What the board is narrowed down to."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.choices import CohortStatus
from cohorts.models import Programme


class BoardFilter(forms.Form):
    """Every field is optional; what isn't understood narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Search cohort"), required=False, widget=forms.SearchInput)
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    term = forms.ChoiceField(label=gettext_lazy("Term"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)

    def __init__(
        self, *args: Any, programmes: Sequence[Programme], terms: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["programme"].choices = [everything, *((str(row.pk), row.title) for row in programmes)]  # type: ignore[attr-defined]
        self.fields["term"].choices = [everything, *terms]  # type: ignore[attr-defined]
        self.fields["status"].choices = [everything, *CohortStatus.choices]  # type: ignore[attr-defined]
