"""The log-ins of the demo region. `manage.py demo` makes them, the log-in page of development offers them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

PASSWORD = "introprogram"  # noqa: S105 -- public, and refused in production
COORDINATOR = "samordnare@example.org"
MANAGER = "chef@example.org"
PARTICIPANT = "deltagare@example.org"
CERTIFIED = "klar@example.org"
LECTURER = "forelasare@example.org"
ADMINISTRATOR = "admin@example.org"
LOGINS = {
    COORDINATOR: _("Coordinator"),
    MANAGER: _("Manager"),
    PARTICIPANT: _("Participant, half-way"),
    CERTIFIED: _("Participant with a certificate"),
    LECTURER: _("Lecturer"),
    ADMINISTRATOR: _("Administrator"),
}


def logins() -> list[tuple[str, Promise]]:
    """Address and description of every demo user who is there and can log in."""
    there = set(User.objects.filter(email__in=LOGINS, is_active=True).values_list("email", flat=True))
    return [(email, label) for email, label in LOGINS.items() if email in there]
