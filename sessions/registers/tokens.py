"""The secret in the link of a question to a lecturer: a mail that is sent again carries the same one."""

from typing import TYPE_CHECKING

from common.tokens import derive

if TYPE_CHECKING:
    from sessions.models import TeachingRequest


def token_of(request: "TeachingRequest") -> str:
    """Return the token for the link."""
    return derive("sessions.teaching_request", key=request.pk, nonce=request.nonce)
