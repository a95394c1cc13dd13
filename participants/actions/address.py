"""Where a person is written to, when it isn't the address that her enrolment says."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from common.locking import lock
from participants.actions.register import update_addresses
from participants.exceptions import EnrolmentRefused
from participants.models import Participant


def logs_in_there(participant: Participant) -> bool:
    """Whether she would log in with a new address, too.

    Only if nobody has logged in with the old one, and it serves for nothing else: a log-in that is in use, or in use
    elsewhere, is not given to whoever reads at another address.
    """
    user = participant.user
    if user is None or user.last_login or user.has_usable_password():
        return False
    roles = RoleAssignment.objects.filter(user=user).exclude(role=Role.PARTICIPANT, region=participant.region_id)
    return user.email.casefold() == participant.email.casefold() and not roles.exists()


@transaction.atomic
def change_address(*, participant: Participant, address: str, by: User, now: datetime) -> None:
    """Write to her at `address` from now on. For coordinators of her region only.

    The same address does nothing. Raises EnrolmentRefused if somebody else is registered, or logs in, with it.
    """
    if participant.region_id not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the region's coordinator can change an address."))
    participant, address = lock(participant), address.lower()
    if participant.email == address:
        return
    login = participant.user if logs_in_there(participant) else None
    taken = EnrolmentRefused(_("Another person has this address. If it is the same person, merge the two."))
    holder = User.objects.by_email(address)
    if holder and holder != participant.user:
        raise taken
    try:
        with transaction.atomic():
            update_addresses({participant: address}, by, now)
            if login:
                User.objects.filter(pk=login.pk).update(email=address)
    except IntegrityError as error:
        raise taken from error
