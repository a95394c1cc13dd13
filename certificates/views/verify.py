"""Anyone can check a certificate by its number and code."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.document import CertificateDocument
from certificates.forms import VerifyForm
from certificates.models import Certificate
from certificates.rules.issuing import same_name
from common.throttling import is_throttled

ATTEMPTS_PER_MINUTE = 30


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Answer number + code with programme, dates and status. The name is never shown, only confirmed, and only by POST:
    it has no place in an address. An unknown number and a wrong code get the same answer.
    """
    data = request.POST or request.GET
    form = VerifyForm(data if {"nummer", "kod"} <= data.keys() else None)
    if not form.is_bound:
        return render(request, "certificates/verify.html", {"form": form})
    if is_throttled(request, "verify", limit=ATTEMPTS_PER_MINUTE, seconds=60, now=timezone.now()):
        return render(request, "429.html", status=429)
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form}, status=422)
    certificate = Certificate.objects.find(number=form.cleaned_data["nummer"], code=form.cleaned_data["kod"])
    context = {"form": form, "asked": True, "certificate": certificate}
    if certificate:
        document = CertificateDocument.from_json(certificate.data)
        name = form.cleaned_data["namn"] if request.method == "POST" else ""
        context |= {"document": document, "name": name, "name_is_right": same_name(name, document.participant_name)}
    return render(request, "certificates/verify.html", context)
