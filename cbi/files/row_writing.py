"""A workbook's rows as XML, a row at a time.

openpyxl writes each cell through four calls of its own and looks its style up anew; more than
half of the time that a long sheet took went there. Here a row is put together as text, in a file
of its own that stands beside openpyxl's until the sheet is packed (`package`).
"""

from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cbi.files.values import column_letter

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet


class RowWriter:
    """Takes the place of a streamed sheet's own `write_row`.

    The cells are those of `Cells`: filled anew for each row, with what a file holds as text.
    """

    def __init__(self, sheet: "WriteOnlyWorksheet") -> None:
        self.written: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed when it is packed
        self._heights = sheet.row_dimensions
        self._begins: dict[int, tuple[str, str]] = {}
        """By the cell that stands for a column: what stands before the row's number, and after."""

    def __call__(self, _stream: Any, row: "list[SheetCell]", number: int) -> None:
        """Write one row."""
        own = "".join(
            f' {name}="{value}"' for name, value in dict(self._heights.get(number, {})).items()
        )
        cells = "".join([self._cell(cell, number) for cell in row])
        made = f'<row r="{number}"{own}>{cells}</row>'
        self.written.write(made.encode("ascii", "xmlcharrefreplace"))

    def _cell(self, cell: "SheetCell", number: int) -> str:
        before, after = self._begins.get(id(cell)) or self._begun(cell)
        held = str(cell._value)
        if cell.data_type == "n":
            return f"{before}{number}{after}<v>{held}</v></c>"
        if cell.data_type == "f":
            return f"{before}{number}{after}<f>{escape(held[1:])}</f><v/></c>"
        space = ' xml:space="preserve"' if held != held.strip() else ""
        return f"{before}{number}{after}<is><t{space}>{escape(held)}</t></is></c>"

    def _begun(self, cell: "SheetCell") -> tuple[str, str]:
        kind = {"n": ' t="n"', "s": ' t="inlineStr"', "f": ""}[cell.data_type]
        made = (
            f'<c r="{column_letter(cell.column - 1)}', f'" s="{cell.style_id}"{kind}>'
        )
        self._begins[id(cell)] = made
        return made
