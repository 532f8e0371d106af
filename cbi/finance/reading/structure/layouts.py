"""Where a retailer's statement has what we need: its heading row and columns, in any layout. Pure.

A statement begins with the shop's letterhead and ends with totals and signatures; its headings are
the shop's own words in its own language, over one row or two. The heading row is the one that names
most of what we read; which column is which is told by its heading and its content together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cbi.base.errors import BadFile, UsageError
from cbi.files import Cell, Row, Table, column_letter, text_of
from cbi.files.values import column_index
from cbi.finance.reading.structure.columns import ColumnFound, choose
from cbi.finance.reading.structure.contents import MASKED, ColumnReading, Content, contents
from cbi.finance.reading.structure.headings import (
    FIELDS,
    LIKELY,
    POSSIBLE,
    Heading,
    heading_of,
    heading_words,
)

HEADING_ROWS_MAX = 60
HEADINGS_SHOWN = 20
_LETTERS_MAX = 3
TITLE_WORDS = 3
WIDE, LEAST_STORES = 3, 2
FIGURES_MANY = 8
"""A text with so many figures is no heading: it tells a date, a number."""
UPPER_MIN = 3
"""A row over another is one of headings only if so many of its cells are filled."""


@dataclass(frozen=True, slots=True)
class StatementLayout:
    """Where a sheet's headings are (an index into its rows, -1 without any), and each field's
    column. `named_by` is `voucher` or, where a statement names no vouchers, `receipt`.
    """

    heading: int
    columns: Mapping[str, int]
    money: frozenset[str] = frozenset()
    found: Mapping[str, ColumnFound] | None = None
    headings: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()
    is_returns: bool = False
    """Columns that hold something under a heading and are not read. `is_returns` says that the
    only amounts are what was taken back."""
    by_store: Mapping[int, str] = field(default_factory=dict)
    """Columns of which each bears a store's name: the one in which a line has its amount tells
    where it was."""

    @property
    def named_by(self) -> str:
        """The field that tells which voucher a line is about."""
        return "voucher" if "voucher" in self.columns else "receipt"

    def masks(self, table: Table) -> dict[tuple[str | None, int], str]:
        """What stars leave of a voucher, by sheet and row, where only receipts name it."""
        return {} if self.named_by == "voucher" else {
            (table.sheet, row.number): text for row in table.rows[self.heading + 1 :]
            for index in self.unread
            if index < len(row.cells) and MASKED.search(text := text_of(row.cells[index]))
        }

    def letters(self) -> dict[str, str]:
        """The fields' columns as the spreadsheet names them."""
        return {field: column_letter(index) for field, index in self.columns.items()}


@dataclass(frozen=True, slots=True)
class _Head:
    """A possible heading row: the index of its last row, its headings, how many fields it names."""

    last: int
    headings: tuple[Heading, ...]
    strength: int


def find_layout(
    table: Table, columns: Mapping[str, str], reading: ColumnReading
) -> StatementLayout | None:
    """The layout of a sheet; None where no row of it heads a statement's columns. `columns` says
    which heading or letter a field has.

    Raises:
        UsageError: two columns come near each other, or what `columns` names is not there.
    """
    if unknown := set(columns).difference(FIELDS):
        raise UsageError("finance.field-unknown", field=min(unknown), known=", ".join(FIELDS))
    best: StatementLayout | None = None
    heads = _heads(table, columns, reading.money)
    for head in heads:
        if best is not None and head.strength <= len(best.columns) - 2:
            break
        try:
            made = _layout(table, head, columns, reading)
        except UsageError:
            if best is None:
                raise
            continue  # of a row that names less, what it leaves open is nobody's question
        if made is not None and (best is None or len(made.columns) > len(best.columns)):
            best = made
    if best is None and columns and not heads:
        return _unheaded(table, columns, reading)
    return best


def parts_of(
    table: Table, columns: Mapping[str, str], reading: ColumnReading
) -> Iterator[Table]:
    """A sheet, or several where its headings stand again in other columns: what a printed page
    became whose columns were cut anew, or a list that goes on beside itself."""
    heads = _heads(table, columns, reading.money)
    for part in _beside(table, heads[0]) if heads else (table,):
        yield from _parts_below(part, columns, reading)


def _beside(table: Table, head: "_Head") -> Iterator[Table]:
    """A sheet, or its halves where the same headings stand twice in their row."""
    told = [(index, one.text) for index, one in enumerate(head.headings) if one.text]
    names, half = [text for _, text in told], len(told) // 2
    if half < UPPER_MIN or names[:half] != names[half:] or len(set(names)) != half:
        yield table
        return
    cut = told[half][0]
    halves = [row._replace(cells=row.cells[:cut]) for row in table.rows], [
        row._replace(cells=(None,) * cut + row.cells[cut:]) for row in table.rows[head.last:]]
    for rows, warnings in zip(halves, (table.warnings, ()), strict=True):
        yield replace(table, warnings=warnings, rows=[row for row in rows if any(row.cells)])


def _parts_below(
    table: Table, columns: Mapping[str, str], reading: ColumnReading
) -> Iterator[Table]:
    while True:
        heads = _heads(table, columns, reading.money)
        again = _headings_moved(table, min(heads[:2], key=lambda one: one.last)) if heads else None
        if again is None:
            break
        yield replace(table, rows=table.rows[:again])
        table = replace(table, rows=table.rows[again:], warnings=())
    yield table


def _headings_moved(table: Table, head: "_Head") -> int | None:
    """The index of a later row that has all headings of this one, in other columns."""
    texts = [one.text for one in head.headings if one.text]
    anchor = max(texts, key=len)
    if len(texts) <= UPPER_MIN:
        return None
    place = [one.text for one in head.headings].index(anchor)
    for index in range(head.last + 1, len(table.rows)):
        cells = table.rows[index].cells
        if anchor in cells and cells.index(anchor) != place and set(texts).issubset(cells):
            return index
    return None


def no_heading(tables: Sequence[Table], money: frozenset[str]) -> BadFile:
    """The refusal of a file none of whose sheets has what we need, with the headings it has."""
    def most(table: Table) -> Row:
        rows = table.rows[:HEADING_ROWS_MAX]
        return max(rows, key=lambda row: (
            sum(heading_of(cell, money).best() for cell in row.cells if isinstance(cell, str)),
            sum(isinstance(cell, str) for cell in row.cells),
        ))
    row = max((most(table) for table in tables), key=lambda row: len(row.cells))
    seen = [
        f"{column_letter(index)} “{' '.join(text_of(cell).split())[:30]}”"
        for index, cell in enumerate(row.cells[:HEADINGS_SHOWN]) if text_of(cell)
    ]
    longest = max(len(table.rows) for table in tables)
    return BadFile(
        "finance.no-heading", file=tables[0].file, rows=min(HEADING_ROWS_MAX, longest),
        row=row.number, headings=", ".join(seen),
    )


def _heads(table: Table, columns: Mapping[str, str], money: frozenset[str]) -> list[_Head]:
    """Rows that may be headings, the one that names most first; two rows may be one heading."""
    found = []
    rows = table.rows[:HEADING_ROWS_MAX]
    for index, row in enumerate(rows):
        single = _head(index, [row.cells], columns, money)
        found.append(single)
        if index + 1 < len(rows) and not _holds_figures(rows[index + 1].cells) \
                and not any(map(_has_many_figures, row.cells)) and not _is_title(table, row):
            upper = _spread(table, row, rows[index + 1])
            double = _head(index + 1, [upper, rows[index + 1].cells], columns, money)
            alone = max(single.strength, _head(
                index + 1, [rows[index + 1].cells], columns, money
            ).strength)
            if double.strength >= alone and (
                _repeats(rows[index + 1]) or _is_split(row, upper, rows[index + 1])
            ):
                double = replace(double, strength=double.strength + 1)
            if double.strength > alone:
                found.append(double)
    return sorted(
        (head for head in found if head.strength > 1), key=lambda head: (-head.strength, head.last)
    )[:8]


def _head(
    last: int, rows: Sequence[Sequence[Cell]], columns: Mapping[str, str], money: frozenset[str]
) -> _Head:
    width = max(map(len, rows))
    is_line = any(isinstance(cell, int | float) for cell in rows[-1])
    texts = [
        " ".join(
            str(row[index]) for row in rows if index < len(row) and isinstance(row[index], str)
            and not _is_figure(row[index]) and not (is_line and _has_many_figures(row[index]))
        ) for index in range(width)
    ]
    headings = tuple(heading_of(text, money) for text in texts)
    fields = {
        field for heading in headings for field, points in heading.points.items()
        if points >= (POSSIBLE if field in ("voucher", "receipt", "amount") else LIKELY)
        and field in FIELDS and len(heading.text) < 80
    }
    named = {heading_words(text, money) for text in columns.values()}
    asked = sum(heading_words(heading.text, money) in named for heading in headings if heading.text)
    known = sum(bool(heading.points) for heading in headings)
    told = len(fields) if len(fields) > 1 or asked else 0
    if fields and not told and known > UPPER_MIN:
        told = 2  # a table of goods: what they are bears the voucher, and only content tells it
    filled = sum(bool(heading.text) for heading in headings)
    return _Head(last, headings, told + 2 * asked if filled > 1 else 0)


def _spread(table: Table, row: Row, under: Row) -> Sequence[Cell]:
    """A row's cells, each merged one filled through; what stands over several headings of the row
    under it and was not merged, too. What stands over many is whose half of the table it is."""
    cells = list(row.cells)
    if _repeats(under) or sum(bool(text_of(cell)) for cell in cells) >= UPPER_MIN:
        for index in range(1, min(len(cells), len(under.cells))):
            if not text_of(cells[index]) and text_of(under.cells[index]) \
                    and text_of(under.cells[index - 1]):
                cells[index] = cells[index - 1]
    for (top, left), (bottom, right) in table.merges:
        if top == bottom == row.number - 1 and left < len(cells):
            told = cells[left] if right - left < WIDE else None
            cells[left : right + 1] = [told] * len(cells[left : right + 1])
    return cells


def _is_split(row: Row, upper: Sequence[Cell], under: Row) -> bool:
    """Whether a heading stands over several columns, which the row under it tells apart."""
    return any(
        not text_of(own) and text_of(spread) and text_of(below)
        for own, spread, below in zip(row.cells, upper, under.cells, strict=False)
    )


def _is_title(table: Table, row: Row) -> bool:
    """Whether a row is a title over the table, and no heading over some of its columns."""
    told = [index for index, cell in enumerate(row.cells) if text_of(cell)]
    if len(told) != 1:
        return not told or text_of(row.cells[told[0]]).endswith(":")
    merged = next((right - left for (top, left), (_, right) in table.merges
                   if top == row.number - 1 and left == told[0]), 0)
    if merged:
        return merged + 1 >= len(row.cells) - told[0] and not told[0]
    return told[0] == 0 or len(text_of(row.cells[told[0]]).split()) > TITLE_WORDS


def _repeats(row: Row) -> bool:
    """Whether headings of a row stand in it twice, so that only the row above tells them apart."""
    told = [text_of(cell).casefold() for cell in row.cells if text_of(cell)]
    return len(told) > UPPER_MIN and len(told) - len(set(told)) > 1


def _holds_figures(cells: Sequence[Cell]) -> bool:
    return any(
        cell is not None and (not isinstance(cell, str) or _is_figure(cell)
                              or _has_many_figures(cell))
        for cell in cells
    )


def _has_many_figures(cell: Cell) -> bool:
    return sum(map(str.isdigit, text_of(cell))) >= FIGURES_MANY


def _is_figure(cell: Cell) -> bool:
    text = text_of(cell)
    return bool(text) and sum(map(str.isdigit, text)) * 2 >= len(text)


def _layout(
    table: Table, head: _Head, columns: Mapping[str, str], reading: ColumnReading
) -> StatementLayout | None:
    again = table.rows[head.last].cells
    body = [row for row in table.rows[head.last + 1 :] if row.cells != again]
    width = max([len(head.headings), *(len(row.cells) for row in body[:2000])])
    headings = [*head.headings, *[heading_of("")] * (width - len(head.headings))]
    asked = {
        field: _asked(text, headings, field, reading.money) for field, text in columns.items()
    }
    content = contents(body, width, reading)
    stores = _columns_of_stores(table.rows[head.last : head.last + 2], content, reading)
    if len(stores) < LEAST_STORES or "store" in asked:
        return _made(head.last, headings, content, asked, reading)
    for index in stores:  # what stands over all of them speaks of stores, and tells none
        headings[index] = heading_of(headings[index].text, reading.money, but="store")
    made = _made(head.last, headings, content, asked, reading)
    return made and replace(made, by_store=stores)


def _columns_of_stores(
    rows: Sequence[Row], content: Sequence[Content], reading: ColumnReading
) -> dict[int, str]:
    """Columns of amounts that a heading, or the row under it, calls by stores' names."""
    return {
        index: cell for row in rows for index, cell in enumerate(row.cells)
        if isinstance(cell, str) and index < len(content) and content[index].amount > 0.9
        and reading.in_short(cell)
    }


def _made(
    last: int, headings: Sequence[Heading], content: Sequence[Content], asked: Mapping[str, int],
    reading: ColumnReading,
) -> StatementLayout | None:
    chosen = choose(headings, content, asked, reading)
    is_returns = "amount" not in chosen and "returned" in chosen
    if is_returns:
        chosen["amount"] = chosen.pop("returned")
    if "amount" not in chosen or not ({"voucher", "receipt"} & chosen.keys()):
        return None
    order = {field: chosen[field] for field in FIELDS if field in chosen}
    return StatementLayout(
        last, {field: one.index for field, one in order.items()}, reading.money, order,
        tuple(heading.text for heading in headings), tuple(
            index for index, heading in enumerate(headings)
            if heading.text and content[index].filled and "-index" not in heading.points
            and index not in {one.index for one in order.values()}
        ), is_returns,
    )


def _unheaded(
    table: Table, columns: Mapping[str, str], reading: ColumnReading
) -> StatementLayout | None:
    """A sheet without headings, whose columns a person named by their letters."""
    width = max(len(row.cells) for row in table.rows)
    headings = [heading_of("")] * width
    asked = {
        field: _asked(text, headings, field, reading.money) for field, text in columns.items()
    }
    return _made(-1, headings, contents(table.rows, width, reading), asked, reading)


def _asked(
    text: str, headings: Sequence[Heading], field: str, money: frozenset[str]
) -> int:
    """The column that a person named by its heading, else by its letter."""
    exact = [index for index, one in enumerate(headings)
             if one.text and one.text.casefold() == " ".join(text.casefold().split())]
    alike = [index for index, one in enumerate(headings)
             if one.text and heading_words(one.text, money) == heading_words(text, money)]
    fits = exact or alike
    if len(fits) == 1:
        return fits[0]
    letters = text.strip().upper()
    if not fits and letters.isascii() and letters.isalpha() and len(letters) <= _LETTERS_MAX:
        index = column_index(letters)
        if index < len(headings):
            return index
    seen = ", ".join(
        f"{column_letter(index)} “{one.text[:30]}”"
        for index, one in enumerate(headings[:HEADINGS_SHOWN]) if one.text
    )
    raise UsageError(
        "finance.column-unknown", field=field, column=text, headings=seen or "–"
    )
