"""Handing people over to another manager: a manager's, and a single person."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.choices import Role
from accounts.exceptions import InvitationRefused
from accounts.http import AuthenticatedRequest
from accounts.models import RoleAssignment, User
from accounts.permissions import Permission, requires
from accounts.querysets import RoleAssignmentQuerySet
from participants import actions
from participants.exceptions import EnrolmentRefused
from participants.forms.handover import HandOverForm, ReceiverForm
from participants.models import Enrolment
from participants.querysets import EnrolmentQuerySet


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Say what happens, and ask to whom a manager's people go; then end the role."""
    assignment = get_object_or_404(_roles(request), pk=pk)
    people = _people_of(request, assignment)
    others = _managers_beside(request, assignment)
    form = (
        ReceiverForm(request.POST if request.method == "POST" else None, managers=others) if people and others else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        to = form.cleaned_data["to"] if form else None
        try:
            moved = actions.end_role(assignment=assignment, to=to, by=request.user, now=timezone.now())
        except (InvitationRefused, EnrolmentRefused) as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("%(person)s no longer has the role.") % {"person": assignment.user.full_name})
            if moved:
                _tell(request, moved, to)
        return redirect("home" if assignment.user == request.user else "accounts:colleagues")
    context = {
        "assignment": assignment,
        "own": assignment.user == request.user,
        "form": form,
        "people": people,
        "is_last": assignment.role == Role.MANAGER and not others,
    }
    return render(request, "participants/end_role.html", context, status=422 if form and form.errors else 200)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The people of a manager, and who takes over all or some of them."""
    assignment = get_object_or_404(_roles(request).filter(role=Role.MANAGER), pk=pk)
    people = _people_of(request, assignment)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        people=people,
        managers=_managers_beside(request, assignment),
    )
    if request.method == "POST" and form.is_valid():
        _hand_over(request, list(form.cleaned_data["people"]), form.cleaned_data["to"])
        return redirect("participants:hand_over", pk)
    context = {"assignment": assignment, "own": assignment.user == request.user, "form": form, "people": people}
    return render(request, "participants/hand_over.html", context, status=422 if form.errors else 200)


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def change_manager(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Who answers for one person."""
    enrolment = get_object_or_404(Enrolment.objects.visible_to(request.user).with_people(), pk=pk)
    roles = RoleAssignment.objects.visible_to(request.user).managers_of(enrolment.municipality_id).for_list()
    managers = [role.user for role in roles if role.user_id != enrolment.manager_id]
    form = ReceiverForm(request.POST if request.method == "POST" else None, managers=managers)
    if request.method == "POST" and form.is_valid():
        _hand_over(request, [enrolment], form.cleaned_data["to"])
        return redirect("participants:enrolment", pk)
    context = {"enrolment": enrolment, "form": form}
    return render(request, "participants/change_manager.html", context, status=422 if form.errors else 200)


def _roles(request: AuthenticatedRequest) -> RoleAssignmentQuerySet:
    mine = RoleAssignment.objects.visible_to(request.user).appointable_by(request.user)
    return mine.select_related("user", "region", "municipality__region")


def _people_of(request: AuthenticatedRequest, assignment: RoleAssignment) -> EnrolmentQuerySet:
    """Those for whom the holder of a manager's role answers in its municipality; nobody, if it is another role."""
    enrolments = Enrolment.objects.visible_to(request.user)
    if assignment.municipality is None:
        return enrolments.none()
    own = enrolments.filter(manager=assignment.user).answered_for(assignment.municipality)
    return own.with_people().in_order_of_name()


def _managers_beside(request: AuthenticatedRequest, assignment: RoleAssignment) -> list[User]:
    roles = RoleAssignment.objects.visible_to(request.user).managers_of(assignment.municipality_id)
    return [role.user for role in roles.exclude(pk=assignment.pk).for_list()]


def _hand_over(request: AuthenticatedRequest, people: Sequence[Enrolment], to: User | None) -> None:
    """Hand over `people`, who are all of one municipality, and say what came of it."""
    try:
        moved = actions.hand_over(
            people=[enrolment.pk for enrolment in people],
            municipality=people[0].municipality,
            to=to,
            by=request.user,
            now=timezone.now(),
        )
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        _tell(request, moved, to)


def _tell(request: AuthenticatedRequest, moved: int, to: User | None) -> None:
    if not moved:
        messages.info(request, _("Nobody has changed hands: they have left, or have that manager already."))
    elif to:
        text = ngettext(
            "%(number)d person now has %(manager)s as manager.",
            "%(number)d people now have %(manager)s as manager.",
            moved,
        )
        messages.success(request, text % {"number": moved, "manager": to.full_name})
    else:
        text = ngettext(
            "%(number)d person has no manager of their own now: all managers of the municipality are told about them.",
            "%(number)d people have no manager of their own now: all managers of the municipality are told about them.",
            moved,
        )
        messages.success(request, text % {"number": moved})
