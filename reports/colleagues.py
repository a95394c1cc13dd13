"""What a coordinator has to do about those whom she works with: contacts that don't answer, and the invited."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import ngettext

from accounts.models import Invitation, User
from cohorts.models import Cohort
from common.clock import local_date
from participants.contacts import MunicipalityRow, intakes_among, standings
from participants.rules.contacts import NEEDS_ACTION, STALE, Standing
from regions.models import Municipality
from reports.items import Item
from reports.rules.todo import Matter


def about_municipalities(user: User, cohorts: Iterable[Cohort], *, now: datetime) -> Iterator[Item]:
    """One thing to do for each way in which municipalities lack a contact; `cohorts` are those of her regions."""
    mine = Municipality.objects.visible_to(user).filter(region__in=user.coordinated_region_ids)
    rows = standings(mine, intakes_among(cohorts, now=now), now=now)
    for standing in NEEDS_ACTION:
        if found := [row for row in rows if row.standing == standing]:
            yield Item(
                Matter.CONTACT,
                min(local_date(_since(row, now=now)) for row in found),
                local_date(now),
                subject=_counted(standing, len(found)),
                query=f"?show={standing}",
            )


def _since(row: MunicipalityRow, *, now: datetime) -> datetime:
    """Since when it should have been settled."""
    return row.asked + STALE if row.standing == Standing.STALE and row.asked else now


def _counted(standing: Standing, number: int) -> str:
    texts = {
        Standing.NO_MANAGER: ngettext(
            "%(number)d municipality has no manager", "%(number)d municipalities have no manager", number
        ),
        Standing.NO_CONTACT: ngettext(
            "%(number)d municipality has no contact", "%(number)d municipalities have no contact", number
        ),
        Standing.LEFT: ngettext(
            "%(number)d contact says that they have left", "%(number)d contacts say that they have left", number
        ),
        Standing.STALE: ngettext(
            "%(number)d contact has not answered", "%(number)d contacts have not answered", number
        ),
    }
    return texts[standing] % {"number": number}


def about_invitations(user: User, *, now: datetime) -> Iterator[Item]:
    """That invitations have not been accepted for days; one thing to do for all."""
    overdue = Invitation.objects.visible_to(user).appointable_by(user).overdue(now=now)
    ends = list(overdue.values_list("expires", flat=True))
    if ends:
        text = ngettext("%(number)d invitation not accepted", "%(number)d invitations not accepted", len(ends))
        yield Item(
            Matter.INVITATION,
            local_date(min(ends)),
            local_date(now),
            subject=text % {"number": len(ends)},
        )
