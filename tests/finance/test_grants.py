"""Grants: every line allotted to the minor unit, kept in proportion, said in two currencies."""

import csv
import json
from collections import Counter
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import CbiError
from cbi.finance import allotting
from cbi.finance.allotting import Fund, Held, apportioned, converted
from cbi.finance.grants.books import beyond_budget, books
from cbi.finance.grants.grants import Funded, add_grant, add_rate, fund_round, grants
from cbi.finance.grants.lines import KINDS, allotted
from cbi.finance.grants.rules import grants_add_up
from cbi.finance.grants.tables import Grant
from cbi.finance.identities import check, retailer_balances, voucher_balances
from cbi.finance.intake.previewing import HowToRead
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.contracts import TermsSaid, set_terms
from cbi.finance.settling.settlements import settle, transfer
from cbi.finance.workbook.workbook import make_workbook
from cbi.ledger.settling import settlement
from cbi.ledger.vouchers.changes import replace, void
from cbi.ledger.vouchers.reversing import reverse
from cbi.reports.journal import write_journal
from cbi.storage import ConstraintViolation
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.issuance.given import enrolled
from tests.office import computed, of_a_file
from tests.vouchers import in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")
ROUND = "KZ22-R1"
AMOUNTS = st.integers(1, 10**13)
WEIGHTS = st.lists(st.integers(1, 10_000), min_size=1, max_size=5)


def granted(world: World, code: str, *, currency: str = "KZT", until: str = "2022-12-31") -> Grant:
    return add_grant(world.session("manager1"), Grant(
        code=code, donor=f"Donor of {code}", programme="KZ22", currency=currency,
        budget_minor=10_000_000, valid_from="2022-08-01", valid_until=until, made_by="", made_at=0,
    ))


def another_round(world: World) -> None:
    """KZ22-R2, like the first."""
    with world.ledger.write() as tx:
        tx.insert("round", [{
            "code": "KZ22-R2", "programme": "KZ22", "valid_from": "2022-08-16",
            "valid_until": "2022-09-30", "in_parts": 1, "next_serial": 1, "next_batch": 1,
            "made_by": "manager1", "made_at": world.clock.now,
        }])
        tx.insert("entitlement", [{"round": "KZ22-R2", "line": 1, "category": "food",
                                   "amount_minor": 1_500_000, "per": "person"}])
        tx.insert("round_retailer", [{"round": "KZ22-R2", "category": "food",
                                      "retailer": "magnum"}])


def spent(world: World) -> None:
    """Vouchers with a bit of everything: spent, undone, voided, replaced, settled, paid in part."""
    a, b, c, d = in_hand(world, [1_000_001, 1_500_000, 700_003, 900_007])
    undone = bought(world, a, 333_333, "1")
    bought(world, a, 100_000, "2")
    bought(world, b, 1_500_000, "3")
    reverse(world.session("manager1"), undone, "wrong customer")
    bought(world, a, 50_001, "4")
    void(world.session("manager1"), c.serial, "lost")
    replace(world.session("manager1"), d.serial, "torn")
    taken_in(world, [line(a.serial, "1000", "2"), line(b.serial, "15000", "3"),
                     line(a.serial, "500.01", "4")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    settle(world.session("finance2"), "MAGNUM-S1")
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-1", amount_minor=1_000_000)


def by_kind(world: World) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    with world.ledger.read() as tx:
        for one in allotted(tx):
            found.setdefault(one.grant, Counter())[one.kind] += one.amount_minor
    return found


@pytest.mark.parametrize("funded", [
    [Funded("G1", share=6000), Funded("G2", share=4000)],
    [Funded("G1", share=1), Funded("G2", share=1), Funded("G3", share=1)],
    [Funded("G1", limit_minor=1_200_000), Funded("G2")],
    [Funded("G1")],
])
def test_every_line_is_allotted_whole_and_the_books_agree(
    world: World, funded: list[Funded],
) -> None:
    for one in funded:
        granted(world, one.grant)
    fund_round(world.session("manager1"), ROUND, funded)
    spent(world)
    found = by_kind(world)
    whole = sum(found.values(), Counter[str]())
    with world.ledger.read() as tx:
        stands = voucher_balances(tx)
        paid = retailer_balances(tx, retailer="magnum")[0]
        lines = Counter[str]()
        for part in allotted(tx):
            if part.kind == "redeem":
                lines[part.reference] += part.amount_minor
        told = dict(tx.tuples(
            "SELECT v.serial || '/' || e.seq, CASE WHEN e.kind = 'reverse' THEN -e.amount_minor "
            "ELSE e.amount_minor END FROM entry e JOIN voucher v ON v.id = e.voucher "
            "WHERE e.kind IN ('redeem', 'reverse')"))
        shown = books(tx, grants(tx))
    assert dict(lines) == told
    for kind, of in (("issue", "issued"), ("redeem", "redeemed"), ("void", "void")):
        assert whole[kind] == sum(getattr(one, f"{of}_minor") for one in stands)
    assert (whole["settle"], whole["pay"]) == (paid.settled_minor, 1_000_000)
    assert sum(one.outstanding_minor for one in shown) == sum(
        one.outstanding_minor for one in stands)
    assert all(one.outstanding_minor >= 0 for one in shown)
    assert {kind for one in found.values() for kind in one} <= {*KINDS}
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-2")
    assert all(one["pay"] == one["settle"] for one in by_kind(world).values())


def test_the_journal_says_of_every_posting_whose_money_it_was(world: World) -> None:
    set_terms(world.session("manager1"), TermsSaid(
        retailer="magnum", currency="KZT", valid_from="2022-08-01", contract="12",
        contract_date="2022-07-15", discount_rate=1_234, fee_minor=7_777, days=3))
    for code in ("G1", "G2"):
        granted(world, code)
    fund_round(world.session("manager1"), ROUND, [Funded("G1", share=6700),
                                                  Funded("G2", share=3300)])
    spent(world)
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-2", fee_minor=1_001)
    sums = {kind: Counter[str]() for kind in KINDS}
    with world.ledger.read() as tx:
        for one in allotted(tx):
            sums[one.kind][one.grant] += one.amount_minor
        paid, fees = next(iter(tx.tuples(
            "SELECT sum(amount_minor), sum(fee_minor) FROM payment")))
        settled = settlement(tx, "MAGNUM-P1")
        assert [one for one in check(tx) if one.wrong] == []
        for daily in (False, True):
            write_journal(tx, world.folder / "j.beancount", daily=daily)
            entries, errors, _ = loader.load_file(str(world.folder / "j.beancount"))
            assert errors == []
            told: dict[str, Counter[str]] = {}
            for entry in entries:
                if isinstance(entry, data.Transaction):
                    units = entry.postings[0].units
                    assert units is not None
                    assert isinstance(units.number, Decimal)
                    told.setdefault(str(entry.narration), Counter())[entry.meta["grant"]] += int(
                        units.number * 100)
            for kind, name in (("issue", "issue"), ("void", "void"), ("pay", "payment"),
                               ("discount", "contract discount"), ("fee", "contract fee"),
                               ("bank-fee", "transfer fee")):
                assert told[name] == sums[kind], (kind, daily)
            assert told["redeem"] - told["reverse"] == sums["redeem"]
        for form, column in (("quickbooks", "Class"), ("1c", "Грант")):
            write_journal(tx, world.folder / form, form=form)
            with (world.folder / form).open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file, delimiter=";" if form == "1c" else ","))
            assert {row[column] for row in rows} == {"G1", "G2"}
    assert (sum(sums["pay"].values()), sum(sums["bank-fee"].values())) == (paid, fees)
    assert sum(sums["discount"].values()) == settled.discount_minor > 0
    assert sum(sums["fee"].values()) == 7_777
    for grant in ("G1", "G2"):
        assert sums["pay"][grant] == (
            sums["settle"][grant] - sums["discount"][grant] - sums["fee"][grant])


def test_check_is_red_where_grants_do_not_have_what_the_ledger_has(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    for code in ("G1", "G2"):
        granted(world, code)
    fund_round(world.session("manager1"), ROUND, [Funded("G1", share=1), Funded("G2", share=1)])
    spent(world)

    def red() -> set[str]:
        with world.ledger.read() as tx:
            return {one.what for one in grants_add_up(tx)}

    assert red() == set()
    monkeypatch.setattr(allotting, "apportioned", lambda amount, weights: [
        part - (place == 0) for place, part in enumerate(apportioned(amount, weights))])
    assert "finance.check-amount-missing" in red()
    monkeypatch.undo()
    with world.ledger.write() as tx:
        tx.insert("round_grant", [{"round": ROUND, "place": 3, "grant_code": "G9", "share": None,
                                   "limit_minor": 5}])
    assert red() >= {"grant.check-stray", "grant.check-unreadable"}


def test_a_round_that_no_grant_pays_for_keeps_its_part_of_a_payment(world: World) -> None:
    granted(world, "G1")
    another_round(world)
    fund_round(world.session("manager1"), ROUND, [Funded("G1")])
    a, = in_hand(world, [700_000])
    b, = in_hand(world, [300_000], round_code="KZ22-R2", start=30)
    bought(world, a, 700_000, "1")
    bought(world, b, 300_000, "2")
    taken_in(world, [line(a.serial, "7000", "1"), line(b.serial, "3000", "2")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    settle(world.session("finance2"), "MAGNUM-S1")
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-1", amount_minor=333_333,
             fee_minor=100)
    assert by_kind(world)["G1"]["pay"] == 233_333
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-2")
    found = by_kind(world)["G1"]
    assert (found["pay"], found["bank-fee"]) == (700_000, 70)
    with world.ledger.read() as tx:
        assert [one for one in check(tx) if one.wrong] == []
        write_journal(tx, world.folder / "j.beancount")
    assert loader.load_file(str(world.folder / "j.beancount"))[1] == []


def test_payments_follow_one_another_whatever_their_clocks_said(world: World) -> None:
    granted(world, "G1")
    granted(world, "G2")
    fund_round(world.session("manager1"), ROUND, [Funded("G1", share=1), Funded("G2", share=2)])
    spent(world)
    world.clock.now -= 3_600_000_000
    transfer(world.session("finance1"), ["MAGNUM-P1"], "BANK-2")
    assert all(one["pay"] == one["settle"] for one in by_kind(world).values())
    with world.ledger.read() as tx:
        assert [one for one in check(tx) if one.wrong] == []


def test_in_order_the_first_pays_up_to_its_amount(world: World) -> None:
    granted(world, "G1")
    granted(world, "G2")
    fund_round(world.session("finance1"), ROUND, [Funded("G1", limit_minor=1_200_000),
                                                  Funded("G2")])
    in_hand(world, [1_000_000, 1_000_000])
    found = by_kind(world)
    assert (found["G1"]["issue"], found["G2"]["issue"]) == (1_200_000, 800_000)


def test_what_is_said_stays(world: World) -> None:
    session = world.session("manager1")
    granted(world, "G1")
    for said, code in (
        ([], "grant.fund-unfit"), ([Funded("G1", share=1), Funded("G2")], "grant.fund-unfit"),
        ([Funded("G2"), Funded("G1")], "grant.fund-unfit"), ([Funded("G9")], "grant.unknown"),
        ([Funded("G1", limit_minor=1_000)], "grant.fund-unfit"),
    ):
        with pytest.raises(CbiError) as refused:
            fund_round(session, ROUND, said)
        assert refused.value.code == code
    fund_round(session, ROUND, [Funded("g1")])
    with pytest.raises(CbiError, match="funded-already"):
        fund_round(session, ROUND, [Funded("G1")])
    with pytest.raises(CbiError, match=r"grant\.taken"):
        granted(world, "G1")
    add_rate(session, "EUR", "KZT", "2022-08", ("475.5", "National Bank"))
    with pytest.raises(CbiError, match="rate-taken"):
        add_rate(session, "EUR", "KZT", "2022-08", ("480", "another"))
    row = {"round": ROUND, "place": 2, "grant_code": "G1", "share": 1, "limit_minor": None}
    with pytest.raises(ConstraintViolation), world.ledger.write() as tx:
        tx.insert("round_grant", [row])


@pytest.mark.parametrize(("said", "told"), [
    (["G1=60%"], "come to 60%, not to 100%"),
    (["G1=60%", "G2=60.5%"], "come to 120.5%, not to 100%"),
    (["G1=0%", "G2=100%"], "“G1=0%” is no share"),
    (["G1=33.33%", "G2=66.66%"], "KZ22-R1 is paid by G1=33.33%, G2=66.66%."),
])
def test_shares_are_the_whole_of_a_round(
    world: World, capsys: pytest.CaptureFixture[str], said: list[str], told: str
) -> None:
    """A share alone was taken for all of it, so that a donor of 60 % paid for everything."""
    for code in ("G1", "G2"):
        granted(world, code)
    _, out, err = typing_in(world, capsys)("grant", "fund", ROUND, *said, "--yes")
    assert told in out + err


def test_a_round_that_is_issued_stays_paid_as_it_is(world: World) -> None:
    granted(world, "G1")
    in_hand(world, [1_000_000])
    with pytest.raises(CbiError, match="round-issued"):
        fund_round(world.session("manager1"), ROUND, [Funded("G1")])


def test_both_amounts_are_shown_with_rates_source_and_rounding(
    world: World, capsys: pytest.CaptureFixture[str],
) -> None:
    cbi = typing_in(world, capsys)
    add = ("grant", "add", "EU-1", "--donor", "Union", "--programme", "KZ22", "--budget", "1000",
           "--currency", "EUR", "--from", "2022-08-01", "--until", "2022-09-15")
    assert cbi(*add)[0] == 0
    code, out, _ = cbi("grant", "fund", ROUND, "EU-1", "--yes")
    assert code == 0
    assert "EU-1 ends on 2022-09-15, before the last day of KZ22-R1" in out
    paper, = in_hand(world, [1_500_000])
    bought(world, paper, 100_000, "1")
    world.clock.now += 30 * 86_400_000_000
    bought(world, paper, 100_000, "2", day="2022-09-18")
    taken_in(world, [line(paper.serial, "1000", "1"), line(paper.serial, "1000", "2",
                                                           day="18.09.2022")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    assert "EU-1, which pays for some of these vouchers, ended on 2022-09-15" in cbi(
        "settle", "MAGNUM-S1", "--yes", who="finance1")[1]
    assert "No rate of EUR for 2022-08, 2022-09 yet" in cbi("grant", "show", "EU-1")[1]
    for month in ("2022-08", "2022-09"):
        assert cbi("grant", "rate", "EUR", month, "470.07", "--source", "National Bank")[0] == 0
    out = cbi("grant", "show", "EU-1", "--json")[1]
    told = json.loads(out)
    assert [one["redeemed_donor_minor"] for one in told["months"]] == [213, 213]
    assert (told["redeemed_minor"], told["redeemed_donor_minor"]) == (200_000, 426)
    shown = cbi("grant", "show", "EU-1")[1].replace("\u00a0", " ")
    assert "1 EUR = 470.07 KZT, National Bank" in shown
    assert "+0.01 EUR" in shown, shown  # 2,000 KZT at once are 4.25
    assert "995.74 EUR" in cbi("grant", "list")[1].replace("\u00a0", " ")
    russian = cbi("grant", "list", lang="ru")[1].replace("\u00a0", " ")
    assert "2 000 тенге = 4,26 EUR" in russian


@given(AMOUNTS, WEIGHTS)
def test_an_amount_is_shared_whole_within_a_unit_of_its_quota(
    amount: int, weights: list[int],
) -> None:
    parts = apportioned(amount, weights)
    assert sum(parts) == amount
    assert all(abs(part * sum(weights) - amount * weight) < sum(weights)
               for part, weight in zip(parts, weights, strict=True))


@given(st.lists(AMOUNTS, min_size=1, max_size=30), WEIGHTS)
def test_shares_hold_over_all_that_was_issued(amounts: list[int], weights: list[int]) -> None:
    fund = Fund(tuple(weights))
    for amount in amounts:
        parts = fund.take(amount)
        assert sum(parts) == amount
        assert min(parts) >= 0
    whole = sum(amounts)
    assert sum(fund.given) == whole
    for given_, weight in zip(fund.given, weights, strict=True):
        assert abs(given_ * sum(weights) - whole * weight) <= len(weights) * sum(weights)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=4), st.data())
def test_whatever_happens_to_a_voucher_no_grant_pays_more_than_it_issued(
    parts: list[int], data: st.DataObject,
) -> None:
    held, spent_parts = Held.of(parts), [0] * len(parts)
    for _ in range(data.draw(st.integers(0, 6))):
        left = sum(held.left)
        if not left:
            break
        moved = held.spend(data.draw(st.integers(1, left)))
        assert min(held.left) >= 0
        if data.draw(st.booleans()):
            held.give_back(moved)
        else:
            spent_parts = [a + b for a, b in zip(spent_parts, moved, strict=True)]
    if sum(held.left):
        held.close(sum(held.left))
        if data.draw(st.booleans()):
            held.reopen(data.draw(st.integers(1, sum(held.closed))))
    assert [a + b + c for a, b, c in zip(spent_parts, held.left, held.closed, strict=True)] == parts
    assert min([*held.left, *held.closed]) >= 0


def test_an_amount_is_converted_once_and_rounded_half_away() -> None:
    assert converted(47_007, 470_070_000, (2, 2)) == 100
    assert converted(50, 100_000_000, (2, 2)) == 1
    assert converted(-50, 100_000_000, (2, 2)) == -1
    assert converted(49, 100_000_000, (2, 2)) == 0
    assert converted(10_000, 1_000_000, (2, 0)) == 100


@of_a_file
def test_the_workbook_has_a_sheet_of_grants_that_computes_and_ties(world: World) -> None:
    for code in ("G1", "G2"):
        granted(world, code)
    fund_round(world.session("manager1"), ROUND, [Funded("G1", share=2), Funded("G2", share=1)])
    spent(world)
    path = world.folder / "book.xlsx"
    assert make_workbook(world.session("finance1"), path).balanced
    sheets = computed(path, world.folder)
    rows = sheets["Grants"]
    head = next(at for at, row in enumerate(rows) if row[:2] == ["Grant", "Round"])
    told = {row[0]: dict(zip(rows[head], row, strict=False)) for row in rows[head + 1:]
            if row[0] in ("G1", "G2")}
    found = by_kind(world)
    for code in ("G1", "G2"):
        for name, kind in (("Issued", "issue"), ("Redeemed", "redeem"), ("Void", "void"),
                           ("Settled", "settle"), ("Paid", "pay")):
            assert round(float(told[code][name]) * 100) == found[code][kind], (code, name)
    summary = sheets["Summary"]
    assert ["Check", "balanced"] in [row[:2] for row in summary]
    tied = next(at for at, row in enumerate(summary) if row[0] == "Grants and journal")
    assert [round(float(cell), 2) for cell in summary[tied + 2][3:9]] == [
        50_000.18, 50_000.18, 0, 16_500.01, 16_500.01, 0]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_draft_beyond_a_grant_s_budget_is_told_before_it_is_made(
    world: World, capsys: pytest.CaptureFixture[str],
) -> None:
    cbi = typing_in(world, capsys)
    enrolled(world)
    granted(world, "G1")
    fund_round(world.session("manager1"), ROUND, [Funded("G1")])
    told = "Grant G1 would then have vouchers of 170,000 tenge to pay for, and its budget is " \
        "100,000 tenge: 70,000 tenge too much."

    def typed(*words: str, who: str) -> str:
        code, out, err = cbi(*words, "--yes", who=who)
        assert code == 0, err
        return out.replace("\u00a0", " ")

    assert "Grant G1" not in typed("issue", ROUND, "--city", "astana", "--dry-run", who="field1")
    assert told in typed("issue", ROUND, who="field1")
    assert told in typed("batch", "approve", f"{ROUND}-B1", who="manager1")
    row = typed("grant", "list", who="finance1").splitlines()[1].split("\t")
    assert row[3:] == ["100 000 KZT", "170 000 KZT", "0 KZT", "100 000 KZT"]


def test_what_is_open_is_converted_at_the_newest_rate(world: World) -> None:
    granted(world, "G1")
    granted(world, "G2", currency="USD")
    fund_round(world.session("manager1"), ROUND, [Funded("G1", limit_minor=900_000), Funded("G2")])
    paper, _ = in_hand(world, [1_000_000] * 2)
    bought(world, paper, 1_000_000, "1")
    with world.ledger.read() as tx:
        assert [one.bound_donor_minor() for one in books(tx, grants(tx))] == [900_000, None]
    for month, rate in (("2022-08", "400"), ("2022-09", "500")):
        add_rate(world.session("manager1"), "USD", "KZT", month, (rate, "National Bank"))
    with world.ledger.read() as tx:
        assert [one.bound_donor_minor() for one in books(tx, grants(tx))] == [
            900_000, 100_000 // 400 + 1_000_000 // 500,
        ]
        assert beyond_budget(tx, ROUND, 500 * 10_000_000) == [(grants(tx)[1], 10_002_250)]
        assert beyond_budget(tx, ROUND, 400 * 10_000_000) == []


def test_a_grant_s_end_is_said_before_it_is_extended_handed_over_or_paid(
    world: World, capsys: pytest.CaptureFixture[str],
) -> None:
    cbi = typing_in(world, capsys)
    granted(world, "G1", until="2022-10-05")
    fund_round(world.session("manager1"), ROUND, [Funded("G1")])
    paper, = in_hand(world, [1_500_000])
    bought(world, paper, 100_000, "1")
    later = ("extend", paper.serial, "--until", "2022-10-20", "--reason", "snow")
    code, out, err = cbi(*later)
    assert "G1 ends on 2022-10-05" in out
    assert (code, "--yes" in err) == (2, True), "nothing is asked for before somebody agrees"
    assert cbi("extend", ROUND, "--until", "2022-10-05", "--reason", "snow")[0] == 0
    assert cbi(*later, "--yes")[0] == 0
    assert cbi("extend", "X2", "--approve", who="manager2")[0] == 2
    code, out, _ = cbi("extend", "X2", "--approve", "--yes", who="manager2")
    assert (code, "G1 ends on 2022-10-05" in out) == (0, True)
    taken_in(world, [line(paper.serial, "1000", "1")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    settle(world.session("finance1"), "MAGNUM-S1")
    assert "G1" not in cbi("hand-over", paper.serial, who="field1")[1]
    world.clock.now += 50 * 86_400_000_000
    with world.ledger.write() as tx:
        tx.run("UPDATE round SET valid_until = '2022-10-20' WHERE code = :code", code=ROUND)
    assert "G1, which pays for KZ22-R1, ended on 2022-10-05" in cbi(
        "hand-over", paper.serial, who="field1")[1]
    code, out, _ = cbi("pay", "MAGNUM-P1", "--reference", "B-1", "--yes", who="finance2")
    assert code == 0
    assert out.index("ended on 2022-10-05") < out.index("MAGNUM-P1")
