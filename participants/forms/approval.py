"""What a coordinator looks for among applications, and what she states when she decides on them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from common.forms import Lines, OneLineMixin, form_helper
from participants.choices import Criterion
from participants.details import validate_no_identity_number
from participants.forms.fields import offer_municipalities
from participants.rules.approval import Grounds, refusal_of_grounds
from regions.models import Municipality


class InboxFilter(forms.Form):
    """Applications for one of `cohorts`, if there are any, or from one municipality. Nothing of it is required."""

    cohort = forms.TypedChoiceField(label=_("Cohort"), coerce=UUID, empty_value=None, required=False)
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID, empty_value=None, required=False)

    def __init__(
        self, *args: Any, cohorts: Iterable[Cohort], municipalities: Mapping[UUID, Municipality], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(cohort.pk), f"{cohort.name}, {cohort.programme}") for cohort in cohorts]
        if offered:
            self.fields["cohort"].choices = [("", _("All")), *offered]  # type: ignore[attr-defined]
        else:
            del self.fields["cohort"]
        offer_municipalities(self, municipalities, nothing=_("All"))


class GroundsForm(OneLineMixin, forms.Form):
    """What a decision goes by."""

    helper = form_helper()
    criteria = forms.MultipleChoiceField(
        label=_("What do you go by?"),
        help_text=_("Kept in the log and in the history of each enrolment."),
        choices=Criterion,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what you go by.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Write nothing about health or private life."),
        required=False,
        max_length=150,
        validators=[validate_no_identity_number],
    )

    def clean(self) -> dict[str, Any]:
        """Something else than the fixed criteria has to be said in words."""
        answers = super().clean() or {}
        if "criteria" in answers and "words" in answers and (refusal := refusal_of_grounds(self.grounds())):
            raise ValidationError({"words": refusal})
        return answers

    def grounds(self) -> Grounds:
        """The grounds of a valid form."""
        return Grounds(tuple(Criterion(one) for one in self.cleaned_data["criteria"]), self.cleaned_data["words"])


class RejectForm(GroundsForm):
    """The same, and what the managers are told."""

    field_order = ("reason",)
    reason = Lines(
        label=_("Reason"),
        help_text=_("The managers read it, and it stands in each enrolment's history."),
        widget=forms.Textarea({"rows": 3}),
        validators=[MaxLengthValidator(300), validate_no_identity_number],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The history tells the reason instead.
        self.fields["criteria"].help_text = _("Kept in the log.")
