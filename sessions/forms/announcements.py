"""What a coordinator writes to those of a cohort."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import form_helper
from common.templatetags.interface import weekday_date
from messaging.forms import WordingForm
from messaging.texts.names import Names
from messaging.texts.text import Wording
from messaging.texts.writing import refusal_of_body, refusal_of_subject
from sessions.choices import Audience
from sessions.models import Announcement, CohortSession, Material
from sessions.placeholders import of_announcement
from sessions.rules.announcing import LARGEST_ATTACHMENT, is_attached
from sessions.rules.materials import is_waiting


class AnnouncementForm(WordingForm, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """A draft: to whom, about which session, with which material. An action saves it."""

    helper = form_helper()

    class Meta:
        model = Announcement
        fields = ("audience", "subject", "body", "session", "material")
        labels = {
            "audience": gettext_lazy("To whom"),
            "session": gettext_lazy("About the session"),
            "material": gettext_lazy("Course material that goes along"),
        }
        help_texts = {
            "session": gettext_lazy("The mail then says when and where it is held."),
            "material": gettext_lazy(
                "A file of at most 5 MB is attached. A larger one is linked, for participants only."
            ),
        }
        widgets = {"audience": forms.RadioSelect}

    def __init__(
        self,
        *args: Any,
        sessions: Collection[CohortSession],
        materials: Collection[Material],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.subject:
            self.initial |= vars(self.instance.shown)
        self.fields["audience"].choices = Audience.choices  # type: ignore[attr-defined]  # without an empty one
        modules = {one.pk: str(one.module) for one in sessions}
        self._offer("session", CohortSession, modules, nothing=_("No session in particular"))
        self._offer("material", Material, {one.pk: _label(one, today) for one in materials}, nothing=_("Nothing"))

    def _offer(self, name: str, model: Any, labels: dict[Any, str], *, nothing: str) -> None:
        """Let the field choose among the given records, whose labels are known."""
        field = forms.ModelChoiceField(
            queryset=model.objects.filter(pk__in=labels),
            required=False,
            label=self.fields[name].label,
            help_text=self.fields[name].help_text,
        )
        field.choices = [("", nothing), *((str(pk), label) for pk, label in labels.items())]
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        names = Names.of(of_announcement(about_a_session=bool(answers.get("session"))))
        wording = Wording(answers.get("subject", ""), answers.get("body", ""))
        for name, refusal in (
            ("subject", refusal_of_subject(wording.subject, names.known)),
            ("body", refusal_of_body(wording.body, names.known, facts="")),
        ):
            if refusal:
                self.add_error(name, refusal)
        material = answers.get("material")
        too_large = material and material.file and not is_attached(material.size)
        if too_large and answers.get("audience") != Audience.PARTICIPANTS:
            self.add_error(
                "material",
                _("The file is larger than %(largest)d MB, and managers can't open course material in the portal.")
                % {"largest": LARGEST_ATTACHMENT // 1_000_000},
            )
        return answers | vars(names.kept(wording))


def _label(material: Material, today: date) -> str:
    """Its title, and from when on it may go along."""
    if not material.visible_from or not is_waiting(material.visible_from, today=today):
        return material.title
    return _("%(title)s, from %(day)s") % {"title": material.title, "day": weekday_date(material.visible_from)}
