"""The first page of a new cohort: enough to propose its dates, whether it is wholly new or follows an earlier one."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cohorts.models import Cohort, Module, Programme
from cohorts.querysets import CohortQuerySet
from common.widgets import DigitsInput, TimeInput
from sessions.clashes.calendar import Registers
from sessions.forms.cohort import CohortForm
from sessions.forms.fields import DayField, OneOf
from sessions.planning.copying import Earlier, earlier_cohort
from sessions.rules.days import SATURDAY, is_plannable
from sessions.rules.pasted import Pasted, dates_in
from sessions.rules.planning import application_period, suggested_name
from sessions.rules.rhythms import ORDINALS, EveryWeeks, Listed, NthWeekday, Rhythm, name_of_weekday

MONTHLY, WEEKLY, LISTED = "month", "weeks", "list"
LONGEST_GAP = 26
TUESDAY = 1
TIME_TO_APPLY = timedelta(weeks=8)


class NewCohortForm(CohortForm):
    """Everything but the dates. What is left empty gets a sensible value; `copy` is the cohort that it follows."""

    copy = forms.CharField(required=False, widget=forms.HiddenInput)
    programme = OneOf(label=gettext_lazy("Programme"))
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Rhythm"),
        widget=forms.RadioSelect,
        choices=[
            (MONTHLY, gettext_lazy("Every month, on a weekday such as the second Tuesday")),
            (WEEKLY, gettext_lazy("With some weeks between")),
            (LISTED, gettext_lazy("Dates that I have already")),
        ],
    )
    nth = forms.TypedChoiceField(label=gettext_lazy("Which in the month"), required=False, coerce=int, empty_value=None)
    weekday = forms.TypedChoiceField(label=gettext_lazy("Weekday"), required=False, coerce=int, empty_value=None)
    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks from one date to the next"),
        required=False,
        min_value=1,
        max_value=LONGEST_GAP,
        widget=DigitsInput(),
    )
    dates = forms.CharField(
        label=gettext_lazy("One date for each module"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 9, "class": "width-20"}),
        help_text=gettext_lazy("One on each line, or with commas between them: 2027-03-09, 9 March 2027 or 9/3 2027."),
    )
    as_listed = forms.BooleanField(label=gettext_lazy("Keep even dates that don't suit"), required=False)
    first = DayField(
        label=gettext_lazy("First date"),
        help_text=gettext_lazy("A weekday. The others are proposed after it; you can change every one of them."),
    )
    starts = forms.TimeField(label=gettext_lazy("Sessions begin at"), widget=TimeInput)
    venue = OneOf(label=gettext_lazy("Venue of all sessions"))
    lecturer = OneOf(label=gettext_lazy("Lecturer of all sessions"))
    avoid = forms.CharField(
        label=gettext_lazy("Days to avoid"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput(attrs={"class": "width-20"}),
        help_text=gettext_lazy(
            "Weekends, public holidays and their eves, bridge days, July and the region's own days are avoided anyway. "
            "Write dates such as 2027-03-09 or 9 March 2027, with a comma between them."
        ),
    )

    def __init__(
        self,
        *args: Any,
        modules: Collection[Module],
        cohorts: CohortQuerySet,
        registers: Registers,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.cohorts = cohorts
        self.registers = registers
        self.modules_by_programme: dict[Programme, list[Module]] = {}
        for module in modules:
            self.modules_by_programme.setdefault(module.programme, []).append(module)
        self.fields["programme"].offer(self.modules_by_programme)  # type: ignore[attr-defined]
        self.initial = {**self.initial_for(next(iter(self.modules_by_programme), None), today=today), **self.initial}
        undecided = _("As in %(cohort)s") % {"cohort": self.copied} if self.copied else _("Not decided")
        for name, rows in (("venue", registers.offered_venues), ("lecturer", registers.offered_lecturers)):
            self.fields[name].offer(rows, empty_label=undecided)  # type: ignore[attr-defined]
        self.fields["first"].required = self["rhythm"].value() != LISTED
        as_first = ("", _("As the first date"))
        self.fields["nth"].choices = [as_first, *ORDINALS.items()]  # type: ignore[attr-defined]
        weekdays = ((day, name_of_weekday(day)) for day in range(SATURDAY))
        self.fields["weekday"].choices = [as_first, *weekdays]  # type: ignore[attr-defined]
        for name, help_text in (
            ("name", _("Left empty, it is named after its term, such as “VT 2027 A”.")),
            ("applications_open", _("Left empty: today.")),
            ("applications_close", _("Left empty: four weeks before the first session.")),
        ):
            self.fields[name].required = False
            self.fields[name].help_text = help_text

    @staticmethod
    def initial_for(programme: Programme | None, *, today: date) -> dict[str, Any]:
        """Where a wholly new cohort begins: a second Tuesday that leaves time to apply, and what the programme says."""
        return {
            "programme": str(programme.pk) if programme else "",
            "first": _begin(NthWeekday(2, TUESDAY), today + TIME_TO_APPLY),
            "rhythm": MONTHLY,
            "weeks": 4,
            "starts": programme.default_start if programme else None,
            "capacity": programme.default_capacity if programme else None,
        }

    @classmethod
    def initial_after(cls, earlier: Earlier, *, today: date) -> dict[str, Any]:
        """Where a cohort begins that follows an earlier one: its details and its rhythm, but a name and dates anew."""
        cohort, rhythm, days = earlier.cohort, earlier.rhythm, earlier.days
        initial = cls.initial_for(cohort.programme, today=today) | cls.initial_of(cohort)
        for name in ("name", "applications_open", "applications_close", "release_date"):
            del initial[name]
        if isinstance(rhythm, EveryWeeks):
            same_weekday = today + TIME_TO_APPLY
            same_weekday += timedelta(days=(days[0].weekday() - same_weekday.weekday()) % 7)
            initial |= {"rhythm": WEEKLY, "weeks": rhythm.weeks, "first": _begin(rhythm, same_weekday)}
        elif rhythm:
            initial["first"] = _begin(rhythm, today + TIME_TO_APPLY)
        return initial | {"copy": str(cohort.pk), "starts": earlier.starts or initial["starts"]}

    @cached_property
    def planned_already(self) -> list[Cohort]:
        """Every cohort that the user plans: one of them may be copied, and their names are taken."""
        return list(self.cohorts)

    @cached_property
    def copied(self) -> Cohort | None:
        """The cohort that it follows, whether the form is filled in or only shown."""
        key = self["copy"].value()
        return next((cohort for cohort in self.planned_already if str(cohort.pk) == key), None) if key else None

    @cached_property
    def earlier(self) -> Earlier | None:
        """The same with its sessions."""
        return earlier_cohort(self.copied) if self.copied else None

    @property
    def modules(self) -> list[Module]:
        """Those of the programme; the form must be valid, or the programme at least."""
        return self.modules_by_programme[self.cleaned_data["programme"]]

    def clean_copy(self) -> Cohort | None:
        if self.cleaned_data["copy"] and not self.copied:
            raise ValidationError(_("The cohort to copy is gone."))
        return self.copied

    def clean_first(self) -> date | None:
        first: date | None = self.cleaned_data["first"]
        if first is None:
            return None
        if first <= self.today:
            raise ValidationError(_("Choose a date that is ahead in time."))
        if first.weekday() >= SATURDAY:
            raise ValidationError(_("Choose a date from Monday to Friday."))
        return first

    def clean_avoid(self) -> frozenset[date]:
        pasted = dates_in(self.cleaned_data["avoid"])
        if wrong := [one for one in pasted if one.day is None]:
            raise ValidationError([_not_a_date(one) for one in wrong])
        return frozenset(one.day for one in pasted if one.day)

    def clean(self) -> dict[str, Any]:
        """Find the wanted dates, fill in what was left empty, and keep everything within the region."""
        programme, rhythm = self.cleaned_data.get("programme"), self._chosen_rhythm()
        if programme and rhythm:
            self.rhythm_of_dates = rhythm
            self._fill_in(programme, begins=_begin(rhythm, self.cleaned_data["first"]))
            self._keep_within_region(programme)
        return super().clean()

    def _chosen_rhythm(self) -> Rhythm | None:
        """The rhythm of what was answered; None, with the reason beside a field, if something is missing."""
        data = self.cleaned_data
        chosen, first = data.get("rhythm"), data.get("first")
        if chosen == LISTED:
            return self._listed()
        if chosen == WEEKLY and not data.get("weeks") and not self.has_error("weeks"):
            self.add_error("weeks", _("Say how many weeks there are from one date to the next."))
        if first is None or self.has_error("weeks"):
            return None
        if chosen == WEEKLY:
            return EveryWeeks(data["weeks"])
        own, nth, weekday = NthWeekday.of(first), data.get("nth"), data.get("weekday")
        return NthWeekday(nth or own.nth, own.weekday if weekday is None else weekday)

    def _listed(self) -> Rhythm | None:
        """The list as a rhythm, if every line is a date that is ahead, in order, one for each module."""
        days: list[date] = []
        for one in dates_in(self.cleaned_data.get("dates", "")):
            if problem := self._problem(one, after=days[-1] if days else self.today):
                self.add_error("dates", problem % {"line": one.line, "text": one.text})
            elif one.day:
                days.append(one.day)
        if self.has_error("dates"):
            return None
        modules = len(self.modules) if self.cleaned_data.get("programme") else len(days)
        if not days:
            self.add_error("dates", _("Write the dates."))
        elif len(days) != modules:
            self.add_error("dates", _wrong_number(len(days), modules))
        if self.has_error("dates"):
            return None
        self.cleaned_data["first"] = days[0]
        return Listed(tuple(days), fixed=self.cleaned_data["as_listed"])

    def _problem(self, one: Pasted, *, after: date) -> str | None:
        """What is wrong with a date of the list, which must come `after` the one before it, if anything is."""
        if one.day is None or not is_plannable(one.day):
            return _("Line %(line)s: “%(text)s” is not a date that can be meant.")
        if one.day <= self.today:
            return _("Line %(line)s: “%(text)s” is not ahead in time.")
        if one.day <= after:
            return _("Line %(line)s: “%(text)s” does not come after the date before it.")
        return None

    def _fill_in(self, programme: Programme, *, begins: date) -> None:
        """Give what was left empty a sensible value, and refuse a name that is taken."""
        data = self.cleaned_data
        opens, closes = application_period(begins, today=self.today)
        given = data.get("applications_open"), data.get("applications_close")
        data["applications_open"] = given[0] or min(opens, given[1] or opens)
        data["applications_close"] = given[1] or max(closes, data["applications_open"])
        taken = {cohort.name for cohort in self.planned_already if cohort.programme_id == programme.pk}
        data["name"] = data.get("name") or suggested_name(begins, taken)
        if data["name"] in taken:
            self.add_error("name", _("The programme already has a cohort with this name."))

    def _keep_within_region(self, programme: Programme) -> None:
        """Refuse what belongs to another region that the user coordinates."""
        for field in ("venue", "lecturer"):
            row = self.cleaned_data.get(field)
            if row and row.region_id != programme.region_id:
                self.add_error(field, _("That belongs to another region."))
        for municipality in self.seats():
            if municipality.region_id != programme.region_id:
                self.add_error(self.seats_name(municipality), _("This municipality belongs to another region."))


def _begin(rhythm: Rhythm, day: date) -> date:
    """The first date of a rhythm from `day` on."""
    return next(iter(rhythm.wanted(day, [0]))).day


def _wrong_number(dates: int, modules: int) -> str:
    """Say "Programmet har 9 moduler, men du har skrivit 8 datum"."""
    programme = ngettext("The programme has %(count)d module", "The programme has %(count)d modules", modules)
    written = ngettext("you wrote %(count)d date", "you wrote %(count)d dates", dates)
    return f"{programme % {'count': modules}}, {written % {'count': dates}}."


def _not_a_date(one: Pasted) -> str:
    return _("“%(text)s” is not a date. Write 2027-03-09 or 9 March 2027, with a comma between dates.") % {
        "text": one.text
    }
