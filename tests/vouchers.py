"""Vouchers for tests: drafted, approved and handed over as the rooms do it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cbi.ledger.vouchers.approving import approve
from cbi.ledger.vouchers.changes import hand_over
from cbi.ledger.vouchers.codes import open_code
from cbi.programmes.batches import DraftLine, draft
from tests.conftest import World
from tests.rows import all_rows


class Paper(NamedTuple):
    """A voucher's paper: its serial and its code."""

    serial: str
    code: str


def issued(
    world: World, amounts: Sequence[int], *, category: str = "food", city: str = "almaty",
    start: int = 1, round_code: str = "KZ22-R1", beneficiaries: Sequence[str] | None = None,
) -> list[Paper]:
    """Vouchers of these amounts (minor units), issued and not handed over."""
    names = beneficiaries or [f"P-{number:06d}" for number in range(start, start + len(amounts))]
    lines = [
        DraftLine(name, city, "fa", category, amount)
        for name, amount in zip(names, amounts, strict=True)
    ]
    batch = draft(world.session("manager1"), round_code, lines)
    approve(world.session("manager2"), batch.number)
    with world.ledger.read() as tx:
        rows = all_rows(tx,
            "SELECT serial, code_sealed FROM voucher WHERE batch = :batch ORDER BY serial",
            batch=batch.id,
        )
    key = world.keys.need("codes")
    return [Paper(row["serial"], open_code(row["code_sealed"], key)) for row in rows]


FIRST_DAY = 1_660_586_400_000_000
"""2022-08-16 00:00 in the tests' zone (UTC+6 that year): the round's first day."""

LONG_AGO = 1_000_000
"""Before any sale that a test thinks of."""


def in_hand(
    world: World, amounts: Sequence[int], *, handed_at: int | None = None, **more: Any
) -> list[Paper]:
    """The same, handed over, now or at an instant before (microseconds UTC)."""
    papers = issued(world, amounts, **more)
    hand_over(world.session("field1"), [paper.serial for paper in papers], occurred_at=handed_at)
    return papers
