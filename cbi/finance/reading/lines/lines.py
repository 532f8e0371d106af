"""From a statement's sheets to its lines: every claim, every problem, the sums. Pure.

A row that can't be read is a problem with its place. It keeps the statement out unless a person
agrees to take in the rest; then it is kept by name among what was left out. What doesn't bear on
money (a date, a sum that doesn't add up) is a warning.
"""

import re
from collections.abc import Sequence

from cbi.base.errors import CbiError, UsageError
from cbi.base.money import EXPONENTS, TWO_READINGS
from cbi.files import Cell, Problem, Row, Table, column_letter, text_of
from cbi.finance.reading.lines.idle_rows import (
    IdleRows,
    is_counted,
    is_note,
    is_paid_otherwise,
    label_of,
    title_kind,
)
from cbi.finance.reading.lines.item_lines import item_column
from cbi.finance.reading.lines.line_moments import LineMoments
from cbi.finance.reading.lines.line_parts import (
    LeftLine,
    Reading,
    ReadLine,
    ReadLines,
    RefusedAt,
    SheetSetting,
    with_minor,
)
from cbi.finance.reading.lines.line_words import receipt_of, says_return, store_by_column, store_of
from cbi.finance.reading.lines.titles import Titles
from cbi.finance.reading.lines.told_once import fill_down
from cbi.finance.reading.lines.undone_lines import UndoneLines
from cbi.finance.reading.lines.usual_lines import SaidOfLine, UsualLines, UsualSaid
from cbi.finance.reading.structure.headings import heading_words
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.structure.totals import Mark, is_balance, is_total_word
from cbi.finance.reading.values.amounts import AmountStyle, foreign_money, signed_amount, style_of
from cbi.finance.reading.values.cells import (
    SEVERAL,
    TELLING,
    Named,
    is_blank,
    is_card,
    is_error,
    looks_like_voucher,
    names_ours,
    receipt_text,
    voucher_named,
)
from cbi.finance.reading.values.kinds import is_cancelled, is_no_sale, is_undone, kind_of
from cbi.finance.reading.values.moments import Moment, order_of

_TAG = re.compile(r"#[a-z][\w+]*")
_LIKE_A_LINE = ("date", "time", "store", "receipt", "kind")


def read_sheet(
    into: ReadLines, table: Table, layout: StatementLayout, reading: Reading, sheet: SheetSetting
) -> None:
    """Take in all lines under a sheet's headings; its rows are let go of as they are read."""
    reader = _SheetReader(into, table, layout, reading, sheet)
    into.sums.one_unit = 10 ** EXPONENTS.get(reading.currency, 2)
    rows = table.rows[layout.heading + 1 :]
    table.rows.clear()
    reader.take_all(rows)


class _SheetReader:
    """Goes down the rows of one sheet."""

    def __init__(
        self, into: ReadLines, table: Table, layout: StatementLayout, reading: Reading,
        sheet: SheetSetting,
    ) -> None:
        self.read, self._table, self._layout, self._reading = into, table, layout, reading
        self._sheet = sheet
        body = table.rows[layout.heading + 1 :]
        self._columns = dict(layout.columns)
        self._named = self._columns[layout.named_by]
        self._amount_at = self._columns["amount"]
        self._style = AmountStyle(reading.decimal) if reading.decimal else style_of(
            self._below(body, "amount"), reading.currency, reading.money
        )
        self._over = Titles(sheet.store, sheet.day, sheet.called, reading.is_store,
                            reads_days="date" not in self._columns)
        self._over.begin(table.rows[: max(layout.heading, 0)],
                         may_name_store="store" not in self._columns)
        order = order_of(self._below(body, "date"), reading.likely, reading.dates)
        self._moments = LineMoments(
            self._columns, order, reading.unsaid_year, from_1904=table.from_1904
        )
        self._idle = IdleRows(table.rows[: max(layout.heading, 0)], {
            index: words for index, text in enumerate(layout.headings)
            if (words := heading_words(text, reading.money))
        }, reading.money)
        self._begins = len(into.sums.amounts)
        self._is_back = sheet.is_returns
        self._undone = UndoneLines(body, layout, into)

    def _below(self, rows: Sequence[Row], name: str) -> list[Cell]:
        index = self._columns.get(name)
        if index is None:
            return []
        return [row.cells[index] for row in rows if index < len(row.cells)]

    def take_all(self, rows: list[Row]) -> None:
        """All rows in their order, until none is left."""
        self._usual = usual = UsualLines(
            self.read, self._table, self._columns, self,
            UsualSaid(self._sheet.number, frozenset(self._reading.rounds)),
        ) if "voucher" in self._columns and not (
            self._undone.has_remarks or self._layout.by_store
            or {"returned", "minor", "second"} & self._columns.keys()
        ) else None
        fill_down(rows, self._columns, self._named, item_column(self._layout))
        rows.reverse()
        while rows:
            row = rows.pop()
            if usual is None or not usual.take(row, self._over):
                self.take(row)

    def take(self, row: Row) -> None:
        """One row: a claim, a sum, a footer, or a problem."""
        named, amount = row.at(self._named), row.at(self._amount_at)
        if "second" in self._columns and not text_of(named):
            named = self._cell(row, "second")
        if is_error(named) or is_error(amount):
            self._broken(row, named, amount)
        elif isinstance(amount, int | float) and looks_like_voucher(named):
            self._claim(row, named, amount)  # the usual case, which must be quick
        elif not self._is_ours(named) and self._over.take(
            row, may_name_store=self._may_name_store(amount)
        ):
            if text_of(amount):
                self._nameless(row, amount)
        elif is_card(named) and is_paid_otherwise(row):
            self._say_once("finance.paid-otherwise", row)
        elif self._names_a_voucher(named) and not is_counted(row, named):
            if not self._is_idle(row) and not is_note(row, named):
                self._claim(row, named, amount)
        elif self._layout.named_by == "voucher" and is_paid_otherwise(row):
            self._say_once("finance.paid-otherwise", row)
        elif not self._is_idle(row):
            self._nameless(row, amount)

    def _may_name_store(self, amount: Cell) -> bool:
        """Whether a row may name the store of the lines under it: with their sum, where no line
        came before."""
        begins = self._over.over is not None or len(self.read.sums.amounts) == self._begins
        return "store" not in self._columns and (begins or not text_of(amount))

    def _names_a_voucher(self, cell: Cell) -> bool:
        if cell is None or not isinstance(cell, str):
            return cell is not None and not isinstance(cell, bool)
        text = cell.strip()
        if not text or _TAG.fullmatch(text) or is_total_word(text):
            return False
        if self._reading.is_store(text) and not self._is_ours(text):
            return False
        return any(map(str.isdigit, text)) or looks_like_voucher(text)

    def _is_ours(self, named: Cell) -> bool:
        return isinstance(named, str) and names_ours(named, self._reading.rounds)

    def _is_idle(self, row: Row) -> bool:
        return self._idle.is_idle(row, begins=len(self.read.sums.amounts) == self._begins)

    def _claim(self, row: Row, named: Cell, amount: Cell) -> None:
        """A line; with what was taken back in a column of its own, that too."""
        if said := self._undone.said(row):
            self._declined(row, named, said)
            return
        returned = self._cell(row, "returned")
        is_back = not is_blank(returned)
        if not (is_back and is_blank(amount)):
            self._line(row, named, amount)
        if is_back:
            self._line(row, named, returned, is_back=True)

    def _line(self, row: Row, named: Cell, amount: Cell, *, is_back: bool = False) -> None:
        voucher, minor = self._voucher(row, named), None
        try:
            minor = self._amount(row, amount)
            minor = -abs(minor) if is_back or says_return(named) else minor
            if minor < 0 and (said := self._undone.said_alone(row, voucher, amount, minor)):
                self._declined(row, named, said)
                return
            if voucher.kind == SEVERAL and minor < 0:
                raise RefusedAt(UsageError(
                    "finance.several-vouchers", vouchers=voucher.shown
                ), self._layout.named_by)
            self._check_currency(row)
        except RefusedAt as error:
            self._unread(row, error.refusal, error.field, voucher.shown, minor)
            return
        except UsageError as error:
            self._unread(row, error, "amount", voucher.shown)
            return
        if row.number in self._table.hidden:
            self._unread(row, UsageError("finance.row-hidden"), self._layout.named_by,
                         voucher.shown, minor)
            return
        moment, unreadable = self._moments.of(row)
        for refusal, name in unreadable:
            self._warn(refusal, row, name)
        self.read.sums.line(self._sheet.number, row.number, minor)
        self.read.lines.append(ReadLine(
            len(self.read.lines) + 1, row.number, voucher, moment.day or self._over.day,
            self._over.store(self._told(row, "store") or store_of(named, self._reading.is_store)
                             or store_by_column(row, self._layout.by_store) or ""),
            receipt_of(named, self._told(row, "receipt")), minor, moment.minute,
            self._table.sheet, self.usual_amount(self._cell(row, "purchase")),
        ))

    def _declined(self, row: Row, named: Cell, said: tuple[str, int]) -> None:
        """A line of which the shop itself says that nothing was sold."""
        shown, (status, index) = self._voucher(row, named).shown, said
        letter = column_letter(index)
        self.read.left.append(LeftLine("declined", self._table.sheet, row.number, shown, 0))
        self.read.warnings.append(Problem(
            "finance.row-declined", self._table.sheet, row.number, letter,
            {"voucher": shown, "text": status[:40]},
        ))

    def _voucher(self, row: Row, cell: Cell) -> Named:
        if self._layout.named_by == "receipt":
            return Named("receipt", receipt_text(cell))
        reading, series = self._reading, self._told(row, "series").upper()
        named = voucher_named(cell, reading.lookup, reading.rounds, series)
        if named.kind == SEVERAL or not (second := self._told(row, "second")):
            return named
        return named._replace(parts=(voucher_named(second, reading.lookup, reading.rounds),))

    def _amount(self, row: Row, cell: Cell) -> int:
        """A line's amount with the sign of its kind."""
        if not text_of(cell):
            raise UsageError("finance.amount-missing")
        minor = self._with_minor(row, signed_amount(
            cell, self._reading.currency, self._style.decimal, self._reading.money
        ))
        return -abs(minor) if self._is_return(row) else minor

    def _with_minor(self, row: Row, whole: int) -> int:
        return with_minor(whole, self._told(row, "minor"), self.read.sums.one_unit)

    def _is_return(self, row: Row) -> bool:
        told = self._told(row, "kind")
        kind = kind_of(told) if told else None
        if kind is None and told:
            raise RefusedAt(UsageError("finance.kind-unknown", text=told), "kind")
        return self._is_back or kind == "return"

    def _check_currency(self, row: Row) -> None:
        told = self._told(row, "currency")
        foreign = foreign_money(told.upper(), self._reading.currency) if told else ""
        if foreign:
            raise RefusedAt(UsageError(
                "finance.line-currency", currency=foreign, ours=self._reading.currency
            ), "currency")

    def usual_amount(self, cell: Cell) -> int | None:
        """An amount as minor units; None where it is none."""
        if not text_of(cell):
            return None
        try:
            return signed_amount(
                cell, self._reading.currency, self._style.decimal, self._reading.money
            )
        except UsageError:
            return None

    def usual_moment(self, row: Row) -> Moment | None:
        """When a line says it was; None where something must be said of it."""
        moment, unreadable = self._moments.of(row)
        return None if unreadable else moment

    def usual_told(self, row: Row) -> SaidOfLine | None:
        """What a line says of its store, kind and currency; None where that is not plain text."""
        cells = [self._cell(row, name) for name in ("store", "kind", "currency", "status")]
        if not all(cell is None or isinstance(cell, str) for cell in cells) \
                or is_undone(text_of(cells[-1])) or is_cancelled(text_of(cells[1])) \
                or is_no_sale(text_of(cells[1])):
            return None
        try:
            self._check_currency(row)
            return SaidOfLine(self._told(row, "store"), self._is_return(row))
        except RefusedAt:
            return None

    def _broken(self, row: Row, named: Cell, amount: Cell) -> None:
        """A row whose voucher or amount a formula failed to give."""
        where, cell = (self._layout.named_by, named) if is_error(named) else ("amount", amount)
        minor = None
        if not is_error(amount) and text_of(amount):
            try:
                minor = self._amount(row, amount)
            except (UsageError, RefusedAt):
                minor = None
        shown = text_of(named) if is_error(named) else self._voucher(row, named).shown
        self._unread(row, UsageError("finance.cell-error", text=text_of(cell)), where, shown, minor)

    def _nameless(self, row: Row, amount: Cell) -> None:
        """A row without a voucher: a sum, a footer, or a line that doesn't say whose it is."""
        label = label_of(row)
        word = is_total_word(label) or any(
            isinstance(cell, str) and is_total_word(cell) for cell in row.cells
        )
        told = sum(bool(self._told(row, name)) for name in _LIKE_A_LINE)
        receipt = self._told(row, "receipt")
        has_receipt = self._layout.named_by == "voucher" and any(map(str.isdigit, receipt)) \
            and len(receipt) <= TELLING and not self._reading.is_store(receipt)
        try:
            amounts = self._amounts(row, amount, everywhere=word)
        except UsageError as error:
            self._unread(row, error, "amount", label)
            return
        if amounts and not word and (has_receipt or told > 1):
            self._unread(row, UsageError("finance.voucher-missing"), self._layout.named_by,
                         label, amounts[0])
        elif amounts and not (is_balance(label) and not text_of(amount)):
            self.read.sums.mark(Mark(self._sheet.number, row.number, amounts, label))
        else:
            self._footer(row, label, told=told, has_receipt=has_receipt)
            self._begin(title_kind(row))

    def _begin(self, kind: str | None) -> None:
        """Under a title begins what was sold or taken back."""
        if kind is not None:
            self._is_back = self._sheet.is_returns or kind == "return"
            if self._usual is not None:
                self._usual.forget()

    def _footer(self, row: Row, label: str, *, told: int, has_receipt: bool) -> None:
        if any(is_error(cell) for cell in row.cells):
            index = next(index for index, cell in enumerate(row.cells) if is_error(cell))
            self._left(row, UsageError("finance.cell-error", text=text_of(row.cells[index])),
                       column_letter(index), label, None)
        elif has_receipt or told > 2:
            self._unread(row, UsageError("finance.amount-missing"), "amount", label)

    def _amounts(self, row: Row, amount: Cell, *, everywhere: bool) -> tuple[int, ...]:
        """The amounts of a row: in its column, else (of a sum) wherever the shop wrote it."""
        cells: list[Cell] = [amount]
        if everywhere and not text_of(amount):
            cells += [cell for cell in reversed(row.cells) if cell is not amount]
        found = []
        for cell in cells:
            if cell is None or isinstance(cell, bool) or not text_of(cell):
                continue
            text = text_of(cell)
            parts = isinstance(cell, str) and ":" in text
            told = text.rpartition(":")[2].strip() if parts else cell
            try:
                one = signed_amount(
                    told, self._reading.currency, self._style.decimal, self._reading.money
                )
                found.append(self._with_minor(row, one) if cell is amount else one)
            except RefusedAt:
                continue
            except UsageError as error:
                if error.code == TWO_READINGS:
                    raise
        return tuple(found)

    def _told(self, row: Row, name: str) -> str:
        cell = self._cell(row, name)
        return "" if is_error(cell) else text_of(cell)

    def _cell(self, row: Row, name: str) -> Cell:
        return row.at(self._columns.get(name, len(row.cells)))

    def _unread(
        self, row: Row, error: CbiError, name: str, shown: str, amount: int | None = None
    ) -> None:
        self._left(row, error, column_letter(self._columns[name]), shown, amount)

    def _left(
        self, row: Row, error: CbiError, letter: str, shown: str, amount: int | None
    ) -> None:
        sheet = self._table.sheet
        self.read.problems.append(Problem.of(error, sheet=sheet, row=row.number, column=letter))
        self.read.left.append(LeftLine("unread", sheet, row.number, shown, amount, error.code))
        self.read.sums.line(self._sheet.number, row.number, amount)

    def _say_once(self, code: str, row: Row) -> None:
        if all((one.code, one.sheet) != (code, self._table.sheet) for one in self.read.warnings):
            self.read.warnings.append(Problem(code, self._table.sheet, row.number))

    def _warn(self, error: CbiError, row: Row, name: str) -> None:
        letter = column_letter(self._columns[name])
        self.read.warnings.append(
            Problem.of(error, sheet=self._table.sheet, row=row.number, column=letter)
        )
