"""A file or a link to share."""

from __future__ import annotations  # Django's file class takes a type argument in annotations only

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import OneLineMixin, form_helper
from common.templatetags.interface import file_size
from sessions.actions import MaterialDetails
from sessions.exceptions import MaterialRefused
from sessions.forms.fields import DayField
from sessions.models import Material
from sessions.rules.documents import KINDS, Document, examine


def validate_link(value: str) -> None:
    """Raise ValidationError for a link that isn't to the web, or that shows one address before another."""
    URLValidator(schemes=["http", "https"])(value)
    if "@" in urlsplit(value).netloc:
        raise forms.ValidationError(_("Leave out user name and password."))


class MaterialForm(OneLineMixin, forms.Form):
    """What is new is a file or a link; what exists stays the one or the other. `largest` is the limit in bytes."""

    helper = form_helper()
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput({"accept": ",".join(f".{ending}" for ending in KINDS)}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    url = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        assume_scheme="https",
        max_length=Material._meta.get_field("url").max_length,
        validators=[validate_link],
    )
    visible_from = DayField(
        label=gettext_lazy("Shown to participants from"),
        required=False,
        help_text=gettext_lazy("Leave empty to show it at once. Coordinators and lecturers see it all the time."),
    )

    def __init__(self, *args: Any, largest: int, material: Material | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial_of(material), **kwargs)
        self.largest = largest
        self.material = material
        kinds = _("PDF, Word, PowerPoint, Excel, OpenDocument, PNG or JPEG, at most %(size)s.") % {
            "size": file_size(largest)
        }
        if material is None:
            self.fields["file"].help_text = kinds
            self.fields["url"].label = _("… or link")
            for name in ("file", "url"):
                # One of them is needed, so neither is called optional.
                self.fields[name].one_of_several = True  # type: ignore[attr-defined]
        elif material.file:
            self.fields["file"].label = _("New file")
            self.fields["file"].help_text = _("Replaces %(name)s.") % {"name": material.filename} + " " + kinds
            del self.fields["url"]
        else:
            self.fields["url"].required = True
            del self.fields["file"]

    def clean_file(self) -> Document | None:
        """Look into the file; what it isn't fit for stands beside the field."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None or file.file is None:
            return None
        try:
            return examine(file.file, name=file.name or "", largest=self.largest)
        except MaterialRefused as refused:
            raise forms.ValidationError(refused.reason) from refused

    def clean(self) -> dict[str, Any]:
        """New material is one thing. A browser never sends a file again by itself, so the form asks for it."""
        data = super().clean() or {}
        document, url = data.get("file"), data.get("url")
        if self.material is None and not self.has_error("file") and not self.has_error("url"):
            if document and url:
                self.add_error("url", _("Share either a file or a link, not both at once."))
            elif not document and not url:
                self.add_error("file", _("Choose a file, or write a link below."))
        if document and self.errors:
            self._ask_again_for_the_file()
        return data

    def refuse(self, reason: str) -> None:
        """Say why the action has refused."""
        document = self.cleaned_data.get("file")
        self.add_error(None, reason)
        if document:
            self._ask_again_for_the_file()

    def _ask_again_for_the_file(self) -> None:
        self.add_error("file", _("Choose the file again: it was not kept, because something else has to be corrected."))

    def details(self) -> MaterialDetails:
        """What a valid form says."""
        data = self.cleaned_data
        return MaterialDetails(
            title=data["title"],
            visible_from=data["visible_from"],
            document=data.get("file"),
            url=data.get("url", ""),
        )


def _initial_of(material: Material | None) -> dict[str, str | date | None]:
    if material is None:
        return {}
    return {"title": material.title, "url": material.url, "visible_from": material.visible_from}
