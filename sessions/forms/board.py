"""What the board, the month and the list are narrowed down to."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.choices import CohortStatus
from sessions.boards.selection import Wanted
from sessions.models import Lecturer, Venue


class BoardFilter(forms.Form):
    """Every field is optional; what isn't understood narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Search cohort"), required=False, widget=forms.SearchInput)
    term = forms.ChoiceField(label=gettext_lazy("Begins"), required=False)
    programme = forms.UUIDField(label=gettext_lazy("Programme"), required=False, widget=forms.Select)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    lecturer = forms.UUIDField(label=gettext_lazy("Lecturer"), required=False, widget=forms.Select)
    venue = forms.UUIDField(label=gettext_lazy("Venue"), required=False, widget=forms.Select)
    needs = forms.BooleanField(label=gettext_lazy("Only what needs doing"), required=False)

    def __init__(
        self, *args: Any, programmes: Iterable[tuple[str, str]], terms: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("term", terms)
        self._offer("programme", programmes)
        self._offer("status", CohortStatus.choices)

    def offer(self, *, lecturers: Iterable[Lecturer], venues: Iterable[Venue]) -> None:
        """Whom and what one can choose: known only when what is booked has been read, so the names are read once."""
        self._offer("lecturer", ((str(row.pk), row.name) for row in lecturers))
        self._offer("venue", ((str(row.pk), str(row)) for row in venues))

    def wanted(self) -> Wanted:
        """What was asked for."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})

    def _offer(self, name: str, options: Iterable[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        choices = [("", _("All")), *options]
        field.widget.choices = choices
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
