"""Tokens of addresses, and what people search for, are in no log."""

import logging
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from common.logs import RedactingFormatter
from common.tokens import derive

TOKEN = "aA0_-bcdefghijklmnopqr"


def written(message: str, *values: object) -> str:
    record = logging.LogRecord("test", logging.WARNING, "", 0, message, values, None)
    return RedactingFormatter("%(levelname)s: %(message)s").format(record)


@pytest.mark.parametrize("number", range(20))
def test_a_token_is_blotted_out_wherever_it_stands(number: int) -> None:
    token = derive("test", key=UUID(int=number), nonce=UUID(int=number))
    line = written("GET /kalender/%s.ics from https://example.org/inbjudan/%s/?next=/x", token, token)
    assert line == "WARNING: GET /kalender/***.ics from https://example.org/inbjudan/***/?next=/x"


@pytest.mark.parametrize("before", ["/sok/?q=", "/deltagare/?status=enrolled&q="])
def test_what_is_searched_for_is_blotted_out(before: str) -> None:
    line = written('"GET %sBergstr%%C3%%B6m+Åsa&page=2 HTTP/1.1" 200', before)
    assert line == f'WARNING: "GET {before}***&page=2 HTTP/1.1" 200'


def test_other_parts_of_addresses_stay() -> None:
    key = uuid4()
    assert written(f"Not Found: /omgangar/{key}/andra/") == f"WARNING: Not Found: /omgangar/{key}/andra/"


@pytest.mark.django_db
@pytest.mark.parametrize("logger", ["django.request", "django.server"])
def test_the_portals_own_loggers_write_through_it(logger: str) -> None:
    handlers: list[logging.Handler] = []
    current: logging.Logger | None = logging.getLogger(logger)
    while current:
        handlers += [handler for handler in current.handlers if type(handler) is logging.StreamHandler]
        current = current.parent if current.propagate else None
    assert handlers
    assert {type(handler.formatter) for handler in handlers} == {RedactingFormatter}


@pytest.mark.django_db
def test_an_address_that_is_not_found_is_logged_without_its_token(caplog: pytest.LogCaptureFixture) -> None:
    Client().get(reverse("sessions:feed", args=[TOKEN]))
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert TOKEN in record.getMessage()  # so Django would have it
    assert RedactingFormatter("%(message)s").format(record) == "Not Found: /kalender/***.ics"
