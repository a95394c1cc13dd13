"""A mail in a frame on a page (templates/messaging/_preview.html): in its own style, and unable to do anything."""

import re
from base64 import b64encode
from hashlib import sha256

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from messaging.kinds import Content
from messaging.look import LOGO
from regions.models import Region

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def on_a_page(shown: Content, region: Region) -> str:
    """The mail's HTML, with its logo where a browser finds it."""
    return shown.html.replace(f"cid:{LOGO}", reverse("regions:logo", args=[region.pk]))


def with_its_style(request: HttpRequest, shown: Content | None, page: HttpResponse) -> HttpResponse:
    """Let the mail on `page` be dressed by its own style sheet, and by no other: the frame has the page's policy."""
    styles = STYLE.findall(shown.html) if shown else []
    allowed = [f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles]
    return csp_update({"style-src": allowed})(lambda _request: page)(request) if allowed else page  # type: ignore[return-value]
