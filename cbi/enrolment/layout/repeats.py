"""Rows of one sheet that belong to a row of another: a survey's repeats, individuals of households.

Kobo names a repeat's parent by table and index, ODK by key, other tools by a key that both sheets
share. A repeat within a repeat belongs to the submission at its root. Rows whose parent is not in
the list are kept and told: nobody vanishes because a filter took a household away.
"""

from collections.abc import Iterator, Mapping, Sequence

from cbi.enrolment.headings.kobo import column_named
from cbi.enrolment.layout.layout import Layout
from cbi.files import Cell, Row

_DEPTH_MAX = 6
Child = tuple[int, Row]


class Repeats:
    """The rows of all sheets after the first, by the row of the first that they belong to."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self._keys = _own_keys(layouts[0])
        self._children: dict[str, list[Child]] = {}
        self._taken: set[str] = set()
        roots = _Roots(layouts)
        for sheet, layout in enumerate(layouts[1:], 1):
            if layout.parent is None or not layout.names_people:
                continue
            for row in layout.body:
                key = roots.of(sheet, row)
                if key:
                    self._children.setdefault(key, []).append((sheet, row))

    def of(self, row: Row) -> list[Child]:
        """The rows that belong to a row of the first sheet."""
        found: list[Child] = []
        if not self._children:
            return found
        for column in self._keys:
            key = key_of(row.cells[column]) if column < len(row.cells) else ""
            if key and key not in self._taken:
                found += self._children.get(key, ())
                self._taken.add(key)
        return found

    def left(self) -> Iterator[Child]:
        """The rows whose row of the first sheet is not there."""
        for key, children in self._children.items():
            if key not in self._taken:
                yield from children


class _Roots:
    """Finds the row of the first sheet to which a row belongs, through repeats within repeats."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self._layouts = layouts
        self._by_name = {
            sheet_like(layout.table.sheet or ""): place for place, layout in enumerate(layouts)
        }
        self._rows: dict[int, Mapping[str, Row]] = {}

    def of(self, sheet: int, row: Row) -> str:
        """The key of the first sheet's row; empty where the row names none."""
        for _ in range(_DEPTH_MAX):
            layout = self._layouts[sheet]
            key = _cell_key(row, layout.parent)
            parent = self._by_name.get(sheet_like(str(_parent_table(layout, row) or "")), 0)
            if parent == sheet or not parent:
                return key.partition("/")[0] if "/" in key else key
            above = self._indexed(parent).get(key)
            if above is None:
                return key
            sheet, row = parent, above
        return ""

    def _indexed(self, sheet: int) -> Mapping[str, Row]:
        if sheet not in self._rows:
            layout = self._layouts[sheet]
            index = column_named(dict(layout.labels), "_index")
            self._rows[sheet] = {_cell_key(row, index): row for row in layout.body}
        return self._rows[sheet]


def _own_keys(main: Layout) -> tuple[int, ...]:
    if main.keys:
        return main.keys
    labels = dict(main.labels)
    found = (column_named(labels, "_index"), column_named(labels, "key", "_uuid"))
    return tuple(one for one in found if one is not None)


def _parent_table(layout: Layout, row: Row) -> Cell:
    column = column_named(dict(layout.labels), "_parent_table_name")
    return row.cells[column] if column is not None and column < len(row.cells) else None


def _cell_key(row: Row, column: int | None) -> str:
    if column is None or column >= len(row.cells):
        return ""
    return key_of(row.cells[column])


def key_of(cell: Cell) -> str:
    """A key as it is compared: a number however the spreadsheet keeps it, a name without `uuid:`.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return f"#{int(cell)}"
    text = str(cell).strip()
    return f"#{text}" if text.isdecimal() else text.removeprefix("uuid:")


def sheet_like(name: str) -> str:
    """A sheet's name as a spreadsheet cuts it."""
    return name.strip()[:31].casefold()
