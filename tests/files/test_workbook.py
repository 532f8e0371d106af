"""Workbooks: what others' programs read in them, that they compute, and that bytes repeat."""

import os
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbi.base import UsageError
from cbi.files import Column, Formula, Sheet, Typed, read_table, sheet_name, write_workbook
from tests.office import computed, converted
from tests.programs import program

COLUMNS = (
    Column("Serial", name="register_serial"),
    Column("Face", "amount", total=True, name="register_face"),
    Column("People", "count", total=True), Column("Until", "date"), Column("At", "moment"),
    Column("Share", "share"),
)
moment = datetime.fromisoformat

ROWS = (
    ("KZ-1", 1_500_000, 4, "2022-08-31", moment("2022-08-16T09:30"), 0.25),
    ("=1+1", -1, None, date(2022, 9, 1), None, 1),
    ("00123", 10**12, 1, None, moment("2022-08-16"), 0.5),
)


def register(rows: Iterable[tuple[Any, ...]] = ROWS, **more: Any) -> Sheet:
    return Sheet("Register", COLUMNS, rows, title=("Vouchers", "Round 1"), **more)


def opened(path: Path, sheet: str = "Register", **how: bool) -> Any:
    return openpyxl.load_workbook(path, **how)[sheet]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def test_cells_have_their_types(path: Path) -> None:
    write_workbook(path, [register()])
    rows = list(opened(path).iter_rows(min_row=6, values_only=True))
    assert rows == [
        ("KZ-1", 15_000, 4, moment("2022-08-31"), moment("2022-08-16T09:30"), 0.25),
        ("=1+1", -0.01, None, moment("2022-09-01"), None, 1),
        ("00123", 10**10, 1, None, moment("2022-08-16"), 0.5),
    ]
    sheet = opened(path)
    assert sheet["A7"].data_type == "s"
    assert [sheet.cell(6, column).number_format for column in range(1, 7)] == [
        "@", "#,##0.00", "#,##0", r"yyyy\-mm\-dd", r"yyyy\-mm\-dd\ hh:mm:ss", "0.00%",
    ]


def test_amounts_are_shown_whole_where_they_are(path: Path) -> None:
    write_workbook(path, [register(ROWS[:1])])
    assert opened(path)["B6"].number_format == "#,##0"


def test_a_currency_without_minor_units_has_none(path: Path) -> None:
    write_workbook(path, [register(ROWS[:1], currency="JPY")])
    assert opened(path)["B6"].value == 1_500_000


def test_titles_totals_headings_then_rows(path: Path) -> None:
    write_workbook(path, [register()])
    sheet = opened(path)
    assert [sheet.cell(row, 1).value for row in range(1, 6)] == [
        "Vouchers", "Round 1", None, "Total", "Serial",
    ]
    assert sheet["B4"].value == "=SUBTOTAL(9,B6:B8)"
    assert sheet["C4"].value == "=SUBTOTAL(9,C6:C8)"
    assert opened(path, data_only=True)["B4"].value == (1_500_000 - 1 + 10**12) / 100
    assert opened(path, data_only=True)["C4"].value == 5
    assert register().total_cell("Face") == "'Register'!$B$4"


def test_a_sheet_is_ready_to_filter_and_to_print(path: Path) -> None:
    write_workbook(path, [register()])
    sheet = opened(path)
    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:F8"
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.column_dimensions["A"].width >= 8


def test_a_sheet_without_rows_still_opens(path: Path) -> None:
    write_workbook(path, [register(())])
    sheet = opened(path, data_only=True)
    assert sheet["B4"].value == 0
    assert sheet.auto_filter.ref == "A5:F6"


def test_a_cover_has_neither_headings_nor_filter(path: Path) -> None:
    cover = Sheet("Cover", (Column("a", width=30), Column("b")),
                  [(Typed("heading", "Run"), 7), ("Cut-off", Typed("date", "2022-08-31"))],
                  title=("Reconciliation",), headed=False)
    write_workbook(path, [cover])
    sheet = opened(path, "Cover")
    assert [row[:2] for row in sheet.iter_rows(values_only=True)] == [
        ("Reconciliation", None), (None, None), ("Run", "7"),
        ("Cut-off", moment("2022-08-31")),
    ]
    assert sheet.auto_filter.ref is None
    assert sheet.column_dimensions["A"].width == 30


def test_rows_are_asked_for_one_after_the_other(path: Path) -> None:
    asked = []

    def rows(name: str) -> Iterator[tuple[str]]:
        for number in range(3):
            asked.append((name, number))
            yield (f"{name} {number}",)

    def sheets() -> Iterator[Sheet]:
        for name in ("one", "two"):
            yield Sheet(name, (Column("x"),), rows(name))

    write_workbook(path, sheets())
    assert asked == [("one", 0), ("one", 1), ("one", 2), ("two", 0), ("two", 1), ("two", 2)]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [register()], title="T", made_at=1_660_000_000_000_000)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"2022-08-08T23:06:40Z" in archive.read("docProps/core.xml")
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_right_to_left_language_turns_the_sheet(path: Path) -> None:
    write_workbook(path, [register()], language="fa")
    assert opened(path).sheet_view.rightToLeft


def test_names_that_a_spreadsheet_refuses_are_made_fit(path: Path) -> None:
    assert sheet_name("a/b:c" + "x" * 40) == "a b c" + "x" * 26
    assert sheet_name("'''") == "Sheet"
    write_workbook(path, [Sheet("Almaty", (Column("x"),), []), Sheet("ALMATY", (Column("x"),), [])])
    assert openpyxl.load_workbook(path).sheetnames == ["Almaty", "ALMATY 2"]


def test_more_rows_than_a_sheet_holds_are_refused_and_nothing_is_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cbi.files.workbook.ROWS_MAX", 100)
    with pytest.raises(UsageError, match="too-many-rows"):
        write_workbook(path, [Sheet("x", (Column("x"),), [("a",)] * 100)])
    assert os.listdir(path.parent) == []


def test_what_fits_no_kind_is_kept_as_text(path: Path) -> None:
    rows = [(5, "n/a", 10**16, "1990-05", "soon", None)]
    write_workbook(path, [register(rows)])
    assert [cell.value for cell in opened(path)[6]] == [
        "5", "n/a", "10000000000000000", "1990-05", "soon", None,
    ]


@settings(max_examples=20)
@given(st.lists(st.text(), min_size=1, max_size=80))
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, words: list[str],
) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    write_workbook(path, [Sheet("s", (Column("x"), Column("y")), [(word, "y") for word in words])])
    unwritable = [*range(9), 0xB, 0xC, *range(0xE, 0x20), 0xFFFE, 0xFFFF]
    table = str.maketrans(dict.fromkeys(unwritable, "\ufffd"))
    wanted = [
        "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter
                for letter in word.translate(table)).replace("\r\n", "\n").replace("\r", "\n")
        for word in words
    ]
    read = [row.cells[0] or "" for row in read_table(path).rows[1:]]
    assert read == wanted


@settings(max_examples=20)
@given(st.lists(st.one_of(st.none(), st.integers(-(10**15), 10**15)), min_size=1, max_size=80))
def test_amounts_come_back_to_the_minor_unit(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int | None],
) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    sheet = Sheet("s", (Column("x", "amount", total=True), Column("y")),
                  [(amount, "y") for amount in amounts])
    write_workbook(path, [sheet])
    rows: Any = read_table(path).rows
    assert [None if row.cells[0] is None else round(row.cells[0] * 100) for row in rows[2:]] == (
        amounts
    )
    assert round(rows[0].cells[0] * 100) == sum(amount or 0 for amount in amounts)


def test_libreoffice_opens_it_and_computes_what_we_would(tmp_path: Path) -> None:
    columns = (Column("What"), Column("Sum", "amount"), Column("Right", "count"))
    summary = Sheet("Summary", columns, [
        ("total", Formula("'Register'!$B$4", 0), 0),
        ("by name", Formula('SUMIFS(register_face,register_serial,"KZ-1")', 0), 0),
        ("balanced", Formula("'Register'!$C$4-5", 1), Formula("IF(B3<>0,1,0)", 0)),
    ])
    path = tmp_path / "book.xlsx"
    write_workbook(path, [summary, register()])
    read = computed(path, tmp_path)
    assert read["Summary"][1:] == [
        ["total", "10000014999.99", "0"], ["by name", "15000", "0"], ["balanced", "0", "1"],
    ]
    assert read["Register"][3][:3] == ["Total", "10000014999.99", "5"]
    assert read["Register"][6][0] == "=1+1"
    assert read["Register"][7][0] == "00123"


def test_values_of_formulas_are_stored_wherever_they_stand(path: Path) -> None:
    rows = [
        (Formula('IF(1=1,"a<b","")', "a<b", "text"), Formula("1+1", 200), number, None, None, None)
        for number in range(5_000)
    ]
    write_workbook(path, [register(rows)])
    sheet = opened(path, data_only=True)
    for row in (6, 2_500, 5_005):
        assert [sheet.cell(row, column).value for column in (1, 2)] == ["a<b", 2]
    assert opened(path)["A6"].value == '=IF(1=1,"a<b","")'


def test_digits_that_are_text_are_not_warned_of(path: Path) -> None:
    write_workbook(path, [register()])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'<ignoredError sqref="A6:A8" numberStoredAsText="1"/>' in sheet


def test_a_refused_workbook_leaves_no_temporary_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = path.parent / "temporary"
    beside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(beside))
    monkeypatch.setattr("cbi.files.workbook.ROWS_MAX", 100)
    with pytest.raises(UsageError):
        write_workbook(path, [register(), Sheet("x", (Column("x"),), [("a",)] * 100)])
    assert os.listdir(beside) == []


def test_headings_of_numbers_stand_over_them(path: Path) -> None:
    write_workbook(path, [register()])
    aligned = [opened(path).cell(5, column).alignment.horizontal for column in (1, 2, 3, 4)]
    assert aligned == [None, "right", "right", None]
    assert opened(path).cell(6, 4).alignment.horizontal == "left"


FIGURES = ("amount", "count", "amount", "share", "amount", "number", "amount", "count", "share")
"""Every two kinds of figure beside each other."""


def figures() -> Sheet:
    values = {"amount": 123_400, "count": 12, "share": 0.25, "number": 1.5}
    columns = [Column(f"{kind.title()}{place}", kind) for place, kind in enumerate(FIGURES)]
    return Sheet("Figures", columns, [[values[kind] for kind in FIGURES]], currency="KZT")


def test_figures_beside_each_other_differ_in_more_than_their_format(path: Path) -> None:
    write_workbook(path, [figures()])
    fonts = [(cell.font.family, cell.font.charset) for cell in opened(path, "Figures")[2]]
    assert all(one != other for one, other in pairwise(fonts))


@pytest.mark.long
def test_figures_keep_clear_of_the_next_column_on_paper(path: Path) -> None:
    write_workbook(path, [figures()])
    told = subprocess.run([program("pdftotext"), "-bbox", str(converted(path, "pdf")), "-"],
                          capture_output=True, text=True, check=True).stdout
    found = re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">(?:[A-Z][a-z]+\d|[\d.,]{2,}%?)<', told)
    ends = sorted(map(float, found))
    assert len(ends) == 2 * len(FIGURES), "headings and figures"
    assert ends[::2] == pytest.approx(ends[1::2], abs=1), "each stands right under its heading"
