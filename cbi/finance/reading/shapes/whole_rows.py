"""Sheets whose lines are not a row each, made into ones that are: a till's records, goods under a
voucher, cards of labels and values, sentences. Pure.

A till's tape has a record for the receipt and one for each payment of it; a list of purchases names
the voucher over its goods; a form repeats its labels for every line.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.files import Cell, Row, Table, text_of
from cbi.finance.reading.lines.idle_rows import label_of
from cbi.finance.reading.structure.contents import ColumnReading
from cbi.finance.reading.structure.headings import CERTAIN, heading_of
from cbi.finance.reading.structure.totals import is_total_word
from cbi.finance.reading.values.amounts import signed_amount
from cbi.finance.reading.values.cells import is_error, names_ours, vouchers_within
from cbi.finance.reading.values.moments import moment_of

LOOKED, LEAST = 60, 3
"""So many rows are looked at to see a shape, which so many of them must have."""
TAGS_MOST, TAG_LETTERS, DAY_LETTERS = 6, 8, 5
VOUCHER, AMOUNT, RECEIPT_TOTAL = "Voucher", "Amount", "Receipt total"
"""Headings of columns that a sheet leaves without any."""


def with_whole_rows(table: Table, told: ColumnReading) -> Table:
    """The sheet with a row a line, or as it is."""
    for shape in (_of_records, _of_blocks, _of_feet, _of_cards, _of_sentences):
        if (made := shape(table, told)) is not None:
            return made
    return table


def _of_records(table: Table, told: ColumnReading) -> Table | None:
    """A till's tape: what a receipt's record tells goes to each of its payments' records."""
    seen = [row for row in table.rows[:LOOKED] if len(row.cells) > 1 and row.cells[0]]
    tags = {text_of(row.cells[0]) for row in seen}
    paying = {text_of(row.cells[0]) for row in seen
              if any(names_ours(cell, told.rounds) for cell in row.cells[1:])}
    heading = {text_of(row.cells[0]) for row in seen if any(map(_is_dated, row.cells[1:]))}
    if len(paying) != 1 or len(heading) != 1 or paying == heading or len(tags) > TAGS_MOST \
            or any(len(tag) > TAG_LETTERS for tag in tags) or len(seen) < LEAST * 2:
        return None
    (tag,), (head,) = paying, heading
    width = max(len(row.cells) for row in seen if text_of(row.cells[0]) == head)
    rows, last = list[Row](), Row(0, ())
    for row in table.rows:
        if text_of(row.cells[0]) == head:
            last = row
        elif text_of(row.cells[0]) == tag:
            rows.append(Row(row.number, (*last.cells, *[None] * (width - len(last.cells)),
                                         *row.cells)))
        elif is_sum(row):
            rows.append(row)
    return replace(table, rows=[_headings(rows, width, told), *rows], merges=())


def _headings(rows: Sequence[Row], width: int, told: ColumnReading) -> Row:
    """A heading for the voucher, its amount and the receipt's: the rest is known by content."""
    sample = rows[:LOOKED]
    named: dict[int, str] = {}
    for index in range(max(len(row.cells) for row in sample)):
        cells = [row.cells[index] for row in sample if index < len(row.cells) and row.cells[index]]
        if any(names_ours(cell, told.rounds) for cell in cells):
            named[index] = VOUCHER
        elif cells and all(amount_in(cell, told) is not None for cell in cells):
            named[index] = AMOUNT if index >= width else RECEIPT_TOTAL
    return Row(max(rows[0].number - 1, 1), tuple(map(named.get, range(max(named) + 1))))


def _is_dated(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    try:
        return isinstance(cell, str) and len(cell) > DAY_LETTERS and bool(moment_of(cell).day)
    except UsageError:
        return False


class _Block(NamedTuple):
    """A row that names a voucher among its words, alone in it, and the rows under it."""

    title: Row
    under: Sequence[Row]


def _of_blocks(table: Table, told: ColumnReading) -> Table | None:
    """A list of goods under their vouchers: a line a block, with what its voucher paid."""
    def names(row: Row) -> bool:
        cells = [cell for cell in row.cells if text_of(cell)]
        return len(cells) == 1 and isinstance(cells[0], str) \
            and len(vouchers_within(cells[0], told.rounds)) == 1
    if sum(map(names, table.rows[:LOOKED])) < LEAST:
        return None
    starts = [index for index, row in enumerate(table.rows) if names(row)]
    blocks = [_Block(table.rows[start], table.rows[start + 1 : end])
              for start, end in pairwise([*starts, len(table.rows)])]
    lines = [line for block in blocks for line in _lines_of(block, told)]
    if not all(block.under for block in blocks):
        return None
    head = Row(max(table.rows[starts[0]].number - 1, 1), (VOUCHER, AMOUNT))
    above = [row for row in table.rows[: starts[0]] if len(row.cells) and _is_title(row)]
    return replace(table, rows=[*above, head, *lines], merges=())


def _of_feet(table: Table, told: ColumnReading) -> Table | None:
    """Goods under a receipt, and under them the voucher that paid them, with what it paid."""
    seen = table.rows[:LOOKED]
    feet = sum(_is_foot(row, told) for row in seen)
    if feet < LEAST or sum(map(_is_title, seen)) < feet or feet * 3 > len(seen):
        return None
    rows, title = [Row(max(table.rows[0].number - 1, 1), (VOUCHER, AMOUNT))], ""
    leads = {lead for row in table.rows if _is_foot(row, told) if (lead := _lead(row, told))}
    for row in table.rows:
        if _is_title(row):
            title = text_of(next(cell for cell in row.cells if text_of(cell)))
        elif _is_foot(row, told) or _begins_like(row, leads, told):
            rows.append(Row(row.number, (f"{title}, {label_of(row)}", _last_amount(row, told))))
        elif is_sum(row) and title == "":
            rows.append(Row(row.number, (label_of(row), _last_amount(row, told))))
        else:
            continue
        title = "" if not _is_title(row) else title
    return replace(table, rows=rows, merges=())


def _is_foot(row: Row, told: ColumnReading) -> bool:
    """Whether a row is of two cells, words with one voucher among them and an amount."""
    cells = [cell for cell in row.cells if text_of(cell)]
    return len(cells) == 2 and isinstance(cells[0], str) and " " in cells[0].strip() \
        and len(vouchers_within(cells[0], told.rounds)) == 1 \
        and amount_in(cells[1], told) is not None


def _lead(row: Row, told: ColumnReading) -> str:
    """The words before the voucher in a row that pays: `оплата: ваучер`."""
    text = next(text_of(cell) for cell in row.cells if text_of(cell))
    (voucher,) = vouchers_within(text, told.rounds)
    return text[: text.upper().find(voucher[-LEAST:])].rpartition(" ")[0].strip().casefold()


def _begins_like(row: Row, leads: Collection[str], told: ColumnReading) -> bool:
    """Whether a row pays as others do, by a voucher that is none of ours."""
    cells = [cell for cell in row.cells if text_of(cell)]
    return len(cells) == 2 and text_of(cells[0]).casefold().startswith(tuple(leads)) \
        and amount_in(cells[1], told) is not None


def _of_cards(table: Table, told: ColumnReading) -> Table | None:
    """A card for each line: what a thing is called, beside it what it is, and so again."""
    seen = Counter(pair[0] for row in table.rows[:LOOKED] if (pair := _pair(row)))
    labels = [label for label, many in seen.items() if many >= LEAST]
    voucher = _best(labels, "voucher", told)
    amount = _best([label for label in labels if label != voucher], "amount", told)
    often = sum(seen[label] for label in labels) * 2 >= len(table.rows[:LOOKED])
    if not voucher or not amount or len(labels) > TAGS_MOST * 2 or not often:
        return None
    pairs = [_pair(row) for row in table.rows]
    rows, card, number = list[Row](), dict[str, Cell](), 0
    for row, pair in zip([*table.rows, Row(0, ())], [*pairs, None], strict=True):
        begins = pair is None or pair[0] == labels[0] or pair[0] not in labels
        if begins and card:
            rows.append(Row(number, tuple(card.get(label) for label in labels)))
            card = {}
        if pair is not None and pair[0] in labels:
            card[pair[0]] = pair[1]
            number = row.number if pair[0] == voucher or len(card) == 1 else number
        elif pair is not None and is_sum(row):
            rows.append(Row(row.number, tuple(
                pair[1] if label == amount else pair[0] if label == labels[0] else None
                for label in labels
            )))
    head = Row(max(rows[0].number - 1, 1), tuple(labels))
    return replace(table, rows=[head, *rows], merges=())


def _best(labels: Sequence[str], field: str, told: ColumnReading) -> str:
    """The label that fits a field best; nothing where none fits it."""
    points = {label: heading_of(label, told.money).points.get(field, 0) for label in labels}
    best = max(labels, key=lambda label: points[label], default="")
    return best if points.get(best) else ""


def _pair(row: Row) -> tuple[str, Cell] | None:
    """What a row calls a thing, and what it is: in two cells, or on either side of a colon."""
    told = [cell for cell in row.cells if text_of(cell)]
    if len(told) == 1 and isinstance(told[0], str) and ":" in told[0]:
        label, _, value = told[0].partition(":")
        return label.strip(), value.strip() or None
    return (text_of(told[0]).rstrip(": "), told[1]) if len(told) == 2 else None


def _of_sentences(table: Table, told: ColumnReading) -> Table | None:
    """A sentence for each line, with its voucher and one amount of money in it."""
    words = "|".join(sorted(map(re.escape, told.money | {told.currency}), key=len, reverse=True))
    money = re.compile(rf"(?i)(?<![\d.,])((?:\d{{1,3}}(?:[ \u00a0]\d{{3}})+|\d+)(?:[.,]\d{{1,2}})?)"
                       rf"\s*(?:{words})(?!\w)")
    rows, lines = list[Row](), 0
    for row in table.rows:
        text = next((cell for cell in row.cells if text_of(cell)), None)
        found = money.findall(text) if _is_title(row) and isinstance(text, str) else []
        is_line = len(found) == 1 and len(vouchers_within(text_of(text), told.rounds)) == 1
        lines += is_line
        rows.append(Row(row.number, (text, found[0])) if len(found) == 1 else row)
        if row.number > LOOKED and lines < LEAST:
            return None
    if lines < LEAST or lines * 2 < len(rows):
        return None
    return replace(table, rows=[Row(max(rows[0].number - 1, 1), (VOUCHER, AMOUNT)), *rows],
                   merges=())


def _is_title(row: Row) -> bool:
    return sum(bool(text_of(cell)) for cell in row.cells) == 1


def _lines_of(block: _Block, told: ColumnReading) -> Iterator[Row]:
    """The block's line, with its last amount of those that say so; then what sums stand under it.
    """
    amounts = [(row, amount) for row in block.under if (amount := _last_amount(row, told))]
    paid = _first(amounts, _is_paid) or _first(amounts, is_sum)
    title = next(cell for cell in block.title.cells if text_of(cell))
    if paid is None:
        yield Row(block.title.number, (title, sum(_number(one) for _, one in amounts) or None))
        return
    row, amount = paid
    yield Row(block.title.number, (title, amount))
    for other, sum_ in amounts:
        if other.number > row.number:
            yield Row(other.number, (label_of(other), sum_))


def _first(
    amounts: Sequence[tuple[Row, Cell]], fits: Callable[[Row], object]
) -> tuple[Row, Cell] | None:
    return next(((row, amount) for row, amount in amounts if fits(row)), None)


def _is_paid(row: Row) -> bool:
    """Whether a row says what was paid by voucher."""
    return heading_of(label_of(row)).points.get("amount") == CERTAIN


def is_sum(row: Row) -> bool:
    """Whether a row calls itself a sum."""
    return is_total_word(label_of(row))


def _last_amount(row: Row, told: ColumnReading) -> Cell:
    """A row's amount, or the formula that failed to give it."""
    return next((cell for cell in reversed(row.cells)
                 if is_error(cell) or amount_in(cell, told) is not None), None)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0


def amount_in(cell: Cell, told: ColumnReading) -> int | None:
    """A cell's amount in minor units; None where it holds none."""
    if cell is None or isinstance(cell, bool | date) or not text_of(cell):
        return None
    try:
        return signed_amount(cell, told.currency, None, told.money)
    except UsageError:
        return None
