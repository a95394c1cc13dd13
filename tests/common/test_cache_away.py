"""When Redis is away, nobody guesses uncounted, and everybody reads what to do."""

from http import HTTPStatus

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests.services import free_port

pytestmark = pytest.mark.django_db


NO_CACHE = override_settings(
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        }
    }
)


@NO_CACHE
@pytest.mark.parametrize(
    ("address", "answers"),
    [
        ("account_login", {"login": "anna@example.org", "password": "ett-hemligt-ord-1"}),
        ("certificates:verify", {"nummer": "SK-2026-0001", "kod": "ABCD-EFGH-JKLM-NPQR"}),
    ],
)
def test_what_must_be_counted_waits_until_the_cache_is_back(
    client: Client, address: str, answers: dict[str, str]
) -> None:
    response = client.post(reverse(address), answers)

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.headers["Retry-After"] == "60"
    assert "<h1>" in response.text


@NO_CACHE
def test_what_needs_no_counting_goes_on(client: Client) -> None:
    assert client.get(reverse("home")).status_code == HTTPStatus.OK
