"""Who is to become a colleague, and whom to look for among them."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.choices import ROLES_OF_A_MUNICIPALITY, ROLES_OF_A_REGION, Role
from accounts.models import Invitation, User
from accounts.permissions import ROLES
from accounts.querysets import InvitationQuerySet
from common.forms import OneLineMixin, form_helper
from regions.models import Municipality, Region
from regions.querysets import MunicipalityQuerySet, RegionQuerySet


def roles_appointed_by(user: User) -> list[Role]:
    """The roles that `user` may give to others, in order of precedence."""
    given = {role for held in user.roles for role in rules.APPOINTS.get(held.role, ())}
    return [role for role in Role if role in given]


def regions_appointed_in(user: User) -> RegionQuerySet:
    """The regions in which `user` may give roles."""
    regions = Region.objects.visible_to(user)
    return regions if user.is_administrator else regions.filter(pk__in=user.coordinated_region_ids)


def municipalities_appointed_in(user: User) -> MunicipalityQuerySet:
    """The municipalities in which `user` may give roles: those of the regions she coordinates, those she manages."""
    here = Q(region__in=user.coordinated_region_ids) | Q(pk__in=user.managed_municipality_ids)
    return Municipality.objects.visible_to(user).filter(here)


class InviteForm(OneLineMixin, forms.ModelForm):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """Offers what `user` may invite to; a field about which she has no choice is left out."""

    helper = form_helper()

    class Meta:
        model = Invitation
        fields = ("first_name", "last_name", "email", "language")
        help_texts = {
            "email": _("The address at work. The link is sent to it, and works for that person only."),
            "language": _("The language of the invitation; it can be changed later."),
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = roles_appointed_by(user)
        self.regions = list(regions_appointed_in(user))
        self.municipalities = list(municipalities_appointed_in(user))
        if len(self.roles) > 1:
            self.fields["role"] = forms.ChoiceField(
                label=_("Role"),
                choices=[(role, f"{role.label} – {ROLES[role].purpose}") for role in self.roles],
                widget=forms.RadioSelect,
            )
        if len(self.municipalities) > 1 or user.coordinated_region_ids:
            self.fields["municipality"] = forms.ModelChoiceField(
                label=_("Municipality"),
                queryset=municipalities_appointed_in(user),
                required=False,
                empty_label=_("Choose a municipality"),
                help_text=_("Needed for managers: the municipality whose people they enrol."),
            )
        if len(self.regions) > 1:
            self.fields["region"] = forms.ModelChoiceField(
                label=_("Region"),
                queryset=regions_appointed_in(user),
                required=False,
                empty_label=_("Choose a region"),
                help_text=_("Needed for coordinators and lecturers."),
            )
        self.order_fields(["role", "municipality", "region"])

    def clean(self) -> dict[str, Any]:
        """Leave in `region` or `municipality` the place where the role belongs, and None in the other."""
        data = super().clean() or {}
        role = data.setdefault("role", self.roles[0]) if "role" not in self.fields else data.get("role")
        region = data.pop("region", None) or (self.regions[0] if len(self.regions) == 1 else None)
        municipality = data.pop("municipality", None)
        if "municipality" not in self.fields and self.municipalities:
            municipality = self.municipalities[0]
        data["region"] = region if role in ROLES_OF_A_REGION else None
        data["municipality"] = municipality if role in ROLES_OF_A_MUNICIPALITY else None
        if role in ROLES_OF_A_REGION and not self.regions:
            self.add_error("role", _("There is no region yet. Set one up first."))
        elif role in ROLES_OF_A_REGION and region is None and "region" not in self.errors:
            self.add_error("region", _("Choose a region."))
        if role in ROLES_OF_A_MUNICIPALITY and municipality is None and "municipality" not in self.errors:
            self.add_error("municipality", _("Choose a municipality."))
        return data


class InvitationsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes arguments in the stubs only
    """Invitations, each said by whom and to what."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Invitation) -> str:
        texts = [obj.full_name, obj.email, str(obj.get_role_display()).lower(), str(obj.place or "")]
        return ", ".join(text for text in texts if text)


class ResendForm(forms.Form):
    """Which of `invitations` are sent again: at first all."""

    helper = form_helper()
    invitations = InvitationsField(
        label=_("Invitations"), queryset=None, error_messages={"required": _("Choose at least one invitation.")}
    )

    def __init__(self, *args: Any, invitations: InvitationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invitations"].queryset = invitations  # type: ignore[attr-defined]
        self.fields["invitations"].initial = [invitation.pk for invitation in invitations]


class ColleagueFilter(forms.Form):
    """What the list of colleagues is narrowed down to."""

    q = forms.CharField(label=_("Name, address or place"), required=False, widget=forms.SearchInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in roles_appointed_by(user)]
        if len(roles) > 1:
            choices = [("", _("All roles")), *roles]
            self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=choices, required=False)
