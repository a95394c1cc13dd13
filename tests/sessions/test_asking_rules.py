"""Where a question to a lecturer stands, and what can be done about it: truth tables."""

import pytest

from sessions.choices import RequestStatus
from sessions.rules.asking import QuestionState, refusal_to_answer, refusal_to_ask, refusal_to_withdraw, state_of


@pytest.mark.parametrize(
    ("cancelled", "begun", "moved", "stands"),
    [
        (False, False, False, QuestionState.OPEN),
        (False, False, True, QuestionState.MOVED),
        (False, True, False, QuestionState.EXPIRED),
        (False, True, True, QuestionState.EXPIRED),
        (True, False, False, QuestionState.EXPIRED),
        (True, False, True, QuestionState.EXPIRED),
    ],
)
def test_an_open_question_follows_its_session(cancelled: bool, begun: bool, moved: bool, stands: QuestionState) -> None:
    assert state_of(RequestStatus.OPEN, cancelled=cancelled, begun=begun, moved=moved) == stands


@pytest.mark.parametrize("status", [RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.WITHDRAWN])
@pytest.mark.parametrize("changed", [False, True])
def test_what_is_closed_stays_as_it_was(status: RequestStatus, changed: bool) -> None:
    assert state_of(status, cancelled=changed, begun=changed, moved=changed) == status.value


@pytest.mark.parametrize("stands", list(QuestionState))
def test_what_is_open_or_moved_can_be_answered_and_nothing_else(stands: QuestionState) -> None:
    assert (refusal_to_answer(stands) is None) is stands.can_be_answered is (stands in {"open", "moved"})


@pytest.mark.parametrize("because", ["cancelled", "begun", "teaches", "asked", "archived"])
def test_one_reason_is_enough_not_to_ask(because: str) -> None:
    facts = dict.fromkeys(["cancelled", "begun", "teaches", "asked", "archived"], False)
    assert refusal_to_ask(**facts) is None
    assert refusal_to_ask(**(facts | {because: True}))


@pytest.mark.parametrize("status", list(RequestStatus))
def test_only_an_open_question_is_withdrawn(status: RequestStatus) -> None:
    assert (refusal_to_withdraw(status) is None) is (status == RequestStatus.OPEN)
