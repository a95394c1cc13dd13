"""The pages about regions. They are here and not in `regions`, since a page needs to know who may open it."""

from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import acting_role
from accounts.choices import Role
from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from messaging.models import SmsMonth
from regions import actions
from regions.forms import MunicipalitiesForm, RegionForm, SettingsForm
from regions.models import Region


@requires(Permission.CHANGE_REGION)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthenticatedRequest) -> HttpResponse:
    """What a coordinator decides for the region in which she acts."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=coordinated_region(request))
    form = SettingsForm(request.POST or None, request.FILES or None, instance=region)
    if request.method == "POST" and form.is_valid():
        actions.change_region(region=region, changes=form.changes(), by=request.user, now=timezone.now())
        messages.success(request, _("The settings have been saved."))
        return redirect("regions:settings")
    spent = SmsMonth.objects.spent(region.pk, now=timezone.now())
    context = {"form": form, "region": region, "sms_spent": spent, "sms_on": django_settings.SMS_ON}
    return render(request, "regions/settings.html", context, status=422 if form.errors else 200)


def coordinated_region(request: AuthenticatedRequest) -> UUID | None:
    """The region in which she acts as coordinator, else the first that she coordinates."""
    posts = [role for role in request.user.roles if role.role == Role.COORDINATOR]
    acting = acting_role(request)
    return (acting if acting in posts else posts[0]).region_id


@requires(Permission.ADMINISTER)
@require_safe
def regions(request: AuthenticatedRequest) -> HttpResponse:
    """The regions of the portal."""
    rows = Region.objects.visible_to(request.user).with_municipality_count()
    return render(request, "regions/regions.html", {"regions": rows})


@requires(Permission.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_region(request: AuthenticatedRequest) -> HttpResponse:
    """A region joins the portal; its municipalities and its coordinator come next."""
    form = RegionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        region = actions.create_region(details=form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(
            request, _("The region has been created. Choose its municipalities, then invite a coordinator.")
        )
        return redirect("regions:region", region.pk)
    return render(request, "regions/new_region.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def region(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """A region's name and code, and which municipalities belong to it."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=pk)
    form = RegionForm(request.POST or None, instance=region)
    municipalities = MunicipalitiesForm(request.POST or None, region=region)
    if request.method == "POST" and form.is_valid() and municipalities.is_valid():
        actions.change_region(
            region=region,
            changes=form.cleaned_data,
            municipalities=municipalities.cleaned_data["municipalities"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The region has been saved."))
        return redirect("regions:regions")
    context = {"form": form, "municipalities": municipalities, "region": region}
    return render(request, "regions/region.html", context, status=422 if form.errors or municipalities.errors else 200)
