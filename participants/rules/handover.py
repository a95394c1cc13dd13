"""To whom a manager's people can go. Each rule returns None, or the reason why not, translated."""

from django.utils.translation import gettext as _

from participants.choices import ACTIVE, EnrolmentStatus

# Those whom a manager answers for: they take part or may come to, those with a deferred place when they are back.
ANSWERED_FOR = (*ACTIVE, EnrolmentStatus.DEFERRED)


def refusal_to_hand_over(*, may: bool, to_a_manager: bool) -> str | None:
    """Whether people can be handed over. `may` is for managers of their municipality and coordinators of the region,
    `to_a_manager` is when the one who takes over manages the municipality, or nobody does.
    """
    if not may:
        return _("Only the employer and the coordinator can hand people over.")
    if not to_a_manager:
        return _("People are handed over to a manager of their own municipality. Choose another.")
    return None
