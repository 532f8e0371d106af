"""Which lines of a sheet say of themselves that nothing was sold: by their status, by a remark, or
by their kind. Pure.

A remark (`аннул.`) is about its own line. A kind (`АННУЛ` where every line has one) takes back the
sale above it that names the same voucher and amount; where none stands there, it is a sale that
never was.
"""

from collections.abc import Sequence

from cbi.files import Cell, Row, text_of
from cbi.finance.reading.lines.line_parts import ReadLines
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.values.cells import Named
from cbi.finance.reading.values.kinds import is_cancelled, is_no_sale, is_undone

_MINUS = ("-", "−", "–", "—", "(")
REMARK_LONGEST = 60


class UndoneLines:
    """The lines under a sheet's headings that were not sold."""

    def __init__(self, rows: Sequence[Row], layout: StatementLayout, into: ReadLines) -> None:
        self._read = into
        self._status, self._kind = layout.columns.get("status"), layout.columns.get("kind")
        self._remarks = [index for index in layout.unread if _says_cancelled(rows, index)]
        self._named, self._looked = set[tuple[object, int]](), 0
        if self._kind is not None:
            told = [bool(text_of(row.at(self._kind))) for row in rows]
            if sum(told) * 2 < len(told):
                self._remarks.append(self._kind)
                self._kind = None

    @property
    def has_remarks(self) -> bool:
        """Whether lines must be looked at for what is remarked beside them."""
        return bool(self._remarks)

    def said(self, row: Row) -> tuple[str, int] | None:
        """What a line says of itself, and the index of the column; None of a line that was sold."""
        if self._status is not None and is_undone(text := text_of(row.at(self._status))):
            return text, self._status
        if self._kind is not None and is_no_sale(text := text_of(row.at(self._kind))):
            return text, self._kind
        return next((
            (text_of(row.at(index)), index) for index in self._remarks
            if is_cancelled(text_of(row.at(index)))
        ), None)

    def said_alone(
        self, row: Row, named: Named, amount: Cell, minor: int
    ) -> tuple[str, int] | None:
        """The same of a line that is of a kind that takes back, with no sale above it to be of."""
        if self._kind is None or text_of(amount).lstrip().startswith(_MINUS):
            return None
        text = text_of(row.at(self._kind))
        if not is_cancelled(text):
            return None
        for line in self._read.lines[self._looked :]:
            if line.amount_minor > 0:
                self._named.add((line.named.key, line.amount_minor))
        self._looked = len(self._read.lines)
        return None if (named.key, abs(minor)) in self._named else (text, self._kind)


def _says_cancelled(rows: Sequence[Row], index: int) -> bool:
    return any(map(is_cancelled, {
        cell for row in rows if isinstance(cell := row.at(index), str)
        and len(cell) <= REMARK_LONGEST
    }))
