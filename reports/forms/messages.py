"""What the list of messages is narrowed down to, and the address to which one goes instead."""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from common.clock import at
from common.forms import OneLineMixin, form_helper
from common.search import words_of
from messaging import kinds
from messaging.choices import Channel, State
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from participants.models import Participant
from reports.evidence.about import about_cohort, about_person, about_session
from reports.evidence.receivers import sent_to
from sessions.forms.fields import DayField
from sessions.models import CohortSession

TO_LOOK_AFTER = "look_after"
MIDNIGHT, ONE_DAY = time.min, timedelta(days=1)


class MessageFilter(forms.Form):
    """Every field is optional; what isn't understood narrows nothing. All of it stands in the address."""

    q = forms.CharField(label=gettext_lazy("Name or address"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Message"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    cohort = forms.ModelChoiceField(
        label=gettext_lazy("Cohort"), required=False, queryset=Cohort.objects.none(), empty_label=gettext_lazy("All")
    )
    first = DayField(label=gettext_lazy("Due from"), required=False)
    last = DayField(label=gettext_lazy("Due until"), required=False)
    person = forms.ModelChoiceField(required=False, queryset=Participant.objects.none(), widget=forms.HiddenInput)
    session = forms.ModelChoiceField(required=False, queryset=CohortSession.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now
        self._offer("state", [(TO_LOOK_AFTER, _("May not have arrived")), *State.choices])
        titles = {kind.name: kinds.title_of(kind.name) for kind in kinds.registered()}
        self._offer("kind", sorted(titles.items(), key=lambda one: one[1].casefold()))
        self._offer("channel", Channel.choices)
        self._among("cohort", Cohort.objects.visible_to(user).coordinated_by(user).order_by("-applications_open"))
        self._among("person", Participant.objects.coordinated_by(user).select_related("user"))
        sessions = CohortSession.objects.visible_to(user).coordinated_by(user)
        self._among("session", sessions.select_related("cohort", "module"))
        self.is_valid()

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for and understood."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def about(self) -> Participant | CohortSession | Cohort | None:
        """The one whose messages these are, if the list is a part of somebody's or something's pages."""
        return self.wanted.get("person") or self.wanted.get("session") or self.wanted.get("cohort")

    def messages(self) -> MessageQuerySet:
        """Those that are asked for, the latest first."""
        found = Message.objects.visible_to(self.user)
        for name, value in self.wanted.items():
            found = getattr(self, f"_by_{name}")(found, value)
        return found.order_by("-due", "-id")

    def _by_q(self, found: MessageQuerySet, text: str) -> MessageQuerySet:
        """By address, or by the name of whoever got it."""
        mentioned = Q(*(Q(recipient__icontains=word) for word in words_of(text)))
        return found.filter(mentioned) | sent_to(text, found, user=self.user)

    def _by_state(self, found: MessageQuerySet, state: str) -> MessageQuerySet:
        return found.to_look_after(now=self.now) if state == TO_LOOK_AFTER else found.filter(state=state)

    def _by_kind(self, found: MessageQuerySet, kind: str) -> MessageQuerySet:
        return found.filter(kind=kind)

    def _by_channel(self, found: MessageQuerySet, channel: str) -> MessageQuerySet:
        return found.filter(channel=channel)

    def _by_first(self, found: MessageQuerySet, day: Any) -> MessageQuerySet:
        return found.filter(due__gte=at(day, MIDNIGHT))

    def _by_last(self, found: MessageQuerySet, day: Any) -> MessageQuerySet:
        return found.filter(due__lt=at(day + ONE_DAY, MIDNIGHT))

    def _by_cohort(self, found: MessageQuerySet, cohort: Cohort) -> MessageQuerySet:
        return found & about_cohort(cohort, user=self.user)

    def _by_person(self, found: MessageQuerySet, person: Participant) -> MessageQuerySet:
        return found & about_person(person, user=self.user)

    def _by_session(self, found: MessageQuerySet, session: CohortSession) -> MessageQuerySet:
        return found & about_session(session, user=self.user)

    def _offer(self, name: str, options: Iterable[tuple[str, Any]]) -> None:
        choices = cast(forms.ChoiceField, self.fields[name])
        choices.choices = [("", _("All")), *options]

    def _among(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows


class CorrectAddressForm(OneLineMixin, forms.Form):
    """The address to which a mail goes instead."""

    helper = form_helper()

    recipient = forms.EmailField(label=gettext_lazy("Right e-mail address"))

    def __init__(self, *args: Any, message: Message, **kwargs: Any) -> None:
        super().__init__(*args, initial={"recipient": message.recipient}, **kwargs)
