"""What a coordinator looks for among a cohort's enrolments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.choices import EnrolmentStatus, EventKind
from participants.forms.fields import offer_municipalities
from regions.models import Municipality


class EnrolmentFilter(forms.Form):
    """What a coordinator looks for among a cohort's enrolments. Nothing of it is required."""

    q = forms.CharField(label=_("Name, e-mail or reference"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    municipality = forms.TypedChoiceField(label=_("Municipality"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args: Any, municipalities: Mapping[UUID, Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        late = (EventKind.WITHDRAWN_LATE, EventKind.WITHDRAWN_LATE.label)
        self.fields["status"].choices = [("", _("All")), *EnrolmentStatus.choices, late]  # type: ignore[attr-defined]
        offer_municipalities(self, municipalities, nothing=_("All"))
