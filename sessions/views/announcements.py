"""Writing to those of a cohort: write, look, send, and see what becomes of it."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from accounts.texts.framing import on_a_page, with_its_style
from cohorts.models import Cohort
from common.pages import FEW_ROWS, paginated
from messaging.texts.names import Names
from sessions.actions import discard_announcement, save_announcement, send_announcement
from sessions.announcing.audience import fingerprint_of, readers
from sessions.announcing.progress import progress_of
from sessions.choices import Audience
from sessions.exceptions import AnnouncementRefused, ChangedMeanwhile
from sessions.forms.announcements import AnnouncementForm
from sessions.messages.announcement import write
from sessions.models import Announcement, CohortSession, Material
from sessions.placeholders import of_announcement
from sessions.rules.announcing import refusal_to_send


@requires(Permission.PLAN)
@require_safe
def announcements(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """What has been written to those of a cohort, and what is being written."""
    cohort = _cohort(request, pk)
    rows = Announcement.objects.visible_to(request.user).filter(cohort=cohort).with_details()
    return render(
        request, "sessions/announcements.html", {"cohort": cohort, "page": paginated(rows, request, FEW_ROWS)}
    )


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Begin to write: what is typed is kept as a draft before it is looked at."""
    return _form_page(request, Announcement(cohort=_cohort(request, pk), audience=Audience.PARTICIPANTS))


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Write on; what has been sent can't be changed any more."""
    found = get_object_or_404(_announcements(request), pk=pk)
    return redirect("sessions:announcement", pk=found.pk) if found.sent else _form_page(request, found)


@requires(Permission.PLAN)
@require_safe
def announcement(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """A draft as one of its readers gets it, to be sent; what has been sent, with what became of it."""
    found = get_object_or_404(_announcements(request), pk=pk)
    if not found.sent:
        return _preview(request, found)
    template = "sessions/_announcement_progress.html" if request.htmx else "sessions/announcement_sent.html"
    return render(request, template, {"announcement": found, "cohort": found.cohort, "progress": progress_of(found)})


@requires(Permission.PLAN)
@require_POST
def send(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Send it, if it still is what she has looked at."""
    found = get_object_or_404(_announcements(request), pk=pk)
    try:
        send_announcement(announcement=found, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now())
    except ChangedMeanwhile as refused:
        return _preview(request, found, refusal=refused.reason, status=409)
    except AnnouncementRefused as refused:
        return _preview(request, found, refusal=refused.reason, status=422)
    return redirect("sessions:announcement", pk=found.pk)


@requires(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Delete a draft, after asking."""
    found = get_object_or_404(_announcements(request), pk=pk)
    if request.method != "POST" and not found.sent:
        return render(request, "sessions/discard_announcement.html", {"announcement": found, "cohort": found.cohort})
    try:
        discard_announcement(announcement=found, by=request.user)
    except AnnouncementRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("The draft is deleted."))
    return redirect("sessions:announcements", pk=found.cohort_id)


def _form_page(request: AuthenticatedRequest, found: Announcement) -> HttpResponse:
    cohort, user = found.cohort, request.user
    sessions = CohortSession.objects.visible_to(user).filter(cohort=cohort)
    today = timezone.localdate()
    materials = Material.objects.visible_to(user, today=today).of_sessions(sessions)
    form = AnnouncementForm(
        request.POST if request.method == "POST" else None,
        instance=found,
        sessions=list(sessions.select_related("module").order_by("starts")),
        materials=list(materials),
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_announcement(announcement=form.instance, by=user)
        except AnnouncementRefused as refused:
            form.add_error(None, refused.reason)
        else:
            return redirect("sessions:announcement", pk=saved.pk)
    everyone = readers(cohort, Audience.EVERYONE)
    context = {
        "form": form,
        "cohort": cohort,
        "names": Names.of(of_announcement(about_a_session=True)),
        "participants": everyone.participants,
        "managers": readers(cohort, Audience.MANAGERS).managers,
    }
    return render(request, "sessions/write_announcement.html", context, status=422 if form.errors else 200)


def _preview(
    request: AuthenticatedRequest, found: Announcement, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    receivers = readers(found.cohort, found.audience)
    in_the_way = refusal_to_send(
        status=found.cohort.status,
        people=len(receivers.all),
        handed_out=found.handed_out,
        today=timezone.localdate(),
    )
    asked = request.GET.get("som", "")
    reader = next((one for one in receivers.all if str(one.pk) == asked), receivers.all[0] if receivers.all else None)
    shown = write(found, first_name=reader.first_name, role=reader.role, language=reader.language) if reader else None
    context = {
        "announcement": found,
        "cohort": found.cohort,
        "receivers": receivers,
        "reader": reader,
        "shown": shown,
        "html": on_a_page(shown, found.cohort.region) if shown else "",
        "seen": fingerprint_of(found, receivers),
        "refusal": refusal or in_the_way,
        "can_be_sent": in_the_way is None,
    }
    return with_its_style(request, shown, render(request, "sessions/announcement.html", context, status=status))


def _cohort(request: AuthenticatedRequest, pk: UUID) -> Cohort:
    cohorts = Cohort.objects.visible_to(request.user).coordinated_by(request.user)
    return get_object_or_404(cohorts.select_related("programme__region"), pk=pk)


def _announcements(request: AuthenticatedRequest) -> QuerySet[Announcement]:
    return Announcement.objects.visible_to(request.user).with_details()
