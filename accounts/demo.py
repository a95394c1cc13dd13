"""The log-ins of the demo region. `manage.py demo` makes them, the log-in page of development offers them."""

from django.utils.translation import gettext_lazy as _

PASSWORD = "introprogram"  # noqa: S105 -- public, and refused in production
LOGINS = {
    "samordnare@example.org": _("Coordinator"),
    "chef@example.org": _("Manager"),
    "deltagare@example.org": _("Participant, half-way"),
    "klar@example.org": _("Participant with a certificate"),
    "forelasare@example.org": _("Lecturer"),
    "admin@example.org": _("Administrator"),
}
