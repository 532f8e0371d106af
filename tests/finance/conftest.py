"""A world whose books hold every kind of thing."""

from dataclasses import dataclass

import pytest

from cbi.finance.decisions.deciding import decide
from cbi.finance.intake.previewing import HowToRead
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle
from cbi.ledger.vouchers.changes import replace, void
from cbi.ledger.vouchers.reversing import reverse
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.vouchers import Paper, in_hand, issued

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")


@dataclass
class Told(World):
    """The world with its vouchers."""

    papers: list[Paper]


@pytest.fixture
def told(world: World) -> Told:
    """Two statements, one settled and paid, with every kind of thing that can be in a workbook."""
    a, b, c, d, e = in_hand(world, [1_500_000] * 5)
    in_hand(world, [2_000_000], category="nonfood", city="astana")
    issued(world, [1_000_050], start=50)
    taken_back = bought(world, a, 1_500_000, "1")
    bought(world, b, 900_000, "2")
    bought(world, c, 100_025, "3")
    void(world.session("manager1"), c.serial, "lost")
    replace(world.session("manager1"), d.serial, "=torn")
    taken_in(world, [line(a.serial, "15000", "1"), line(b.serial, "9500", "2"),
                     line("KZ22-R1-999999", "100.50")], how=AUGUST)
    finance = world.session("finance1")
    reconcile(finance, "MAGNUM-S1")
    decide(finance, ["MAGNUM-S1/3"], "reject", "none of ours")
    pay(world.session("finance2"), settle(finance, "MAGNUM-S1").number, "BANK-1")
    reverse(world.session("manager1"), taken_back, "goods returned")
    bought(world, e, 1_500_000, "5")
    taken_in(world, [line(e.code, "15000", "5"), line(e.serial, "15000", "5")], name="two.csv",
             how=AUGUST)
    reconcile(finance, "MAGNUM-S2")
    decide(finance, [f"MAGNUM-S2/{a.serial}/4"], "accept", "take it back")
    decide(finance, [f"MAGNUM-S2/{c.serial}/3"], "waive", "the shop gives it up")
    settle(finance, "MAGNUM-S2")
    return Told(**vars(world), papers=[a, b, c, d, e])
