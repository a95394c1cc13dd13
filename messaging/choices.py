from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")


class State(models.TextChoices):
    """The life of a message; docs/messages.md draws it."""

    QUEUED = "queued", pgettext_lazy("message", "Queued")
    SENDING = "sending", pgettext_lazy("message", "Being sent")
    SENT = "sent", pgettext_lazy("message", "Sent")
    DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
    BOUNCED = "bounced", pgettext_lazy("message", "Bounced")
    DEAD = "dead", pgettext_lazy("message", "Refused")
    UNCERTAIN = "uncertain", pgettext_lazy("message", "Uncertain whether sent")
    CANCELLED = "cancelled", pgettext_lazy("message", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("message", "Expired")
    WITHHELD = "withheld", pgettext_lazy("message", "Withheld")


class EventKind(models.TextChoices):
    """What was reported of a message after it left, and what was done about it."""

    DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
    BOUNCED = "bounced", pgettext_lazy("message", "Bounced")
    COMPLAINED = "complained", pgettext_lazy("message", "Marked as spam by the receiver")
    RESENT = "resent", pgettext_lazy("message", "Queued again")
    TREATED_AS_SENT = "treated_as_sent", pgettext_lazy("message", "Treated as sent")
    CORRECTED = "corrected", pgettext_lazy("message", "Address corrected and queued again")
    SETTLED = "settled", pgettext_lazy("message", "Settled in another way")
    SET_ASIDE = "set_aside", pgettext_lazy("message", "Set aside after a restored backup")


# What providers report; the rest is done here.
REPORTS = frozenset({EventKind.DELIVERED, EventKind.BOUNCED, EventKind.COMPLAINED})


class Outcome(models.TextChoices):
    """How one attempt to deliver ended."""

    ACCEPTED = "accepted", _("Accepted by the receiving server")
    TEMPORARY = "temporary", _("Refused for now")
    PERMANENT = "permanent", _("Refused for good")
    UNKNOWN = "unknown", _("No answer after handover")
    NOT_HANDED_OVER = "not_handed_over", _("No handover")


class Topic(models.TextChoices):
    """What receivers choose whether they want. What moves, is called off or must be answered is in none of them."""

    REMINDERS = "reminders", pgettext_lazy("message", "Reminders before sessions")
    PREPARATION = "preparation", pgettext_lazy("message", "What to prepare")
    EVALUATION = "evaluation", pgettext_lazy("message", "Questions about what you thought of a session")
    PEOPLE = "people", pgettext_lazy("message", "What happens to your people, as it happens")
    DIGEST = "digest", pgettext_lazy("message", "A summary of your people once a month")


class WayOut(models.TextChoices):
    """What a coordinator can do about a message that may not have arrived."""

    RESEND = "resend", _("Send again")
    CORRECT = "correct", _("Correct the address and send again")
    TREAT_AS_SENT = "treat_as_sent", _("Treat as sent")
    SETTLE = "settle", _("Settled in another way")
