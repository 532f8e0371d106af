"""A contract's terms: taken off to the minor unit, given back as taken, new ones for new bills."""

import json
from dataclasses import asdict, replace

import pytest
from beancount import loader
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.clock import DAY_US, date_at
from cbi.base.errors import CbiError
from cbi.finance.identities import check, retailer_balances
from cbi.finance.intake.previewing import HowToRead
from cbi.finance.intake.statements import statement
from cbi.finance.letters.acts import ActAsked, make_act
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.contract_words import contract_name
from cbi.finance.settling.contracts import TermsSaid, set_terms
from cbi.finance.settling.discounting import (
    RATE_WHOLE,
    discount_on,
    discounted,
    rate_words,
    read_rate,
)
from cbi.finance.settling.settlements import foresee, settle, transfer
from cbi.ledger.invariants import check_ledger
from cbi.ledger.settling import Agreed, SettledEntry, Settlement, credits_due, settle_in
from cbi.ledger.tables import SettlementRow
from cbi.ledger.vouchers.reversing import reverse
from cbi.reports.journal import write_journal
from cbi.storage import ConstraintViolation
from tests.cli.conftest import typing_in
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.vouchers import in_hand

FIRST = HowToRead(period_from="2022-08-01", period_until="2022-08-20")
LATER = HowToRead(period_from="2022-08-20", period_until="2022-08-31")
TERMS = TermsSaid(
    retailer="magnum", currency="KZT", valid_from="2022-08-01", contract="№ 12",
    contract_date="2022-07-15", discount_rate=2_500, fee_minor=50_000, days=10,
)


def billed(world: World, amounts: list[int], name: str, how: HowToRead, start: int) -> list[str]:
    """Redemptions of these amounts, billed and reconciled."""
    papers = in_hand(world, [1_500_000] * len(amounts), start=start)
    made = [bought(world, paper, amount, f"{name}{at}")
            for at, (paper, amount) in enumerate(zip(papers, amounts, strict=True))]
    number = taken_in(world, [
        line(paper.serial, f"{amount / 100:.2f}", f"{name}{at}")
        for at, (paper, amount) in enumerate(zip(papers, amounts, strict=True))
    ], name=f"{name}.csv", how=how).number
    reconcile(world.session("finance1"), number)
    return made


def settled(world: World, number: str) -> Settlement:
    return settle(world.session("finance2"), number)


def sound(world: World) -> tuple[int, int]:
    """Paid and payable, when every rule holds."""
    with world.ledger.read() as tx:
        assert [one for one in [*check(tx), *check_ledger(tx)] if one.wrong] == []
        found = retailer_balances(tx, retailer="magnum")[0]
        return found.paid_minor, found.payable_minor


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=30),
       st.integers(0, RATE_WHOLE - 1))
def test_lines_less_their_discounts_are_what_is_paid(amounts: list[int], rate: int) -> None:
    lines = [SettledEntry(bytes([at]), one, 0) for at, one in enumerate(amounts)]
    made = discounted(lines, rate)
    assert [one._replace(discount_minor=0) for one in made] == lines
    assert all(0 <= one.discount_minor <= one.settled_minor for one in made)
    whole, taken = sum(amounts), sum(one.discount_minor for one in made)
    assert taken == discount_on(whole, rate)
    assert abs(2 * (taken * RATE_WHOLE - whole * rate)) <= RATE_WHOLE
    assert sum(one.settled_minor - one.discount_minor for one in made) + taken == whole


def test_a_rate_is_read_exactly_or_not_at_all() -> None:
    for words, rate in (("2.5%", 2_500), ("2,5 %", 2_500), ("15‰", 1_500), ("0.01‰", 1),
                        ("1 per mille", 100), ("99.999%", 99_999), ("0%", 0)):
        assert read_rate(words) == rate
    for words in ("2.5", "100%", "0.0001%", "0.001‰", "-1%", "", "1000‰", "x%"):
        with pytest.raises(CbiError, match="rate-unfit"):
            read_rate(words)
    assert [rate_words(one, "en") for one in (2_500, 1, 0)] == [
        "2.5\u202f%", "0.001\u202f%", "0\u202f%"]
    assert rate_words(2_500, "ru") == "2,5\u202f%"
    assert rate_words(2_500, "fa") == "\u2066۲٫۵٪\u2069"


def test_terms_are_taken_off_and_a_reversal_gives_back_what_was_taken(world: World) -> None:
    set_terms(world.session("manager1"), TERMS)
    first, second = billed(world, [333_333, 100_001], "A", FIRST, 1)
    seen = foresee(world.session("finance2"), "MAGNUM-S1")
    one = settled(world, "MAGNUM-S1")
    assert (one.accepted_minor, one.discount_minor, one.fee_minor) == (433_334, 10_833, 50_000)
    assert one.payable_minor == one.left_minor == seen.payable_minor == 372_501
    assert (one.due_on, one.terms) == ("2022-08-30", 1)
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-1", amount_minor=300_000)
    assert transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-2")[0].left_minor == 0
    assert sound(world) == (372_501, 0)

    set_terms(world.session("manager1"), replace(
        TERMS, valid_from="2022-08-25", discount_rate=10_000, fee_minor=0, days=None))
    reverse(world.session("manager1"), first, "goods returned")
    with world.ledger.read() as tx:
        assert [due.amount_minor for due in credits_due(tx)] == [333_333 - 8_333]
    billed(world, [400_000], "B", LATER, 40)
    seen = foresee(world.session("finance2"), "MAGNUM-S2")
    assert (seen.discount_minor, seen.credit_minor) == (40_000, 325_000)
    two = settled(world, "MAGNUM-S2")
    assert (two.accepted_minor, two.discount_minor, two.payable_minor) == (
        66_667, 40_000 - 8_333, 35_000)
    assert two.due_on == one.due_on  # days that are not said stay as they were
    assert sound(world) == (372_501, 35_000)
    assert second


def test_new_terms_are_for_bills_that_end_under_them_alone(world: World) -> None:
    set_terms(world.session("manager1"), TERMS)
    set_terms(world.session("manager1"), replace(TERMS, valid_from="2022-08-25", days=20,
                                                 discount_rate=5_000))
    set_terms(world.session("manager1"), replace(TERMS, discount_rate=1_000, fee_minor=0))
    billed(world, [100_000], "A", FIRST, 1)
    billed(world, [100_000], "B", LATER, 40)
    assert settled(world, "MAGNUM-S1").payable_minor == 99_000  # the last said of one day holds
    assert settled(world, "MAGNUM-S2").payable_minor == 45_000
    set_terms(world.session("manager1"), replace(TERMS, discount_rate=90_000))
    assert sound(world) == (0, 144_000)


def test_a_fee_takes_no_more_than_there_is(world: World) -> None:
    set_terms(world.session("manager1"), replace(TERMS, fee_minor=10**9))
    billed(world, [100_000], "A", FIRST, 1)
    assert settled(world, "MAGNUM-S1").payable_minor == 0
    with pytest.raises(CbiError, match="nothing-to-pay"):
        transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-1")
    assert sound(world) == (0, 0)


@pytest.mark.parametrize("wrong", [
    Agreed(1, 49_999), Agreed(1, 50_000, "2022-01-01"), Agreed(None), Agreed(7, 50_000),
])
def test_check_finds_a_settlement_that_does_not_follow_its_terms(
    world: World, wrong: Agreed,
) -> None:
    set_terms(world.session("manager1"), TERMS)
    billed(world, [100_000], "A", FIRST, 1)
    with world.ledger.read() as tx:
        entry = tx.value("SELECT id FROM entry WHERE kind = 'redeem'")
        about = statement(tx, "MAGNUM-S1")
    settling = SettledEntry(entry, 100_000, 0, 2_500)
    world.ledger.transact(lambda tx: settle_in(
        tx, world.session("finance2"), retailer="magnum", statement=about.id, lines=[settling],
        agreed=wrong,
    ))
    with world.ledger.read() as tx:
        red = {one.name for one in check(tx) if one.wrong}
    assert "terms-followed" in red


def test_the_database_itself_pays_what_the_terms_leave(world: World) -> None:
    billed(world, [100_000], "A", FIRST, 1)
    row = SettlementRow(
        id=b"x" * 16, number="MAGNUM-P9", retailer="magnum", statement=b"s", accepted_minor=100,
        discount_minor=10, fee_minor=0, payable_minor=91, terms=None, due_on=None,
        made_by="finance2", made_at=1, hash=b"",
    )
    with pytest.raises(ConstraintViolation, match="settlement_payable"):
        world.ledger.transact(lambda tx: tx.add(row))


def test_who_settles_sets_no_terms_and_a_contract_is_named(world: World) -> None:
    with pytest.raises(CbiError, match="role-missing"):
        set_terms(world.session("finance1"), TERMS)
    for said, key in (
        (replace(TERMS, contract=None), "contract.unnamed"),
        (replace(TERMS, contract_date="2022-08-02"), "contract.backwards"),
        (replace(TERMS, days=-1), "contract.days-unfit"),
        (replace(TERMS, retailer="nobody"), "retailer-unknown"),
    ):
        with pytest.raises(CbiError, match=key):
            set_terms(world.session("manager1"), said)


def test_act_and_journal_tell_what_is_taken_off_and_agree_with_the_books(world: World) -> None:
    set_terms(world.session("manager1"), TERMS)
    billed(world, [333_333, 100_001], "A", FIRST, 1)
    settled(world, "MAGNUM-S1")
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-1", amount_minor=300_000,
             fee_minor=1_500)
    with world.ledger.read() as tx:
        write_journal(tx, world.folder / "j.beancount")
        write_journal(tx, world.folder / "j.hledger", form="hledger")
    _, errors, _ = loader.load_file(str(world.folder / "j.beancount"))
    assert errors == []
    told = (world.folder / "j.beancount").read_text("utf-8")
    for leg in ("Income:Discounts:Magnum  -108.33 KZT", "Expenses:TransferFees  -500.00 KZT",
                "Expenses:TransferFees  15.00 KZT", "Assets:Bank  -15.00 KZT"):
        assert leg in told
    made = make_act(world.session("finance1"), "magnum", world.folder / "act.xlsx", ActAsked(
        first="2022-08-01", last=date_at(world.clock.now, ZONE)))
    sums = {name: amount for name, amount in asdict(made).items() if name.endswith("_minor")}
    assert sums == {"opening_minor": 0, "accepted_minor": 433_334, "returned_minor": 0,
                    "discount_minor": 10_833, "fee_minor": 50_000, "paid_minor": 300_000}
    assert made.closing_minor == sound(world)[1] == 72_501


def test_typed_terms_are_asked_shown_and_waited_for(
    world: World, capsys: pytest.CaptureFixture[str],
) -> None:
    cbi = typing_in(world, capsys)
    told = ("contract", "set", "magnum", "--from", "2022-08-01", "--contract", "12", "--date",
            "2022-07-15", "--discount", "2.5%", "--fee", "500", "--days", "10")
    code, out, err = cbi(*told)
    assert code == 2
    assert "--yes" in err
    code, out, err = cbi("--yes", *told)
    assert code == 0, err
    assert "contract No. 12 of 15 Jul 2022: 2.5 % off; 500 tenge off for the transfer; to be paid" \
        " within 10 days" in out.replace("\u00a0", " ").replace("\u202f", " ")
    code, out, _ = cbi("--json", "contract", "list", "magnum", who="finance1")
    kept, = json.loads(out)
    assert (kept["discount_rate"], kept["fee_minor"]) == (2_500, 50_000)
    billed(world, [333_333, 100_001], "A", FIRST, 1)
    code, out, err = cbi("--yes", "settle", "MAGNUM-S1", who="finance2")
    assert code == 0, err
    for words in ("Discount, to the nearest minor unit: 108.33 tenge", "transfer: 500 tenge",
                  "To be paid: 3,725.01 tenge", "To be paid by "):
        assert words in out.replace("\u00a0", " ")
    code, out, _ = cbi("--lang", "ru", "settlement", "show", "MAGNUM-P1", who="finance1")
    assert "По договору № 12 от 15.07.2022: скидка 2,5\u202f%" in out.replace("\u00a0", " ")
    code, out, _ = cbi("--lang", "ru", "contract", "list", "magnum", who="finance1")
    assert "2,5\u202f%" in out
    code, out, _ = cbi("--json", "settlement", "list", who="finance1")
    assert json.loads(out)[0]["payable_minor"] == 372_501
    code, out, _ = cbi("waiting", who="finance1")
    assert "MAGNUM-P1 is to be paid within 10 days" in out
    world.clock.now += 12 * DAY_US
    code, out, _ = cbi("waiting", who="finance1")
    assert "MAGNUM-P1 should have been paid 2 days ago" in out
    code, out, _ = cbi("settlement", "list", who="finance1")
    assert "overdue" in out


def test_the_sign_before_a_contract_s_number_stands_once() -> None:
    for typed, shown in (("№ 12", "12"), ("No. 7/A", "7/A"), ("no 5", "5"), ("Nova-1", "Nova-1"),
                         ("12", "12")):
        terms = ContractTerms(**{**asdict(TERMS), "contract": typed, "number": 1, "made_by": "x",
                                 "made_at": 0})
        assert contract_name(terms, "ru") == f"№ {shown} от 15.07.2022"
