"""Everything that is sent. The database is the queue; Celery only wakes workers (docs/messages.md)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from common.characters import HIDDEN, HIDDEN_OR_BREAK
from common.models import BaseModel
from messaging.choices import Channel, EventKind, Outcome, State, Topic
from messaging.querysets import (
    MessageQuerySet,
    PauseQuerySet,
    SmsMonthQuerySet,
    TextVersionQuerySet,
    TopicChoiceQuerySet,
)
from messaging.texts.text import LONGEST_SUBJECT_KEPT, Wording

LONGEST_TEXT = 500  # of what a server or a provider says


class Message(BaseModel):
    """One message to one receiver. Its text is made at handover from `refs`: nothing personal waits but the address."""

    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    recipient = models.CharField(
        _("receiver"), max_length=254, help_text=_("An e-mail address, or a number as +46701740605 (E.164).")
    )
    domain = models.GeneratedField(
        expression=Lower(Substr("recipient", StrIndex("recipient", Value("@")) + 1)),
        output_field=models.CharField(max_length=254),
        db_persist=True,
        help_text=_("Whose mail server receives it: each gets so many a minute."),
    )
    language = models.CharField(max_length=5)
    key = models.CharField(
        max_length=200, unique=True, help_text=_("What makes the message the same: it is queued once.")
    )
    scope = models.UUIDField(null=True, help_text=_("The region whose message it is."))
    refs = models.JSONField(default=dict, help_text=_("The ids of what the message is about."))
    due = models.DateTimeField()
    expires = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_before = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("How many of the tries were made before it was last queued again.")
    )
    resends = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("How often it was queued again by itself.")
    )
    next_try = models.DateTimeField(help_text=_("Not claimed before."))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    handed_over = models.DateTimeField(
        null=True, help_text=_("Set just before the text leaves: from here on it may have arrived.")
    )
    finished = models.DateTimeField(null=True)
    settled = models.DateTimeField(null=True, help_text=_("When somebody took care of what had not arrived."))
    parts = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("For how many SMS the region is charged by its last handover.")
    )
    provider_reference = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=LONGEST_TEXT, blank=True)

    delivered: datetime | None  # annotated by MessageQuerySet.with_delivered
    wording: Wording | None = None  # of a message that is only looked at or tried out: instead of what is in force

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["due", "id"]
        indexes = [
            models.Index(fields=["next_try"], condition=Q(state=State.QUEUED), name="message_queued"),
            models.Index(fields=["lease_until"], condition=Q(state=State.SENDING), name="message_sending"),
            models.Index(fields=["handed_over"], condition=Q(state=State.UNCERTAIN), name="message_uncertain"),
            models.Index(fields=["handed_over", "domain"], name="message_handed_over"),
            models.Index(fields=["provider_reference"], name="message_reference"),
            models.Index(fields=["scope", "due"]),
            models.Index(fields=["scope", "recipient"], name="message_receiver"),
            models.Index(
                fields=["scope"],
                condition=Q(state__in=[State.UNCERTAIN, State.DEAD, State.BOUNCED], settled=None),
                name="message_not_arrived",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="message_channel_known"),
            models.CheckConstraint(
                condition=Q(channel=Channel.EMAIL, recipient__contains="@")
                | Q(channel=Channel.SMS, recipient__startswith="+") & ~Q(recipient__contains="@"),
                name="message_recipient_fits_channel",
            ),
            models.CheckConstraint(condition=Q(expires__gt=F("due")), name="message_expires_after_due"),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="message_sending_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DeliveryAttempt(BaseModel):
    """One attempt to deliver a message: append-only evidence."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome)
    detail = models.CharField(max_length=LONGEST_TEXT, blank=True)
    reference = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text=_("What the receiving server calls it.")
    )

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["reference"], name="attempt_reference")]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_numbered_once")]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number} {self.outcome}"


class MessageEvent(BaseModel):
    """What was reported of a message after it left, or done about it: append-only, as PostgreSQL makes sure."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    number = models.PositiveSmallIntegerField(help_text=_("The attempt that it is about, or after which it was done."))
    at = models.DateTimeField(help_text=_("When it happened: of a report, by the provider's clock."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the portal or a provider."),
    )
    detail = models.CharField(max_length=LONGEST_TEXT, blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text=_("What the provider calls its report."))

    class Meta:
        ordering = ["at", "created"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.UniqueConstraint(
                fields=["message", "reference"], condition=~Q(reference=""), name="event_reported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind}"


class TextVersion(BaseModel):
    """How a region words a kind of message in a language, from `at` on: the newest counts, and none is ever changed.

    One that `is_default` holds no words: it says that what the portal ships is in force again.
    """

    scope = models.UUIDField(help_text=_("The region whose text it is."))
    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    number = models.PositiveIntegerField()
    is_default = models.BooleanField(default=False)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT_KEPT, blank=True)
    body = models.TextField(_("text"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "kind", "language", "number"], name="text_version_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="text_version_counts_from_one"),
            models.CheckConstraint(
                condition=Q(is_default=True, subject="", body="") | Q(is_default=False) & ~Q(subject="") & ~Q(body=""),
                name="text_version_has_words_or_is_default",
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=HIDDEN_OR_BREAK) & ~Q(body__regex=HIDDEN),
                name="text_version_hides_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} #{self.number}"

    @property
    def wording(self) -> Wording:
        return Wording(self.subject, self.body)


class TopicChoice(BaseModel):
    """Whether whoever reads messages at an address or number wants those of a topic.

    Without it she gets what is wanted by default (messaging.rules.BY_DEFAULT).
    """

    address = models.CharField(max_length=254, help_text=_("In small letters."))
    topic = models.CharField(max_length=20, choices=Topic)
    is_wanted = models.BooleanField()

    objects = TopicChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "topic"], name="topic_chosen_once"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="chosen_topic_known"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.topic} {'+' if self.is_wanted else '-'}"


class Pause(BaseModel):
    """When and why nothing is sent on a channel: kept here so that all workers, on all machines, know."""

    channel = models.CharField(max_length=10, choices=Channel, unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text=_("Empty: until somebody ends it."))
    needs_somebody = models.BooleanField(help_text=_("Time alone doesn't help: the portal's log-in is refused."))
    reason = models.CharField(max_length=LONGEST_TEXT)

    objects = PauseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.channel}: {self.reason}"


class SmsMonth(BaseModel):
    """How many parts of SMS a region is charged for in a month; whoever charges it locks this row."""

    scope = models.UUIDField()
    month = models.DateField(help_text=_("The first day of the local month."))
    parts = models.PositiveIntegerField(default=0)
    withheld = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("How many SMS were not sent because of the limit.")
    )
    reached = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("The limit because of which the last of them was not.")
    )

    objects = SmsMonthQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "month"], name="sms_month_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.month:%Y-%m}: {self.parts}"


class Round(BaseModel):
    """What is done once in a while by one of many workers, and when it was last begun."""

    name = models.CharField(max_length=20, unique=True)
    begun = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
