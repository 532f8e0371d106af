"""When the lines of a sheet say that they were, by their cells for a date and a time. Pure."""

from collections.abc import Callable, Iterator, Mapping

from cbi.base.errors import UsageError
from cbi.files import Cell, Row
from cbi.finance.reading.lines.line_words import day_of_words
from cbi.finance.reading.values.cells import is_error
from cbi.finance.reading.values.moments import Moment, minute_of, moment_of, month_and_day

Unreadable = list[tuple[UsageError, str]]
"""What could not be read, each with its field."""


class LineMoments:
    """Reads the moments of one sheet's lines."""

    def __init__(
        self, columns: Mapping[str, int], order: str,
        unsaid_year: Callable[[int, int], str | None], *, from_1904: bool,
    ) -> None:
        self._columns, self._order, self._from_1904 = columns, order, from_1904
        self._unsaid_year = unsaid_year

    def of(self, row: Row) -> tuple[Moment, Unreadable]:
        """The moment of a line as far as it is told, and what of it can't be read."""
        unreadable: Unreadable = []
        cell = self._cell(row, "date")
        try:
            moment = moment_of(cell, self._order, from_1904=self._from_1904)
        except UsageError as error:
            moment = self._without_year(cell)
            if moment.day is None:
                unreadable.append((error, "date"))
        if moment.day is None and "date" not in self._columns:
            moment = Moment(day_of_words(self._cell(row, "voucher"), self._order))
        unreadable += self._failed(row)
        if "time" in self._columns:
            moment = moment._replace(minute=minute_of(self._cell(row, "time")) or moment.minute)
        return moment, unreadable

    def _failed(self, row: Row) -> Iterator[tuple[UsageError, str]]:
        """What a formula failed to give."""
        for name in ("store", "receipt", "time"):
            if is_error(cell := self._cell(row, name)):
                yield UsageError("finance.cell-error", text=cell), name

    def _without_year(self, cell: Cell) -> Moment:
        """The moment of a cell that leaves the year to its reader."""
        told = month_and_day(cell, self._order)
        day = self._unsaid_year(*told) if told else None
        return Moment(day, minute_of(cell)) if day else Moment()

    def _cell(self, row: Row, name: str) -> Cell:
        return row.at(self._columns.get(name, len(row.cells)))
