"""Entries of the registers: venues and lecturers."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import OneLineMixin, form_helper
from regions.models import Region
from sessions.models import Lecturer, Venue


class RegisterFilter(forms.Form):
    """What the registers are narrowed down to."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, widget=forms.SearchInput)


class EntryForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes no argument at run time
    """An entry belongs to one of `regions`: asked for if there are several, and never changed."""

    helper = form_helper()
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


class VenueForm(EntryForm):
    map_url = forms.URLField(label=gettext_lazy("Map link"), required=False, assume_scheme="https")

    class Meta:
        model = Venue
        fields = ("region", "name", "address", "town", "map_url", "seats", "access_notes")
        help_texts = {
            "address": gettext_lazy("Street and number, as on a map."),
            "access_notes": gettext_lazy("Entrance, lift, hearing loop, parking. No personal data."),
        }
        widgets = {
            "town": forms.TextInput(attrs={"class": "width-20"}),
            "seats": forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"}),
            "access_notes": forms.Textarea(attrs={"rows": 3}),
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
        fields = ("region", "name", "email", "organisation")
        help_texts = {"email": gettext_lazy("With this address she logs in, if you invite her.")}

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
