"""Where a question to a lecturer stands, and what can be done about it: truth tables."""

import pytest

from sessions.choices import RequestStatus
from sessions.rules.asking import Standing, refusal_to_answer, refusal_to_ask, refusal_to_withdraw, standing


@pytest.mark.parametrize(
    ("cancelled", "begun", "moved", "stands"),
    [
        (False, False, False, Standing.OPEN),
        (False, False, True, Standing.MOVED),
        (False, True, False, Standing.EXPIRED),
        (False, True, True, Standing.EXPIRED),
        (True, False, False, Standing.EXPIRED),
        (True, False, True, Standing.EXPIRED),
    ],
)
def test_an_open_question_follows_its_session(cancelled: bool, begun: bool, moved: bool, stands: Standing) -> None:
    assert standing(RequestStatus.OPEN, cancelled=cancelled, begun=begun, moved=moved) == stands


@pytest.mark.parametrize("status", [RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.WITHDRAWN])
@pytest.mark.parametrize("changed", [False, True])
def test_what_is_closed_stays_as_it_was(status: RequestStatus, changed: bool) -> None:
    assert standing(status, cancelled=changed, begun=changed, moved=changed) == status.value


@pytest.mark.parametrize("stands", list(Standing))
def test_what_is_open_or_moved_can_be_answered_and_nothing_else(stands: Standing) -> None:
    assert (refusal_to_answer(stands) is None) is stands.can_be_answered is (stands in {"open", "moved"})


@pytest.mark.parametrize("because", ["cancelled", "begun", "teaches", "asked", "archived"])
def test_one_reason_is_enough_not_to_ask(because: str) -> None:
    facts = dict.fromkeys(["cancelled", "begun", "teaches", "asked", "archived"], False)
    assert refusal_to_ask(**facts) is None
    assert refusal_to_ask(**(facts | {because: True}))


@pytest.mark.parametrize("status", list(RequestStatus))
def test_only_an_open_question_is_withdrawn(status: RequestStatus) -> None:
    assert (refusal_to_withdraw(status) is None) is (status == RequestStatus.OPEN)
