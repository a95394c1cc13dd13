"""Fields that several forms of planning share."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.widgets import DateInput, TimeInput
from sessions.clashes.advice import Advice
from sessions.models import Lecturer
from sessions.rules.days import Problem, is_plannable, problem_with


def validate_plannable(day: date) -> None:
    """Raise ValidationError for a year that can't be meant."""
    if not is_plannable(day):
        raise forms.ValidationError(_("Check the year."))


class DayField(forms.DateField):
    """A day of a year in which something may be planned."""

    widget = DateInput
    default_validators = [validate_plannable]


class OneOf(forms.TypedChoiceField):
    """A choice among rows that are loaded already, so that nine forms on a page ask the database once.

    Its initial value is the key, as text. It is required if it has no `empty_label`.
    """

    def __init__(self, *, rows: Collection[models.Model] = (), empty_label: str = "", **kwargs: Any) -> None:
        super().__init__(empty_value=None, **kwargs)
        self.offer(rows, empty_label=empty_label)

    def offer(self, rows: Collection[models.Model], *, empty_label: str = "") -> None:
        """Let one choose among these."""
        by_key = {str(row.pk): row for row in rows}
        empty = [("", empty_label)] if empty_label else []
        self.choices = [*empty, *((key, str(row)) for key, row in by_key.items())]
        self.coerce = by_key.get
        self.required = not empty


class LecturersField(forms.TypedChoiceField):
    """One lecturer, or one of the `teams` who teach together already: a session that is copied may have one.

    Cleans to a list. Its initial value is the key, as text: `key_of`.
    """

    def __init__(self, *, rows: Collection[Lecturer], teams: Iterable[Sequence[Lecturer]] = (), **kwargs: Any) -> None:
        choosable = [*(team for team in teams if len(team) > 1), *([row] for row in rows)]
        by_key = {self.key_of(lecturers): list(lecturers) for lecturers in choosable}
        choices = [
            ("", _("Not decided")),
            *((key, get_text_list([str(one) for one in who], _("and"))) for key, who in by_key.items()),
        ]
        super().__init__(choices=choices, coerce=by_key.__getitem__, empty_value=[], required=False, **kwargs)  # type: ignore[arg-type]  # whatever it cleans to

    @staticmethod
    def key_of(lecturers: Iterable[Lecturer]) -> str:
        """What the field holds for these."""
        return ",".join(sorted(str(lecturer.pk) for lecturer in lecturers))


class TimesForm(forms.Form):
    """A day with a beginning and an end. After cleaning, `span` holds both as aware datetimes.

    `problem` says why the day doesn't suit; it doesn't stop the form.
    """

    day = DayField(label=gettext_lazy("Date"))
    starts = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    ends = forms.TimeField(label=gettext_lazy("To"), widget=TimeInput)

    def clean(self) -> dict[str, Any]:
        """Join day and clock; a time that summer time skips or repeats is refused."""
        data = super().clean() or {}
        day, starts, ends = (data.get(name) for name in ("day", "starts", "ends"))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The session must end after it has begun."))
        elif day and starts and ends:
            try:
                data["span"] = tuple(from_current_timezone(datetime.combine(day, clock)) for clock in (starts, ends))
            except forms.ValidationError as error:
                self.add_error("starts", error)
        return data

    @property
    def chosen_day(self) -> date | None:
        """The day in the form, whether it was typed or proposed."""
        if self.is_bound:
            day: date | None = getattr(self, "cleaned_data", {}).get("day")
            return day
        initial: date | None = self.get_initial_for_field(self.fields["day"], "day")
        return initial

    @property
    def problem(self) -> Problem | None:
        return problem_with(self.chosen_day) if self.chosen_day else None

    @property
    def advice(self) -> Advice | None:
        """What is to be said of the chosen day by itself."""
        return Advice(self.chosen_day, problem=self.problem) if self.chosen_day else None
