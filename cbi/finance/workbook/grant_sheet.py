"""Grants in the workbook: a sheet by grant, round and month, and what the summary makes of it."""

from collections import Counter
from collections.abc import Iterator

from cbi.files import Formula, Sheet
from cbi.finance.grants.grants import grants
from cbi.finance.grants.lines import KINDS, allotted
from cbi.finance.workbook.sheets import BookWords, Row
from cbi.finance.workbook.summary_page import SummaryPage

_CAME = ("issue", "redeem", "expire", "void")
_COLUMNS = {"issue": "issued", "redeem": "redeemed", "expire": "expired", "void": "void",
            "settle": "settled", "waive": "waived", "discount": "discount", "fee": "fee",
            "pay": "paid", "bank-fee": "bank-fee"}
_KEY = tuple[str, str, str]


def sums_by_month(words: BookWords) -> dict[_KEY, Counter[str]]:
    """What each grant paid for, by grant, round in scope and month."""
    found: dict[_KEY, Counter[str]] = {}
    for one in allotted(words.tx):
        if one.round in words.scope.rounds:
            key = (one.grant, one.round, one.day[:7])
            found.setdefault(key, Counter())[one.kind] += one.amount_minor
    return found


def grants_sheet(words: BookWords, found: dict[_KEY, Counter[str]]) -> Iterator[Sheet]:
    """What each grant paid for, by round and month, every kind in its column."""
    columns = words.columns(
        "grants", "grant", "round", "month", *(f"{_COLUMNS[kind]}:amount" for kind in KINDS))

    def rows() -> Iterator[Row]:
        for (grant, code, month), sums in sorted(found.items()):
            yield grant, code, month, *(sums[kind] for kind in KINDS)

    return words.sheets("grants", columns, rows(), count=len(found))


def grants_table(page: SummaryPage, found: dict[_KEY, Counter[str]]) -> None:
    """By grant what it paid for and what of it is outstanding; by round all grants together, held
    to the journal."""
    if not found:
        return
    words = page.words
    page.table("grants", "grant", "donor", "until", "issued", "redeemed", "expired", "void",
               "outstanding", "settled", "paid", "bank-fee")
    for one in grants(words.tx):
        mine = sum((sums for key, sums in found.items() if key[0] == one.code), Counter[str]())
        if not mine:
            continue
        row = page.next_row
        page.add(
            one.code, one.donor, one.valid_until, *(_of(words, kind, row, mine) for kind in _CAME),
            Formula(f"D{row}-SUM(E{row}:G{row})", 2 * mine["issue"] - sum(
                mine[kind] for kind in _CAME)),
            *(_of(words, kind, row, mine) for kind in ("settle", "pay", "bank-fee")),
        )
    first = page.table("grants-tied", "round", "", "", "issued", "by-the-ledger", "difference",
                       "redeemed", "by-the-ledger", "difference")
    for code in sorted({key[1] for key in found}):
        row, theirs = page.next_row, sum(
            (sums for key, sums in found.items() if key[1] == code), Counter[str]())
        page.add(code, None, None, *(
            cell for left, kind in (("D", "issue"), ("G", "redeem"))
            for cell in _tied(words, row, left, (kind, theirs[kind]))
        ))
    page.must_be_nothing(first, "FI")


def _of(words: BookWords, kind: str, row: int, sums: Counter[str]) -> Formula:
    column = _COLUMNS[kind].replace("-", "_")
    return Formula(words.parts.sum_where("grants", column, ("grant", f"$A{row}")), sums[kind])


def _tied(
    words: BookWords, row: int, left: str, paid: tuple[str, int]
) -> Iterator[Formula]:
    """All grants' amount, the journal's, and nothing between them."""
    (kind, minor), beside = paid, chr(ord(left) + 1)
    for sheet in ("grants", "journal"):
        told = words.parts.sum_where(sheet, _COLUMNS[kind], ("round", f"$A{row}"))
        yield Formula(told, minor)
    yield Formula(f"ROUND({left}{row}-{beside}{row},2)", 0)
