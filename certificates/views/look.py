"""How a region's certificates look: what its coordinator chooses, beside a picture of what comes of it."""

import base64
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from accounts.views.regions import coordinated_region
from certificates import sealing
from certificates.document import Kind, Language
from certificates.forms import ExampleForm
from certificates.looking import Look, example, picture_of
from certificates.models import Certificate
from certificates.pdf import CertificateUnprintable
from regions.actions import change_region
from regions.forms import LookForm
from regions.models import Region


@requires(Permission.CHANGE_REGION)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: AuthenticatedRequest) -> HttpResponse:
    """Show the example with what is chosen, saved or not; with `save`, save what can be printed like that."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=coordinated_region(request))
    now = timezone.now()
    form = LookForm(request.POST or None, request.FILES or None, instance=region)
    shown = ExampleForm(request.POST)
    picture, problem = "", ""
    if form.is_bound and not form.is_valid():
        problem = form.first_problem
    else:
        try:
            picture = _picture(region, form, shown, now=now)
        except CertificateUnprintable as reason:
            problem = _("A certificate can't be printed like this: %(reason)s") % {"reason": reason}
            if form.is_bound:
                form.add_error(None, problem)
    if "save" in request.POST and form.is_valid():
        change_region(region=region, changes=form.changes(), by=request.user, now=now)
        messages.success(request, _("The look is saved. It holds for certificates that are issued from now on."))
        return redirect("certificates:look")
    context = {
        "region": region,
        "form": form,
        "shown": shown,
        "picture": picture,
        "problem": problem,
        "issued": Certificate.objects.visible_to(request.user).filter(region=region).count(),
        "seal": sealing.state_of(region.code, now=now),
    }
    return render(request, "certificates/look.html", context, status=422 if form.errors else 200)


def _picture(region: Region, form: LookForm, shown: ExampleForm, *, now: datetime) -> str:
    """The example with what `form` holds, as an address of a picture. Raises CertificateUnprintable."""
    values = form.cleaned_data if form.is_bound else form.initial
    document = example(
        region,
        Look(
            logo=form.logo_as_it_becomes,
            primary_colour=values["primary_colour"],
            signatory_name=values["signatory_name"],
            signatory_title=values["signatory_title"],
            seat=values["seat"],
        ),
        kind=cast(Kind, shown.chosen_kind),
        language=cast(Language, shown.chosen_language),
        now=now,
    )
    return f"data:image/png;base64,{base64.b64encode(picture_of(document)).decode()}"
