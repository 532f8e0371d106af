"""Rules of who receives, taken out one at a time: what the people's machine must see.

Each patches the program as it runs, at the one place where the rule lives, as if somebody had
thought it superfluous.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cbi.distribution import handover as handing_over
from cbi.distribution import replacement as replacing
from cbi.issuance import approving, eligibility
from cbi.people.matching import beneficiaries

Plant = Callable[[Any], None]
"""Takes a rule out, by a monkeypatch."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A rule taken out. `steps` by name are those in which it shows itself, with those that every
    life has; `lives` are how many are walked for it at most."""

    name: str
    plant: Plant
    steps: frozenset[str]
    lives: int = 60


ROUND = frozenset({"drafts", "approves"})


def put(place: Any, name: str, value: Any) -> Plant:
    """Something else in the place of a name."""
    return lambda monkeypatch: monkeypatch.setattr(place, name, value)


def without(name: str, condition: str, instead: str) -> Plant:
    """A condition on people without one of its parts."""

    def plant(monkeypatch: Any) -> None:
        was = getattr(beneficiaries, name)
        assert condition in was, condition
        monkeypatch.setattr(beneficiaries, name, was.replace(condition, instead))

    return plant


def chosen(condition: str, instead: str = "1 = 0") -> Plant:
    """Everybody is chosen for new vouchers whatever that condition says."""
    return without("RECEIVES", condition, instead)


def given(condition: str, instead: str = "1 = 0") -> Plant:
    """Vouchers are given out whatever that condition says."""
    return without("BARRED", condition, instead)


def nothing(*_: Any, **__: Any) -> None:
    """Does nothing."""


def no_second_look(monkeypatch: Any) -> None:
    """What was drafted is approved as it was drafted."""
    original = approving._looked

    def looked(tx: Any, found: Any, drafted: Any) -> Any:
        seen, due = original(tx, found, drafted)
        return replace(seen, lines=tuple(drafted), fell_out=(), gains=()), due

    monkeypatch.setattr(approving, "_looked", looked)


def nothing_is_held(monkeypatch: Any) -> None:
    """Nobody looks who holds a round's vouchers, nor tells the database of households' aid."""
    monkeypatch.setattr(eligibility, "held_in", lambda tx, code: set())
    monkeypatch.setattr(approving, "put_aid", nothing)


def aid_untold(monkeypatch: Any) -> None:
    """Nobody writes down that a household got its aid."""
    monkeypatch.setattr(approving, "put_aid", nothing)


def top_ups_stay(monkeypatch: Any) -> None:
    """A top-up does not fall out with its person."""
    original = approving._top_up
    monkeypatch.setattr(
        approving, "_top_up", lambda found, drafted, barred: original(found, drafted, {})
    )


DEFECTS = tuple(
    Defect(name, plant, ROUND | frozenset(steps)) for name, plant, steps in (
        ("chosen whatever the status", chosen("person.status <> 'active'"), {"stand"}),
        ("chosen without consent", chosen("person.consent = 0"), {"consent"}),
        ("no second look", no_second_look, {"stand"}),
        ("what is held", nothing_is_held, ()),
        ("a household's aid untold", aid_untold, {"stand", "new_head"}),
        ("given out to anybody", put(handing_over, "refuse_for", nothing),
         {"stand", "hand_over"}),
        ("given out whatever the status", given("person.status <> 'active'"),
         {"stand", "hand_over"}),
        ("given out without consent", given("person.consent = 0"), {"consent", "hand_over"}),
        ("given out though merged", given("person.merged_into IS NOT NULL"),
         {"merge", "hand_over"}),
        ("replaced for anybody", put(replacing, "refuse_barred", nothing), {"stand", "close"}),
        ("topped up though fallen out", top_ups_stay, {"top_up"}),
    )
)
