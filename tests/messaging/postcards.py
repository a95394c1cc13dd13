"""A kind of message that belongs to nobody; as an app, so that a worker of the tests knows it, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

from messaging import kinds
from messaging.kinds import Content, Kind

if TYPE_CHECKING:
    from messaging.models import Message

POSTCARD = "test.postcard"


def postcard(**changes: Any) -> Kind:
    """A kind whose messages are always worth sending; `changes` are fields of Kind."""
    return replace(Kind(name=POSTCARD, render=write, still_holds=lambda message, now: True), **changes)


def write(message: Message) -> Content:
    return Content(subject="Hälsningar från Åhus", text="Vädret är härligt.\n", html="<p>Vädret är <b>härligt</b>.</p>")


class PostcardsConfig(AppConfig):
    name = "tests.messaging.postcards"

    def ready(self) -> None:
        kinds.register(postcard())
