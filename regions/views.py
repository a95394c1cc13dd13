"""What anybody may see of a region. Pages behind the log-in are in accounts/views/regions.py."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from regions.models import Region


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def logo(request: HttpRequest, pk: UUID) -> FileResponse:
    """The region's logo. It is on every certificate, so it is no secret."""
    region = get_object_or_404(Region, pk=pk)
    if not region.logo:
        raise Http404
    return FileResponse(region.logo.open("rb"), content_type="image/png", filename=f"{region.code}.png")
