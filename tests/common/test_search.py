"""Searching in lists."""

import pytest

from accounts.models import User
from common.search import every_word_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["", "åsa", "ÅSA ö", "öst Ås", "a.s+a@"])
def test_every_word_is_somewhere_in_any_case(text: str) -> None:
    asa = UserFactory(first_name="Åsa", last_name="Öst", email="a.s+a@example.org")
    assert list(User.objects.filter(every_word_of(text, among=("first_name", "last_name", "email")))) == [asa]


@pytest.mark.parametrize("text", ["asa", "åsa väst", "axs", "(", ".*"])
def test_a_word_that_is_nowhere_finds_nobody(text: str) -> None:
    UserFactory(first_name="Åsa", last_name="Öst", email="a.s+a@example.org")
    assert not User.objects.filter(every_word_of(text, among=("first_name", "last_name", "email"))).exists()
