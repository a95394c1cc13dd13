"""Who works with the demo region: a contact in every municipality, and what is still to be settled with some."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from accounts.actions import grant_role, invite
from accounts.choices import Role
from accounts.models import User
from participants.actions import choose_contact
from regions.models import Municipality

# Who has not answered since the intake began, and who has just been chosen and asked.
SILENT, JUST_CHOSEN = "Ystad", "Eslöv"
LAST_YEAR, ANSWERED = timedelta(days=300), timedelta(days=18)


def staff(
    municipalities: Iterable[Municipality], *, users: Iterator[User], boss: User, by: User, now: datetime
) -> None:
    """Let each of `municipalities` have a manager as contact: `boss` in the first, one of `users` in each other.

    In the first there is a colleague, too, and another has been invited, but hasn't answered.
    """
    home, *others = municipalities
    grant_role(user=next(users), role=Role.MANAGER, municipality=home, by=boss, now=now - LAST_YEAR)
    choose_contact(municipality=home, user=boss, by=boss, now=now - ANSWERED)
    for place in others:
        user = next(users)
        grant_role(user=user, role=Role.MANAGER, municipality=place, by=by, now=now - LAST_YEAR)
        chosen = now - (timedelta(days=2) if place.name == JUST_CHOSEN else LAST_YEAR)
        choose_contact(municipality=place, user=user, by=by, now=chosen)
        if place.name not in (SILENT, JUST_CHOSEN):
            choose_contact(municipality=place, user=user, by=user, now=now - ANSWERED)
    invite(
        email="ny.chef@example.org",
        first_name="Nina",
        last_name="Nyanställd-Exempel",
        role=Role.MANAGER,
        language="sv",
        municipality=home,
        by=boss,
        now=now - timedelta(days=6),
    )
