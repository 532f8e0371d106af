"""A reversal after settling: said at once, owed by the retailer, taken off, carried."""

import json
from functools import partial

import pytest

from cbi.base.errors import Conflict
from cbi.finance.decisions.billed import Billed
from cbi.finance.identities import check
from cbi.finance.intake.statements import statement
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.contracts import TermsSaid, set_terms
from cbi.finance.settling.settlements import foresee, pay, settle, transfer
from cbi.ledger.invariants import check_ledger
from cbi.ledger.settling import credits_due
from cbi.ledger.vouchers.reversing import reverse
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.vouchers import in_hand


def settled(world: World, amounts: list[int]) -> list[str]:
    """Redemptions of these amounts, billed, settled as MAGNUM-P1 and paid."""
    papers = in_hand(world, [1_500_000] * len(amounts))
    made = [
        bought(world, paper, amount, f"R{number}")
        for number, (paper, amount) in enumerate(zip(papers, amounts, strict=True))
    ]
    taken_in(world, [
        line(paper.serial, str(amount // 100), f"R{number}")
        for number, (paper, amount) in enumerate(zip(papers, amounts, strict=True))
    ])
    finance = world.session("finance1")
    reconcile(finance, "MAGNUM-S1")
    pay(world.session("finance2"), settle(finance, "MAGNUM-S1").number, "BANK-1")
    return made


def bill_again(world: World, amount: int, name: str, start: int) -> None:
    """Another statement with one redemption."""
    paper, = in_hand(world, [1_500_000], start=start)
    bought(world, paper, amount, name)
    number = taken_in(world, [line(paper.serial, str(amount // 100), name)], name=f"{name}.csv")
    reconcile(world.session("finance1"), number.number)


def owed(world: World) -> list[tuple[str, int, int]]:
    with world.ledger.read() as tx:
        assert [one for one in [*check(tx), *check_ledger(tx)] if one.wrong] == []
        return [(one.retailer, one.reversals, one.amount_minor) for one in credits_due(tx)]


def test_a_reversal_after_payment_is_owed_taken_off_and_carried(world: World) -> None:
    first, second = settled(world, [900_000, 300_000])
    assert owed(world) == []
    reverse(world.session("manager1"), first, "goods returned")
    reverse(world.session("manager1"), second, "goods returned")
    assert owed(world) == [("magnum", 2, 1_200_000)]
    bill_again(world, 500_000, "N1", 40)
    seen = foresee(world.session("finance1"), "MAGNUM-S2")
    assert (seen.claims_minor, seen.credit_minor, seen.credit_left_minor, seen.payable_minor) == (
        500_000, 300_000, 900_000, 200_000,
    )
    assert owed(world) == [("magnum", 2, 1_200_000)]
    assert settle(world.session("finance1"), "MAGNUM-S2").accepted_minor == 200_000
    assert owed(world) == [("magnum", 1, 900_000)]
    bill_again(world, 1_000_000, "N2", 60)
    assert settle(world.session("finance1"), "MAGNUM-S3").accepted_minor == 100_000
    assert owed(world) == []


def test_the_lines_of_a_bill_say_together_what_was_withheld_paid_and_is_left(world: World) -> None:
    first, = settled(world, [300_000])
    reverse(world.session("manager1"), first, "goods returned")
    finance = world.session("finance1")
    set_terms(world.session("manager1"), TermsSaid(
        retailer="magnum", currency="KZT", valid_from="2022-08-01", contract="7",
        contract_date="2022-08-01", fee_minor=1_000,
    ))
    papers = in_hand(world, [1_500_000] * 3, start=40)
    for number, paper in enumerate(papers):
        bought(world, paper, 200_000, f"N{number}")
    taken_in(world, [line(paper.serial, "2000", f"N{number}")
                     for number, paper in enumerate(papers)], name="two.csv")
    reconcile(finance, "MAGNUM-S2")
    made = settle(finance, "MAGNUM-S2")
    assert made.payable_minor == 600_000 - 300_000 - 1_000
    for before, sent, left in ((0, 150_000, 149_000), (150_000, 149_000, 0)):
        transfer(world.session("finance2"), [made.number], f"BANK-2-{left}", amount_minor=sent)
        with world.ledger.read() as tx:
            lines = list(Billed.of(tx, statement(tx, "MAGNUM-S2")).lines(tx))
        assert [sum(getattr(one, f"{name}_minor") for one in lines) for name in
                ("accepted", "withheld", "paid", "payable")] == [
            600_000, 301_000, before + sent, left]
        assert all(one.accepted_minor == one.discount_minor + one.withheld_minor + one.paid_minor
                   + one.payable_minor for one in lines)


def test_what_is_foreseen_is_what_is_settled_and_nothing_is_written(world: World) -> None:
    settled(world, [900_000])
    with pytest.raises(Conflict, match="nothing-to-settle"):
        foresee(world.session("finance1"), "MAGNUM-S1")
    bill_again(world, 400_000, "N1", 40)
    seen = foresee(world.session("finance1"), "magnum-s2")
    assert seen == foresee(world.session("finance1"), "MAGNUM-S2")
    made = settle(world.session("finance1"), "MAGNUM-S2")
    assert (made.number, made.accepted_minor) == ("MAGNUM-P2", seen.payable_minor)


def test_settling_and_paying_show_amounts_and_ask(
    world: World, capsys: pytest.CaptureFixture[str],
) -> None:
    cbi = typing_in(world, capsys)
    clerk, treasurer = partial(cbi, who="finance1"), partial(cbi, who="finance2")
    first, = settled(world, [900_000])
    code, out, _ = cbi("reverse", first, "--reason", "goods returned")
    assert code == 0
    assert "It was paid already, on MAGNUM-P1: it stands as credit of magnum" in out
    code, out, err = clerk("settlement", "list")
    assert code == 0, err
    assert "magnum owes back 9,000 tenge (1 reversal after settling)" in out.replace("\u00a0", " ")
    bill_again(world, 1_000_000, "N1", 40)
    code, out, err = clerk("settle", "MAGNUM-S2")
    assert code == 2
    assert "--yes" in err
    out = out.replace("\u00a0", " ")
    assert "MAGNUM-S2 of magnum: 1 redemption, 10,000 tenge accepted" in out
    assert "Taken off for reversals of what was settled before: 9,000 tenge" in out
    assert "To be paid: 1,000 tenge." in out
    assert clerk("settle", "MAGNUM-S2", "--yes")[0] == 0
    assert treasurer("pay", "MAGNUM-P2", "--reference", "BANK-2")[0] == 2
    assert len(json.loads(clerk("settlement", "list", "--unpaid", "--json")[1])) == 1
    assert treasurer("pay", "MAGNUM-P2", "--reference", "BANK-2", "--yes")[0] == 0
    assert json.loads(clerk("settlement", "list", "--unpaid", "--json")[1]) == []
