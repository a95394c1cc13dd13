"""To which cohort someone is deferred, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.forms import Lines, form_helper
from participants.details import validate_no_identity_number
from participants.enrolling.later import Later

LONGEST_SENTENCE = 300


class PlaceForm(forms.Form):
    """A later cohort, the next one unless another is chosen.

    `may_go_beyond`: a coordinator can give a seat that isn't left, and says why.
    """

    to = forms.ChoiceField(label=gettext_lazy("Later cohort"), widget=forms.RadioSelect)
    reason = Lines(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "One sentence, shown in the enrolment's history. Write nothing about health, family or private life."
        ),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        validators=[MaxLengthValidator(LONGEST_SENTENCE), validate_no_identity_number],
    )
    beyond = forms.BooleanField(
        label=gettext_lazy("Give a seat even if none is left"),
        help_text=gettext_lazy("Takes a reason."),
        required=False,
    )

    nothing_chosen: str | Promise = ""

    def __init__(self, *args: Any, choices: Sequence[Later], may_go_beyond: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = {str(each.cohort.pk): each for each in choices}
        options = [(pk, _in_words(each)) for pk, each in self.later.items()]
        if self.nothing_chosen:
            options.append(("", str(self.nothing_chosen)))
        elif options:
            self.fields["to"].initial = options[0][0]
        self.fields["to"].choices = options  # type: ignore[attr-defined]
        if not may_go_beyond:
            del self.fields["beyond"]
        self.helper = form_helper()

    def clean(self) -> dict[str, Any]:
        """A seat beyond those that are left takes a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("beyond") and not cleaned.get("reason"):
            self.add_error("reason", ValidationError(_("State a reason: the seat is more than there are.")))
        return cleaned

    def stated(self) -> dict[str, Any]:
        """The answers of a valid form, as the action takes them."""
        chosen = self.later.get(self.cleaned_data["to"])
        return {
            "to": chosen.cohort if chosen else None,
            "reason": self.cleaned_data["reason"],
            "beyond": self.cleaned_data.get("beyond", False),
        }


class DeferForm(PlaceForm):
    """A later cohort, or none yet."""

    nothing_chosen = gettext_lazy("Not decided yet: place the person later")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].required = False


def _in_words(later: Later) -> str:
    seats = ngettext("%(count)d seat left", "%(count)d seats left", later.available) % {"count": later.available}
    words = {
        "cohort": later.cohort.name,
        "start": date_format(later.starts) if later.starts else _("no dates yet"),
        "seats": seats if later.available else _("a place on the waiting list"),
    }
    return _("%(cohort)s, from %(start)s: %(seats)s") % words
