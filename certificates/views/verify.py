"""Anyone can check a certificate: by its number and code, or by its file."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from certificates.forms import LARGEST_FILE, VerifyFileForm, VerifyForm
from certificates.models import Certificate
from certificates.rules.issuing import same_name
from certificates.verifying import find_file
from common.apart import Unreadable
from common.crowding import Crowded
from common.throttling import is_throttled, is_too_often
from common.uploads import FleetingUploadHandler

# A minute: by one address, for one number from anywhere, and files from one address, each of which takes a second.
ATTEMPTS, ATTEMPTS_AT_A_NUMBER, FILES = 30, 30, 10


# The check against forged requests reads the request, and so would choose where an upload goes: it is made below.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say what is known of a certificate: programme, dates and status. No search engine may keep it.

    The name is never shown, only confirmed, and only by POST: it has no place in an address. An unknown number and a
    wrong code get the same answer.
    """
    request.upload_handlers = [FleetingUploadHandler(request, limit=LARGEST_FILE)]
    response = _verify(request)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    if "file" in request.POST:
        return _by_file(request)
    data = request.POST or request.GET
    form = VerifyForm(data if {"nummer", "kod"} <= data.keys() else None)
    if not form.is_bound:
        return _page(request, form=form)
    if is_throttled(request, "verify", limit=ATTEMPTS, seconds=60, now=timezone.now()):
        return render(request, "429.html", status=429)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    number, code = form.cleaned_data["nummer"], form.cleaned_data["kod"]
    if is_too_often(number, "verify_number", limit=ATTEMPTS_AT_A_NUMBER, seconds=60, now=timezone.now()):
        return render(request, "429.html", status=429)
    certificate = Certificate.objects.find(number=number, code=code)
    name = form.cleaned_data["namn"] if request.method == "POST" else ""
    return _page(request, form=form, asked=True, **_known(certificate, name))


def _by_file(request: HttpRequest) -> HttpResponse:
    if is_throttled(request, "verify_file", limit=FILES, seconds=60, now=timezone.now()):
        return render(request, "429.html", status=429)
    form = VerifyFileForm(request.POST, request.FILES, auto_id="file_%s")
    if not form.is_valid():
        return _page(request, file_form=form, status=422)
    try:
        answer = find_file(form.cleaned_data["fil"])
    except Unreadable as unreadable:
        form.add_error("fil", _unreadable(unreadable.code))
        return _page(request, file_form=form, status=422)
    except Crowded:
        form.add_error("fil", _("Many files are being checked just now. Choose yours again in a moment."))
        return _page(request, file_form=form, status=503)
    return _page(request, file_form=form, answer=answer, **_known(answer.certificate, form.cleaned_data["namn"]))


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    forms = {"form": VerifyForm(), "file_form": VerifyFileForm(auto_id="file_%s")}
    nothing = {"asked": False, "answer": None, "certificate": None}
    return render(request, "certificates/verify.html", forms | nothing | context, status=status)


def _known(certificate: Certificate | None, name: str) -> dict[str, Any]:
    """What the page tells of `certificate`, to someone who has written `name`."""
    if certificate is None:
        return {"certificate": None}
    document = certificate.document
    return {
        "certificate": certificate,
        "document": document,
        "name": name,
        "name_is_right": same_name(name, document.participant_name),
    }


def _unreadable(code: str) -> str:
    reasons = {
        "not_a_pdf": _("This is not a PDF. Choose the file that you received, not a picture of it."),
        "encrypted": _("The file is protected by a password, which no certificate is."),
        "too_large": _("The file takes too long to read, so it is no certificate of ours."),
        "broken": _("The file is damaged. Ask for it once more, or type number and code."),
    }
    return reasons[code]
