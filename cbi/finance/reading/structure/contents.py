"""What the cells of a statement's columns hold: vouchers, amounts, days, stores, receipts. Pure."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from cbi.base.errors import UsageError
from cbi.base.money import TWO_READINGS
from cbi.files import Cell, Row, text_of
from cbi.finance.reading.structure.totals import is_total_word
from cbi.finance.reading.values.amounts import signed_amount
from cbi.finance.reading.values.cells import (
    is_code,
    is_error,
    looks_like_voucher,
    names_ours,
    receipt_text,
)
from cbi.finance.reading.values.kinds import kind_of
from cbi.finance.reading.values.moments import minute_of, moment_of, month_and_day
from cbi.finance.reading.values.receipts import receipt_tail

SAMPLE_ROWS, ROWS_LOOKED, MANY = 400, 2_000, 4
"""One row in `MANY` with half the cells of others is more than sums: they are lines, too."""
RECEIPTS_ASKED = 60
"""Of each column that could be one of receipts, so many cells are looked up."""
MASKED = re.compile(r"[*•●]{3,}|[xXхХ]{4,}")
_TAG = re.compile(r"#[a-z][\w+]*")


@dataclass(slots=True)
class Content:
    """Shares of a column's filled cells that can be read as something, from 0 to 1."""

    filled: int = 0
    voucher: float = 0
    ours: float = 0
    """Of these, vouchers of the retailer's rounds, beyond doubt."""
    codes: float = 0
    amount: float = 0
    date: float = 0
    dated: float = 0
    """Of these, what can be nothing else: a bare number of days may be a receipt or an amount."""
    time: float = 0
    store: float = 0
    kind: float = 0
    masked: float = 0
    """Of these, codes of which stars hide all but the last characters: nobody can say whose."""
    series: float = 0
    digits: float = 0
    counts_up: bool = False
    receipts: Sequence[str] = ()
    """Some of its cells as receipts are written."""
    amounts: list[int | None] = field(default_factory=list)
    days: Sequence[str | None] = ()
    """The days that its cells tell."""
    first: str = ""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What is known besides: the currency and its words, whether a text names a store (`in_short`:
    in short too), how many texts are receipts of the retailer's, its rounds, a voucher's
    series, and how many amounts (minor units) its tills took."""

    currency: str
    money: frozenset[str]
    is_store: Callable[[str], bool]
    receipts_known: Callable[[Sequence[str]], int] = lambda _texts: 0
    rounds: Collection[str] = ()
    in_short: Callable[[str], bool] = lambda _text: False
    amounts_known: Callable[[Sequence[int]], int] = lambda _amounts: 0


def contents(rows: Sequence[Row], width: int, reading: ColumnReading) -> list[Content]:
    """What each column holds, by a sample of the rows that look like lines."""
    rows = [row for row in rows[:: max(1, len(rows) // ROWS_LOOKED)] if not is_tags(row)]
    filled = [sum(cell is not None and text_of(cell) != "" for cell in row.cells) for row in rows]
    usual = sorted(filled)[len(filled) // 2] if filled else 0
    halves = sum(many * 2 == usual for many in filled)
    least = usual if halves * MANY >= len(rows) else usual + 1
    sample = [row for row, many in zip(rows, filled, strict=True) if many * 2 >= least]
    picked = sample[:: max(1, len(sample) // SAMPLE_ROWS)]
    made = [
        _content([row.at(index) for row in picked], reading)
        for index in range(width)
    ]
    _tell_ours_apart(made, reading)
    return made


def _tell_ours_apart(made: Sequence[Content], reading: ColumnReading) -> None:
    """A till's own numbers (`A1-004143`) may look like serials: where vouchers of ours stand in
    another column, or they are receipts that the ledger knows, they are none."""
    has_ours = any(one.ours > 0.5 for one in made)
    for one in made:
        if one.voucher >= 0.5 and one.ours < 0.1 and (has_ours or known_share(one, reading) > 0.5):
            one.voucher = 0


def known_share(held: Content, reading: ColumnReading) -> float:
    """The share of a column's cells that are receipts of the retailer's."""
    asked = [text for text in held.receipts if any(map(str.isdigit, text))]
    if not asked:
        return 0
    tails = [tail for text in asked if not text.isdecimal() and (tail := receipt_tail(text))]
    known = reading.receipts_known(asked) or (reading.receipts_known(tails) if tails else 0)
    return known / len(asked)


def is_tags(row: Row) -> bool:
    """Whether a row holds tags alone (`#date`), which tell machines what columns are."""
    told = [cell for cell in row.cells if text_of(cell)]
    return all(isinstance(cell, str) and _TAG.fullmatch(cell.strip()) for cell in told)


def _content(cells: Sequence[Cell], reading: ColumnReading) -> Content:
    made = Content(amounts=[_amount(cell, reading) for cell in cells])
    told = [cell for cell in cells if text_of(cell) and not is_error(cell)]
    if not told:
        return made
    made.filled, made.first = len(told), text_of(told[0])[:24]
    share = 1 / len(told)
    made.ours = share * sum(names_ours(cell, reading.rounds) for cell in told)
    made.codes = share * sum(map(is_code, told))
    made.voucher = max(share * sum(map(looks_like_voucher, told)), made.ours)
    made.amount = share * sum(amount is not None for amount in made.amounts)
    made.days = [_day(cell) for cell in cells]
    made.date = share * sum(
        day is not None or _is_month_and_day(cell)
        for day, cell in zip(made.days, cells, strict=True)
    )
    made.dated = share * sum(
        day is not None and not text_of(cell).replace(".", "", 1).isdigit()
        for day, cell in zip(made.days, cells, strict=True)
    )
    made.time = share * sum(_is_time(cell) for cell in told)
    names = [cell for cell in told if not (isinstance(cell, str) and is_total_word(cell))]
    made.store = sum(
        isinstance(cell, str) and reading.is_store(cell) for cell in names
    ) / max(len(names), 1)
    made.kind = share * sum(kind_of(text_of(cell)) is not None for cell in told)
    numbers = [text_of(cell) for cell in told]
    made.digits = share * sum(map(str.isdecimal, numbers))
    made.masked = share * sum(MASKED.search(text) is not None for text in numbers)
    made.series = share * sum(text.strip().upper() in reading.rounds for text in numbers)
    made.receipts = [receipt_text(cell) for cell in told[:RECEIPTS_ASKED]]
    made.counts_up = len(told) > 2 and all(number.isdigit() for number in numbers) and all(
        int(later) - int(earlier) == 1 for earlier, later in pairwise(numbers)
    )
    return made


def _amount(cell: Cell, reading: ColumnReading) -> int | None:
    if cell is None or isinstance(cell, bool | date) or not text_of(cell):
        return None
    try:
        return signed_amount(cell, reading.currency, None, reading.money)
    except UsageError as error:
        return 1 if error.code in (TWO_READINGS, "base.amount-not-positive") else None


def _day(cell: Cell) -> str | None:
    """The day that a cell tells, in the one order of figures or the other."""
    if is_error(cell):
        return None
    for order in ("dmy", "mdy"):
        try:
            return moment_of(cell, order).day
        except UsageError:
            continue
    return None


def _is_month_and_day(cell: Cell) -> bool:
    """Whether a cell tells a day and its month alone."""
    return isinstance(cell, str) and any(
        month_and_day(cell, order) is not None for order in ("dmy", "mdy")
    )


def _is_time(cell: Cell) -> bool:
    return not isinstance(cell, int | date) and minute_of(cell) is not None
