"""Pages that belong to no app: the start page, what the law wants told, and the portal's health."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from accounts.acting import acting_role
from accounts.actions import choose_language
from accounts.middleware import SESSION_KEY as LANGUAGE_KEY
from introprogram import health
from introprogram import metrics as figures
from introprogram.navigation import landing_page
from participants.models import Participant
from regions.models import Region
from sessions.querysets import cohorts_to_apply_for


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The start page; whoever is logged in goes on to where her role begins."""
    if request.user.is_authenticated:
        if acting := acting_role(request):
            return redirect(landing_page(acting))
        merged = Participant.objects.filter(user=request.user).exclude(merged_into=None).exists()
        return render(request, "pages/without_role.html", {"merged": merged})
    cohorts = cohorts_to_apply_for(today=timezone.localdate())
    return render(request, "pages/home.html", {"cohorts": cohorts})


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database and broker do, else 503 and which of them doesn't; seals are only told of."""
    state = health.state()
    well = all(state[part] == "ok" for part in health.NEEDED)
    return JsonResponse(state, status=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads, if it brings METRICS_TOKEN; without a token there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(figures.text(now=timezone.now()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language, for good if somebody is logged in, and return to the page she came from."""
    language = request.POST.get("language")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if request.user.is_authenticated:
        choose_language(user=request.user, language=language)
    else:
        request.session[LANGUAGE_KEY] = language
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else reverse("home"))


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement that lagen (2018:1937) om tillgänglighet till digital offentlig service asks for."""
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What the GDPR's articles 13 and 14 ask for."""
    return render(request, "pages/personal_data.html", {"regions": Region.objects.all()})


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """The two cookies by the names they have here."""
    return render(
        request,
        "pages/cookies.html",
        {
            "session_cookie": settings.SESSION_COOKIE_NAME,
            "csrf_cookie": settings.CSRF_COOKIE_NAME,
            "hours": settings.SESSION_COOKIE_AGE // 3600,
        },
    )


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Each region's address, or a hint that there is none yet."""
    return render(request, "pages/contact.html", {"regions": Region.objects.all()})
