"""Who appoints whom, when an invitation can be accepted, and a number proved. Pure: no database, clock or request."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.choices import Role
from messaging.choices import Topic

# Participants aren't appointed: they come with an enrolment.
APPOINTS: dict[str, tuple[Role, ...]] = {
    Role.COORDINATOR: (Role.COORDINATOR, Role.MANAGER, Role.LECTURER),
    Role.MANAGER: (Role.MANAGER,),
    Role.ADMINISTRATOR: (Role.COORDINATOR, Role.ADMINISTRATOR),
}
# What each role chooses whether to get; the others get nothing that they may do without.
TOPICS: dict[str, tuple[Topic, ...]] = {
    Role.PARTICIPANT: (Topic.REMINDERS, Topic.PREPARATION, Topic.EVALUATION),
    Role.MANAGER: (Topic.PEOPLE, Topic.DIGEST),
}
# Of these, what also goes as SMS to those who have given a number.
BY_SMS = (Topic.REMINDERS,)
ROLES_BY_SMS = frozenset(role for role, topics in TOPICS.items() if set(topics) & set(BY_SMS))
# How long an invitation can be accepted, and when before its end somebody should ask what has become of it.
LIFETIME = timedelta(days=7)
OVERDUE = timedelta(days=2)
# A code that proves a number: how many digits, how long it works, and how often it may be entered wrongly.
CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
MOST_TRIES = 5
# How many codes are sent in how long: to a number, whoever asks, and to one who asks, whatever the number. Somebody who
# guesses has forty tries a day in a million.
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_TO_A_NUMBER = {A_MINUTE: 1, AN_HOUR: 3, A_DAY: 6}
MOST_TO_AN_ACCOUNT = {AN_HOUR: 4, A_DAY: 8}


@dataclass(frozen=True)
class Post:
    """A role, the region it works in and, for a manager, the municipality; an administrator's works in none."""

    role: str
    region: UUID | None
    municipality: UUID | None = None


def may_appoint(held: Iterable[Post], wanted: Post) -> bool:
    """Whether one who holds the posts `held` may give `wanted` to somebody, or take it away.

    Administrators do so in every region, coordinators in their own, managers in their municipality.
    """
    return any(wanted.role in APPOINTS.get(post.role, ()) and _reaches(post, wanted) for post in held)


def _reaches(post: Post, wanted: Post) -> bool:
    if post.role == Role.ADMINISTRATOR:
        return True
    if post.role == Role.MANAGER:
        return post.municipality is not None and post.municipality == wanted.municipality
    return post.region == wanted.region


def refusal_to_invite(
    held: Iterable[Post], wanted: Post, *, already_holds: bool, already_invited: bool, disabled: bool
) -> str | None:
    """Say why one who holds `held` can't invite somebody to `wanted`.

    `disabled` is when the address is that of a closed account among those whose roles she sees: of others, nobody
    learns by inviting whether they are known.
    """
    if not may_appoint(held, wanted):
        return _("You may not invite anybody to this role.")
    if disabled:
        return _("The account with this address is closed.")
    if already_holds:
        return _("A person with this address has the role already.")
    return reason_already_invited() if already_invited else None


def reason_already_invited() -> str:
    """What the rule says, also when only the database saw the second invitation."""
    return _("There is an invitation to this address already. You can send it again from the list of colleagues.")


def refusal_to_change_invitation(
    held: Iterable[Post], wanted: Post, *, accepted: datetime | None, revoked: datetime | None
) -> str | None:
    """Say why one who holds `held` can't send an invitation again or revoke it."""
    if not may_appoint(held, wanted):
        return _("You may not change this invitation.")
    if accepted:
        return _("The invitation has been accepted already.")
    if revoked:
        return _("The invitation has been revoked already.")
    return None


def refusal_to_accept(
    *,
    accepted: datetime | None,
    revoked: datetime | None,
    expires: datetime,
    now: datetime,
    disabled: bool,
    someone_else: bool,
    still_meant: bool,
) -> str | None:
    """Say why an invitation can't be accepted.

    `someone_else` is when another person than the invited is logged in; `still_meant` if whoever sent the invitation
    may still appoint: she who may no longer leaves no door open for herself.
    """
    if accepted:
        return _("The invitation has been accepted already. You can log in.")
    if revoked:
        return _("The invitation has been revoked. Ask the person who invited you.")
    if expires <= now:
        return _("The invitation has expired. Ask the person who invited you to send it again.")
    if not still_meant:
        return _("The person who invited you no longer has that right. Ask the region to send the invitation again.")
    if disabled:
        return _("The account with this address is closed. Ask the person who invited you.")
    if someone_else:
        return _("You are logged in as somebody else. Log out first, then open the link again.")
    return None


def refusal_to_end(held: Iterable[Post], wanted: Post, *, own: bool, last: bool) -> str | None:
    """Say why a role can't be ended. `last` is when nobody else holds it in its place.

    Nobody ends her own, so that no region and no portal is left without; but a manager may leave when a colleague
    stays. Only a coordinator leaves a municipality without managers.
    """
    if not may_appoint(held, wanted):
        return _("You may not end this role.")
    if own and wanted.role != Role.MANAGER:
        return _("You can't end your own role. Ask a colleague.")
    if own and last:
        return _("You are the only manager of the municipality. Invite a colleague first, or ask the coordinator.")
    return None


def overdue_until(now: datetime) -> datetime:
    """Invitations that end by then should have been accepted before `now`: they were sent five days ago or more."""
    return now + OVERDUE


def topics_of(roles: Iterable[str], used: Collection[Topic]) -> list[Topic]:
    """What one who holds `roles` may choose about, of the topics that are `used` in the portal."""
    chosen = {topic for role in roles for topic in TOPICS.get(role, ())}
    return [topic for topic in Topic if topic in chosen and topic in used]


def refusal_to_send_code(
    *, to_number: Collection[datetime], to_account: Collection[datetime], now: datetime
) -> str | None:
    """Say why no code is sent to a number, by when codes were sent to it, and when to her who asks.

    The words don't tell which of the two it is: nobody learns what others do with a number.
    """
    longest = max((*_full(MOST_TO_A_NUMBER, to_number, now), *_full(MOST_TO_AN_ACCOUNT, to_account, now)), default=None)
    if longest == A_MINUTE:
        return reason_just_sent()
    if longest == AN_HOUR:
        return _("Several codes have been sent lately. Wait an hour before you ask for another one.")
    if longest == A_DAY:
        return _("Many codes have been sent lately. Wait a day before you ask for another one.")
    return None


def _full(most: Mapping[timedelta, int], sent: Collection[datetime], now: datetime) -> list[timedelta]:
    """The windows before `now` in which no more may be sent."""
    return [window for window, limit in most.items() if sum(moment > now - window for moment in sent) >= limit]


def reason_just_sent() -> str:
    """What the rule says, also when only the database saw the second code."""
    return _("A code has just been sent. Wait a minute before you ask for another one.")


def refusal_to_try_code(*, expires: datetime, tries: int, now: datetime) -> str | None:
    """Say why a code that was entered wrongly `tries` times can't be entered any more."""
    if expires <= now:
        return _("The code is too old. Ask for a new one.")
    if tries >= MOST_TRIES:
        return _("The code has been entered wrongly too often. Ask for a new one.")
    return None
