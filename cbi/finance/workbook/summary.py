"""The workbook's first two sheets: a cover to sign, and the identities as formulas.

Every number of the summary is a formula over the other sheets; beside it stands the value that the
ledger gave, so a program that does not compute shows the ledger's, and one that does must agree.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.files import Column, Formula, Sheet, Typed
from cbi.files.workbook import WrittenSheet, quoted, sheet_name
from cbi.finance.decisions.billed import Billed
from cbi.finance.identities import (
    RetailerBalance,
    VoucherBalance,
    retailer_balances,
    voucher_balances,
)
from cbi.finance.reconciliation.matching import OUTCOMES
from cbi.finance.workbook.breakdowns import (
    ageing,
    burn,
    by_city,
    by_store,
    by_week,
    uncovered_table,
)
from cbi.finance.workbook.checks import checks
from cbi.finance.workbook.grant_sheet import grants_table
from cbi.finance.workbook.sheets import BookWords, Row
from cbi.finance.workbook.summary_page import SummaryPage
from cbi.ledger.settling import Settlement, settlements

AMOUNTS = "DEFGHIJKLM"
_GROUP = {"round": "$A", "city": "$B", "category": "$C"}


class TakenBack(NamedTuple):
    """What reversals took back on a settlement."""

    settlement: bytes
    minor: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the summary says, asked of the ledger once."""

    vouchers: tuple[VoucherBalance, ...]
    retailers: tuple[RetailerBalance, ...]
    bills: tuple[Billed, ...]
    settlements: tuple[Settlement, ...]

    @classmethod
    def of(cls, words: BookWords, bills: Sequence[Billed]) -> "Facts":
        """The balances of a workbook's scope."""
        tx, scope = words.tx, words.scope
        return cls(
            tuple(one for one in voucher_balances(tx) if one.round in scope.rounds),
            tuple(
                one for one in retailer_balances(tx, within=scope.within)
                if one.currency == scope.currency
            ),
            tuple(bills),
            tuple(
                made for bill in scope.statements for made in settlements(tx, statement=bill.id)
            ),
        )

    @property
    def balanced(self) -> bool:
        """Whether every identity holds."""
        return not any(
            [*(one.difference_minor or one.difference_count for one in self.vouchers),
             *(one.differences()[name] for one in self.retailers
               for name in ("redeemed", "claimed"))]
        )


def summary(page: SummaryPage, facts: Facts, written: Sequence[WrittenSheet], now: int) -> Sheet:
    """The checks, the identities, what came of the money: formulas over the sheets that were
    written before, and a cell that says balanced.
    """
    words = page.words
    page.add(Typed("title", words.say("sheet-summary")))
    for line in words.titles:
        page.add(Typed("note", line))
    check = page.add(Typed("heading", words.say("check")))
    _checks(page, written)
    _voucher_amounts(page, facts)
    _voucher_counts(page, facts)
    _redemptions(page, facts)
    _claims(page, facts)
    _outcomes(page, facts)
    uncovered_table(page)
    _settlements(page, facts)
    grants_table(page, page.granted)
    by_city(page, facts.vouchers)
    by_store(page)
    by_week(page)
    ageing(page, now)
    burn(page, facts.vouchers)
    page.rows[check - 1] = (
        page.rows[check - 1][0], _check(words, page.differences, balanced=facts.balanced),
        *page.rows[check - 1][2:],
    )
    told = {words.say("balanced"): "good", words.say("not-balanced"): "bad",
            words.say("check-ok"): "good", words.say("check-changed"): "bad"}
    columns = [Column("", "text", width=width, tints=told) for width in (30, 34, 30)]
    columns += [Column("", "amount", width=20, tints=told) for _ in range(10)]
    return Sheet(
        words.say("sheet-summary"), columns, page.rows, headed=False,
        currency=words.scope.currency, place=0, opens=False,
    )


def cover(words: BookWords, lines: Sequence[tuple[str, object]], facts: Facts) -> Sheet:
    """What this workbook is, who answers for it, and the checkpoint that pins it down."""
    place = f"{quoted(sheet_name(words.say('sheet-summary')))}!$B${len(words.titles) + 2}"
    said = words.say("balanced" if facts.balanced else "not-balanced")

    def rows() -> Iterator[Row]:
        yield Typed("title", words.say("title")), None
        for line in words.titles:
            yield Typed("note", line), None
        yield None, None
        for key, value in lines:
            yield Typed("heading", words.say(f"cover-{key}") if key else ""), value
        yield Typed("heading", words.say("check")), Formula(place, said, "text")

    columns = [Column("", "text", width=34), Column("", "wrapped", width=88)]
    return Sheet(
        words.say("sheet-cover"), columns, rows(), headed=False, place=0, opens=True, upright=True
    )


def _check(words: BookWords, ranges: Sequence[str], *, balanced: bool) -> Formula:
    yes, no = words.say("balanced"), words.say("not-balanced")
    sums = "+".join(f"SUMPRODUCT(({one}<>0)*1)" for one in ranges) or "0"
    return Formula(f'IF({sums}=0,"{yes}","{no}")', yes if balanced else no, "text")


def _checks(page: SummaryPage, written: Sequence[WrittenSheet]) -> None:
    """Every column of every sheet, tied: what stands there, what the ledger gave, and the word."""
    words = page.words
    first = page.table("checks", "sheet", "tied", "", "found", "by-the-ledger", "difference",
                       "verdict")
    good, bad = words.say("check-ok"), words.say("check-changed")
    for one in checks(words, written):
        row = len(page.rows) + 1
        page.add(
            one.sheet, one.what, None, one.found_cell, one.wanted_cell,
            one.difference(f"D{row}", f"E{row}"),
            Formula(f'IF(F{row}=0,"{good}","{bad}")', good, "verdict"),
        )
    page.must_be_nothing(first, "F")


def _voucher_amounts(page: SummaryPage, facts: Facts) -> None:
    first = page.table("vouchers-amounts", "round", "city", "category", "issued", "redeemed",
                       "outstanding", "expired", "void", "difference")
    for one in facts.vouchers:
        row = len(page.rows) + 1
        page.add(
            one.round, page.words.city(one.city), page.words.category(one.category),
            _by_group(page, "journal", "issued", one.issued_minor),
            _by_group(page, "journal", "redeemed", one.redeemed_minor),
            _by_group(page, "register", "outstanding", one.outstanding_minor),
            _by_group(page, "journal", "expired", one.expired_minor),
            _by_group(page, "journal", "void", one.void_minor),
            Formula(f"ROUND(D{row}-SUM(E{row}:H{row}),2)", one.difference_minor),
        )
    page.must_be_nothing(first, "I")
    _totals(page, first, "DEFGHI", [
        sum(getattr(one, name) for one in facts.vouchers)
        for name in ("issued_minor", "redeemed_minor", "outstanding_minor", "expired_minor",
                     "void_minor", "difference_minor")
    ], "amount")


def _voucher_counts(page: SummaryPage, facts: Facts) -> None:
    first = page.table("vouchers-counts", "round", "city", "category", "issued", "open",
                       "used-up", "closed", "difference")
    for one in facts.vouchers:
        row = len(page.rows) + 1
        page.add(
            one.round, page.words.city(one.city), page.words.category(one.category),
            _by_group(page, "journal", "issued_count", one.issued_count, "count"),
            _by_group(page, "register", "open", one.open_count, "count"),
            _by_group(page, "register", "used_up", one.used_up_count, "count"),
            _by_group(page, "register", "closed", one.closed_count, "count"),
            Formula(f"D{row}-SUM(E{row}:G{row})", one.difference_count, "count"),
        )
    page.must_be_nothing(first, "H")
    _totals(page, first, "DEFGH", [
        sum(getattr(one, name) for one in facts.vouchers)
        for name in ("issued_count", "open_count", "used_up_count", "closed_count",
                     "difference_count")
    ], "count")


def _redemptions(page: SummaryPage, facts: Facts) -> None:
    first = page.table("redemptions", "retailer", "", "", "redeemed", "settled", "waived",
                       "unsettled", "difference")
    for one in facts.retailers:
        row = len(page.rows) + 1
        page.add(
            one.retailer, None, None,
            *(
                Formula(page.sum_where("journal", name, ("retailer", f"$A{row}")), value)
                for name, value in (
                    ("redeemed", one.redeemed_minor), ("settled", one.settled_minor),
                    ("waived", one.waived_minor), ("unsettled", one.unsettled_minor),
                )
            ),
            Formula(f"ROUND(D{row}-SUM(E{row}:G{row}),2)", one.differences()["redeemed"]),
        )
    page.must_be_nothing(first, "H")


def _claims(page: SummaryPage, facts: Facts) -> None:
    first = page.table("claims", "retailer", "", "", "claimed", "accepted", "rejected", "pending",
                       "difference", "discount", "withheld", "paid", "payable", "difference")
    became: dict[str, Counter[str]] = {one.retailer: Counter() for one in facts.retailers}
    for bill in facts.bills:
        for line in bill.accepted:
            became[bill.statement.retailer].update(
                discount=line.discount_minor, withheld=line.withheld_minor, paid=line.paid_minor,
                payable=line.payable_minor,
            )
    for one in facts.retailers:
        row = len(page.rows) + 1
        page.add(
            one.retailer, None, None,
            *(_by_retailer(page, name, value) for name, value in (
                ("claimed", one.claimed_minor), ("accepted", one.accepted_minor),
                ("rejected", one.rejected_minor), ("pending", one.pending_minor),
            )),
            Formula(f"ROUND(D{row}-SUM(E{row}:G{row}),2)", one.differences()["claimed"]),
            *(_by_retailer(page, name, became[one.retailer][name])
              for name in ("discount", "withheld", "paid", "payable")),
            Formula(f"ROUND(E{row}-SUM(I{row}:L{row}),2)", 0),
        )
    page.must_be_nothing(first, "HM")


def _outcomes(page: SummaryPage, facts: Facts) -> None:
    page.table("outcomes", "outcome", "", "", "lines", "claimed", "redeemed")
    found: dict[str, Counter[str]] = {outcome: Counter() for outcome in OUTCOMES}
    for bill in facts.bills:
        for one in bill.lines(page.words.tx):
            found[one.outcome].update(
                lines=1, claimed=one.claimed_minor, redeemed=one.redeemed_minor
            )
    for outcome, sums in found.items():
        row = len(page.rows) + 1
        where = ("outcome", f"$A{row}")
        page.add(
            page.words.word(f"outcome-{outcome}"), None, None,
            Formula(page.words.parts.count_where("claims", where), sums["lines"], "count"),
            Formula(page.sum_where("claims", "claimed", where), sums["claimed"]),
            Formula(page.sum_where("claims", "redeemed", where), sums["redeemed"]),
        )


def _settlements(page: SummaryPage, facts: Facts) -> None:
    """A settlement's claims, less what reversals took back, are accepted; less what the contract
    takes off, they are paid or to be paid: what the claims' lines say together."""
    if not facts.settlements:
        return
    first = page.table("settlements", "settlement", "reference", "paid-by", "claims-accepted",
                       "taken-back", "accepted", "difference", "discount", "fee", "paid", "payable",
                       "difference")
    by_claims: Counter[str] = Counter()
    for bill in facts.bills:
        for one in bill.accepted:
            by_claims[one.settlement] += one.settled_minor
    taken_back = {
        one.settlement: int(one.minor) for one in page.words.tx.read(
            TakenBack, "SELECT settlement, -sum(settled_minor) AS minor FROM settlement_line "
            "WHERE settled_minor < 0 GROUP BY settlement"
        )
    }
    for made in facts.settlements:
        row, back = len(page.rows) + 1, taken_back.get(made.id, 0)
        page.add(
            made.number, made.reference, made.paid_by,
            Formula(page.sum_where("claims", "accepted", ("settlement", f"$A{row}")),
                    by_claims[made.number]),
            back, made.accepted_minor,
            Formula(
                f"ROUND(D{row}-E{row}-F{row},2)",
                by_claims[made.number] - back - made.accepted_minor,
            ),
            made.discount_minor, made.fee_minor, made.paid_minor,
            Formula(page.sum_where("claims", "payable", ("settlement", f"$A{row}")),
                    made.left_minor),
            Formula(f"ROUND(F{row}-SUM(H{row}:K{row}),2)", 0),
        )
    page.must_be_nothing(first, "GL")


def _by_group(
    page: SummaryPage, sheet: str, name: str, value: int, kind: str = "amount"
) -> Formula:
    where = [(column, f"{letter}{page.next_row}") for column, letter in _GROUP.items()]
    return Formula(page.sum_where(sheet, name, *where), value, kind)


def _by_retailer(page: SummaryPage, name: str, value: int) -> Formula:
    return Formula(page.sum_where("claims", name, ("retailer", f"$A{page.next_row}")), value)


def _totals(
    page: SummaryPage, first: int, columns: str, values: Sequence[int], kind: str
) -> None:
    last = len(page.rows)
    if last < first:
        return
    page.add(
        Typed("heading", page.words.say("total")), None, None,
        *(
            Formula(f"SUM({column}{first}:{column}{last})", value, kind)
            for column, value in zip(columns, values, strict=True)
        ),
    )
