"""Whatever cell of a workbook is changed is found and named, and its own formulas turn red."""

import contextlib
import csv
import io
import random
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from cbi.audit.checkpoint import VerifierKey
from cbi.base.errors import BadFile
from cbi.finance.workbook.proof import check_workbook
from cbi.finance.workbook.workbook import make_workbook
from cbi.ledger.tables import LedgerIdentity
from tests.conftest import World
from tests.finance.altered import Book, Cell
from tests.finance.conftest import Told
from tests.office import computed, computed_together, of_a_file
from tests.programs import program
from tests.there import there

SCRIPT = Path(__file__).parents[2] / "data" / "verify_workbook.py"
FIGURES = (
    "Face value", "Redeemed", "Expired", "Void", "Outstanding", "Open", "Used up", "Closed",
    "State", "Claimed", "Accepted", "Rejected", "Pending", "Paid", "Payable", "Outcome",
    "Receipt", "Amount at risk", "Issued", "Settled", "Waived", "Unsettled", "What happened",
)


def book_of(world: World, name: str = "book.xlsx") -> Path:
    make_workbook(world.session("finance1"), world.folder / name)
    return world.folder / name


def named(world: World, path: Path) -> list[str]:
    with world.ledger.read() as tx:
        return [one.where for one in check_workbook(tx, path).wrong]


def key_of(world: World) -> str:
    with world.ledger.read() as tx:
        found = there(tx.first(select(LedgerIdentity)))
    return str(VerifierKey(found.origin, found.seal_public))


def said_by_the_script(path: Path, key: str) -> str:
    """What an auditor without cbi is told."""
    said = io.StringIO()
    old = sys.argv
    sys.argv = [str(SCRIPT), str(path), key]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(str(SCRIPT), run_name="__main__")
    except SystemExit as ended:
        if isinstance(ended.code, str):
            said.write(ended.code)
    finally:
        sys.argv = old
    return said.getvalue().strip()


def changes(book: Book, count: int, seed: int) -> list[tuple[str, Cell, random.Random]]:
    """Cells of all sheets, picked by chance, each with its own."""
    chance = random.Random(seed)
    everything = [(sheet, cell) for sheet, cells in book.sheets.items() for cell in cells]
    return [(*chance.choice(everything), random.Random(chance.random())) for _ in range(count)]


def assert_found(told: Told, count: int, seed: int, *, by_script: bool) -> None:
    path = book_of(told)
    book, key = Book(path), key_of(told)
    changed = told.folder / "changed.xlsx"
    for sheet, cell, chance in changes(book, count, seed):
        book.any_change(chance, sheet, cell, changed)
        if by_script:
            assert said_by_the_script(changed, key) == f"{sheet}!{cell.name}"
        else:
            assert named(told, changed) == [f"{sheet}!{cell.name}"]


@of_a_file
def test_any_changed_cell_of_the_seal_is_named_by_both(told: Told) -> None:
    """A piece of its text, or the sum beside it."""
    book, key = Book(book_of(told)), key_of(told)
    title, cells = list(book.sheets.items())[-1]
    changed = told.folder / "changed.xlsx"
    for cell in (*cells[:3], *cells[-2:]):
        for value in (7, "x7", f"{cell.holds}1"):
            book.with_changed(cell, value, changed)
            assert named(told, changed) == [f"{title}!{cell.name}"]
            assert said_by_the_script(changed, key) == f"{title}!{cell.name}"


def test_the_script_is_short_and_needs_python_alone() -> None:
    lines = SCRIPT.read_text("utf-8").splitlines()
    assert len(lines) < 60
    imported = lines[1].removeprefix("import ").split(", ")
    assert {one.partition(".")[0] for one in imported} <= set(sys.stdlib_module_names)


def test_an_untouched_workbook_is_as_it_was_made(told: Told) -> None:
    path = book_of(told)
    assert named(told, path) == []
    assert said_by_the_script(path, key_of(told)).startswith("as it was made, under seal ")
    again = told.folder / "saved.xlsx"
    openpyxl.load_workbook(path).save(again)
    assert named(told, again) == []
    assert said_by_the_script(again, key_of(told)).startswith("as it was made")


def test_any_changed_cell_is_found_and_named_by_the_ledger(told: Told) -> None:
    assert_found(told, 100, 1, by_script=False)


@of_a_file
def test_any_changed_cell_is_found_and_named_by_the_seal_alone(told: Told) -> None:
    assert_found(told, 20, 2, by_script=True)


@pytest.mark.long
def test_ten_thousand_changes_are_found_and_named_by_the_seal_alone(told: Told) -> None:
    assert_found(told, 10_000, 3, by_script=True)


def test_several_changes_added_rows_and_sheets_are_found(told: Told) -> None:
    path = book_of(told)
    book = openpyxl.load_workbook(path)
    book["Journal"]["A6"] = "KZ22-R1-000009"
    book["Cover"]["B6"] = "somebody else's"
    book["Voucher register"].append(["one more"])
    book.create_sheet("Notes", 0)["A1"] = "hello"
    book.save(path)
    found = set(named(told, path))
    assert {"Journal!A6", "Cover!B6", "Notes"} <= found
    assert any(one.startswith("Voucher register!A") for one in found)


def test_another_ledgers_workbook_and_another_key_are_told_apart(told: Told) -> None:
    path = book_of(told)
    other = VerifierKey("somebody", b"\1" * 32)
    assert said_by_the_script(path, str(other)) == "Seal: not sealed by this key"
    with told.ledger.write() as tx:
        tx.run("UPDATE log_head SET seq = seq")  # the ledger goes on, its workbook stays
    assert named(told, path) == []
    plain = told.folder / "plain.xlsx"
    openpyxl.Workbook().save(plain)
    with pytest.raises(BadFile, match="workbook-unsealed"):
        named(told, plain)
    book = openpyxl.load_workbook(path)
    del book[book.sheetnames[-1]]  # as an auditor's, who seals nothing: no word of changed cells
    book.save(plain)
    with pytest.raises(BadFile, match="workbook-unsealed"):
        named(told, plain)


def figures(book: Book) -> list[tuple[str, Cell]]:
    """Every amount, state, outcome and receipt of the long sheets."""
    found = []
    for sheet, cells in book.sheets.items():
        columns, first = {}, 0
        for cell in cells:
            letters = cell.name.rstrip("0123456789")
            row = int(cell.name.removeprefix(letters))
            if cell.holds in FIGURES and sheet not in ("Summary", "Cover"):
                columns[letters], first = cell.holds, row
            elif first and row > first and letters in columns:
                found.append((sheet, cell))
    return found


@of_a_file
def test_a_changed_figure_turns_the_workbook_red_in_libreoffice(told: Told) -> None:
    """One cell of every column that holds figures."""
    book, chance = Book(book_of(told)), random.Random(4)
    columns: dict[tuple[str, str], list[Cell]] = {}
    for sheet, cell in figures(book):
        columns.setdefault((sheet, cell.name.rstrip("0123456789")), []).append(cell)
    assert_red(told, book, [chance.choice(cells) for cells in columns.values()], chance)


@pytest.mark.long
@of_a_file
def test_any_changed_figure_turns_the_workbook_red_in_libreoffice(told: Told) -> None:
    book, chance = Book(book_of(told)), random.Random(5)
    assert_red(told, book, [chance.choice(figures(book))[1] for _ in range(60)], chance)


def assert_red(told: Told, book: Book, cells: list[Cell], chance: random.Random) -> None:
    """Each of these changed, in a workbook of its own, is seen on the sheet of sums."""
    folder = told.folder / "many"
    folder.mkdir()
    paths = []
    for number, cell in enumerate(cells):
        value: str | int = chance.randrange(1, 10**6)
        if b'"inlineStr"' in cell.attributes:
            value = f"{cell.holds}{value}"
        paths.append(book.with_changed(cell, value, folder / f"{number}.xlsx"))
    shutil.copy(told.folder / "book.xlsx", folder / "untouched.xlsx")
    sheets = computed_together([*paths, folder / "untouched.xlsx"], folder, (2, "Summary"))
    *altered, untouched = [
        next(row[1] for row in rows if row and row[0] == "Check") for rows in sheets
    ]
    assert untouched == "balanced"
    assert set(altered) == {"NOT BALANCED"}


@of_a_file
def test_sorted_rows_turn_nothing_red(told: Told) -> None:
    path = book_of(told)
    book = openpyxl.load_workbook(path)
    for name in ("Journal", "Retailer statement", "Voucher register"):
        sheet = book[name]
        first = next(row for row in range(1, 20) if sheet.cell(row, 2).font.b) + 1
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]
        for number, row in enumerate(reversed(rows), first):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value
                if isinstance(value, str):
                    sheet.cell(number, column).data_type = "s"
    book.save(path)
    assert ["Check", "balanced"] in [row[:2] for row in computed(path, told.folder)["Summary"]]
    assert named(told, path) == []


@of_a_file
def test_gnumeric_reads_the_figures_that_libreoffice_computes(told: Told) -> None:
    """Every number of every sheet, in English and in Russian."""
    gnumeric = program("ssconvert")
    for language in ("en", "ru"):
        folder = told.folder / language
        folder.mkdir()
        make_workbook(told.session("finance1"), folder / "book.xlsx", language=language)
        sheets = computed(folder / "book.xlsx", folder)
        subprocess.run(
            [gnumeric, "--recalc", "-S", str(folder / "book.xlsx"), str(folder / "g_%s.csv")],
            check=True, capture_output=True, timeout=120,
        )
        compared = 0
        for sheet, rows in sheets.items():
            theirs = list(csv.reader((folder / f"g_{sheet}.csv").read_text("utf-8").splitlines()))
            for row, other in zip(rows, theirs, strict=False):
                for cell, told_there in zip(row, other, strict=False):
                    with contextlib.suppress(ValueError):
                        number = float(cell)
                        compared += 1
                        shown = told_there.removesuffix("%")
                        share = 100 if shown != told_there else 1
                        assert float(shown) / share == pytest.approx(number, abs=0.006), sheet
        assert compared > 300


@of_a_file
def test_gnumeric_computes_the_same(told: Told) -> None:
    gnumeric = program("ssconvert")
    path = book_of(told)
    subprocess.run(
        [gnumeric, "--recalc", "-S", str(path), str(told.folder / "g.csv")], check=True,
        capture_output=True, timeout=120,
    )
    with (told.folder / "g.csv.1").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert ["Check", "balanced"] in [row[:2] for row in rows]
    stored = openpyxl.load_workbook(path, data_only=True)["Summary"]
    for theirs, ours in zip(rows, stored.iter_rows(values_only=True), strict=False):
        for cell, value in zip(theirs, ours, strict=False):
            if isinstance(value, int | float) and cell.replace(".", "").isdigit():
                assert float(cell) == pytest.approx(value)


@of_a_file
def test_the_table_of_checks_names_every_figure_of_every_sheet(told: Told) -> None:
    rows = list(openpyxl.load_workbook(book_of(told), data_only=True)["Summary"].values)
    tied = {(row[0], row[1]) for row in rows if row[6] == "agrees"}
    for sheet, columns in {
        "Voucher register": ("Face value", "Redeemed", "Outstanding", "all words"),
        "Retailer statement": ("Claimed", "Accepted", "Paid", "all words"),
        "Exceptions": ("Claimed", "Amount at risk", "all words"),
        "Journal": ("Issued", "Settled", "Happened", "all words"),
        "Void and replaced": ("Void", "all words"),
    }.items():
        assert {(sheet, column) for column in columns} <= tied
