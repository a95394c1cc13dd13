"""What is asked about a region."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

import base64
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _
from PIL import Image

from common.forms import OneLineMixin, form_helper
from common.widgets import DigitsInput
from regions import rules
from regions.models import Municipality, Region

LONGEST_KEPT_LOGO = 2 * rules.LARGEST_LOGO  # in base64, and drawn anew it may have grown


class SettingsForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """What a coordinator decides for her region. The view hands `changes()` to an action; the form saves nothing."""

    class Meta:
        model = Region
        fields = (
            "contact_email",
            "contact_phone",
            "sms_parts_per_month",
            "winter_break_week",
            "waiting_list_order",
            "offer_days",
            "offers_stop_days",
            "late_withdrawal_days",
            "unmarked_days",
        )
        widgets = {
            "winter_break_week": DigitsInput(),
            "sms_parts_per_month": DigitsInput(),
            "waiting_list_order": forms.RadioSelect,
            "offer_days": DigitsInput(),
            "offers_stop_days": DigitsInput(),
            "late_withdrawal_days": DigitsInput(),
            "unmarked_days": DigitsInput(),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "contact_phone": forms.TextInput(attrs={"class": "width-20", "inputmode": "tel", "autocomplete": "off"}),
        }

    def changes(self) -> dict[str, Any]:
        """The values to set."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class LookForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """How a region's certificates look. The view hands `changes()` to an action; the form saves nothing.

    A picture that was chosen comes back in `kept_logo` with the page: no browser would choose it again.
    """

    logo = forms.ImageField(
        label=_("Logo"),
        required=False,
        help_text=_("A PNG picture on a white or transparent ground, at most 500 kB."),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )
    kept_logo = forms.CharField(required=False, max_length=LONGEST_KEPT_LOGO, widget=forms.HiddenInput)
    remove_logo = forms.BooleanField(label=_("Without a logo"), required=False)

    class Meta:
        model = Region
        fields = ("logo", "primary_colour", "signatory_name", "signatory_title", "seat")
        labels = {"primary_colour": _("Colour")}
        help_texts = {"primary_colour": _("Six hexadecimal digits after #, dark enough to be read on white.")}
        widgets = {
            "signatory_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "signatory_title": forms.TextInput(attrs={"autocomplete": "off"}),
            "primary_colour": forms.TextInput(
                attrs={"class": "width-10", "autocomplete": "off", "spellcheck": "false"}
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_primary_colour(self) -> str:
        colour: str = self.cleaned_data["primary_colour"].upper()
        Region._meta.get_field("primary_colour").run_validators(colour)
        if refusal := rules.refusal_of_colour(colour):
            raise forms.ValidationError(refusal)
        return colour

    def clean_logo(self) -> ContentFile[bytes] | None:
        """Return the picture drawn anew: what else the file held is left behind."""
        upload = self.cleaned_data["logo"]
        return _drawn_anew(upload, size=upload.size or 0) if isinstance(upload, UploadedFile) else None

    def clean_kept_logo(self) -> ContentFile[bytes] | None:
        """Return the picture that was chosen before: it comes from a browser again, so it is looked at again."""
        if not self.cleaned_data["kept_logo"]:
            return None
        try:
            content = base64.b64decode(self.cleaned_data["kept_logo"], validate=True)
        except ValueError as error:
            raise forms.ValidationError(_("Choose the logo again.")) from error
        return _drawn_anew(BytesIO(content))

    @property
    def chosen_logo(self) -> ContentFile[bytes] | None:
        """The picture that was chosen now or before; None if none was, or it was none."""
        return self.cleaned_data.get("logo") or self.cleaned_data.get("kept_logo")

    @property
    def logo_to_keep(self) -> str:
        """The chosen picture as the page sends it along."""
        return base64.b64encode(_whole(self.chosen_logo)).decode() if self.is_bound and self.chosen_logo else ""

    @property
    def logo_as_it_becomes(self) -> bytes | None:
        """The logo that the region has if this is saved, a PNG."""
        if self.is_bound and self.chosen_logo:
            return _whole(self.chosen_logo)
        if not self.instance.logo or (self.is_bound and self.cleaned_data.get("remove_logo")):
            return None
        with self.instance.logo.open("rb") as file:
            return bytes(file.read())

    @property
    def first_problem(self) -> str:
        """The first of its errors, to be shown where the picture would be."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")

    def changes(self) -> dict[str, Any]:
        """The values to set; the logo is among them only if it changes."""
        changes = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "logo"}
        if self.chosen_logo:
            changes["logo"] = self.chosen_logo
        elif self.cleaned_data.get("remove_logo"):
            changes["logo"] = ""
        return changes


def _drawn_anew(file: Any, *, size: int = 0) -> ContentFile[bytes]:
    """Return the picture in `file` and nothing else, a PNG under a random name. Raises ValidationError for no logo."""
    clean = BytesIO()
    file.seek(0)
    try:
        with Image.open(file) as picture:
            refusal = rules.refusal_of_logo(
                size=size, width=picture.width, height=picture.height, picture_format=picture.format
            )
            if not refusal:
                picture.convert("RGBA").save(clean, "PNG", optimize=True)
    except Exception as error:  # Pillow doesn't say what it raises on what is broken: a handful of kinds
        raise forms.ValidationError(forms.ImageField.default_error_messages["invalid_image"]) from error
    if refusal:
        raise forms.ValidationError(refusal)
    return ContentFile(clean.getvalue(), name=f"{uuid4()}.png")


def _whole(file: ContentFile[bytes]) -> bytes:
    with file.open() as opened:
        return bytes(opened.read())


class RegionForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """What an administrator decides when a region joins the portal; the rest its coordinators set themselves."""

    helper = form_helper()

    class Meta:
        model = Region
        fields = ("name", "code", "contact_email", "signatory_name", "signatory_title", "seat")
        widgets = {
            "code": forms.TextInput(attrs={"class": "width-10", "autocapitalize": "characters", "autocomplete": "off"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The numbers of certificates begin with it: it stays what it was.
        self.fields["code"].disabled = not self.instance._state.adding


@dataclass(frozen=True)
class County:
    """The municipalities of one county, as boxes to tick."""

    name: str
    options: list[BoundWidget]

    @property
    def chosen(self) -> int:
        return sum(option.data["selected"] for option in self.options)


class MunicipalitiesForm(forms.Form):
    """Which municipalities belong to a region: those that are free, and its own."""

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipalities"] = forms.ModelMultipleChoiceField(
            label=_("Municipalities"),
            queryset=Municipality.objects.free_or_of(region),
            initial=region.municipalities.all(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def counties(self) -> list[County]:
        """The boxes to tick, county by county."""
        return [County(name, list(options)) for name, options in groupby(self["municipalities"], key=_county)]


def _county(option: BoundWidget) -> str:
    name: str = option.data["value"].instance.county_name
    return name
