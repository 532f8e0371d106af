"""A statement against the ledger: every outcome, what was not billed, the list of exceptions."""

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import NotAllowed, NotFound
from cbi.finance.decisions.deciding import decide
from cbi.finance.identities import check
from cbi.finance.intake.previewing import HowToRead
from cbi.finance.intake.statements import statement
from cbi.finance.reconciliation.exceptions import ExceptionView, exceptions
from cbi.finance.reconciliation.reconciling import Reconciliation, reconcile, reconciliation
from cbi.finance.settling.settlements import settle
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.reversing import reverse
from tests.conftest import ZONE, World
from tests.finance.bills import allow, bought, line, taken_in
from tests.rows import all_rows
from tests.vouchers import FIRST_DAY, in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")


def reconciled(world: World, number: str = "MAGNUM-S1") -> Reconciliation:
    return reconcile(world.session("finance1"), number)


def found(world: World, number: str = "MAGNUM-S1") -> list[ExceptionView]:
    with world.ledger.read() as tx:
        return exceptions(tx, statement=number)


def rules(world: World, number: str = "MAGNUM-S1") -> dict[str, tuple[str, int, int]]:
    """Subject: rule, claimed and redeemed, in tenge."""
    return {
        one.reference.partition("/")[2]: (
            one.rule, one.claimed_minor // 100, one.redeemed_minor // 100
        ) for one in found(world, number)
    }


def test_every_outcome_of_a_line_is_told_apart(world: World) -> None:
    allow(world)
    a, b, c, d, e, f, g, h = in_hand(world, [1_500_000] * 8, handed_at=FIRST_DAY)
    before = bought(world, e, 100_000, "50", day="2022-08-17")
    taken_in(world, [line(e.serial, "1000", "50", day="17.08.2022")], name="first.csv")
    reconciled(world)
    settle(world.session("finance1"), "MAGNUM-S1")
    bought(world, a, 1_500_000, "1")
    bought(world, b, 900_000, "2")
    bought(world, c, 800_000, "3")
    bought(world, f, 700_000, "4", store="other-almaty-1")
    undone = bought(world, g, 600_000, "5")
    reverse(world.session("manager1"), undone, "wrong till")
    forgotten = bought(world, h, 500_000, "6")
    taken_in(world, [
        line(a.serial, "15000", "1"), line(b.serial, "9500", "2"), line(c.code, "7000", "3"),
        line("KZ22-R1-999999", "100"), line("KZ22-R1-1-7", "200"), line(d.serial, "300"),
        line(a.serial, "15000", "1"), line(e.serial, "1000", "50"), line(f.serial, "7000", "4"),
        line(g.serial, "6000", "5"),
    ])
    made = reconciled(world, "MAGNUM-S2")
    assert made.counts() == {
        "matched": 1, "amount-differs": 2, "unknown": 1, "mistyped": 1, "not-redeemed": 1,
        "billed-twice": 1, "settled-before": 1, "another-retailer": 1, "reversed": 1,
        "impossible-day": 0, "another-store": 0, "receipt-used": 0, "receipt-over": 0,
        "receipt-differs": 0, "day-differs": 0,
        "outside-period": 0, "billed-elsewhere": 0, "unbilled": 1, "not-credited": 0,
    }
    assert sum(tally.claimed_minor for tally in made.lines.values()) == 6_110_000
    assert sum(tally.payable_minor for tally in made.lines.values()) == 3_100_000
    assert rules(world, "MAGNUM-S2") == {
        "2": ("amount-differs", 9500, 9000), "3": ("amount-differs", 7000, 8000),
        "4": ("unknown", 100, 0), "5": ("mistyped", 200, 0), "6": ("not-redeemed", 300, 0),
        "7": ("billed-twice", 15000, 0), "8": ("settled-before", 1000, 0),
        "9": ("another-retailer", 7000, 0), "10": ("reversed", 6000, 0),
        forgotten: ("unbilled", 0, 5000),
    }
    words = {one.rule: one.words() for one in found(world, "MAGNUM-S2")}
    assert "line 1" in words["billed-twice"]
    assert "MAGNUM-P1" in words["settled-before"]
    assert before in words["settled-before"]
    assert "other" in words["another-retailer"]
    assert "receipt 6" in words["unbilled"]
    assert "{" not in "".join(words.values())
    assert "{" not in "".join(one.words("ru") for one in found(world, "MAGNUM-S2"))
    severities = {one.rule: one.severity for one in found(world, "MAGNUM-S2")}
    assert severities["billed-twice"] == "high"
    assert severities["unbilled"] == "low"


def test_the_order_of_lines_in_the_file_does_not_matter(world: World) -> None:
    a, b = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    bought(world, a, 100_000, "1")
    bought(world, a, 100_000, "2", day="2022-08-19")
    bought(world, b, 200_000, "3")
    lines = [line(a.serial, "1000", "1"), line(a.serial, "1000", "9"), line(a.serial, "1000", "2"),
             line(b.serial, "2500", "3"), line(b.serial, "2000", "3")]
    told = []
    for order, name in ((lines, "one.csv"), (lines[::-1], "two.csv")):
        made = reconciled(world, taken_in(world, order, name=name).number)
        told.append((made.counts(), sorted(
            (one.serial, one.rule, one.claimed_minor) for one in found(world, made.statement.number)
        )))
        with world.ledger.write() as tx:
            tx.run("UPDATE statement SET withdrawn_at = 1")
    assert told[0] == told[1]


def test_only_the_periods_redemptions_can_be_missing_from_a_bill(world: World) -> None:
    a, b, c = in_hand(world, [1_500_000] * 3, handed_at=FIRST_DAY)
    bought(world, a, 100_000, "1", day="2022-08-17")
    late = bought(world, b, 100_000, "2", day="2022-08-20")
    taken_in(world, [line(c.serial, "1", day="18.08.2022"), line(c.serial, "1", day="20.08.2022")])
    reconciled(world)
    assert [key for key, value in rules(world).items() if value[0] == "unbilled"] == [late]


def test_reconciling_again_follows_what_happened_since(world: World) -> None:
    paper, = in_hand(world, [1_500_000], handed_at=FIRST_DAY)
    taken_in(world, [line(paper.serial, "1000", "1")])
    assert reconciled(world).counts()["not-redeemed"] == 1
    first = found(world)
    assert reconciled(world).counts()["not-redeemed"] == 1
    assert found(world) == first
    redemption = bought(world, paper, 100_000, "1")
    assert reconciled(world).counts()["matched"] == 1
    assert found(world) == []
    reverse(world.session("manager1"), redemption, "mistake")
    assert reconciled(world).counts()["reversed"] == 1
    assert rules(world) == {"1": ("reversed", 1000, 0)}


def test_a_total_that_differs_is_an_exception(world: World) -> None:
    from cbi.finance.intake.previewing import preview
    from cbi.finance.intake.statements import carry_out
    from tests.finance.bills import bill

    session = world.session("finance1")
    path = bill(world.folder, [line("KZ22-R1-000001", "100")], total="150")
    carry_out(session, preview(session, path, "magnum"))
    reconciled(world)
    assert rules(world)["total"] == ("total-differs", 150, 100)


def test_a_reversal_after_settling_is_not_credited_until_it_is(world: World) -> None:
    paper, other = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    redemption = bought(world, paper, 100_000, "1")
    taken_in(world, [line(paper.serial, "1000", "1")], how=AUGUST)
    reconciled(world)
    settle(world.session("finance1"), "MAGNUM-S1")
    reverse(world.session("manager1"), redemption, "goods returned")
    assert reconciled(world).not_credited.count == 1
    bought(world, other, 300_000, "2")
    taken_in(world, [line(other.serial, "3000", "2")], name="second.csv", how=AUGUST)
    assert reconciled(world, "MAGNUM-S2").not_credited.count == 1
    assert list(rules(world, "MAGNUM-S2").values()) == [("not-credited", 0, -1000)]
    settle(world.session("finance1"), "MAGNUM-S2")
    assert [found(world, number) for number in ("MAGNUM-S1", "MAGNUM-S2")] == [[], []]


EARLY = HowToRead(period_from="2022-08-01", period_until="2022-08-20")
LATE = HowToRead(period_from="2022-08-21", period_until="2022-08-31")


def test_what_a_later_bill_settles_is_not_asked_about_in_the_settled_one(world: World) -> None:
    billed, forgotten = in_hand(world, [500_000] * 2, handed_at=FIRST_DAY)
    bought(world, billed, 500_000, "1")
    bought(world, forgotten, 400_000, "2")
    taken_in(world, [line(billed.serial, "5000", "1")], name="early.csv", how=EARLY)
    made = reconciled(world)
    assert (made.unbilled.redeemed_minor, made.unbilled.payable_minor) == (400_000, 0)
    settle(world.session("finance1"), "MAGNUM-S1")
    taken_in(world, [line(forgotten.serial, "4000", "2")], name="late.csv", how=LATE)
    reconciled(world, "MAGNUM-S2")
    assert [one.rule for one in found(world)] == ["unbilled"]
    decide(world.session("finance1"), ["MAGNUM-S2/1"], "accept", "forgotten in the first")
    settle(world.session("finance1"), "MAGNUM-S2")
    assert found(world) == []


def test_a_line_of_two_bills_that_was_rejected_is_not_asked_about_again(world: World) -> None:
    one, other = in_hand(world, [500_000] * 2, handed_at=FIRST_DAY)
    bought(world, one, 500_000, "1")
    bought(world, other, 400_000, "2")
    taken_in(world, [line(one.serial, "5000", "1")], name="early.csv", how=EARLY)
    taken_in(world, [line(one.serial, "5000", "1"), line(other.serial, "4000", "2")],
             name="late.csv")
    reconciled(world)
    reconciled(world, "MAGNUM-S2")
    decide(world.session("finance1"), ["MAGNUM-S2/1"], "reject", "it is in the first")
    for number in ("MAGNUM-S1", "MAGNUM-S2"):
        settle(world.session("finance1"), number)
        reconciled(world, "MAGNUM-S2")
    assert [(one.rule, one.verdict) for one in found(world, "MAGNUM-S2")] == [
        ("billed-elsewhere", "reject"),
    ]


def test_a_voucher_in_another_currency_is_not_redeemed_for_this_bill(world: World) -> None:
    with world.ledger.write() as tx:
        row = all_rows(tx, "SELECT * FROM programme")[0]
        tx.insert("programme", [{**row, "code": "UZ22", "currency": "UZS"}])
        row = all_rows(tx, "SELECT * FROM round")[0]
        tx.insert("round", [{**row, "code": "UZ22-R1", "programme": "UZ22"}])
        tx.insert("round_retailer", [{"round": "UZ22-R1", "category": "food",
                                      "retailer": "magnum"}])
    ours, theirs = (
        in_hand(world, [500_000], handed_at=FIRST_DAY),
        in_hand(world, [500_000], round_code="UZ22-R1", handed_at=FIRST_DAY),
    )
    bought(world, ours[0], 500_000, "1")
    bought(world, theirs[0], 500_000, "2")
    taken_in(world, [line(ours[0].serial, "5000", "1"), line(theirs[0].serial, "5000", "2")],
             how=HowToRead(currency="KZT"))
    made = reconciled(world)
    assert made.counts()["matched"] == 1
    assert made.counts()["not-redeemed"] == 1
    assert made.unbilled.count == 0


def test_looking_changes_nothing_and_reconciling_needs_finance(world: World) -> None:
    taken_in(world, [line("KZ22-R1-000001", "100")])
    with world.ledger.read() as tx:
        assert reconciliation(tx, statement(tx, "magnum-s1")).counts()["unknown"] == 1
        assert all_rows(tx, "SELECT 1 FROM exception") == []
    with pytest.raises(NotAllowed):
        reconcile(world.session("manager1"), "MAGNUM-S1")
    with pytest.raises(NotFound, match="statement-unknown"):
        reconcile(world.session("finance1"), "MAGNUM-S9")


@pytest.mark.parametrize(("day", "why", "named"), [
    ("16.08.2022", "handed over on", "2022-08-17"), ("15.08.2022", "handed over on", "2022-08-17"),
    ("01.10.2022", "last day was", "2022-09-30"), ("17.08.2022", "", ""), ("20.08.2022", "", ""),
    ("30.09.2022", "", ""),
])
def test_a_day_that_cannot_be_waits_for_somebody_to_look(
    world: World, day: str, why: str, named: str,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2, handed_at=instant_on("2022-08-17", 9, ZONE))
    bought(world, first, 1_500_000, "1")
    bought(world, second, 500_000, "2")
    taken_in(world, [line(first.serial, "15000", "1", day=day), line(second.serial, "5000", "2")],
             how=HowToRead(period_from="2022-08-01", period_until="2022-10-31"))
    made = reconciled(world)
    assert (made.lines["matched"].count, made.lines["impossible-day"].count) == (
        (1, 1) if why else (2, 0))
    if not why:
        return
    (odd,) = found(world)
    assert (odd.rule, odd.at_risk_minor, odd.severity) == ("impossible-day", 1_500_000, "medium")
    assert why in odd.words()
    assert named in odd.words()
    assert settle(world.session("finance1"), "MAGNUM-S1").accepted_minor == 500_000
    decide(world.session("finance1"), ["MAGNUM-S1/1"], "accept", "the receipt says the 20th")
    assert settle(world.session("finance1"), "MAGNUM-S1").accepted_minor == 1_500_000
    with world.ledger.read() as tx:
        assert [one for one in (*check(tx), *check_ledger(tx)) if one.wrong] == []


@pytest.mark.parametrize(("tells", "rule"), [
    ("receipt", "receipt-differs"), ("day", "day-differs"),
])
@pytest.mark.parametrize("slips", [1, 4])
def test_a_receipt_or_a_day_unlike_all_others_is_told_and_a_shop_s_own_way_is_not(
    world: World, tells: str, rule: str, slips: int
) -> None:
    papers = in_hand(world, [1_500_000] * 7, handed_at=FIRST_DAY)
    for number, paper in enumerate(papers):
        bought(world, paper, 700_000, f"{40_100 + number}")
    right, wrong = {"receipt": "", "day": "20.08.2022"}, {"receipt": "9", "day": "25.08.2022"}
    taken_in(world, [
        line(paper.serial, "7000", f"{40_100 + number}{told['receipt']}", day=told["day"])
        for number, paper in enumerate(papers)
        for told in ((right | {tells: wrong[tells]}) if number < slips else right,)
    ])
    reconciled(world)
    told = [(one.rule, one.at_risk_minor) for one in found(world)]
    assert told == ([(rule, 700_000)] if slips == 1 else [])
