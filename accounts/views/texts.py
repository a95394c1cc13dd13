"""The texts of messages, as a region's coordinators word them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.exceptions import TrialRefused
from accounts.forms import ResetTextForm, TextForm
from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from accounts.texts.framing import on_a_page, with_its_style
from accounts.texts.trying import content, examples
from accounts.texts.versions import steps
from accounts.views.regions import coordinated_region
from common.pages import FEW_ROWS, paginated
from messaging import kinds
from messaging.actions import reset_text, write_text
from messaging.exceptions import TextChangedMeanwhile
from messaging.kinds import Content, Kind
from messaging.models import TextVersion
from messaging.texts.names import Names
from messaging.texts.text import Text, Wording
from messaging.texts.words import in_force
from regions.models import Region


@requires(Permission.CHANGE_REGION)
@require_safe
def texts(request: AuthenticatedRequest) -> HttpResponse:
    """Every text: who gets it and when, and whether it is worded anew."""
    region = _region(request)
    newest = TextVersion.objects.newest(scope=region.pk)
    rows = [
        {
            "kind": kind,
            "versions": [
                {"code": code, "language": name, "version": newest.get((kind.name, code))}
                for code, name in settings.LANGUAGES
            ],
        }
        for kind in kinds.registered()
        if kind.text
    ]
    return render(request, "accounts/texts.html", {"region": region, "rows": rows})


@requires(Permission.CHANGE_REGION)
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """Word a text anew: see it as a receiver would, send it to oneself, and put it in force.

    Who was second to change it sees both versions (409) and decides.
    """
    desk, now = _desk(request, kind), timezone.now()
    newest, number = desk.newest, desk.number
    receivers = examples(desk.kind, desk.region, now=now)
    start = desk.names.shown(_again(request, desk) or desk.in_force)
    first = {"subject": start.subject, "body": start.body, "receiver": next(iter(receivers), ""), "seen": number}
    sent = request.method == "POST"
    form = TextForm(request.POST if sent else first, names=desk.names, examples=receivers)
    status, differences, tried = 200, None, False
    if sent and form.is_valid():
        try:
            if "save" in request.POST:
                seen = form.cleaned_data["seen"]
                write_text(**desk.place, wording=form.wording, seen=seen, by=request.user, now=now)
                messages.success(request, _("The text is saved. Messages that leave from now on say it."))
                return redirect(desk.address)
            if "try" in request.POST:
                actions.try_text(
                    kind=desk.kind,
                    wording=form.wording,
                    language=desk.language,
                    region=desk.region,
                    example=form.example,
                    by=request.user,
                    now=now,
                )
                tried = True
        except TextChangedMeanwhile:
            status, differences = 409, list(form.differences(vars(desk.names.shown(desk.in_force))))
            form = form.against(number, names=desk.names, examples=receivers)
        except TrialRefused as refused:
            form.add_error(None, refused.reason)
    if sent and not form.is_valid():
        status = 422
    shown = _shown(form, desk, now=now) if form.is_valid() else None
    context = {
        **desk.context,
        "form": form,
        "newest": newest,
        "differences": differences,
        "tried": tried,
        "shown": shown,
        "html": on_a_page(shown, desk.region) if shown else "",
    }
    return with_its_style(request, shown, render(request, "accounts/text.html", context, status=status))


@requires(Permission.CHANGE_REGION)
@require_safe
def versions(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """Who worded the text how, and when."""
    desk = _desk(request, kind)
    page = paginated(
        steps(list(desk.versions), default=desk.text.default(desk.language), names=desk.names), request, FEW_ROWS
    )
    return render(request, "accounts/text_versions.html", {**desk.context, "page": page})


@requires(Permission.CHANGE_REGION)
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """Go back to what the portal ships, after showing it."""
    desk = _desk(request, kind)
    form = ResetTextForm(request.POST if request.method == "POST" else {"seen": desk.number})
    status = 200 if form.is_valid() else 422
    if request.method == "POST" and form.is_valid():
        try:
            reset_text(**desk.place, seen=form.cleaned_data["seen"], by=request.user, now=timezone.now())
        except TextChangedMeanwhile as refused:
            messages.error(request, refused.reason)
            form, status = ResetTextForm({"seen": desk.number}), 409
        else:
            messages.success(request, _("The text is what the portal ships again."))
            return redirect(desk.address)
    context = {**desk.context, "form": form, "default": desk.names.shown(desk.text.default(desk.language))}
    return render(request, "accounts/reset_text.html", context, status=status)


@dataclass(frozen=True)
class Desk:
    """A text that is being edited: a kind's, in a region and a language."""

    kind: Kind
    text: Text
    region: Region
    language: str

    @property
    def place(self) -> dict[str, Any]:
        """Where its versions are kept."""
        return {"scope": self.region.pk, "kind": self.kind.name, "language": self.language}

    @property
    def versions(self) -> QuerySet[TextVersion]:
        return TextVersion.objects.of(**self.place).select_related("by")

    @property
    def newest(self) -> TextVersion | None:
        return self.versions.first()

    @property
    def names(self) -> Names:
        """What its placeholders are called in its language."""
        return Names.of(self.text.placeholders, self.language)

    @property
    def number(self) -> int:
        """That of the newest version, 0 if there is none."""
        newest = self.newest
        return newest.number if newest else 0

    @property
    def in_force(self) -> Wording:
        return in_force(self.text, **self.place)

    @property
    def address(self) -> str:
        return f"{reverse('regions:text', args=[self.kind.name])}?sprak={self.language}"

    @property
    def context(self) -> dict[str, Any]:
        """What every page about the text shows."""
        return {
            "kind": self.kind,
            "text": self.text,
            "names": self.names,
            "language": self.language,
            "languages": settings.LANGUAGES,
            "here": self.address,
        }


def _desk(request: AuthenticatedRequest, name: str) -> Desk:
    """The text that the address names, in the language that it asks for, else in the portal's."""
    kind = next((kind for kind in kinds.registered() if kind.name == name), None)
    if kind is None or kind.text is None:
        raise Http404
    asked = request.GET.get("sprak", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return Desk(kind, kind.text, _region(request), language)


def _region(request: AuthenticatedRequest) -> Region:
    return get_object_or_404(Region.objects.visible_to(request.user), pk=coordinated_region(request))


def _shown(form: TextForm, desk: Desk, *, now: datetime) -> Content:
    return content(desk.kind, form.wording, language=desk.language, region=desk.region, example=form.example, now=now)


def _again(request: AuthenticatedRequest, desk: Desk) -> Wording | None:
    """The words of an earlier version, if she wants to use them again."""
    asked = request.GET.get("version", "")
    version = desk.versions.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 6 else None
    if version is None:
        return None
    return desk.text.default(desk.language) if version.is_default else version.wording
