"""People who are openly made up."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.demo import PASSWORD
from accounts.models import User
from introprogram.demo import data


@dataclass(frozen=True)
class Name:
    """A first and a last name, with the address that goes with them."""

    first: str
    last: str

    @property
    def email(self) -> str:
        plain = unicodedata.normalize("NFKD", f"{self.first}.{self.last}".lower())
        return plain.encode("ascii", "ignore").decode() + "@example.org"


def names_in_order(random: Random) -> Iterator[Name]:
    """First and last names in an order that `random` decides, each pair once."""
    names = [Name(first, last) for first, last in product(data.FIRST_NAMES, data.LAST_NAMES)]
    random.shuffle(names)
    yield from names


def user_named(email: str, first_name: str, last_name: str) -> User:
    """Somebody who logs in with the password of the demo region."""
    user = User.objects.new_user(email, first_name=first_name, last_name=last_name)
    user.password = _hashed_password()
    user.save()
    return user


@cache
def _hashed_password() -> str:
    """Hashed once for all of them: it takes a second, as it must."""
    return make_password(PASSWORD)
