"""Asking whether someone to enrol is one of those who bear her name already."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from participants.details import DIFFERENT, PersonDetails
from participants.duplicates.candidates import Candidate


class CandidatesForm(forms.Form):
    """Which of the `candidates` she is, or that she is someone else. Nothing is chosen beforehand.

    Without candidates it asks nothing, and is valid as it is.
    """

    helper = form_helper()
    same_as = forms.ChoiceField(
        label=_("Is it the same person?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is someone who is registered already.")},
    )
    update_address = forms.BooleanField(
        label=_("Write to the new address from now on"),
        help_text=_("For someone who is registered already. Logging in works with the same address as before."),
        required=False,
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(candidate.participant.pk): candidate for candidate in candidates}
        if self.candidates:
            choices = [(pk, candidate.in_words) for pk, candidate in self.candidates.items()]
            self.fields["same_as"].choices = [*choices, (DIFFERENT, _("No, this is someone else"))]  # type: ignore[attr-defined]
        else:
            self.fields.clear()

    def decided(self, person: PersonDetails) -> PersonDetails:
        """`person` with the answers of a valid form."""
        chosen = self.cleaned_data.get("same_as")
        if chosen is None:
            return person
        if chosen == DIFFERENT:
            return replace(person, same_as=None, update_address=False, different=True)
        participant = self.candidates[chosen].participant
        update = self.cleaned_data["update_address"]
        return replace(person, same_as=participant.pk, update_address=update, different=False)
