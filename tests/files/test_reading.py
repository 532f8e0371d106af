"""Tables as people save them: every dress of a CSV, workbooks of three kinds, places kept."""

import datetime
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base import BadFile
from cbi.files import (
    Column,
    Problem,
    Sheet,
    cell_name,
    column_letter,
    read_table,
    read_tables,
    write_workbook,
)
from cbi.files.values import column_index
from tests.files.builders import cell, open_document, open_row, packed, sheet_xml
from tests.office import converted

HEADINGS = ("Имя", "Телефон", "Город")
ROW_OF = ("Ахмадзай Фарид", "8 701 000 00 01", "Алматы")


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "cp1251"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_is_read_in_any_dress(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    words = "".join(separator.join(row) + ending for row in (HEADINGS, ROW_OF, ROW_OF))
    table = read_table(saved(tmp_path / "list.csv", words.encode(encoding)))
    assert [row.cells for row in table.rows] == [HEADINGS, ROW_OF, ROW_OF]
    assert [row.number for row in table.rows] == [1, 2, 3]


def test_names_in_dari_and_pashto_are_read_as_written(tmp_path: Path) -> None:
    words = "نام,شماره\nاحمدزی ښاغلی,۰۷۰۱\n"
    table = read_table(saved(tmp_path / "list.csv", words.encode()))
    assert table.rows[1].cells == ("احمدزی ښاغلی", "۰۷۰۱")


def test_a_csv_that_announces_its_separator_keeps_its_row_numbers(tmp_path: Path) -> None:
    table = read_table(saved(tmp_path / "list.csv", b"sep=;\r\na,1;b\r\n\r\nc;d\r\n"))
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("a,1", "b")), (4, ("c", "d"))]


def test_a_quoted_cell_may_hold_lines_and_separators(tmp_path: Path) -> None:
    table = read_table(saved(tmp_path / "list.csv", b'a;b\r\n"one\nline; two";x\r\n'))
    assert table.rows[1].cells == ("one\nline; two", "x")


def test_a_quote_never_closed_is_told_with_its_row(tmp_path: Path) -> None:
    content = b"a;b\r\n" + b'"one;x\r\n' + b"two;y\r\n" * 30_000
    with pytest.raises(BadFile, match="csv-unreadable"):
        read_table(saved(tmp_path / "list.csv", content))


def test_a_quote_that_swallows_the_end_of_a_short_list_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Name;City\nOmid;Almaty\n"Zahra;Almaty\nLaila;Almaty\n', "utf-8")
    with pytest.raises(BadFile, match="csv-unreadable") as refused:
        read_table(path)
    assert refused.value.facts["row"] == 3


def test_the_digest_is_the_files_own(tmp_path: Path) -> None:
    content = packed()
    assert read_table(saved(tmp_path / "a.xlsx", content)).digest == (
        hashlib.sha256(content).hexdigest()
    )


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    rows = f'<row r="3">{cell("C3")}</row><row r="7">{cell("D7", "y")}</row>'
    table = read_table(saved(tmp_path / "a.xlsx", packed(sheet_xml(rows))))
    assert [(row.number, row.cells) for row in table.rows] == [
        (3, (None, None, "x", None)), (7, (None, None, None, "y")),
    ]


def test_dates_numbers_and_truths_keep_their_types(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["a", 1, 2.5, True, datetime.date(2022, 8, 31), "2022"])
    moment = datetime.datetime.fromisoformat("2022-08-31T09:05")
    book.active.append([None, "mixed", "b", None, moment, 7])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.rows[0].cells == ("a", 1.0, 2.5, True, datetime.date(2022, 8, 31), "2022")
    assert table.rows[1].cells[4] == moment


def test_all_visible_sheets_are_read_together(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", packed(names=("One", "Two", "Hidden"), hidden=("Hidden",)))
    assert [table.sheet for table in read_tables(path)] == ["One", "Two"]


def test_an_empty_first_sheet_is_passed_over(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", packed(
        names=("Empty", "List"), more={"xl/worksheets/sheet1.xml": sheet_xml("")}
    ))
    assert read_table(path).sheet == "List"
    with pytest.raises(BadFile, match="empty"):
        read_table(path, sheet="Empty")


def test_merged_cells_are_told(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Address", None, "Name"])
    book.active.append(["City", "Street", None])
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").merges == (((0, 0), (0, 1)),)


def test_an_open_document_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ods", open_document(open_row("نام") + open_row("x", times=3)))
    assert [row.cells for row in read_table(path).rows] == [("نام",), ("x",), ("x",), ("x",)]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_programs_workbooks_are_read_alike(tmp_path: Path, kind: str) -> None:
    columns = (Column("نام"), Column("Сумма", "amount"), Column("Born", "date"))
    write_workbook(tmp_path / "list.xlsx", [
        Sheet("Empty", (Column(""),), [], headed=False),
        Sheet("List", columns, [("احمد", 1_500_050, "1990-05-12"), ("00123", -100, None)]),
    ])
    table = read_table(converted(tmp_path / "list.xlsx", kind))
    assert table.sheet == "List"
    assert [row.cells for row in table.rows] == [
        ("نام", "Сумма", "Born"), ("احمد", 15_000.5, datetime.date(1990, 5, 12)),
        ("00123", -1.0, None),
    ]
    told = [one.code for one in table.warnings]
    assert ("files.old-workbook" in told) is (kind == "xls")


@pytest.mark.parametrize(
    ("name", "code"), [("none.xlsx", "missing"), (".", "cannot-read")]
)
def test_what_is_not_there_is_said_so(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(BadFile, match=code):
        read_table(tmp_path / name)


@given(st.integers(0, 20_000))
def test_columns_have_one_name(index: int) -> None:
    assert column_index(column_letter(index)) == index


def test_a_problem_says_where_and_what_in_two_languages() -> None:
    problem = Problem("files.cell-date", "List", 12, "B", {"text": "31.31.2022"})
    assert problem.describe().startswith("Sheet List, row 12, column B: ")
    assert problem.describe("ru").startswith("Лист List, строка 12, столбец B: ")
    assert cell_name(12, 1) == "B12"
