from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import form_helper
from messaging.choices import Topic

LABELS = {"email": _("By e-mail"), "sms": _("By SMS")}
ABOUT_PEOPLE = (Topic.PEOPLE, Topic.DIGEST)


class AboutPeople(models.TextChoices):
    """How a manager reads what happens to her people: of the two topics, the one, the other, both or none."""

    EVENTS = "events", pgettext_lazy("message", "One mail each time something happens")
    SUMMARY = "summary", pgettext_lazy("message", "One summary a month, instead of a mail each time")
    BOTH = "both", pgettext_lazy("message", "Both")
    NOTHING = "nothing", pgettext_lazy("message", "Neither: I look in the portal")

    @property
    def topics(self) -> Collection[Topic]:
        """What she gets then."""
        return {
            AboutPeople.EVENTS: (Topic.PEOPLE,),
            AboutPeople.SUMMARY: (Topic.DIGEST,),
            AboutPeople.BOTH: ABOUT_PEOPLE,
            AboutPeople.NOTHING: (),
        }[self]

    @classmethod
    def of(cls, wanted: Collection[Topic]) -> AboutPeople:
        """What she has chosen who gets `wanted`."""
        hers = {topic for topic in ABOUT_PEOPLE if topic in wanted}
        return next(choice for choice in cls if set(choice.topics) == hers)


class PreferencesForm(forms.Form):
    """What somebody wants to get: `email`, where she has given a number `sms`, and for managers `people`, by e-mail.

    `topics` are those that she chooses about by the name of the way, `wanted` those which she gets now.
    """

    helper = form_helper()

    def __init__(
        self,
        *args: Any,
        topics: Mapping[str, Sequence[Topic]],
        wanted: Mapping[str, Collection[Topic]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if set(ABOUT_PEOPLE) <= set(topics["email"]):
            self.fields["people"] = forms.ChoiceField(
                label=_("About your people"),
                choices=AboutPeople.choices,
                initial=AboutPeople.of(wanted["email"]),
                help_text=_("By e-mail: absences, certificates that are ready and the like."),
                widget=forms.RadioSelect,
            )
        for name, all_of_them in topics.items():
            among = [topic for topic in all_of_them if topic not in ABOUT_PEOPLE]
            if among:
                self.fields[name] = forms.MultipleChoiceField(
                    label=LABELS[name],
                    required=False,
                    choices=[(topic.value, topic.label) for topic in among],
                    initial=list(wanted[name]),
                    widget=forms.CheckboxSelectMultiple,
                )
                self.fields[name].one_of_several = True  # type: ignore[attr-defined]  # no tick is an answer here

    def wanted(self, name: str) -> list[Topic]:
        """What is chosen for the way of that name."""
        topics = [Topic(value) for value in self.cleaned_data.get(name, ())]
        if name == "email" and "people" in self.cleaned_data:
            topics += AboutPeople(self.cleaned_data["people"]).topics
        return topics
