"""The harness sees: with each guard of the ledger taken out, the judge finds what follows from it.

A race is a matter of luck, so a defect gets a few rounds to show itself, and other vouchers where
the first ones are spent or void before it did; none may stay unseen.
"""

import pytest

from tests.conftest import World
from tests.proof.defects import DEFECTS, Defect
from tests.proof.judge import judged
from tests.proof.tills import job_for, run_threads
from tests.vouchers import LONG_AGO, in_hand

SETS, VOUCHERS, ROUNDS, TILLS, ACTIONS, FACE = 4, 3, 6, 8, 40, 900_000

CASES = [
    pytest.param(
        defect, engine, id=f"{defect.name.replace(' ', '-')}-{engine}",
        marks=[pytest.mark.long] if defect.slow else [],
    )
    for defect in DEFECTS for engine in defect.engines
]


@pytest.mark.parametrize(("defect", "engine"), CASES, indirect=["engine"])
def test_a_guard_taken_out_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch, defect: Defect,
) -> None:
    papers = in_hand(world, [FACE] * VOUCHERS * SETS, handed_at=LONG_AGO)
    faces = dict.fromkeys((paper.serial for paper in papers), FACE)
    defect.plant(world, monkeypatch)
    events, wrong = [], []
    for seed in range(ROUNDS * SETS):
        first = seed // ROUNDS * VOUCHERS
        own = papers[first : first + VOUCHERS]
        events += run_threads(job_for(world, own, ACTIONS, seed), TILLS)
        wrong = judged(world, events, faces, schema=defect.schema)
        if any(defect.sign in words for words in wrong):
            break
        world.clock.now += 300_000_000
    assert any(defect.sign in words for words in wrong), wrong


def test_with_every_guard_in_place_the_same_harness_sees_nothing(world: World) -> None:
    papers = in_hand(world, [FACE] * VOUCHERS, handed_at=LONG_AGO)
    events = run_threads(job_for(world, papers, ACTIONS, 0), TILLS)
    assert judged(world, events, dict.fromkeys((paper.serial for paper in papers), FACE)) == []


def test_at_least_ten_guards_are_tried() -> None:
    assert len(DEFECTS) >= 10
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)
