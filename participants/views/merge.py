"""Merging two people: whom with, what would happen, and what happened, to be undone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from participants import actions
from participants.duplicates.merging import Taken, plan_merge
from participants.duplicates.pairs import with_what_tells_them_apart
from participants.duplicates.unmerging import plan_undo
from participants.exceptions import EnrolmentRefused
from participants.forms.merging import MergeForm
from participants.models import Merge, Participant
from participants.views.duplicates import load_person, uuid_or_404


@requires(Permission.MERGE_PEOPLE)
@require_safe
def merge_search(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Whom to merge a person with: those of her name at first, then whoever is sought."""
    person = load_person(request, pk)
    words = request.GET.get("q", "").strip()
    people = (
        Participant.objects.visible_to(request.user)
        .coordinated_by(request.user)
        .filter(region=person.region)
        .exclude(pk=person.pk)
    )
    found = people.search(words) if words else people.filter(name_key=person.name_key).order_by("created", "pk")
    page = paginated(with_what_tells_them_apart(found), request, FEW_ROWS)
    return render(request, "participants/merge_search.html", {"person": person, "page": page, "words": words})


@requires(Permission.MERGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Both side by side and what would happen, with `?with=` the other's key; on POST it happens."""
    kept = load_person(request, pk)
    if "with" not in request.GET:
        return redirect("participants:merge_search", kept.pk)
    other = load_person(request, uuid_or_404(request.GET["with"]))
    now = timezone.now()
    plan = plan_merge(kept, other, taken=Taken(), now=now)
    form = MergeForm(request.POST if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            made = actions.merge(
                kept=kept,
                other=other,
                taken=form.taken(),
                seen=chosen["seen"],
                by=request.user,
                now=now,
                reason=chosen["reason"],
            )
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
            return redirect(request.get_full_path())
        messages.success(request, _("The two are one person now."))
        return redirect("participants:merged", made.pk)
    context = {"kept": kept, "other": other, "plan": plan, "form": form}
    return render(request, "participants/merge.html", context, status=422 if form.errors else 200)


@requires(Permission.MERGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def merged(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What was merged, and what undoing it would do; on POST it is undone."""
    merges = Merge.objects.visible_to(request.user).with_people()
    shown = get_object_or_404(merges, pk=pk)
    if request.method == "POST":
        try:
            actions.undo_merge(merge=shown, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now())
        except EnrolmentRefused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, _("The merge is undone. They are two people again."))
        return redirect("participants:merged", shown.pk)
    context = {"merge": shown, "plan": None if shown.undone else plan_undo(shown, now=timezone.now())}
    return render(request, "participants/merged.html", context)
