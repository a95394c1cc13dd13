"""One message of a plan."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.fingerprints import fingerprint
from common.forms import SeenMixin
from common.widgets import DigitsInput, TimeInput
from messaging.choices import Channel
from sessions.choices import StepKind, Unit
from sessions.rules.plans import EIGHT, Timing, refusal_of_clock, refusal_of_step


class StepForm(SeenMixin, forms.Form):
    """A step, new or as it was seen, in a plan that holds `others`. `sms` is whether the region sends any."""

    kind = forms.ChoiceField(label=gettext_lazy("What is sent"), choices=StepKind.choices, widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=gettext_lazy("How long before or after the session"),
        min_value=1,
        widget=DigitsInput(),
        help_text=gettext_lazy("An evaluation is sent after the session, everything else before it."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=Unit.choices, widget=forms.RadioSelect)
    clock = forms.TimeField(
        label=gettext_lazy("At what time"),
        required=False,
        widget=TimeInput(),
        help_text=gettext_lazy("Of days only. Hours are counted from the session; what falls in the night is moved."),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Sent as"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "An SMS goes to those who have given and confirmed a mobile number, and to nobody else."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, others: Collection[Timing], sms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others
        if not sms:
            del self.fields["channel"]

    @staticmethod
    def initial_of(timing: Timing) -> dict[str, Any]:
        """What the form shows of a step."""
        return vars(timing) | {"seen": fingerprint(timing)}

    @staticmethod
    def initial_of_new() -> dict[str, Any]:
        """What is likely of a new one."""
        return {"kind": StepKind.REMINDER, "unit": Unit.DAYS, "clock": EIGHT, "channel": Channel.EMAIL}

    def clean(self) -> dict[str, Any]:
        """Hold the step against the rules, once its parts are right."""
        data = super().clean() or {}
        if data.get("unit") == Unit.DAYS and "clock" not in self.errors:
            if data.get("clock") is None:
                self.add_error("clock", _("Enter a time, for example 08:00."))
            elif refusal := refusal_of_clock(data["clock"]):
                self.add_error("clock", refusal)
        if not self.errors and (refusal := refusal_of_step(self.timing(), others=self.others)):
            self.add_error("amount", refusal)
        return data

    def timing(self) -> Timing:
        """What the actions need; the form must be valid."""
        data = self.cleaned_data
        unit = Unit(data["unit"])
        return Timing(
            kind=StepKind(data["kind"]),
            amount=data["amount"],
            unit=unit,
            clock=data["clock"] if unit == Unit.DAYS else None,
            channel=Channel(data.get("channel") or Channel.EMAIL),
        )
