"""Side by side out of the database: the quick ways give what looking at everything gives."""

import random
from collections import defaultdict
from typing import Any

import pytest

from cbi.finance.intake.statements import statement
from cbi.finance.reconciliation.matching import (
    MATCHED,
    RECEIPT_USED,
    ClaimLine,
    ClaimMatch,
    Redemption,
    match_voucher,
)
from cbi.finance.reconciliation.streams import ENTRIES, outcomes
from cbi.ledger.vouchers.reversing import reverse
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.rows import all_rows
from tests.vouchers import in_hand

STORES = ("magnum-almaty-1", "magnum-almaty-2")
AMOUNTS = (100_000, 200_000, 300_000)


@pytest.mark.parametrize("seed", range(3))
def test_streaming_finds_what_matching_all_at_once_finds(world: World, seed: int) -> None:
    dice = random.Random(seed)
    papers = in_hand(world, [1_500_000] * 30)
    made = defaultdict(list)
    lines: list[Any] = []
    for paper in papers:
        for part in range(dice.choice((0, 1, 1, 2, 3))):
            amount, store = dice.choice(AMOUNTS), dice.choice(STORES)
            receipt = f"{len(lines)}{part}"
            reference = bought(world, paper, amount, receipt, store=store)
            undone = dice.random() < 0.1
            if undone:
                reverse(world.session("manager1"), reference, "mistake")
            seq = int(reference.rpartition("/")[2])
            made[paper.serial].append(Redemption(
                reference.encode(), seq, amount, receipt, "2022-08-20", store,
                "reversed" if undone else "",
            ))
            for _ in range(dice.choice((0, 1, 1, 1, 1, 2))):
                lines.append(line(
                    dice.choice((paper.serial, paper.code)),
                    str(amount // 100 + dice.choice((0, 0, 0, 500))),
                    dice.choice((receipt, receipt, "")), store=dice.choice((store, "?")),
                ))
    dice.shuffle(lines)
    about = taken_in(world, lines)
    with world.ledger.read() as tx:
        streamed = {
            (one.claim.line, MATCHED if one.outcome == RECEIPT_USED else one.outcome,
             one.redeemed_minor, tuple(p.seq for p in one.redemptions))
            for one in outcomes(tx, statement(tx, about.number)) if isinstance(one, ClaimMatch)
        }
        claims = all_rows(tx, "SELECT * FROM claim")
    by_serial = defaultdict(list)
    for row in claims:
        by_serial[row["shown"]].append(ClaimLine(
            row["line"], row["amount_minor"], row["receipt"], row["date"],
            row["store"] if row["store"] in STORES else None,
        ))
    assert streamed == {
        (one.claim.line, one.outcome, one.redeemed_minor, tuple(p.seq for p in one.redemptions))
        for serial, said in by_serial.items() for one in match_voucher(said, made[serial])
    }
    assert len(streamed) == len(lines)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_others_were_paid_is_not_looked_for_in_every_line_of_the_bill(world: World) -> None:
    """Each redemption is looked up among the claims by its voucher; the cured ones are gathered
    once. Looked through for each redemption at another retailer, a bill grew with the square."""
    with world.ledger.read() as tx:
        steps = [str(row[3]) for row in tx.tuples(
            f"EXPLAIN QUERY PLAN {ENTRIES.format(of_currency='')}",
            account="retailer:magnum", statement=b"",
        )]
    searches = [step for step in steps if step.startswith("SEARCH c ")]
    assert len(searches) == 2, steps
    assert [step for step in searches if "voucher=?" not in step] == searches[1:]
    assert any(step.startswith("LIST SUBQUERY") for step in steps), steps
