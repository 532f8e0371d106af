"""A line that names several vouchers for one amount, split as the tills took it.

A shop's program may write a receipt's vouchers into one cell. What each of them paid stands in the
ledger: where one redemption of each adds up to the line, and in one way alone, the line becomes
theirs. Any other is told with its place and left out by name, as nobody could say what to pay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.errors import UsageError
from cbi.files import Problem
from cbi.finance.intake.billing import AboutRetailer
from cbi.finance.intake.naming import NamedVoucher, known_vouchers
from cbi.finance.reading.lines.line_parts import LeftLine, ReadLine, ReadLines
from cbi.finance.reading.values.cells import SEVERAL
from cbi.finance.reading.values.receipts import receipts_alike
from cbi.ledger.journal import retailer_account
from cbi.storage import ReadTransaction

WAYS_MAX = 1_000
"""More ways to put redemptions together than these are not tried."""


class _Sale(NamedTuple):
    """A redemption of one of the vouchers, not undone; `day` in the statement's zone."""

    store: str
    receipt: str
    amount_minor: int
    day: str


def split_several(
    tx: ReadTransaction, read: ReadLines, about: AboutRetailer, stores: Mapping[str | None, str],
    *, column: str | None = None,
) -> None:
    """Lines of several vouchers become a line each, or are left out; `stores` are the codes of
    stores by their texts, `column` is where vouchers are named."""
    if all(line.named.kind != SEVERAL for line in read.lines):
        return
    known = known_vouchers(tx, (part for line in read.lines for part in line.named.parts))
    made: list[ReadLine] = []
    for line in read.lines:
        if line.named.kind != SEVERAL:
            made.append(line)
        elif parts := _shared(tx, line, known, (about, stores.get(line.store, ""))):
            made += parts
            read.warnings.append(Problem("finance.several-split", line.sheet, line.row, None, {
                "vouchers": line.named.shown, "count": len(parts),
            }))
        else:
            error = UsageError("finance.several-vouchers", vouchers=line.named.shown)
            read.problems.append(Problem.of(error, sheet=line.sheet, row=line.row, column=column))
            read.left.append(LeftLine("unread", line.sheet, line.row, line.named.shown,
                                      line.amount_minor, error.code))
    read.lines[:] = [line._replace(line=number) for number, line in enumerate(made, 1)]


def _shared(
    tx: ReadTransaction, line: ReadLine, known: Mapping[object, NamedVoucher],
    where: tuple[AboutRetailer, str],
) -> list[ReadLine]:
    """A line for each voucher with what it paid; none where that is not sure."""
    vouchers = [known.get(part.key) for part in line.named.parts]
    found = [voucher for voucher in vouchers if voucher is not None]
    if len({voucher.id for voucher in found}) < len(vouchers):
        return []
    amounts = one_way(
        [_fitting(_sales(tx, voucher.id, where[0]), line, where[1]) for voucher in found],
        line.amount_minor,
    )
    return [
        line._replace(name=voucher.serial, amount_minor=amount)
        for voucher, amount in zip(found, amounts, strict=True)
    ] if amounts else []


def one_way(sales: Sequence[Sequence[int]], whole_minor: int) -> tuple[int, ...]:
    """An amount of each that add up to the whole, where they do so in one way alone. Pure."""
    if prod(map(len, sales)) > WAYS_MAX:
        return ()
    ways = {way for way in product(*sales) if sum(way) == whole_minor}
    return ways.pop() if len(ways) == 1 else ()


def _fitting(sales: Iterable[_Sale], line: ReadLine, store: str) -> list[int]:
    """The amounts of redemptions that the line may mean: its store's, its receipt's, else its
    day's."""
    there = [one for one in sales if store in ("", one.store)]
    if line.receipt:
        return [one.amount_minor for one in there if receipts_alike(line.receipt, one.receipt)]
    return [one.amount_minor for one in there if line.date in (None, one.day)]


def _sales(tx: ReadTransaction, voucher: bytes, about: AboutRetailer) -> Iterator[_Sale]:
    for store, receipt, amount, when in tx.tuples(
        "SELECT e.store, e.receipt, e.amount_minor, e.occurred_at FROM entry e "
        "WHERE e.voucher = :voucher AND e.kind = 'redeem' AND e.credit = :account "
        "AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses = e.id) ORDER BY e.seq",
        voucher=voucher, account=retailer_account(about.code),
    ):
        yield _Sale(store, receipt, amount, date_at(when, about.zone))
