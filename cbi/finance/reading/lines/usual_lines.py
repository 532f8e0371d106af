"""Lines that are like others: what was read of a cell once holds wherever it stands again. Pure.

Most lines of a bill name a plain serial and a number, on days, at stores and of kinds that stood in
lines before. Such a line costs a look-up a cell; any other is left to who reads with care.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from cbi.files import Cell, Row, Table
from cbi.finance.reading.lines.line_parts import ReadLine, ReadLines
from cbi.finance.reading.lines.titles import Titles
from cbi.finance.reading.values.cells import is_plain_serial, receipt_text
from cbi.finance.reading.values.moments import Moment

_PLAIN = re.compile(r"[0-9A-Z]+(?:[-/][0-9A-Z]+)*\Z", re.ASCII).match
_LINE: Callable[[tuple[Any, ...]], ReadLine] = partial(tuple.__new__, ReadLine)
_KNOWN_MAX = 20_000


class SaidOfLine(NamedTuple):
    """What a line's cells say of its store, and whether it is a return."""

    store: str
    is_return: bool


class UsualSaid(NamedTuple):
    """The sheet's number, and the codes of rounds that a plain serial begins with."""

    sheet: int
    rounds: frozenset[str]


class Careful(Protocol):
    """Reads a row's cells one by one; None where something must be said of them."""

    def usual_amount(self, cell: Cell) -> int | None:
        """A number as minor units, without the sign of the line's kind."""

    def usual_moment(self, row: Row) -> Moment | None:
        """When the line says it was."""

    def usual_told(self, row: Row) -> SaidOfLine | None:
        """What the line says of its store, its kind and its currency."""


class UsualLines:
    """Takes in the usual lines of one sheet."""

    def __init__(
        self, into: ReadLines, table: Table, columns: Mapping[str, int], careful: Careful,
        said: UsualSaid,
    ) -> None:
        self._read, self._table, self._careful, self._sheet = into, table, careful, said.sheet
        self._rounds = said.rounds
        self._width = max(columns.values()) + 1
        self._named, self._amount = columns["voucher"], columns["amount"]
        self._receipt, self._purchase = columns.get("receipt"), columns.get("purchase")
        self._when = _getter(columns, ("date", "time"))
        self._what = _getter(columns, ("store", "kind", "currency", "status"))
        self._minors: dict[Cell, int] = {}
        self._moments: dict[object, Moment] = {}
        self._tolds: dict[object, SaidOfLine] = {}

    def take(self, row: Row, over: Titles) -> bool:
        """Whether the row is a usual line, which then is taken in; `over` is what the sheet says
        over its lines."""
        number, cells = row
        if len(cells) < self._width or number in self._table.hidden:
            return False
        name, amount = cells[self._named], cells[self._amount]
        if type(name) is not str or type(amount) not in (int, float) or not (
            is_plain_serial(name) and name.rpartition("-")[0] in self._rounds
        ):
            return False
        minor = self._minors.get(amount) or self._learnt(
            self._minors, amount, self._careful.usual_amount(amount)
        )
        when, what = self._when(cells), self._what(cells)
        moment = self._moments.get(when) or self._learnt(
            self._moments, when, self._careful.usual_moment(row)
        )
        told = self._tolds.get(what) or self._learnt(
            self._tolds, what, self._careful.usual_told(row)
        )
        receipt = None if self._receipt is None else cells[self._receipt]
        if minor is None or moment is None or told is None or not _is_receipt(receipt):
            return False
        if receipt is not None and not (type(receipt) is str and _PLAIN(receipt)):
            receipt = receipt_text(receipt) or None
        minor = -abs(minor) if told.is_return else minor
        whole = None if self._purchase is None else self._whole(cells[self._purchase])
        read = self._read
        read.sums.line(self._sheet, number, minor)
        read.lines.append(_LINE((
            len(read.lines) + 1, number, name, moment.day or over.day,
            over.store(told.store), receipt, minor, moment.minute, self._table.sheet, whole,
        )))
        return True

    def forget(self) -> None:
        """Lines below are of another kind than those above, whatever their cells say alike."""
        self._tolds.clear()

    def _whole(self, cell: Cell) -> int | None:
        """What the whole receipt came to."""
        return self._minors.get(cell) or self._learnt(
            self._minors, cell, self._careful.usual_amount(cell)
        )

    @staticmethod
    def _learnt(known: dict[Any, Any], key: object, value: Any) -> Any:
        """The value, known from now on; a column of ever new cells is not kept whole."""
        if value is not None:
            if len(known) >= _KNOWN_MAX:
                known.clear()
            known[key] = value
        return value


def _is_receipt(cell: Cell) -> bool:
    if isinstance(cell, str):
        return cell[:1] != "#"
    return cell is None or type(cell) in (int, float)


def _getter(
    columns: Mapping[str, int], names: Sequence[str]
) -> Callable[[tuple[Cell, ...]], object]:
    """The cells of these fields, as far as the sheet has them."""
    places = [columns[name] for name in names if name in columns]
    return itemgetter(*places) if places else lambda _cells: None
