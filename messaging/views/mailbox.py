"""The mail reader of development: what the portal would have sent. Anyone may read it, so it is in no other portal."""

from uuid import UUID

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from common.pages import paginated
from messaging.mailbox import StoredMail, newest_first, read


@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mails, newest first; only those on the page are opened."""
    page = paginated(newest_first(), request)
    mails = [read(pk) for pk in page]
    return render(request, "messaging/mailbox.html", {"page": page, "mails": mails})


@login_not_required
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mail, as its text part has it."""
    return render(request, "messaging/mail.html", {"mail": read_or_404(pk)})


# Mail has its style in itself, which nothing else in the portal may. In its sandbox it can do no more than look.
@login_not_required
@csp_replace(  # type: ignore[arg-type]  # its annotation forgets views that take arguments
    {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "script-src": [NONE], "img-src": ["data:"], "sandbox": True}
)
def html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The HTML part of one mail, as it is."""
    return HttpResponse(read_or_404(pk).html)


@login_not_required
def attachment(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The mail's attachment `number`, counted from one."""
    attachments = read_or_404(pk).attachments
    if not 1 <= number <= len(attachments):
        raise Http404
    found = attachments[number - 1]
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.filename)
    return response


def read_or_404(pk: UUID) -> StoredMail:
    """Open one mail of the folder, or answer that there is none."""
    try:
        return read(pk)
    except FileNotFoundError as error:
        raise Http404 from error
