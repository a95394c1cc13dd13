"""The register as a form: a mark for each person and, if she was partly present, minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from sessions.actions.mark import Marking
from sessions.attendance.register import Entry
from sessions.choices import Mark


@dataclass(frozen=True)
class Row:
    """One person's fields, bound for the template."""

    entry: Entry
    mark: forms.BoundField
    minutes: forms.BoundField
    shown: forms.BoundField

    @property
    def shown_out_of_band(self) -> str:
        """The hidden field as htmx exchanges it wherever it stands."""
        return self.shown.as_widget(attrs={"hx-swap-oob": "true"})


class RegisterForm(forms.Form):
    """Fields are named by participant, so that someone who joins meanwhile shifts nobody's mark."""

    def __init__(self, *args: Any, entries: list[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong_minutes = _("Write the minutes in digits, for example 180.")
        self.entries = entries
        for entry in entries:
            person = entry.participant.pk
            self.fields[f"mark-{person}"] = forms.ChoiceField(choices=Mark, required=False, initial=entry.mark)
            self.fields[f"minutes-{person}"] = forms.IntegerField(
                label=_("Minutes present, %(name)s") % {"name": entry.participant.full_name},
                required=False,
                min_value=1,
                max_value=24 * 60,
                initial=entry.minutes,
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong_minutes),
            )
            # What the page last showed as saved: only what its reader has changed since is saved with the whole.
            self.fields[f"shown-{person}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=_as_text(entry.mark, entry.minutes)
            )

    def rows(self) -> Iterator[Row]:
        """The fields person by person."""
        for entry in self.entries:
            person = entry.participant.pk
            yield Row(entry, self[f"mark-{person}"], self[f"minutes-{person}"], self[f"shown-{person}"])

    @property
    def refusal(self) -> str:
        """All that is wrong, in a line that says with whom."""
        return " ".join(
            f"{self[name].label}: {message}" for name, messages in self.errors.items() for message in messages
        )

    @property
    def chosen(self) -> dict[UUID, Marking]:
        """What the page says, by participant's id."""
        marks = ((entry.participant.pk, self.cleaned_data[f"mark-{entry.participant.pk}"]) for entry in self.entries)
        return {person: Marking(Mark(mark), self._minutes(person, mark)) for person, mark in marks if mark}

    @property
    def changed(self) -> dict[UUID, Marking]:
        """What the page says other than it showed."""
        return {
            person: marking
            for person, marking in self.chosen.items()
            if self.cleaned_data[f"shown-{person}"] != _as_text(marking.mark, marking.minutes)
        }

    def _minutes(self, person: UUID, mark: str) -> int | None:
        return self.cleaned_data[f"minutes-{person}"] if mark == Mark.PARTIAL else None


def _as_text(mark: str, minutes: int | None) -> str:
    return f"{mark}:{minutes}" if minutes else mark
