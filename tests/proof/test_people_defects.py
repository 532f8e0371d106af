"""The people's machine sees: with each rule of who receives taken out, it finds what follows.

A life for a defect has the steps alone in which it shows itself, and is not shrunk.
"""

import pytest

from tests.proof.people_defects import DEFECTS, Defect
from tests.proof.test_people_life import PeopleLife, walk

EVERY = [name for name in vars(PeopleLife) if hasattr(vars(PeopleLife)[name],
                                                     "hypothesis_stateful_rule")]


def life_of(steps: frozenset[str]) -> type[PeopleLife]:
    """A life with those steps alone."""
    return type("Life", (PeopleLife,), {
        name: None for name in EVERY if name not in steps
    })


@pytest.mark.long
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name.replace(" ", "-"))
def test_a_rule_taken_out_is_seen(monkeypatch: pytest.MonkeyPatch, defect: Defect) -> None:
    defect.plant(monkeypatch)
    with pytest.raises((AssertionError, ExceptionGroup)) as seen:
        walk("sqlite", "", defect.lives, 25, life=life_of(defect.steps), shrinks=False)
    assert all(isinstance(one, AssertionError) for one in
               getattr(seen.value, "exceptions", [seen.value])), seen.value


def test_every_rule_is_one_of_its_own() -> None:
    assert len({one.name for one in DEFECTS}) == len(DEFECTS)
    assert all(step in EVERY for one in DEFECTS for step in one.steps)
