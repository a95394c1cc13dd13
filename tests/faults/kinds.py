"""Kinds of message that processes of these tests know beside postcards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

from messaging import kinds
from messaging.kinds import Content
from tests.messaging.postcards import postcard

if TYPE_CHECKING:
    from messaging.models import Message

URGENT = "test.urgent"  # silence would do harm
SHORT = "test.short"  # an SMS


def write_short(message: Message) -> Content:
    return Content(subject="Åhus", text="Hej!\n", html="<p>Hej!</p>", sms="Hälsningar från Åhus.")


class KindsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        kinds.register(postcard(name=URGENT, resends=True))
        kinds.register(postcard(name=SHORT, render=write_short))
