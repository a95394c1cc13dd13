"""Choosing the columns of a list: where they are in doubt, or were found wrongly."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.exceptions import EnrolmentRefused
from participants.forms.columns import ColumnsForm
from participants.importing.headings import columns_for
from participants.importing.sheets import Sheet
from participants.models import Import
from participants.views.imports.loading import load_import


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Our columns, each beside a choice of the file's, with what is in them."""
    shown = load_import(request, pk)
    sheet = Sheet.from_json(shown.sheet)
    if not shown.is_open or not sheet.lines:
        messages.info(request, _("The columns of this list can't be changed any more."))
        return redirect("participants:preview", shown.pk) if shown.rows else redirect("participants:enrol")
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        sheet=sheet,
        wanted=_wanted(shown),
        columns=shown.columns,
        fixed=shown.fixed,
        municipality=shown.municipality,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_columns(
                upload=shown, columns=form.columns(), fixed=form.fixed(), headed=form.cleaned_data["headed"]
            )
        except EnrolmentRefused as refused:
            form.add_error(None, refused.reason)
        else:
            return redirect("participants:preview", shown.pk)
    context = {"upload": shown, "form": form}
    return render(request, "participants/import_columns.html", context, status=422 if form.errors else 200)


def _wanted(upload: Import) -> list[str]:
    """The columns that the list may have; those of a list for one municipality needn't name it."""
    found = columns_for(rule.fact for rule in upload.cohort.programme.eligibility_rules.all())
    unneeded = {"municipality"} - upload.columns.keys() if upload.municipality else set()
    return [column for column in found if column not in unneeded]
