from datetime import timedelta
from uuid import uuid4

import pytest

from accounts import rules
from accounts.choices import Role
from accounts.rules import Post
from tests.factories import NOW

SKANE, BLEKINGE = uuid4(), uuid4()
LUND, MALMO = uuid4(), uuid4()
COORDINATOR = Post(Role.COORDINATOR, SKANE)
ADMINISTRATOR = Post(Role.ADMINISTRATOR, None)
IN_LUND, IN_MALMO = (Post(Role.MANAGER, SKANE, municipality) for municipality in (LUND, MALMO))


@pytest.mark.parametrize(
    ("held", "wanted", "may"),
    [
        (COORDINATOR, Post(Role.COORDINATOR, SKANE), True),
        (COORDINATOR, Post(Role.MANAGER, SKANE), True),
        (COORDINATOR, Post(Role.LECTURER, SKANE), True),
        (COORDINATOR, Post(Role.PARTICIPANT, SKANE), False),
        (COORDINATOR, Post(Role.ADMINISTRATOR, None), False),
        (COORDINATOR, Post(Role.MANAGER, BLEKINGE), False),
        (COORDINATOR, Post(Role.COORDINATOR, BLEKINGE), False),
        (ADMINISTRATOR, Post(Role.COORDINATOR, SKANE), True),
        (ADMINISTRATOR, Post(Role.COORDINATOR, BLEKINGE), True),
        (ADMINISTRATOR, Post(Role.ADMINISTRATOR, None), True),
        (ADMINISTRATOR, Post(Role.MANAGER, SKANE), False),
        (COORDINATOR, IN_LUND, True),
        (ADMINISTRATOR, IN_LUND, False),
        (IN_LUND, IN_LUND, True),
        (IN_LUND, IN_MALMO, False),
        (IN_LUND, COORDINATOR, False),
        (IN_LUND, Post(Role.LECTURER, SKANE), False),
        (Post(Role.MANAGER, SKANE), Post(Role.MANAGER, SKANE), False),
        (Post(Role.LECTURER, SKANE), Post(Role.LECTURER, SKANE), False),
        (Post(Role.PARTICIPANT, SKANE), Post(Role.COORDINATOR, SKANE), False),
    ],
)
def test_who_appoints_whom(held: Post, wanted: Post, may: bool) -> None:
    assert rules.may_appoint([held], wanted) is may


def test_one_who_holds_no_role_appoints_nobody() -> None:
    assert not rules.may_appoint([], Post(Role.MANAGER, SKANE))


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        ({}, None),
        ({"already_holds": True}, "has the role already"),
        ({"already_invited": True}, "an invitation to this address already"),
        ({"disabled": True}, "is closed"),
    ],
)
def test_what_stands_in_the_way_of_an_invitation(obstacle: dict[str, bool], reason: str | None) -> None:
    nothing = {"already_holds": False, "already_invited": False, "disabled": False}
    refusal = rules.refusal_to_invite([COORDINATOR], Post(Role.MANAGER, SKANE), **nothing | obstacle)
    assert (refusal is None) if reason is None else (reason in str(refusal))


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ({}, None),
        ({"accepted": NOW}, "accepted already"),
        ({"revoked": NOW}, "revoked"),
        ({"expires": NOW}, "expired"),
        ({"expires": NOW + timedelta(seconds=1)}, None),
        ({"disabled": True}, "closed"),
        ({"someone_else": True}, "somebody else"),
        ({"still_meant": False}, "no longer has that right"),
    ],
)
def test_when_an_invitation_can_be_accepted(situation: dict[str, object], reason: str | None) -> None:
    open_invitation = {
        "accepted": None,
        "revoked": None,
        "expires": NOW + timedelta(days=7),
        "disabled": False,
        "someone_else": False,
        "still_meant": True,
    }
    refusal = rules.refusal_to_accept(**open_invitation | situation, now=NOW)  # type: ignore[arg-type]
    assert (refusal is None) if reason is None else (reason in str(refusal))


@pytest.mark.parametrize(
    ("held", "wanted", "own", "last", "reason"),
    [
        (COORDINATOR, COORDINATOR, False, False, None),
        (COORDINATOR, COORDINATOR, True, False, "your own role"),
        (COORDINATOR, Post(Role.COORDINATOR, BLEKINGE), False, False, "may not"),
        (COORDINATOR, IN_LUND, False, False, None),
        (COORDINATOR, IN_LUND, False, True, None),
        (IN_LUND, IN_LUND, False, False, None),
        (IN_LUND, IN_LUND, True, False, None),
        (IN_LUND, IN_LUND, True, True, "the only manager"),
        (IN_LUND, IN_MALMO, False, False, "may not"),
    ],
)
def test_who_ends_which_role(held: Post, wanted: Post, own: bool, last: bool, reason: str | None) -> None:
    refusal = rules.refusal_to_end([held], wanted, own=own, last=last)
    assert (refusal is None) if reason is None else (reason in str(refusal))
