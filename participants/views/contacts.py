"""The contact of each municipality: the coordinator's list, and the page on which a contact answers."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Role
from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.clock import local_date
from common.pages import paginated
from common.spreadsheets import download, xlsx
from participants import actions
from participants.contacts import MunicipalityRow, rows_of, searched
from participants.exceptions import EnrolmentRefused
from participants.forms.contacts import NEEDS_ACTION, STANDINGS, ContactFilter, ContactForm
from participants.models import Contact
from participants.rules import contacts as rules
from regions.models import Municipality

TONES = {
    rules.Standing.NO_MANAGER: ("error", "user-x"),
    rules.Standing.NO_CONTACT: ("error", "circle-help"),
    rules.Standing.LEFT: ("error", "log-out"),
    rules.Standing.STALE: ("warning", "mail-question-mark"),
    rules.Standing.ASKED: ("waiting", "mail"),
    rules.Standing.UNASKED: ("neutral", "circle-dashed"),
    rules.Standing.CONFIRMED: ("ok", "circle-check"),
}


@requires(Permission.SEE_REGION)
@require_safe
def contacts(request: AuthenticatedRequest) -> HttpResponse:
    """Every municipality of the region with its contact and its managers."""
    form, rows = _found(request)
    page = paginated(rows, request)
    context = {
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "rows": [(row, STANDINGS[row.standing], *TONES[row.standing]) for row in page],
    }
    return render(request, "participants/contacts.html", context)


@requires(Permission.SEE_REGION)
@require_safe
def contacts_file(request: AuthenticatedRequest) -> HttpResponse:
    """The same municipalities as a spreadsheet."""
    _form, rows = _found(request)
    headings = [_("Municipality"), _("Contact"), _("E-mail"), _("Status"), _("Last confirmed"), _("Managers")]
    lines = [
        [
            str(row.municipality),
            row.contact.user.full_name if row.contact else "",
            row.contact.user.email if row.contact else "",
            str(STANDINGS[row.standing]),
            date_format(local_date(row.contact.confirmed)) if row.contact and row.contact.confirmed else "",
            ", ".join(manager.full_name for manager in row.managers),
        ]
        for row in rows
    ]
    return download(xlsx(_("Contacts of the municipalities"), headings, lines), f"{_('contacts')}.xlsx")


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Who is the municipality's contact: confirmed, or another one chosen. The link in the mail leads here."""
    rows = rows_of(Municipality.objects.visible_to(request.user).filter(pk=pk), now=timezone.now())
    if not rows:
        raise Http404
    [row] = rows
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        managers=row.managers,
        contact=row.contact.user if row.contact else None,
        user=request.user,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _answered(request, row, form)
        except EnrolmentRefused as refused:
            form.add_error(None, refused.reason)
    context = {"row": row, "form": form, "mine": row.contact is not None and row.contact.user == request.user}
    return render(request, "participants/contact.html", context, status=422 if form.errors else 200)


@requires(Permission.PLAN)
@require_POST
def ask_contact(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Ask a contact again who hasn't answered."""
    found = get_object_or_404(Contact.objects.visible_to(request.user).select_related("user"), pk=pk)
    try:
        actions.ask_contact(contact=found, by=request.user, now=timezone.now())
    except EnrolmentRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("The question is on its way to %(name)s.") % {"name": found.user.full_name})
    return redirect("participants:contacts")


def _answered(request: AuthenticatedRequest, row: MunicipalityRow, form: ContactForm) -> HttpResponse:
    """Do what was answered, and lead on. Raises EnrolmentRefused."""
    now, who, place = timezone.now(), form.cleaned_data["who"], row.municipality
    if who is None and row.contact:
        actions.leave_contact(contact=row.contact, by=request.user, now=now)
        messages.success(request, _("Thank you. The coordinator sees that another contact is needed."))
        role = next(role for role in request.user.roles if role.municipality_id == place.pk)
        return redirect("participants:end_role", role.pk)
    actions.choose_contact(municipality=place, user=who, by=request.user, now=now)
    messages.success(
        request,
        _("Thank you. %(name)s is the contact of %(municipality)s.")
        % {"name": who.full_name, "municipality": place.name},
    )
    manages = any(role.role == Role.MANAGER and role.municipality_id == place.pk for role in request.user.roles)
    return redirect("accounts:colleagues" if manages else "participants:contacts")


def _found(request: AuthenticatedRequest) -> tuple[ContactFilter, Sequence[MunicipalityRow]]:
    """The municipalities of the regions she coordinates that the filters leave."""
    form = ContactFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    municipalities = Municipality.objects.visible_to(request.user).filter(
        region__in=request.user.coordinated_region_ids
    )
    rows = rows_of(searched(municipalities, wanted.get("q", "")), now=timezone.now())
    if show := wanted.get("show"):
        chosen = rules.NEEDS_ACTION if show == NEEDS_ACTION else (show,)
        rows = [row for row in rows if row.standing in chosen]
    return form, rows
