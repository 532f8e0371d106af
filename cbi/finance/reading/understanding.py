"""From a retailer's file to its lines: every sheet, its layout, its letterhead, its sums. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from cbi.base.errors import Conflict, UsageError
from cbi.files import Row, Table, column_letter, text_of
from cbi.finance.reading.lines.item_lines import item_column, join_items
from cbi.finance.reading.lines.line_parts import Reading, ReadLine, ReadLines, SheetSetting
from cbi.finance.reading.lines.lines import read_sheet
from cbi.finance.reading.lines.netting import check_said, check_sums, net
from cbi.finance.reading.lines.titles import day_of_sheet, stores_explained
from cbi.finance.reading.shapes.amount_parts import columns_that_differ, parts_that_differ
from cbi.finance.reading.shapes.amount_units import with_signs_turned
from cbi.finance.reading.shapes.other_rounds import leave_out, of_other_rounds
from cbi.finance.reading.shapes.reshaping import ordinary
from cbi.finance.reading.shapes.serial_style import with_serials_whole
from cbi.finance.reading.shapes.sum_sheets import Found, check_parts, lines_alone, sums_alone
from cbi.finance.reading.structure import contents
from cbi.finance.reading.structure.layouts import StatementLayout, find_layout, no_heading, parts_of
from cbi.finance.reading.structure.letterheads import Letterhead, letterhead_of
from cbi.finance.reading.structure.totals import Sums
from cbi.finance.reading.values.amounts import foreign_money
from cbi.finance.reading.values.cells import looks_like_voucher, voucher_named
from cbi.finance.reading.values.kinds import kind_of

MARGIN = 40
FIRST_LINES = LINE_CELLS = 3
"""A row with fewer filled cells than these is no line, whatever it names."""


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """How one field is read: its sheet, the column's letter and heading, its points and first
    values. `points` are 99 where a person named the column."""

    sheet: str | None
    field: str
    letter: str
    heading: str
    points: float
    first: tuple[str, ...]


@dataclass(slots=True)
class Understood:
    """A file as it was understood."""

    read: ReadLines
    layouts: list[StatementLayout] = field(default_factory=list)
    shown: list[ColumnShown] = field(default_factory=list)
    period: tuple[str, str] | None = None
    numbers: list[str] = field(default_factory=list)


def understood(
    tables: Sequence[Table], asked: Mapping[str, str], reading: Reading
) -> Understood:
    """All lines of a statement's sheets.

    Raises:
        BadFile: no sheet has a heading row with what is needed.
        UsageError: something about its columns, amounts or dates must be said.
        Conflict: it is in another currency.
    """
    made = Understood(ReadLines())
    told = contents.ColumnReading(
        reading.currency, reading.money, reading.is_store, reading.receipts_known,
        frozenset(reading.rounds), reading.in_short,
        reading.amounts_known,
    )
    found, others = of_other_rounds(_sheets(tables, asked, reading, told), reading.rounds)
    layouts = [layout for _, layout in found if layout is not None]
    if not layouts:
        raise no_heading(tables, reading.money)
    called = stores_explained(
        (row for table in tables for row in _margins(table)), reading.is_store
    )
    said: list[tuple[str | None, int, int]] = []
    taken: list[tuple[Table, StatementLayout]] = []
    cover, aside = list[Letterhead](), list[Table]()
    for table, layout in found:
        fits = layout or _continued(table, layouts[0], told)
        if fits is None:
            cover.append(sums_alone(made.read, table, reading, said))
            aside.append(table)
            continue
        _take_sheet(made, table, fits, reading, said, called)
        taken.append((table, fits))
    for table, layout in others:
        _leave_sheet(made, table, layout, reading, called)
    made.period = made.period or next((one.period for one in cover if one.period), None)
    check_sums(made.read, [table.sheet for table, _ in taken],
               [layout.columns["amount"] for _, layout in taken], reading.currency)
    check_said(made.read, said, reading.currency)
    check_parts(made.read, aside, [table.sheet for table, _ in taken], reading)
    made.read.sums = Sums()  # they are judged; what follows needs the room
    _refuse_repeated(made.read.lines)
    join_items(made.read, {table.sheet for table, layout in taken
                           if item_column(layout) is not None})
    net(made.read)
    return made


def _sheets(
    tables: Sequence[Table], asked: Mapping[str, str], reading: Reading,
    told: contents.ColumnReading,
) -> Found:
    """Every part of the sheets as it is read, with its layout."""
    return lines_alone([
        (part if layout is None else with_serials_whole(part, layout, reading.rounds), layout)
        for table in tables for part in parts_of(ordinary(table, told), asked, told)
        for layout in (find_layout(part, asked, told),)
    ], told)


def _leave_sheet(
    made: Understood, table: Table, layout: StatementLayout, reading: Reading,
    called: Mapping[str, str],
) -> None:
    """A sheet of another round is read for itself; its lines are left out by name."""
    whole = Understood(ReadLines())
    _take_sheet(whole, table, layout, reading, [], called)
    leave_out(made.read, whole.read, table.sheet, reading.currency)


def _margins(table: Table) -> Iterator[Row]:
    """The rows over and under a sheet's lines."""
    yield from table.rows[:MARGIN]
    yield from table.rows[max(len(table.rows) - MARGIN, MARGIN) :]


def _take_sheet(
    made: Understood, table: Table, layout: StatementLayout, reading: Reading,
    said: list[tuple[str | None, int, int]], called: Mapping[str, str],
) -> None:
    """One sheet's lines, and what its letterhead says."""
    rows = table.rows[: layout.heading + 1]
    letterhead = letterhead_of(rows[:-1], reading.currency, reading.money, reading.is_store)
    heading = layout.headings[layout.columns["amount"]] if layout.heading >= 0 else ""
    _refuse_currency(letterhead, heading, reading)
    made.read.warnings += table.warnings
    _refuse_lines_above(rows[:-1], table, reading)
    setting = SheetSetting(
        len(made.layouts), _store_of(table, letterhead, reading),
        is_returns=layout.is_returns or kind_of(table.sheet or "") == "return",
        day=day_of_sheet(table.sheet, reading.unsaid_year),
        called=called,
    )
    made.layouts.append(layout)
    made.shown += _shown(table, layout)
    table = table if setting.is_returns else with_signs_turned(table, layout)
    made.read.warnings += parts_that_differ(table, layout, reading)
    made.read.warnings += columns_that_differ(table, layout, reading)
    made.read.masks |= layout.masks(table)
    read_sheet(made.read, table, layout, reading, setting)
    made.period = made.period or letterhead.period
    made.numbers += letterhead.numbers
    said += [(table.sheet, row, amount) for row, amount in letterhead.sums]


def _refuse_lines_above(rows: Sequence[Row], table: Table, reading: Reading) -> None:
    """Above the headings stand words; a voucher there is a line that nobody would pay or miss."""
    for row in rows:
        if sum(bool(text_of(cell)) for cell in row.cells) < LINE_CELLS:
            continue
        for index, cell in enumerate(row.cells):
            if isinstance(cell, str) and looks_like_voucher(cell) and _is_ours(cell, reading):
                raise UsageError(
                    "finance.line-above", sheet=table.sheet or "1", row=row.number,
                    letter=column_letter(index), heading=table.rows[len(rows)].number,
                )


def _is_ours(cell: str, reading: Reading) -> bool:
    """Whether a text is a code as we make them, or a serial of one of the retailer's rounds."""
    named = voucher_named(cell, reading.lookup, reading.rounds)
    return named.kind == "code" or (
        named.kind == "serial" and named.shown.rpartition("-")[0] in reading.rounds
    )


def _store_of(table: Table, letterhead: Letterhead, reading: Reading) -> str | None:
    if table.sheet and reading.is_store(table.sheet):
        return table.sheet
    return letterhead.store


def _refuse_currency(letterhead: Letterhead, heading: str, reading: Reading) -> None:
    foreign = letterhead.foreign or foreign_money(heading, reading.currency)
    if foreign:
        raise Conflict("finance.another-currency", currency=foreign, ours=reading.currency)


def _continued(
    table: Table, layout: StatementLayout, told: contents.ColumnReading
) -> StatementLayout | None:
    """A sheet that goes on without headings in the columns of the first one."""
    index = layout.columns.get("voucher")
    if index is None:
        return None
    width = max(len(row.cells) for row in table.rows)
    if index >= width or contents.contents(table.rows, width, told)[index].voucher < 0.5:
        return None
    return StatementLayout(-1, layout.columns, layout.money, layout.found, layout.headings)


def _refuse_repeated(lines: Sequence[ReadLine]) -> None:
    """A sheet that holds all lines of the others again would bill everything twice."""
    if len({line.sheet for line in lines}) < 2:
        return
    by_sheet: dict[str | None, Counter[object]] = {}
    for line in lines:
        key = (line.named.key, line.receipt, line.amount_minor)
        by_sheet.setdefault(line.sheet, Counter())[key] += 1
    whole: Counter[object] = sum(by_sheet.values(), Counter())
    for sheet, held in by_sheet.items():
        if held.total() > 1 and all(2 * many == whole[key] for key, many in held.items()) \
                and 2 * held.total() == whole.total():
            raise UsageError("finance.sheet-repeats", sheet=sheet)


def _shown(table: Table, layout: StatementLayout) -> list[ColumnShown]:
    body = table.rows[layout.heading + 1 :]
    return [
        ColumnShown(
            table.sheet, name, column_letter(index), layout.headings[index],
            round((layout.found or {})[name].points, 1), _first(body, index),
        )
        for name, index in layout.columns.items()
    ]


def _first(body: Sequence[Row], index: int) -> tuple[str, ...]:
    told = (text_of(row.cells[index]) for row in body if index < len(row.cells))
    return tuple(islice(filter(None, told), FIRST_LINES))
