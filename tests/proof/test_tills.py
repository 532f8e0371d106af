"""Sixteen tills on twenty vouchers, and the judge that must see whatever goes wrong among them."""

import pytest

from tests.conftest import World
from tests.proof.judge import State, judged, linearizable
from tests.proof.tills import Event, job_for, run_processes, run_threads
from tests.vouchers import LONG_AGO, in_hand

FACE = 1_500_000
TILLS, VOUCHERS = 16, 20


def test_sixteen_processes_on_twenty_vouchers_overspend_nothing_and_lose_nothing(
    world: World,
) -> None:
    papers = in_hand(world, [FACE] * VOUCHERS, handed_at=LONG_AGO)
    job = job_for(world, papers, actions=25, seed=1)
    events = run_processes(job, TILLS, world.folder)
    assert len(events) > TILLS * 15
    assert judged(world, events, dict.fromkeys((paper.serial for paper in papers), FACE)) == []
    heard = {event.answer for event in events}
    assert {"ok", "wrong-retailer", "not-yet-valid"} <= heard


def test_eight_threads_on_three_vouchers_meet_every_answer(world: World) -> None:
    papers = in_hand(world, [600_000] * 3, handed_at=LONG_AGO)
    events = run_threads(job_for(world, papers, actions=60, seed=2), 8)
    assert judged(world, events, dict.fromkeys((paper.serial for paper in papers), 600_000)) == []
    assert any(event.replayed for event in events)
    assert {"ok", "too-much", "wrong-retailer", "not-yet-valid"} <= {
        event.answer for event in events
    }


@pytest.mark.long
def test_many_rounds_of_sixteen_processes(world: World) -> None:
    papers = in_hand(world, [FACE] * VOUCHERS, handed_at=LONG_AGO)
    events = []
    for seed in range(20):
        folder = world.folder / str(seed)
        folder.mkdir()
        job = job_for(world, papers, actions=100, seed=seed)
        world.clock.now += 600_000_000
        events += run_processes(job, TILLS, folder)
        assert judged(world, [], {}, unheard=True) == []
    assert len(events) > 10_000
    assert judged(world, events, dict.fromkeys((paper.serial for paper in papers), FACE)) == []


# The judge itself.


def event(kind: str, asked: int, answered: int, amount: int, answer: str, balance: int) -> Event:
    return Event(0, kind, "V", amount, "", asked, answered, answer, balance)


def test_answers_in_any_order_that_the_times_allow_are_right() -> None:
    first = event("redeem", 0, 10, 60, "ok", 40)
    second = event("redeem", 1, 9, 40, "ok", 0)
    assert linearizable([first, second], State(100))
    assert linearizable([second, first], State(100))
    refused = event("redeem", 2, 8, 50, "too-much", 40)
    assert linearizable([first, second, refused], State(100))


@pytest.mark.parametrize(
    "events",
    [
        [event("redeem", 0, 1, 60, "ok", 40), event("redeem", 2, 3, 60, "ok", 40)],
        [event("redeem", 0, 1, 60, "ok", 40), event("redeem", 2, 3, 20, "too-much", 40)],
        [event("redeem", 0, 1, 60, "ok", 30)],
        [event("redeem", 2, 3, 60, "ok", 40), event("redeem", 0, 1, 40, "ok", 0)],
        [event("redeem", 0, 1, 10, "used-up", 0)],
        [event("block", 0, 1, 0, "ok", 100), event("redeem", 2, 3, 60, "ok", 40)],
        [event("redeem", 0, 1, 60, "ok", 40), event("reverse", 2, 3, 60, "ok", 40)],
        [event("redeem", 0, 1, 60, "blocked", 100)],
    ],
)
def test_what_one_till_alone_would_not_have_heard_is_wrong(events: list[Event]) -> None:
    assert not linearizable(events, State(100))
