"""What is asked about a list of new hires: the list itself, as a file or as pasted rows."""

from __future__ import annotations  # Django's file class takes a type argument in annotations only

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from common.templatetags.interface import file_size
from participants.forms.fields import offer_municipalities
from regions.models import Municipality

LARGEST_FILE = 5 * 1024 * 1024


class ImportForm(forms.Form):
    """A list of new hires, as a file or as pasted rows. `municipalities` are those for which the user may enrol."""

    file = forms.FileField(
        label=_("The list as a file"),
        help_text=_("An Excel file (.xlsx) or a .csv file, at most 5,000 rows."),
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
        error_messages={"empty": _("The file is empty.")},
        required=False,
    )
    pasted = forms.CharField(
        label=_("Or paste the rows"),
        help_text=_("Mark the rows in Excel, copy them, and paste them here; with or without headings."),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        strip=False,
        required=False,
    )
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        for name in ("file", "pasted"):
            self.fields[name].one_of_several = True  # type: ignore[attr-defined]
        if len(municipalities) == 1:
            del self.fields["municipality"]
        else:
            offer_municipalities(self, municipalities, nothing=_("As the list says, row by row"))
        self.helper = form_helper()

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse what is too large to be a list of people, before it is read."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file and (file.size is None or file.size > LARGEST_FILE):
            raise ValidationError(
                _("The file may be at most %(size)s. Copy only the list to a new file.")
                % {"size": file_size(LARGEST_FILE)}
            )
        return file

    def clean(self) -> dict[str, Any]:
        """One list, not two and not none."""
        super().clean()
        file, pasted = self.cleaned_data.get("file"), self.cleaned_data.get("pasted", "").strip()
        if file and pasted:
            self.add_error("pasted", _("Choose a file or paste rows, not both."))
        elif not file and not pasted and not self.errors:
            self.add_error("file", _("Choose a file, or paste rows below."))
        return self.cleaned_data

    @property
    def source(self) -> str:
        """The field that holds the list."""
        return "file" if self.cleaned_data["file"] else "pasted"

    def content(self) -> tuple[str, bytes]:
        """The name of the file and what is in it; without a name, what was pasted."""
        if file := self.cleaned_data["file"]:
            return file.name or "", file.read()
        return "", self.cleaned_data["pasted"].encode()

    def chosen_municipality(self) -> Municipality | None:
        """The municipality of the whole list; None if each row names its own."""
        if "municipality" not in self.fields:
            return next(iter(self.municipalities.values()))
        chosen = self.cleaned_data["municipality"]
        return self.municipalities[chosen] if chosen else None
