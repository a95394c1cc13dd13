"""Who is a municipality's contact: choosing, confirming, leaving, being asked again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.locking import lock
from messaging.actions import queue
from participants.actions.hand_over import lock_managers
from participants.exceptions import EnrolmentRefused
from participants.messages.managers import asked_again
from participants.models import Contact
from participants.rules.contacts import refusal_to_choose
from regions.models import Municipality


@transaction.atomic
def choose_contact(*, municipality: Municipality, user: User, by: User, now: datetime) -> Contact:
    """Let `user` be the contact of `municipality`. One who is it already is confirmed by this, and so is who says "I".

    Another who is chosen during an intake is asked by mail whether she agrees. For managers of the municipality and
    coordinators of the region. Raises EnrolmentRefused, also if `user` has ceased to be a manager there.
    """
    managers = lock_managers(municipality)
    if refusal := refusal_to_choose(may=by.acts_for(municipality), is_manager=user.pk in managers):
        raise EnrolmentRefused(refusal)
    contact = Contact.objects.select_for_update(of=("self",)).filter(municipality=municipality).first()
    before = {"contact": contact.user_id} if contact else {}
    if contact is None or contact.user_id != user.pk:
        contact = contact or Contact(municipality=municipality)
        contact.user, contact.chosen, contact.chosen_by = user, now, by
        contact.confirmed = contact.confirmed_by = None
        action = "contact.chosen"
    else:
        action = "contact.confirmed"
    if action == "contact.confirmed" or user == by:
        contact.confirmed, contact.confirmed_by = now, by
    contact.left = None
    contact.save()
    after = {"contact": user.pk}
    record(action, municipality, by=by, now=now, scope=municipality.region_id, before=before, after=after)
    return contact


@transaction.atomic
def leave_contact(*, contact: Contact, by: User, now: datetime) -> None:
    """Note that `by`, who is the contact, has left; a colleague or the coordinator chooses another.

    Raises EnrolmentRefused if another has become the contact meanwhile.
    """
    contact = lock(contact)
    if contact.user_id != by.pk:
        raise EnrolmentRefused(_("You are not the municipality's contact."))
    contact.left = now
    contact.save(update_fields=["left"])
    record("contact.left", contact.municipality, by=by, now=now, scope=contact.municipality.region_id)


@transaction.atomic
def ask_contact(*, contact: Contact, by: User, now: datetime) -> None:
    """Ask the contact once more, at most once a day. For coordinators of the region. Raises EnrolmentRefused."""
    contact = lock(contact)
    if contact.municipality.region_id not in by.coordinated_region_ids:
        raise EnrolmentRefused(_("Only the coordinator can ask again."))
    record("contact.asked", contact.municipality, by=by, now=now, scope=contact.municipality.region_id)
    queue([asked_again(contact, now=now)])


def pass_on(municipality: Municipality, *, leaving: User, to: User | None, by: User, now: datetime) -> None:
    """If `leaving` was the contact, let it be `to`, who is asked to confirm it, or nobody.

    Belongs in the transaction in which her role ends.
    """
    contact = Contact.objects.select_for_update(of=("self",)).filter(municipality=municipality, user=leaving).first()
    if contact is None:
        return
    contact.delete()
    if to:
        Contact.objects.create(municipality=municipality, user=to, chosen=now, chosen_by=by)
    record(
        "contact.chosen",
        municipality,
        by=by,
        now=now,
        scope=municipality.region_id,
        before={"contact": leaving.pk},
        after={"contact": to and to.pk},
    )
