"""Entries of the registers: venues, lecturers and days that are kept free."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Lines, OneLineMixin, SeenMixin, form_helper
from common.widgets import DigitsInput
from regions.models import Region
from sessions.actions import seen_of
from sessions.forms.fields import DayField
from sessions.models import BlockedPeriod, Lecturer, Venue

OFFERED, ARCHIVED = "", "archived"


class RegisterFilter(forms.Form):
    """What a register is narrowed down to: words, and whether those that aren't used any more."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, widget=forms.SearchInput)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[(OFFERED, gettext_lazy("In use")), (ARCHIVED, gettext_lazy("Archived"))],
    )

    def narrow(self, entries: QuerySet[Any]) -> QuerySet[Any]:
        """Those of `entries`, which know search(), that are asked for."""
        answers = self.cleaned_data if self.is_valid() else {}
        archived = answers.get("show") == ARCHIVED
        found: QuerySet[Any] = entries.filter(archived__isnull=not archived).search(answers.get("q", ""))  # type: ignore[attr-defined]
        return found


class EntryForm(SeenMixin, OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes no argument at run time
    """An entry belongs to one of `regions`: asked for if there are several, and never changed.

    Of one that exists, `seen` says what the reader of the form saw.
    """

    helper = form_helper()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    region = forms.ModelChoiceField(label=gettext_lazy("Region"), queryset=Region.objects.none())

    def __init__(self, *args: Any, regions: Sequence[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and len(regions) > 1:
            own = Region.objects.filter(pk__in=[region.pk for region in regions])
            self.fields["region"].queryset = own  # type: ignore[attr-defined]
        else:
            del self.fields["region"]
            if self.instance._state.adding:
                self.instance.region = regions[0]
        if self.instance._state.adding:
            del self.fields["seen"]
        else:
            self.initial["seen"] = seen_of(self.instance)


class VenueForm(EntryForm):
    map_url = forms.URLField(label=gettext_lazy("Map link"), required=False, assume_scheme="https")

    class Meta:
        model = Venue
        fields = (
            "region",
            "name",
            "address",
            "town",
            "map_url",
            "seats",
            "access_notes",
            "booking_notes",
            "contact_name",
            "contact_email",
            "contact_phone",
        )
        field_classes = {"access_notes": Lines}
        help_texts = {
            "address": gettext_lazy("Street and number, as on a map."),
            "access_notes": gettext_lazy("Entrance, lift, hearing loop, parking. No personal data."),
            "booking_notes": gettext_lazy("For you and your colleagues: whom to turn to, what it costs."),
            "contact_name": gettext_lazy("Whoever lets you in or takes bookings, at work."),
        }
        widgets = {
            "town": forms.TextInput(attrs={"class": "width-20"}),
            "seats": DigitsInput(),
            "access_notes": forms.Textarea(attrs={"rows": 3}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "contact_phone": forms.TextInput(attrs={"class": "width-20", "inputmode": "tel", "autocomplete": "off"}),
        }

    def clean(self) -> dict[str, Any]:
        """A name once in a town."""
        data = super().clean() or {}
        same = Venue.objects.filter(
            region=data.get("region") or self.instance.region_id, name=data.get("name"), town=data.get("town")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is already a venue with this name in the town."))
        return data


class LecturerForm(EntryForm):
    class Meta:
        model = Lecturer
        fields = ("region", "name", "email", "phone", "organisation")
        help_texts = {
            "email": gettext_lazy(
                "Questions are sent to it; if you change it, open ones are withdrawn. "
                "It is also the address to log in with, after an invitation."
            ),
            "phone": gettext_lazy("At work. Shown to you and your colleagues only."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"class": "width-20", "inputmode": "tel", "autocomplete": "off"}),
        }

    def clean_email(self) -> str:
        """In lower case, which is how her log-in is recognised."""
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        """An address once in a region."""
        data = super().clean() or {}
        same = Lecturer.objects.filter(region=data.get("region") or self.instance.region_id, email=data.get("email"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("email", _("There is already a lecturer with this address."))
        return data


class DaysMixin:
    """For forms with a `first` and a `last` day, both included; the last may be left out if it is one day."""

    def clean_days(self, data: dict[str, Any]) -> None:
        """Complete and order the days in `data`."""
        first: date | None = data.get("first")
        last: date | None = data.get("last")
        if first and not last and "last" not in self.errors:  # type: ignore[attr-defined]
            data["last"] = first
        elif first and last and last < first:
            self.add_error("last", _("The last day can't come before the first."))  # type: ignore[attr-defined]


class BlockedDaysForm(DaysMixin, EntryForm):
    first = DayField(label=gettext_lazy("From"))
    last = DayField(
        label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Included. Leave empty for one day.")
    )

    class Meta:
        model = BlockedPeriod
        fields = ("region", "first", "last", "reason")
        help_texts = {"reason": gettext_lazy("Said to you and your colleagues when you plan. No personal data.")}

    def clean(self) -> dict[str, Any]:
        """In order, and once."""
        data = super().clean() or {}
        self.clean_days(data)
        same = BlockedPeriod.objects.filter(region=data.get("region") or self.instance.region_id)
        if same.filter(**{name: data.get(name) for name in ("first", "last", "reason")}).exists():
            self.add_error("reason", _("These days are already kept free for that reason."))
        return data


class UnavailableForm(DaysMixin, forms.Form):
    """From when to when a lecturer can't teach."""

    helper = form_helper()
    first = DayField(label=gettext_lazy("From"))
    last = DayField(
        label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Included. Leave empty for one day.")
    )

    def clean(self) -> dict[str, Any]:
        """In order."""
        data = super().clean() or {}
        self.clean_days(data)
        return data
