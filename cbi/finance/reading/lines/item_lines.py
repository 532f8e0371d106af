"""A receipt's goods, a row each, as one line of what its voucher paid. Pure.

Some programs list what was bought and write the voucher beside every good, or the first. What
a till took is the sum of them. Such a list is told by its column of goods and by how many of its
receipts have several rows: a sale that is billed twice in an ordinary list stays two lines.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from cbi.files import Problem
from cbi.finance.reading.lines.line_parts import ReadLine, ReadLines
from cbi.finance.reading.structure.headings import heading_of
from cbi.finance.reading.structure.layouts import StatementLayout

LEAST_TOGETHER = 5
"""One line in so many must share its receipt and voucher with the one above, or it is no such list.
"""


def item_column(layout: StatementLayout) -> int | None:
    """The column of goods that a sheet has beside those that are read."""
    read = set(layout.columns.values())
    return next((
        index for index, text in enumerate(layout.headings)
        if index not in read and "-item" in heading_of(text, layout.money).points
    ), None)


def join_items(read: ReadLines, sheets: Collection[str | None]) -> None:
    """Make one line of each receipt's goods on these sheets; the first row's place stays."""
    for sheet in sheets:
        own = [line for line in read.lines if line.sheet == sheet]
        groups = [list(group) for _, group in groupby(own, key=_receipt)]
        together = len(own) - len(groups)
        if not own or together * LEAST_TOGETHER < len(own):
            continue
        others = [line for line in read.lines if line.sheet != sheet]
        made = sorted([*others, *_joined(groups)], key=lambda line: line.line)
        read.lines[:] = [line._replace(line=number) for number, line in enumerate(made, 1)]
        read.warnings.append(Problem("finance.items-joined", sheet, None, None, {
            "rows": len(own), "count": len(read.lines) - len(others),
        }))


def _receipt(line: ReadLine) -> object:
    return line.named, line.receipt or line.line, line.store, line.date


def _joined(groups: Sequence[Sequence[ReadLine]]) -> Iterator[ReadLine]:
    for told in groups:
        for group in _once_each(told):
            whole = sum(line.amount_minor for line in group)
            if whole > 0:
                yield group[0]._replace(amount_minor=whole)
            else:
                yield from group


def _once_each(group: Sequence[ReadLine]) -> Iterator[Sequence[ReadLine]]:
    """A receipt, or each of its copies: the same goods' amounts in the same order, billed again.
    Of goods that cost alike nobody can say; their sum then differs from what the till took."""
    amounts = [line.amount_minor for line in group]
    for long in range(2, len(group) // 2 + 1 if len(set(amounts)) > 1 else 0):
        copies, rest = divmod(len(group), long)
        if not rest and amounts == amounts[:long] * copies:
            yield from (group[start : start + long] for start in range(0, len(group), long))
            return
    yield group
