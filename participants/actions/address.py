"""Where a person is written to, when it isn't the address that her enrolment says."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions import grant_role
from accounts.choices import Role
from accounts.models import RoleAssignment, User
from audit.actions import record
from common.locking import lock
from messaging.actions import readdress
from messaging.models import Message
from participants.actions.register import update_addresses
from participants.exceptions import EnrolmentRefused
from participants.models import Participant


def logs_in_there(participant: Participant) -> bool:
    """Whether she would log in with a new address, too: if nobody has logged in with the old one.

    A log-in that is in use, or serves for something else, stays hers.
    """
    user = participant.user
    if user is None or user.last_login or user.has_usable_password():
        return False
    roles = RoleAssignment.objects.filter(user=user).exclude(role=Role.PARTICIPANT, region=participant.region_id)
    return user.email.casefold() == participant.email.casefold() and not roles.exists()


@transaction.atomic
def change_address(*, participant: Participant, address: str, by: User, now: datetime) -> None:
    """Write to her at `address` from now on, also what waits to be sent. For coordinators of her region only.

    The same address does nothing. Raises EnrolmentRefused if somebody else is registered, or logs in, with it.
    """
    if participant.region_id not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the region's coordinator can change an address."))
    participant, address, old = lock(participant), address.lower(), participant.email
    if participant.email == address:
        return
    if refusal := _refusal(participant, address):
        raise EnrolmentRefused(refusal)
    follows = logs_in_there(participant)
    try:
        with transaction.atomic():
            update_addresses({participant: address}, by, now)
            if follows:
                _give_new_login(participant, by=by, now=now)
    except IntegrityError as error:  # somebody else was given it at the same moment
        raise EnrolmentRefused(_reason_taken()) from error
    enrolments = participant.enrolments.values_list("pk", flat=True)
    hers = Message.objects.about_any(participant=[participant.pk], person=[participant.pk], enrolment=enrolments)
    readdress(messages=hers.filter(recipient__iexact=old), recipient=address, by=by, now=now)


def _refusal(participant: Participant, address: str) -> str | None:
    holder = Participant.objects.filter(region=participant.region_id, email__iexact=address).first()
    if holder and holder.merged_into_id:
        return _("Somebody who was merged with another person has this address. Undo that merge, then merge them anew.")
    if holder:
        return _reason_taken()
    login = User.objects.by_email(address)
    if login and login != participant.user:
        return _("Somebody else logs in with this address.")
    return None


def _reason_taken() -> str:
    return _("Another person has this address. If it is the same person, merge the two.")


def _give_new_login(participant: Participant, *, by: User, now: datetime) -> None:
    """A log-in with the new address. The old one is whoever's who reads at the old address, and opens nothing more:
    codes and links that were sent there before lead to it, not to her.
    """
    old = participant.user
    RoleAssignment.objects.filter(user=old, role=Role.PARTICIPANT, region=participant.region_id).delete()
    login = User.objects.new_user(
        participant.email,
        first_name=participant.first_name,
        last_name=participant.last_name,
        language=participant.language,
    )
    login.save()
    grant_role(user=login, role=Role.PARTICIPANT, region=participant.region, by=by, now=now)
    participant.user = login
    participant.save(update_fields=["user"])
    record("participant.login_replaced", participant, by=by, now=now, scope=participant.region_id)
