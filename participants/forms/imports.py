"""What is asked about a list of new hires."""

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
    """A list of new hires. `municipalities` are those for which the user may enrol, by id."""

    file = forms.FileField(
        label=_("The list"),
        help_text=_("An Excel file (.xlsx) or a .csv file, at most 5,000 rows."),
        widget=forms.FileInput({"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        if len(municipalities) == 1:
            del self.fields["municipality"]
        else:
            offer_municipalities(self, municipalities, nothing=_("As the list says, row by row"))
        self.helper = form_helper()

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large to be a list of people, before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_FILE:
            raise ValidationError(
                _("The file may be at most %(size)s. Copy only the list to a new file.")
                % {"size": file_size(LARGEST_FILE)}
            )
        return file

    def chosen_municipality(self) -> Municipality | None:
        """The municipality of the whole list; None if each row names its own."""
        if "municipality" not in self.fields:
            return next(iter(self.municipalities.values()))
        chosen = self.cleaned_data["municipality"]
        return self.municipalities[chosen] if chosen else None
