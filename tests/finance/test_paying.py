"""Paying: in part, several by one transfer, with its fee, by a team of two; never twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import Conflict
from cbi.finance.closing import open_work
from cbi.finance.decisions.billed import Billed
from cbi.finance.identities import check, retailer_balances
from cbi.finance.intake.previewing import HowToRead
from cbi.finance.intake.statements import statement
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import settle, transfer
from cbi.ledger.invariants import check_ledger
from cbi.ledger.paying import Transfer, shared_out
from cbi.ledger.settling import Settlement
from cbi.operators.accounts import add_operator
from cbi.storage import ConstraintViolation
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.operators.conftest import QUICK
from tests.rows import all_rows
from tests.vouchers import FIRST_DAY, in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")


@pytest.fixture
def settled(world: World) -> World:
    """MAGNUM-P1 of 8,000 over two lines and MAGNUM-P2 of 3,000, settled by finance2."""
    a, b, c = in_hand(world, [1_500_000] * 3)
    for paper, amount, receipt in ((a, 500_000, "1"), (b, 300_000, "2"), (c, 300_000, "3")):
        bought(world, paper, amount, receipt)
    taken_in(world, [line(a.serial, "5000", "1"), line(b.serial, "3000", "2")], how=AUGUST)
    taken_in(world, [line(c.serial, "3000", "3")], name="two.csv", how=AUGUST)
    for number in ("MAGNUM-S1", "MAGNUM-S2"):
        reconcile(world.session("finance1"), number)
        settle(world.session("finance2"), number)
    return world


def holds(world: World) -> tuple[int, int]:
    """Paid and payable of the retailer, when every rule holds."""
    with world.ledger.read() as tx:
        assert [one for one in [*check(tx), *check_ledger(tx)] if one.wrong] == []
        found = retailer_balances(tx, retailer="magnum")[0]
        return found.paid_minor, found.payable_minor


def test_a_part_is_paid_and_the_rest_waits(settled: World) -> None:
    payer = settled.session("finance1")
    first = transfer(payer, ["MAGNUM-P1"], "BANK-1", amount_minor=600_000)[0]
    assert (first.paid_minor, first.left_minor, first.reference) == (600_000, 200_000, "BANK-1")
    assert holds(settled) == (600_000, 500_000)
    with settled.ledger.read() as tx:
        bill = Billed.of(tx, statement(tx, "MAGNUM-S1"))
        assert [one.paid_minor for one in bill.lines(tx)] == [500_000, 100_000]
        assert open_work(tx).unpaid == ("MAGNUM-P1", "MAGNUM-P2")
    with pytest.raises(Conflict, match="transfer-unfit"):
        transfer(payer, ["MAGNUM-P1"], "BANK-2", amount_minor=200_001)
    assert transfer(payer, ["MAGNUM-P1"], "BANK-2")[0].left_minor == 0
    assert holds(settled) == (800_000, 300_000)
    with pytest.raises(Conflict, match="paid-already"):
        transfer(payer, ["MAGNUM-P1"], "BANK-3")


def test_one_transfer_pays_several_and_keeps_its_fee(settled: World) -> None:
    payer = settled.session("finance1")
    made = transfer(payer, ["MAGNUM-P1", "MAGNUM-P2"], "BANK-1", fee_minor=15_000)
    assert [one.left_minor for one in made] == [0, 0]
    assert holds(settled) == (1_100_000, 0)
    with settled.ledger.read() as tx:
        assert list(tx.tuples("SELECT place, amount_minor, fee_minor FROM payment ORDER BY 1")) == [
            (1, 800_000, 15_000), (2, 300_000, 0),
        ]


def test_a_transfer_pays_each_whole_but_the_last(settled: World) -> None:
    payer = settled.session("finance1")
    for amount in (800_000, 1_100_001):  # nothing for the second; more than both
        with pytest.raises(Conflict, match="transfer-unfit"):
            transfer(payer, ["MAGNUM-P1", "MAGNUM-P2"], "BANK-1", amount_minor=amount)
    made = transfer(payer, ["MAGNUM-P1", "MAGNUM-P2"], "BANK-1", amount_minor=800_001)
    assert [one.left_minor for one in made] == [0, 299_999]
    with pytest.raises(Conflict, match="reference-used"):
        transfer(payer, ["MAGNUM-P2"], "BANK-1")


def test_the_database_itself_pays_nothing_twice(settled: World) -> None:
    transfer(settled.session("finance1"), ["MAGNUM-P1"], "BANK-1", amount_minor=600_000)
    with settled.ledger.read() as tx:
        stands = all_rows(tx, "SELECT * FROM payment")[0]
    for changed in (
        {"reference": "BANK-2"},  # the same part again
        {"part": 2, "left_minor": 200_000},  # the same reference again
        {"part": 2, "reference": "BANK-2", "left_minor": -1},
    ):
        with pytest.raises(ConstraintViolation), settled.ledger.write() as tx:
            tx.insert("payment", [{**stands, "id": b"N" * 16, **changed}])


def test_two_offices_that_pay_at_once_pay_once(settled: World) -> None:
    def run(name: str) -> str:
        database = settled.again()
        try:
            session = replace(settled.session("finance1"), ledger=database)
            return str(transfer(session, ["MAGNUM-P1"], name)[0].reference)
        except Conflict as refused:
            return refused.code
        finally:
            database.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(run, ("BANK-1", "BANK-2")))
    assert said[1] == "finance.paid-already"
    assert said[0] in ("BANK-1", "BANK-2")
    assert holds(settled) == (800_000, 300_000)


def test_two_people_take_a_cure_settle_and_pay(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """finance1 takes the bill in and pays; finance2 decides on it and settles it."""
    paper, = in_hand(world, [1_500_000], handed_at=FIRST_DAY)
    bought(world, paper, 500_000, "71")
    slip = paper.code[:-1] + ("7" if paper.code[-1] != "7" else "8")
    taken_in(world, [line(slip, "5000", "71")], how=AUGUST)
    cbi = typing_in(world, capsys)
    assert cbi("reconcile", "MAGNUM-S1", who="finance1")[0] == 0
    cure = ("exception", "decide", "accept", "MAGNUM-S1/1", "--reason", "a slip of the hand")
    assert cbi(*cure, who="finance1")[0] == 3
    assert cbi(*cure, who="finance2")[0] == 0
    assert cbi("settle", "MAGNUM-S1", "--yes", who="finance2")[0] == 0
    paid = ("pay", "MAGNUM-P1", "--reference", "BANK-1", "--amount", "2000", "--fee", "150",
            "--yes")
    assert cbi(*paid, who="finance2")[0] == 3
    code, out, _ = cbi(*paid, who="finance1")
    assert code == 0
    assert "3,000 tenge left to pay" in out.replace("\u00a0", " "), out
    assert "left to pay" in cbi("settlement", "list", "--unpaid", who="finance1")[1]
    assert holds(world) == (200_000, 300_000)
    assert cbi("pay", "MAGNUM-P1", "--reference", "BANK-2", "--yes", who="finance1")[0] == 0
    shown = cbi("settlement", "show", "MAGNUM-P1", who="finance1")[1].replace("\u00a0", " ")
    assert "2,000 tenge, reference BANK-1" in shown
    assert "3,000 tenge, reference BANK-2" in shown


def test_who_may_pay_is_told_before_it_is_settled(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two in finance, one decided: were the other to settle, neither could pay."""
    for name in ("finance1", "finance2"):
        add_operator(world.session("admin1"), name, {"finance"}, passphrase="nine tall poplars",
                     stretching=QUICK)
    paper, = in_hand(world, [1_500_000], handed_at=FIRST_DAY)
    bought(world, paper, 500_000, "71")
    taken_in(world, [line(paper.serial, "6000", "71")], how=AUGUST)
    cbi = typing_in(world, capsys)
    assert cbi("reconcile", "MAGNUM-S1", who="finance1")[0] == 0
    assert cbi("exception", "decide", "accept", "MAGNUM-S1/1", "--reason", "the till's",
               who="finance2")[0] == 0
    assert "Nobody will be able to pay" in cbi("settle", "MAGNUM-S1", "--yes", who="finance1")[1]
    told = json.loads(cbi("waiting", "--all", "--json", who="finance1")[1])
    assert [one["given_by"] for one in told if one["what"] == "pay"] == [["finance1", "finance2"]]


def unpaid(left: int) -> Settlement:
    return Settlement(bytes([left % 251]) * 16, f"M-P{left}", "m", b"S", left, 0, 0, left, None,
                      None, "x", 0, left)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=6), st.data())
def test_a_transfer_is_shared_out_to_the_minor_unit(lefts: list[int], data: st.DataObject) -> None:
    payable, whole = [unpaid(left) for left in lefts], sum(lefts)
    amount = data.draw(st.integers(whole - lefts[-1] + 1, whole))
    parts = shared_out(payable, Transfer("R", "KZT", amount))
    assert sum(part for _, part in parts) == amount
    assert all(0 < part <= one.left_minor for one, part in parts)
    with pytest.raises(Conflict):
        shared_out(payable, Transfer("R", "KZT", whole + 1))
