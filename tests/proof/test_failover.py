"""A leader that dies, hangs, is cut off or relieved takes no acknowledged redemption with it."""

import pytest

from tests.proof.cluster import missing
from tests.proof.failover import FAULTS, first_hearings, played, told
from tests.proof.tills import Event


@pytest.mark.long
@pytest.mark.skipif(bool(missing()), reason="needs " + ", ".join(missing()))
def test_each_fault_once_loses_and_doubles_nothing() -> None:
    rounds, wrong = played(len(FAULTS), synchronous=True)
    assert wrong == [], told(rounds, wrong)
    assert [one.fault for one in rounds] == list(FAULTS)


def heard(till: int, request: str, asked: int, answered: int, *, replayed: bool = False) -> Event:
    return Event(till, "redeem", "V", 10, request, asked, answered, "ok", 90, "V/2", replayed)


def test_a_request_whose_first_answer_was_lost_happened_before_any_was_heard() -> None:
    own, other = heard(1, "a", 1, 9, replayed=True), heard(2, "a", 4, 7, replayed=True)
    first, rest = sorted(first_hearings([own, other]), key=lambda event: event.replayed)
    assert (first.till, first.asked_at, first.answered_at, first.replayed) == (2, 1, 7, False)
    assert rest == own


def test_a_request_that_was_heard_at_once_stays_as_it_was() -> None:
    events = [heard(1, "a", 1, 2), heard(2, "a", 3, 4, replayed=True)]
    assert first_hearings(events) == events
