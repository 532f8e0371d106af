"""A workbook whose long sheets go over several, since one holds no more rows, is the same book."""

import random
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

from cbi.finance.workbook import sheet_parts
from cbi.finance.workbook.plain import write_plain
from cbi.finance.workbook.sheet_parts import SheetParts, name_on_one, part_name
from cbi.finance.workbook.workbook import Wanted, make_workbook
from tests.finance.altered import Book
from tests.finance.conftest import Told
from tests.finance.test_book_proof import (
    assert_red,
    book_of,
    figures,
    key_of,
    named,
    said_by_the_script,
)
from tests.office import computed_all, of_a_file

LONG = ("Voucher register", "Retailer statement", "Exceptions", "Journal")
ROWS = 3


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_parts, "ROWS_A_SHEET", ROWS)


def parts_of(sheets: Iterable[str], name: str) -> list[str]:
    return [one for one in sheets if one.rstrip(" 0123456789") == name]


def below_headings(rows: list[list[str]]) -> list[list[str]]:
    """The rows under the headings, which stand under the word Total."""
    start = next(at for at, row in enumerate(rows) if row[0] == "Total") + 2
    return [row for row in rows[start:] if any(row)]


def below_checks(rows: list[list[str]]) -> list[list[str]]:
    """What the summary says beside the table of checks, which has a line a column and sheet."""
    start = next(at for at, row in enumerate(rows) if row[0].startswith("Vouchers, amounts"))
    return rows[start:]


@of_a_file
def test_computed_anew_it_says_the_same_as_on_single_sheets(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, several = told.folder / "one.xlsx", told.folder / "several.xlsx"
    assert make_workbook(told.session("finance1"), one).split == ()
    monkeypatch.setattr(sheet_parts, "ROWS_A_SHEET", ROWS)
    made = make_workbook(told.session("finance1"), several)
    assert made.balanced
    assert any(said.startswith("Journal: ") for said in made.split)
    found = computed_all([one, several], told.folder)
    for name in LONG:
        parts = sorted(parts_of(found["several"], name), key=lambda part: (len(part), part))
        assert parts[:2] == [name, f"{name} 2"]
        shares = [below_headings(found["several"][part]) for part in parts]
        assert {len(share) for share in shares[:-1]} == {ROWS}
        assert list(chain.from_iterable(shares)) == below_headings(found["one"][name])
        assert f"{name}, part 2 of {len(parts)}" == found["several"][parts[1]][0][0]
    assert below_checks(found["several"]["Summary"]) == below_checks(found["one"]["Summary"])
    assert ["Check", "balanced"] in [row[:2] for row in found["several"]["Summary"]]
    assert any(row[1] in made.split for row in found["several"]["Cover"])


@of_a_file
def test_a_figure_changed_on_any_part_turns_it_red(told: Told, short: None) -> None:
    book, chance = Book(book_of(told)), random.Random(8)
    later = [cell for sheet, cell in figures(book) if sheet[-1].isdigit()]
    assert_red(told, book, chance.sample(later, 3), chance)


@of_a_file
def test_a_cell_changed_on_any_part_is_named_with_its_sheet(told: Told, short: None) -> None:
    path = book_of(told)
    assert named(told, path) == []
    book, key, chance = Book(path), key_of(told), random.Random(9)
    later = [(sheet, cell) for sheet, cells in book.sheets.items() for cell in cells
             if sheet[-1].isdigit()]
    for sheet, cell in chance.sample(later, 5):
        changed = book.any_change(chance, sheet, cell, told.folder / "changed.xlsx")
        assert named(told, changed) == [f"{sheet}!{cell.name}"]
        assert said_by_the_script(changed, key) == f"{sheet}!{cell.name}"


def test_beside_it_the_plain_files_stay_one_a_sheet(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(name: str) -> list[bytes]:
        made = write_plain(told.session("finance1"), told.folder / name, Wanted(), "en")
        return [Path(one).read_bytes() for one in made]

    whole = written("one.xlsx")
    monkeypatch.setattr(sheet_parts, "ROWS_A_SHEET", ROWS)
    assert written("several.xlsx") == whole


def test_ranges_of_each_part_have_names_of_their_own() -> None:
    parts = SheetParts(rows_a_sheet=10)
    assert [parts.cut("journal", rows) for rows in (0, 10, 11, 30)] == [1, 1, 2, 3]
    assert parts.sum_where("journal", "redeemed", ("store", "$A5")) == "+".join(
        f"SUMIFS({one}_redeemed,{one}_store,$A5)" for one in ("journal", "journal2", "journal3"))
    assert parts.count_where("claims", ("outcome", "$A1")) == "COUNTIFS(claims_outcome,$A1)"
    assert parts.sum_where("claims", "paid") == "SUM(claims_paid)"
    for part in (1, 2, 12):
        assert name_on_one(part_name("exceptions_decided_by", part)) == "exceptions_decided_by"
