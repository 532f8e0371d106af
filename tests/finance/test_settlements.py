"""Decisions, settling and paying: what may be said, what is paid, and by whom it may not be."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import pytest

from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.finance.decisions.deciding import decide, decide_all
from cbi.finance.identities import RetailerBalance, check, retailer_balances
from cbi.finance.intake.previewing import HowToRead, preview
from cbi.finance.intake.statements import carry_out
from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.reconciliation.matching import Redemption
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle, shared
from cbi.ledger.invariants import check_ledger
from cbi.ledger.settling import SettledEntry, settle_in, settlement, settlements
from cbi.ledger.vouchers.reversing import reverse
from cbi.programmes.programmes import change_programme
from tests.conftest import World
from tests.finance.bills import bill, bought, line, taken_in
from tests.rows import all_rows
from tests.vouchers import Paper, in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")


@dataclass
class Billed(World):
    """The world with the statement's vouchers, and the redemption that nobody billed."""

    papers: list[Paper]
    forgotten: str


@pytest.fixture
def billed(world: World) -> Billed:
    """Statement MAGNUM-S1, reconciled: a match, one billed too high, one too low, one unbilled."""
    a, b, c, d = in_hand(world, [1_500_000] * 4)
    bought(world, a, 1_000_000, "1")
    bought(world, b, 900_000, "2")
    bought(world, c, 500_000, "3")
    bought(world, c, 300_000, "4")
    forgotten = bought(world, d, 400_000, "5")
    taken_in(world, [line(a.serial, "10000", "1"), line(b.serial, "9500", "2"),
                     line(c.serial, "7500")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    return Billed(**vars(world), papers=[a, b, c, d], forgotten=forgotten)


def balance(world: World) -> RetailerBalance:
    with world.ledger.read() as tx:
        wrong = [one for one in [*check(tx), *check_ledger(tx)] if one.wrong]
        assert wrong == []
        return retailer_balances(tx, retailer="magnum")[0]


def test_what_matches_is_settled_and_the_rest_waits(billed: Billed) -> None:
    before = balance(billed)
    assert (before.redeemed_minor, before.unsettled_minor) == (3_100_000, 3_100_000)
    assert (before.claimed_minor, before.pending_minor) == (2_700_000, 2_700_000)
    made = settle(billed.session("finance1"), "magnum-s1")
    assert (made.number, made.accepted_minor, made.reference) == ("MAGNUM-P1", 1_000_000, None)
    after = balance(billed)
    assert (after.settled_minor, after.unsettled_minor, after.payable_minor) == (
        1_000_000, 2_100_000, 1_000_000,
    )
    with pytest.raises(Conflict, match="nothing-to-settle"):
        settle(billed.session("finance1"), "MAGNUM-S1")


def test_late_decisions_make_a_later_settlement(billed: Billed) -> None:
    settle(billed.session("finance1"), "MAGNUM-S1")
    decide(billed.session("finance1"), ["MAGNUM-S1/2"], "accept", "the till's roll says 9 000")
    made = settle(billed.session("finance1"), "MAGNUM-S1")
    assert (made.number, made.accepted_minor) == ("MAGNUM-P2", 900_000)
    decide(billed.session("finance1"), ["MAGNUM-S1/3"], "waive", "agreed by telephone")
    assert settle(billed.session("finance1"), "MAGNUM-S1").accepted_minor == 750_000
    decide(billed.session("finance1"), [f"magnum-s1/{billed.forgotten}"], "waive", "given up")
    last = settle(billed.session("finance1"), "MAGNUM-S1")
    assert last.accepted_minor == 0
    with pytest.raises(Conflict, match="nothing-to-pay"):
        pay(billed.session("finance2"), last.number, "BANK-4")
    after = balance(billed)
    assert (after.settled_minor, after.waived_minor, after.unsettled_minor) == (
        2_650_000, 450_000, 0,
    )
    assert (after.accepted_minor, after.rejected_minor, after.pending_minor) == (
        2_650_000, 50_000, 0,
    )
    with billed.ledger.read() as tx:
        assert [one.number for one in settlements(tx, retailer="magnum")] == [
            "MAGNUM-P1", "MAGNUM-P2", "MAGNUM-P3", "MAGNUM-P4",
        ]


def test_what_was_rejected_is_not_paid_and_stays_billable(billed: Billed) -> None:
    decide(billed.session("finance1"), ["MAGNUM-S1/2", "MAGNUM-S1/3"], "reject", "no receipts")
    settle(billed.session("finance1"), "MAGNUM-S1")
    after = balance(billed)
    assert (after.accepted_minor, after.rejected_minor) == (1_000_000, 1_700_000)
    taken_in(billed, [line(billed.papers[1].serial, "9000", "2")], name="again.csv")
    assert reconcile(billed.session("finance1"), "MAGNUM-S2").counts()["matched"] == 1
    assert settle(billed.session("finance1"), "MAGNUM-S2").accepted_minor == 900_000
    balance(billed)


def test_a_rejected_line_is_not_paid_by_itself_when_its_redemption_turns_up(world: World) -> None:
    paper, = in_hand(world, [1_500_000])
    taken_in(world, [line(paper.serial, "1000", "1")])
    session = world.session("finance1")
    reconcile(session, "MAGNUM-S1")
    decide(session, ["MAGNUM-S1/1"], "reject", "never redeemed")
    bought(world, paper, 100_000, "1")
    assert reconcile(session, "MAGNUM-S1").counts()["matched"] == 1
    with pytest.raises(Conflict, match="nothing-to-settle"):
        settle(session, "MAGNUM-S1")
    assert balance(world).rejected_minor == 100_000
    decide(session, ["MAGNUM-S1/1"], "later", "the shop's list came in late")
    assert settle(session, "MAGNUM-S1").accepted_minor == 100_000
    balance(world)


def test_a_decision_is_about_facts_and_does_not_outlive_them(billed: Billed) -> None:
    decide(billed.session("finance1"), ["MAGNUM-S1/2"], "accept", "fine")
    bought(billed, billed.papers[1], 20_000, "9")
    reconcile(billed.session("finance1"), "MAGNUM-S1")
    with billed.ledger.read() as tx:
        found = {one.line: one for one in exceptions(tx, statement="MAGNUM-S1") if one.line}
    assert found[2].verdict == "accept"
    reverse(billed.session("manager1"), f"{billed.papers[1].serial}/3", "wrong customer")
    reconcile(billed.session("finance1"), "MAGNUM-S1")
    with billed.ledger.read() as tx:
        found = {one.line: one for one in exceptions(tx, statement="MAGNUM-S1") if one.line}
    assert (found[2].rule, found[2].redeemed_minor, found[2].verdict) == (
        "reversed", 0, None,
    )
    assert settle(billed.session("finance1"), "MAGNUM-S1").accepted_minor == 1_000_000


@pytest.mark.parametrize(
    ("subject", "verdict"), [("2", "waive"), ("3", "accept"), ("UNBILLED", "reject")]
)
def test_a_verdict_that_cannot_be_said_is_refused_with_those_that_can(
    billed: Billed, subject: str, verdict: str,
) -> None:
    subject = billed.forgotten if subject == "UNBILLED" else subject
    with pytest.raises(UsageError) as refused:
        decide(billed.session("finance1"), [f"MAGNUM-S1/{subject}"], verdict, "so")
    assert refused.value.code == "finance.verdict-unfit"
    assert verdict not in str(refused.value.facts["known"]).split(", ")


def test_a_decision_needs_words_a_subject_and_finance(billed: Billed) -> None:
    session = billed.session("finance1")
    with pytest.raises(UsageError, match="reason-missing"):
        decide(session, ["MAGNUM-S1/2"], "accept", " ")
    with pytest.raises(UsageError, match="verdict-unknown"):
        decide(session, ["MAGNUM-S1/2"], "maybe", "so")
    with pytest.raises(NotFound, match="exception-unknown"):
        decide(session, ["MAGNUM-S1/1"], "reject", "so")
    with pytest.raises(NotFound, match="statement-unknown"):
        decide(session, ["MAGNUM-S7/1"], "reject", "so")
    with pytest.raises(NotAllowed):
        decide(billed.session("manager1"), ["MAGNUM-S1/2"], "accept", "so")
    with billed.ledger.read() as tx, pytest.raises(UsageError, match="rule-unknown"):
        exceptions(tx, rule="colour")


def test_what_was_settled_is_not_decided_anew(billed: Billed) -> None:
    session = billed.session("finance1")
    decide(session, ["MAGNUM-S1/2"], "accept", "fine")
    decide(session, [f"MAGNUM-S1/{billed.forgotten}"], "waive", "fine")
    settle(session, "MAGNUM-S1")
    with pytest.raises(Conflict, match="exception-settled"):
        decide(session, ["MAGNUM-S1/2"], "reject", "changed my mind")


def test_all_of_a_rule_can_be_decided_at_once(world: World) -> None:
    taken_in(world, [line(f"KZ22-R1-90000{number}", "100") for number in range(5)])
    session = world.session("finance1")
    reconcile(session, "MAGNUM-S1")
    made = decide_all(session, "magnum-s1", "unknown", "reject", "none of ours")
    assert [one.verdict for one in made] == ["reject"] * 5
    with pytest.raises(Conflict, match="nothing-to-decide"):
        decide_all(session, "MAGNUM-S1", "unknown", "reject", "again")
    with world.ledger.read() as tx:
        assert exceptions(tx, statement="MAGNUM-S1", undecided=True) == []
        assert len(exceptions(tx, statement="MAGNUM-S1", limit=3)) == 3
    assert balance(world).rejected_minor == 50_000


def test_the_newest_decision_counts_even_when_the_clock_stands_still(billed: Billed) -> None:
    billed.clock.step = 0
    for verdict in ("accept", "reject", "accept", "later"):
        decide(billed.session("finance1"), ["MAGNUM-S1/2"], verdict, "so")
    with billed.ledger.read() as tx:
        assert next(one.verdict for one in exceptions(tx, rule="amount-differs")) == "later"


def test_who_settled_does_not_pay_and_who_took_the_bill_in_may(billed: Billed) -> None:
    number = settle(billed.session("finance2"), "MAGNUM-S1").number
    with pytest.raises(NotAllowed) as refused:
        pay(billed.session("finance2"), number, "BANK-1")
    assert refused.value.code == "operators.duties-apart"
    with pytest.raises(NotAllowed):
        pay(billed.session("manager1"), number, "BANK-1")
    with billed.ledger.read() as tx:
        assert all_rows(tx, "SELECT 1 FROM payment") == []
    assert pay(billed.session("finance1"), number, "BANK-1").left_minor == 0


def test_who_decided_does_not_pay(billed: Billed) -> None:
    from cbi.operators.operator_session import Operator

    decide(billed.session("finance2"), ["MAGNUM-S1/2"], "accept", "fine")
    number = settle(billed.session("finance1"), "MAGNUM-S1").number
    with pytest.raises(NotAllowed):
        pay(billed.session("finance2"), number, "BANK-1")
    third = billed.session("finance2")
    object.__setattr__(third, "operator", Operator("finance3", frozenset({"finance"})))
    paid = pay(third, number, " BANK-1 ")
    assert (paid.reference, paid.paid_by, paid.accepted_minor) == ("BANK-1", "finance3", 1_900_000)
    with pytest.raises(Conflict, match="paid-already"):
        pay(third, number, "BANK-2")
    after = balance(billed)
    assert (after.paid_minor, after.payable_minor) == (1_900_000, 0)


def test_a_one_person_office_may_pay_what_it_settled(billed: Billed) -> None:
    change_programme(billed.session("admin1"), "KZ22", "one-person office", duties_apart=False)
    session = billed.session("finance1")
    number = settle(session, "MAGNUM-S1").number
    assert pay(session, number, "BANK-1").paid_by == "finance1"


def test_a_banks_reference_pays_once(billed: Billed) -> None:
    change_programme(billed.session("admin1"), "KZ22", "one-person office", duties_apart=False)
    session = billed.session("finance1")
    pay(session, settle(session, "MAGNUM-S1").number, "BANK-1")
    decide(session, ["MAGNUM-S1/2"], "accept", "fine")
    number = settle(session, "MAGNUM-S1").number
    with pytest.raises(UsageError, match="reference-missing"):
        pay(session, number, "  ")
    with pytest.raises(Conflict, match="reference-used"):
        pay(session, number, "BANK-1")
    with pytest.raises(NotFound, match="settlement-unknown"):
        pay(session, "MAGNUM-P9", "BANK-2")
    assert pay(session, number, "BANK-2").reference == "BANK-2"


def test_nothing_is_settled_before_it_was_reconciled(world: World) -> None:
    taken_in(world, [line("KZ22-R1-000001", "100")])
    with pytest.raises(Conflict, match="not-reconciled"):
        settle(world.session("finance1"), "MAGNUM-S1")


def test_a_reversal_after_settling_is_taken_back_with_a_later_statement(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2)
    redemption = bought(world, a, 100_000, "1")
    session = world.session("finance1")
    taken_in(world, [line(a.serial, "1000", "1")], how=AUGUST)
    reconcile(session, "MAGNUM-S1")
    settle(session, "MAGNUM-S1")
    reverse(world.session("manager1"), redemption, "goods returned")
    assert balance(world).unsettled_minor == -100_000
    bought(world, b, 300_000, "2")
    taken_in(world, [line(b.serial, "3000", "2")], name="second.csv", how=AUGUST)
    reconcile(session, "MAGNUM-S2")
    decide(session, [f"MAGNUM-S2/{a.serial}/4"], "accept", "take it back")
    assert settle(session, "MAGNUM-S2").accepted_minor == 200_000
    after = balance(world)
    assert (after.redeemed_minor, after.settled_minor, after.unsettled_minor) == (
        300_000, 300_000, 0,
    )
    assert (after.accepted_minor, after.deducted_minor, after.payable_minor) == (
        400_000, 100_000, 300_000,
    )


def test_no_more_is_taken_back_than_a_settlement_accepts(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2)
    redemption = bought(world, a, 1_000_000, "1")
    session = world.session("finance1")
    taken_in(world, [line(a.serial, "10000", "1")], how=AUGUST)
    reconcile(session, "MAGNUM-S1")
    settle(session, "MAGNUM-S1")
    reverse(world.session("manager1"), redemption, "goods returned")
    bought(world, b, 300_000, "2")
    bought(world, b, 900_000, "3")
    taken_in(world, [line(b.serial, "3000", "2")], name="second.csv", how=AUGUST)
    reconcile(session, "MAGNUM-S2")
    decide(session, [f"MAGNUM-S2/{a.serial}/4"], "accept", "take it back")
    assert settle(session, "MAGNUM-S2").accepted_minor == 300_000
    assert balance(world).deducted_minor == 0
    with pytest.raises(Conflict, match="nothing-to-settle"):
        settle(session, "MAGNUM-S2")
    taken_in(world, [line(b.serial, "9000", "3"), line(b.serial, "1")], name="third.csv",
             how=AUGUST)
    reconcile(session, "MAGNUM-S3")
    decide(session, [f"MAGNUM-S3/{a.serial}/4"], "accept", "take it back")
    assert settle(session, "MAGNUM-S3").accepted_minor == 900_000
    assert balance(world).unsettled_minor == -1_000_000


def test_two_statements_for_one_redemption_settle_it_once(world: World) -> None:
    paper, = in_hand(world, [1_500_000])
    bought(world, paper, 100_000, "1")
    session = world.session("finance1")
    for name in ("one.csv", "two.csv"):
        taken_in(world, [line(paper.serial, "1000", "1", day=f"{20 + len(name)}.08.2022")]
                 if name == "two.csv" else [line(paper.serial, "1000", "1")], name=name)
    assert reconcile(session, "MAGNUM-S1").counts()["matched"] == 1
    assert reconcile(session, "MAGNUM-S2").counts()["billed-elsewhere"] == 1
    with pytest.raises(Conflict, match="nothing-to-settle"):
        settle(session, "MAGNUM-S2")
    settle(session, "MAGNUM-S1")
    assert reconcile(session, "MAGNUM-S2").counts()["settled-before"] == 1
    balance(world)


def test_two_offices_that_settle_at_once_settle_once(billed: Billed) -> None:
    def run(name: str) -> str:
        database = billed.again()
        try:
            return settle(replace(billed.session(name), ledger=database), "MAGNUM-S1").number
        except Conflict as refused:
            return refused.code
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, ["finance1", "finance2"] * 2))
    assert sorted(done) == ["MAGNUM-P1", *["finance.nothing-to-settle"] * 3]
    assert balance(billed).settled_minor == 1_000_000


def test_two_offices_that_take_in_one_file_take_it_in_once(world: World) -> None:
    path = bill(world.folder, [line("KZ22-R1-000001", "100")])
    seen = preview(world.session("finance1"), path, "magnum")

    def run(name: str) -> str:
        database = world.again()
        try:
            return carry_out(replace(world.session(name), ledger=database), seen).number
        except Conflict as refused:
            return refused.code
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, ["finance1", "finance2"] * 2))
    assert sorted(done) == ["MAGNUM-S1", *["finance.statement-known"] * 3]


def test_the_ledger_itself_refuses_a_settlement_that_is_not_whole_or_not_the_retailers(
    billed: Billed,
) -> None:
    with billed.ledger.read() as tx:
        entry = tx.value("SELECT id FROM entry WHERE kind = 'redeem' AND receipt = '1'")
        issue = tx.value("SELECT id FROM entry WHERE kind = 'issue' LIMIT 1")
    for retailer, line_ in (
        ("magnum", SettledEntry(entry, 900_000, 0)), ("other", SettledEntry(entry, 1_000_000, 0)),
        ("magnum", SettledEntry(issue, 1_500_000, 0)), ("magnum", SettledEntry(b"no", 1, 0)),
    ):
        with pytest.raises(Conflict, match="entry-unfit"):
            billed.ledger.transact(partial(
                settle_in, session=billed.session("finance1"), retailer=retailer, statement=b"s",
                lines=[line_],
            ))
    with pytest.raises(Conflict, match="settled-before"):
        billed.ledger.transact(lambda tx: settle_in(
            tx, billed.session("finance1"), retailer="magnum", statement=b"s",
            lines=[SettledEntry(entry, 1_000_000, 0)] * 2,
        ))
    with pytest.raises(Conflict, match="settlement-empty"):
        billed.ledger.transact(lambda tx: settle_in(
            tx, billed.session("finance1"), retailer="magnum", statement=b"s", lines=[]
        ))
    with billed.ledger.read() as tx:
        assert settlements(tx) == []
        with pytest.raises(NotFound):
            settlement(tx, "MAGNUM-P1")


def test_what_an_amount_does_not_reach_is_waived() -> None:
    parts = [Redemption(bytes([seq]), seq, 100, "", "", "") for seq in (2, 1, 3)]
    assert list(shared(parts, 150)) == [(b"\x01", 100, 0, 0), (b"\x02", 50, 50, 0),
                                        (b"\x03", 0, 100, 0)]
