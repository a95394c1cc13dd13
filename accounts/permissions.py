"""May this role? (403) -- as opposed to: which rows? (404), which is `visible_to` in each app's querysets."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


class Permission(StrEnum):
    PLAN = "plan cohorts and sessions, publish them"
    SEE_REGION = "see everything in the region"
    SEE_CHANNELS = "see whether messages go out, and try again when they don't"
    CHANGE_REGION = "change the region's settings"
    INVITE = "invite colleagues, end their roles"
    SEARCH = "search among what one sees"
    CHANGE_ADDRESSES = "write to people at other addresses"
    MERGE_PEOPLE = "merge people who are registered twice, and undo it"
    ENROL = "enrol and import people, see their dates and progress"
    MARK_ATTENDANCE = "mark attendance"
    SAY_WHEN_AWAY = "say on which days a lecturer can't teach"
    SHARE_MATERIAL = "share material with those who take part"
    ISSUE_CERTIFICATES = "issue certificates"
    TEACH = "see the sessions one teaches"
    SUBSCRIBE = "subscribe to a calendar of one's sessions, or of one's people's"
    TAKE_PART = "see one's own dates, progress and certificates"
    ADMINISTER = "set up regions, appoint coordinators, see the portal's health"


@dataclass(frozen=True)
class RoleDescription:
    """What a role is for and what it may do."""

    purpose: str | Promise
    permissions: frozenset[Permission]


ROLES: dict[str, RoleDescription] = {
    Role.COORDINATOR: RoleDescription(
        _("Plans cohorts and sessions in a region, follows attendance, issues certificates."),
        frozenset(
            {
                Permission.PLAN,
                Permission.SEE_REGION,
                Permission.SEE_CHANNELS,
                Permission.CHANGE_REGION,
                Permission.INVITE,
                Permission.SEARCH,
                Permission.CHANGE_ADDRESSES,
                Permission.MERGE_PEOPLE,
                Permission.ENROL,
                Permission.MARK_ATTENDANCE,
                Permission.SAY_WHEN_AWAY,
                Permission.SHARE_MATERIAL,
                Permission.ISSUE_CERTIFICATES,
                Permission.SUBSCRIBE,
            }
        ),
    ),
    Role.MANAGER: RoleDescription(
        _("Enrols new hires in a municipality and follows them."),
        frozenset({Permission.INVITE, Permission.SEARCH, Permission.ENROL, Permission.SUBSCRIBE}),
    ),
    Role.LECTURER: RoleDescription(
        _("Teaches sessions, marks attendance at them and shares material."),
        frozenset(
            {
                Permission.SEARCH,
                Permission.TEACH,
                Permission.MARK_ATTENDANCE,
                Permission.SAY_WHEN_AWAY,
                Permission.SHARE_MATERIAL,
                Permission.SUBSCRIBE,
            }
        ),
    ),
    Role.PARTICIPANT: RoleDescription(
        _("Takes part in a programme."),
        frozenset({Permission.TAKE_PART, Permission.SUBSCRIBE}),
    ),
    Role.ADMINISTRATOR: RoleDescription(
        _("Sets up regions and appoints coordinators."),
        frozenset({Permission.ADMINISTER, Permission.INVITE, Permission.SEE_CHANNELS}),
    ),
}

Parameters = ParamSpec("Parameters")
View: TypeAlias = "Callable[Concatenate[AuthenticatedRequest, Parameters], HttpResponseBase]"


def requires(permission: Permission) -> "Callable[[View[Parameters]], View[Parameters]]":
    """Let only those pass who hold `permission` through any of their roles; the others get 403."""

    def decorate(view: "View[Parameters]") -> "View[Parameters]":
        @wraps(view)
        def guarded(
            request: "AuthenticatedRequest", /, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
