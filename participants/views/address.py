"""Another address for a person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from participants import actions
from participants.exceptions import EnrolmentRefused
from participants.forms.address import AddressForm
from participants.views.duplicates import load_person


@requires(Permission.CHANGE_ADDRESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Where the portal writes to a person, to be changed."""
    person = load_person(request, pk)
    form = AddressForm(request.POST or None, initial={"email": person.email})
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["email"]
        try:
            actions.change_address(participant=person, address=new, by=request.user, now=timezone.now())
        except EnrolmentRefused as refused:
            form.add_error("email", refused.reason)
        else:
            messages.success(
                request, _("From now on %(name)s is written to at %(address)s.") % {"name": person, "address": new}
            )
            return redirect("certificates:person", person.pk)
    context = {"person": person, "form": form, "logs_in_there": actions.logs_in_there(person)}
    return render(request, "participants/address.html", context, status=422 if request.method == "POST" else 200)
