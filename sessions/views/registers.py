"""What the registers have in common: the way in, the form of an entry, and the page that asks before one is removed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.permissions import Permission, requires
from common.pages import paginated
from regions.models import Region
from sessions.actions import seen_of
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.forms.registers import EntryForm, RegisterFilter


@requires(Permission.PLAN)
@require_safe
def registers(request: AuthenticatedRequest) -> HttpResponse:
    """Lead to the first of the registers."""
    return redirect("sessions:venues")


def regions_of(user: User) -> list[Region]:
    """The regions whose registers she keeps."""
    return list(Region.objects.visible_to(user).coordinated_by(user))


def list_page(request: AuthenticatedRequest, template: str, entries: QuerySet[Any], *, title: str) -> HttpResponse:
    """A register: `entries` narrowed down by what is searched for, a page of them."""
    form = RegisterFilter(request.GET)
    page = paginated(form.narrow(entries), request)
    filtered = any(request.GET.get(name) for name in form.fields)
    return render(request, template, {"form": form, "filtered": filtered, "page": page, "title": title})


def entry_page(
    request: AuthenticatedRequest,
    form: EntryForm,
    *,
    entries: QuerySet[Any],
    register: tuple[str, str],
    title: str,
    save: Callable[[], Any],
) -> HttpResponse:
    """The form of one of `entries` or a new one; `register` is the address and the name of the list of them.

    Who was second to change one sees both versions (409) and decides.
    """
    context: dict[str, Any] = {"form": form, "title": title, "register": register, "differences": None}
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except ChangedMeanwhile:
            stored = get_object_or_404(entries, pk=form.instance.pk)
            over = form.against(seen_of(stored), instance=stored, regions=[])
            context |= {"form": over, "differences": list(form.differences(model_to_dict(stored)))}
            return render(request, "sessions/register_entry.html", context, status=409)
        except PlanningRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("The entry is saved."))
            return redirect(f"sessions:{saved._meta.model_name}", pk=saved.pk)
    return render(request, "sessions/register_entry.html", context, status=422 if form.errors else 200)


def removal_page(
    request: AuthenticatedRequest, context: Mapping[str, Any], *, back: str, remove: Callable[[], bool]
) -> HttpResponse:
    """Say what happens, then let `remove` do it; `back` names the list that is shown afterwards."""
    if request.method == "POST":
        try:
            archived = remove()
        except PlanningRefused as refused:
            messages.error(request, refused.reason)
        else:
            done = _("It is archived and offered no more.") if archived else _("It is deleted.")
            messages.success(request, done)
        return redirect(back)
    return render(request, "sessions/remove_entry.html", {**context, "back": back})
