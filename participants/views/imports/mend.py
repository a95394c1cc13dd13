"""Mending the rows of a list in place."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from common.pages import FEW_ROWS, paginated
from participants import actions
from participants.actions.imports.mend import Mended
from participants.assessment import municipalities_for
from participants.choices import Outcome
from participants.exceptions import EnrolmentRefused
from participants.forms.rows import Askable, RowForm, prefix_of
from participants.importing.headings import columns_for
from participants.importing.plan import Plan, PlannedRow, plan_of
from participants.models import Import
from participants.views.imports.loading import load_import, refused


@requires(Permission.ENROL)
@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The wrong rows to mend, a page of them at a time; `?row=` shows one, whatever is wrong or right with it.

    What is sent is kept, right or wrong; the page comes back with what is still wrong. htmx sends one `row` and gets
    only that back.
    """
    shown = load_import(request, pk)
    if not shown.is_open or not shown.rows:
        return redirect("participants:preview", shown.pk)
    askable = _askable(request, shown)
    sent = _sent(request, shown, askable)
    try:
        if sent:
            shown.rows = actions.mend_rows(upload=shown, rows=sent).rows
        plan = plan_of(shown, by=request.user, now=timezone.now())
    except EnrolmentRefused as refusal:
        return refused(request, refusal)
    if request.method == "POST":
        return _answer(request, shown, askable, plan, [row for row in plan.rows if row.row.number in sent])
    one = plan.row(_number(request.GET.get("row", "")))
    return _page(request, shown, askable, [one] if one else plan.wrong)


def _askable(request: AuthenticatedRequest, upload: Import) -> Askable:
    """What a row can say: the name in two, the municipality unless the whole list is for one."""
    facts = [rule.fact for rule in upload.cohort.programme.eligibility_rules.all()]
    hidden = {"name"} if upload.municipality is None else {"name", "municipality"}
    columns = [column for column in columns_for(facts) if column not in hidden]
    return Askable(columns, municipalities_for(request.user, upload.cohort))


def _sent(request: AuthenticatedRequest, upload: Import, askable: Askable) -> dict[int, Mended]:
    """What was sent, by the number of the row: with htmx only that row whose button was pressed."""
    only = _number(request.POST.get("row", "")) if request.htmx else 0
    mended = {}
    for number in (row["number"] for row in upload.rows):
        if f"{prefix_of(number)}-email" in request.POST and only in (0, number):
            form = RowForm(request.POST, number=number, askable=askable)
            mended[number] = Mended(form.values(), left_out=form.cleaned_data["left_out"])
    return mended


def _answer(
    request: AuthenticatedRequest, upload: Import, askable: Askable, plan: Plan, rows: list[PlannedRow]
) -> HttpResponse:
    wrong = [row for row in rows if row.outcome == Outcome.WRONG]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or not rows else HTTPStatus.OK
    if request.htmx and rows:
        context = {"upload": upload, "planned": rows[0], "form": RowForm.of(rows[0], askable=askable)}
        return render(request, "participants/_mended_row.html", context, status=status)
    if status != HTTPStatus.OK:
        return _page(request, upload, askable, wrong or plan.wrong, status=status)
    messages.success(request, _("The rows are saved."))
    return redirect("participants:preview", upload.pk)


def _page(
    request: AuthenticatedRequest,
    upload: Import,
    askable: Askable,
    rows: list[PlannedRow],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    page = paginated(rows, request, FEW_ROWS)
    forms = [RowForm.of(row, askable=askable) for row in page]
    context = {"upload": upload, "page": page, "forms": forms, "rows": list(zip(page, forms, strict=True))}
    return render(request, "participants/import_mend.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
