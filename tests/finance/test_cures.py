"""A line that names no voucher and may have meant one: proposed, taken by a second person."""

import random

import pytest

from cbi.base.errors import Conflict, NotAllowed, UsageError
from cbi.finance.decisions.deciding import decide
from cbi.finance.intake.previewing import HowToRead, preview
from cbi.finance.intake.statements import carry_out, statement
from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.reconciliation.withdrawing import withdraw
from cbi.finance.settling.settlements import settle
from cbi.ledger.vouchers.codes import ALPHABET
from tests.conftest import World
from tests.finance.bills import bill, bought, line, taken_in
from tests.vouchers import FIRST_DAY, in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")


def listed(world: World, number: str) -> dict[str, str]:
    with world.ledger.read() as tx:
        return {one.reference.partition("/")[2]: one.rule for one in exceptions(
            tx, statement=number)}


def slipped(code: str, chance: random.Random) -> str:
    """One character wrong, two swapped, one missing or one too many."""
    place = chance.randrange(15)
    match chance.randrange(4):
        case 0:
            others = [one for one in ALPHABET if one != code[place]]
            return code[:place] + chance.choice(others) + code[place + 1 :]
        case 1 if code[place] != code[place + 1]:
            return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        case 2:
            return code[:place] + code[place + 1 :]
    return code[:place] + chance.choice(ALPHABET) + code[place:]


def test_a_mistyped_line_and_its_unbilled_redemption_are_one_pair(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    bought(world, a, 500_000, "71")
    bought(world, b, 300_000, "72")
    slip = a.code[:-1] + ("7" if a.code[-1] != "7" else "8")
    taken_in(world, [line(slip, "5000", "71"), line(b.code, "3000", "72")], how=AUGUST)
    first = world.session("finance1")
    reconcile(first, "MAGNUM-S1")
    assert listed(world, "MAGNUM-S1") == {"1": "mistyped", f"{a.serial}/3": "unbilled"}
    with world.ledger.read() as tx:
        mistyped, unbilled = exceptions(tx, statement="MAGNUM-S1")
    assert a.serial in mistyped.words()
    assert "one character differs" in mistyped.words()
    assert "Line 1" in unbilled.words()
    with pytest.raises(NotAllowed):
        decide(first, ["MAGNUM-S1/1"], "accept", "a slip of the hand")
    decide(world.session("finance2"), ["MAGNUM-S1/1"], "accept", "a slip of the hand")
    assert reconcile(first, "MAGNUM-S1").counts()["matched"] == 2
    assert listed(world, "MAGNUM-S1") == {}
    assert settle(first, "MAGNUM-S1").accepted_minor == 800_000


def test_a_line_without_a_cure_cannot_be_accepted(world: World) -> None:
    taken_in(world, [line("KZ22-R1-999999", "100", "1")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    with pytest.raises(UsageError, match="verdict-unfit"):
        decide(world.session("finance2"), ["MAGNUM-S1/1"], "accept", "why not")


def test_two_that_could_be_meant_are_no_cure(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    for paper in (a, b):
        bought(world, paper, 500_000, "71")
    taken_in(world, [line("без номера 1", "5000", "71")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    with world.ledger.read() as tx:
        found = exceptions(tx, statement="MAGNUM-S1", rule="mistyped")
    assert "cure_serial" not in found[0].detail


def test_of_planted_slips_ninety_nine_in_a_hundred_are_cured_and_none_wrongly(
    world: World,
) -> None:
    chance = random.Random("slips")
    papers = in_hand(world, [1_500_000] * 120, handed_at=FIRST_DAY)
    meant = [(paper, slipped(paper.code, chance)) for paper in papers]
    path = bill(world.folder, [line(slip, "5000") for _, slip in meant])
    seen = preview(world.session("finance1"), path, "magnum", AUGUST)
    with world.ledger.read() as tx:
        serials = dict(tx.tuples("SELECT id, serial FROM voucher"))
    told = [
        (paper.serial, one.serial or serials.get(one.cure or b""))
        for (paper, _), one in zip(meant, seen.resolved, strict=True)
    ]
    right = sum(is_ == should for should, is_ in told)
    assert right >= 0.99 * len(told)
    assert [pair for pair in told if pair[1] not in (None, pair[0])] == []


def test_a_redemption_is_billed_once_over_all_statements(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    bought(world, a, 500_000, "71")
    bought(world, b, 300_000, "72", store="magnum-almaty-2")
    session = world.session("finance1")
    taken_in(world, [line(a.serial, "5000", "71")], how=AUGUST)
    reconcile(session, "MAGNUM-S1")
    assert listed(world, "MAGNUM-S1") == {}  # the other store's is not missing from this one's
    taken_in(world, [line(b.serial, "3000", "72", store="magnum-almaty-2"),
                     line(a.serial, "5000", "71")], name="second.csv", how=AUGUST)
    reconcile(session, "MAGNUM-S2")
    assert listed(world, "MAGNUM-S2") == {"2": "billed-elsewhere"}
    with world.ledger.read() as tx:
        assert "MAGNUM-S1/1" in exceptions(tx, statement="MAGNUM-S2")[0].words()


def test_a_later_statement_closes_what_an_earlier_one_lacked(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    bought(world, a, 500_000, "71")
    bought(world, b, 300_000, "72")
    session = world.session("finance1")
    taken_in(world, [line(a.serial, "5000", "71")], how=AUGUST)
    reconcile(session, "MAGNUM-S1")
    assert listed(world, "MAGNUM-S1") == {f"{b.serial}/3": "unbilled"}
    taken_in(world, [line(b.serial, "3000", "72")], name="second.csv", how=AUGUST)
    assert reconcile(session, "MAGNUM-S2").closed == [f"MAGNUM-S1/{b.serial}/3"]
    assert listed(world, "MAGNUM-S1") == {}


def test_a_statement_is_withdrawn_or_replaced_and_then_claims_nothing(world: World) -> None:
    a, = in_hand(world, [1_500_000], handed_at=FIRST_DAY)
    bought(world, a, 500_000, "71")
    session = world.session("finance1")
    taken_in(world, [line(a.serial, "5500", "71")], how=AUGUST)
    reconcile(session, "MAGNUM-S1")
    path = bill(world.folder, [line(a.serial, "5000", "71")], name="second.csv")
    seen = preview(session, path, "magnum", AUGUST)
    assert ("finance.overlaps", {"statement": "MAGNUM-S1", "count": 1}) in [
        (one.code, one.facts) for one in seen.warnings]
    carry_out(session, seen)
    with pytest.raises(UsageError, match="withdraw-reason"):
        withdraw(session, "MAGNUM-S1", " ")
    withdraw(session, "MAGNUM-S1", "the shop sent a better one", replaced_by="magnum-s2")
    with world.ledger.read() as tx:
        assert statement(tx, "MAGNUM-S1").replaced_by == "MAGNUM-S2"
    assert listed(world, "MAGNUM-S1") == {}
    for again in (lambda: reconcile(session, "MAGNUM-S1"),
                  lambda: withdraw(session, "MAGNUM-S1", "again")):
        with pytest.raises(Conflict, match="statement-withdrawn"):
            again()
    assert reconcile(session, "MAGNUM-S2").counts()["matched"] == 1
    settle(session, "MAGNUM-S2")
    with pytest.raises(Conflict, match="withdraw-settled"):
        withdraw(session, "MAGNUM-S2", "too late")
