"""What a sheet's parser does not tell: the same workbook says the same as XLSX and as ODS."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from cbi.files import Table, read_tables
from cbi.files.open_document import OpenDocument
from tests.office import converted


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Two sheets with errors in cells, typed and computed, and hidden rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Families & others"
    for row in (
        ["Name", "Phone", "Sex", "City"],
        ["Omid Popal", "=NA()", "m", "Almaty"],
        ["Sara Noori", "0700123456", '=VLOOKUP("x",A1:B2,7,FALSE)', "Almaty"],
        [None, None, None, None],
        ["Laila Amiri", "0700123457", "f", "=1/0"],
        ["Nawid Karimi", "=NA()", "=NA()", "=NA()"],
    ):
        sheet.append(row)
    for number in (3, 5):
        sheet.row_dimensions[number].hidden = True
    second = book.create_sheet("Second")
    for number in range(1, 9):
        second.append(["Name" if number == 1 else f"Person {number}", "=NA()"])
    second.row_dimensions[8].hidden = True
    path = tmp_path / "list.xlsx"
    book.save(path)
    return path


def told(tables: list[Table]) -> list[tuple[str | None, frozenset[int], list[tuple[object, ...]]]]:
    """Of each sheet its name, its hidden rows, and its cells."""
    return [(one.sheet, one.hidden, [row.cells for row in one.rows]) for one in tables]


def test_an_ods_tells_its_errors_and_hidden_rows_as_an_xlsx_does(written: Path) -> None:
    excel = converted(written, "ods")
    again = converted(excel.rename(excel.with_name("again.ods")), "xlsx")
    found = told(read_tables(excel.with_name("again.ods")))
    assert found == told(read_tables(again))
    assert [hidden for _, hidden, _ in found] == [{3, 5}, {8}]
    assert [cells[1] for cells in found[0][2]][1] == "#N/A"
    assert {cells[1] for cells in found[1][2]} == {"#N/A"}


def test_cells_and_rows_are_counted_where_several_stand_in_one() -> None:
    document = OpenDocument()
    document.take(
        b'<table:table table:name="A"><table:table-row table:number-rows-repeated="3"/>'
        b'<table:table-row table:visibility="filter" table:number-rows-repeated="2">'
        b'<table:table-cell table:number-columns-repeated="4"/>'
    )
    document.take(
        b'<table:covered-table-cell/><table:table-cell calcext:value-type="error" '
        b'table:number-columns-repeated="2"><text:p>Err:502</text:p></table:table-cell>'
        b"</table:table-row></table:table>"
    )
    seen = document.sheets["A"]
    assert seen.hidden == {4, 5}
    assert seen.errors == {
        (row, column): "#VALUE!" for row in (4, 5) for column in (5, 6)
    }
