"""A question to a lecturer, and her answer."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy

from common.forms import OneLineMixin
from sessions.clashes.calendar import Obstacle
from sessions.models import Lecturer


class AskForm(OneLineMixin, forms.Form):
    """Whom to ask about a session: one of `lecturers`, of whom the free ones come first, and a sentence to her."""

    lecturer = forms.TypedChoiceField(
        label=gettext_lazy("Lecturer"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whom to ask.")},
    )
    sentence = forms.CharField(
        label=gettext_lazy("A sentence to the lecturer"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("What the question is about, or whom to call. No personal data about participants."),
    )

    def __init__(
        self, *args: Any, lecturers: Sequence[Lecturer], obstacles: Mapping[UUID, list[Obstacle]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.obstacles = {str(lecturer.pk): obstacles.get(lecturer.pk, []) for lecturer in lecturers}
        self.by_key = {str(lecturer.pk): lecturer for lecturer in lecturers}
        free_first = sorted(self.by_key, key=lambda key: bool(self.obstacles[key]))
        field: Any = self.fields["lecturer"]
        field.choices = [(key, self.by_key[key].name) for key in free_first]
        field.coerce = self.by_key.get

    def options(self) -> Iterator[tuple[BoundWidget, Lecturer, list[Obstacle]]]:
        """Each choice with the lecturer, and what keeps her."""
        for option in self["lecturer"]:
            key = str(option.data["value"])
            yield option, self.by_key[key], self.obstacles[key]


class AnswerForm(forms.Form):
    """Yes or no to the session at the `revision` that was shown."""

    accept = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")], coerce=lambda answer: answer == "yes", widget=forms.HiddenInput
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
