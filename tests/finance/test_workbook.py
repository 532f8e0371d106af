"""Finance's workbook: computed anew by LibreOffice it equals the ledger; it gives nothing away."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.base.clock import at
from cbi.base.errors import BadFile, NotAllowed, NotFound, UsageError
from cbi.files.dressing import LINE_POINTS
from cbi.finance.identities import retailer_balances, voucher_balances
from cbi.finance.workbook.workbook import Wanted, make_workbook
from cbi.ledger.sealing import last_seal, seals
from cbi.messages.figures import category_word
from cbi.operators.log import LogLine, entries
from cbi.programmes.approvals import set_rule
from cbi.programmes.programmes import change_programme
from tests.conftest import World
from tests.finance.bills import bought
from tests.finance.conftest import Told
from tests.office import computed, of_a_file
from tests.rows import all_rows
from tests.there import there


def minor(cell: str) -> int:
    """Minor units of an amount that LibreOffice gave back."""
    return round(float(cell or 0) * 100)


def table(rows: list[list[str]], title: str) -> list[list[str]]:
    """The rows under a table's headings, up to the next empty one."""
    start = next(at for at, row in enumerate(rows) if row and row[0].startswith(title)) + 2
    found = []
    for row in rows[start:]:
        if not any(row):
            break
        found.append(row)
    return found


def test_computed_anew_it_equals_the_ledger_and_says_balanced(told: Told) -> None:
    path = told.folder / "book.xlsx"
    made = make_workbook(told.session("finance1"), path)
    assert made.balanced
    sheets = computed(path, told.folder)
    assert list(sheets) == sorted([
        "Cover", "Summary", "Charts", "Voucher register", "Retailer statement", "Exceptions",
        "Journal", "Void and replaced", "Seal",
    ])
    assert ["Check", "balanced"] in [row[:2] for row in sheets["Cover"]]
    rows = sheets["Summary"]
    assert ["Check", "balanced"] in [row[:2] for row in rows]
    with told.ledger.read() as tx:
        vouchers, retailer = voucher_balances(tx), retailer_balances(tx)[0]
    amounts = table(rows, "Vouchers, amounts")
    assert [[row[0], row[2], *map(minor, row[3:9])] for row in amounts[:-1]] == [
        [one.round, category_word(one.category, "en"), one.issued_minor, one.redeemed_minor,
         one.outstanding_minor, one.expired_minor, one.void_minor, 0] for one in vouchers
    ]
    assert minor(amounts[-1][3]) == sum(one.issued_minor for one in vouchers)
    counts = table(rows, "Vouchers, counts")
    assert [[int(cell) for cell in row[3:8]] for row in counts[:-1]] == [
        [one.issued_count, one.open_count, one.used_up_count, one.closed_count, 0]
        for one in vouchers
    ]
    redeemed, = table(rows, "Redemptions")
    assert list(map(minor, redeemed[3:8])) == [
        retailer.redeemed_minor, retailer.settled_minor, retailer.waived_minor,
        retailer.unsettled_minor, 0,
    ]
    claimed, = table(rows, "Claims")
    assert list(map(minor, claimed[3:12])) == [
        retailer.claimed_minor, retailer.accepted_minor, retailer.rejected_minor,
        retailer.pending_minor, 0, 0, 1_500_000, 1_500_000, 0,
    ]
    outcomes = {row[0]: row[3:6] for row in table(rows, "Lines of the statement")}
    assert outcomes["billed twice"] == ["1", "15000", "0"]
    assert outcomes["unknown voucher"] == ["1", "100.5", "0"]
    settled = table(rows, "Settlements")
    assert [[row[0], *map(minor, row[3:11])] for row in settled] == [
        ["MAGNUM-P1", 1_500_000, 0, 1_500_000, 0, 0, 0, 1_500_000, 0],
        ["MAGNUM-P2", 1_500_000, 1_500_000, 0, 0, 0, 0, 0, 0],
    ]


@of_a_file
def test_each_long_sheet_sums_to_the_ledgers_amounts(told: Told) -> None:
    path = told.folder / "book.xlsx"
    make_workbook(told.session("finance1"), path)
    sheets = computed(path, told.folder)

    def totals(name: str) -> dict[str, int]:
        """Totals by heading: the row above the headings."""
        rows = sheets[name]
        at = next(at for at, row in enumerate(rows) if row[0] == "Total")
        return {heading: minor(cell) for heading, cell in zip(rows[at + 1], rows[at], strict=True)
                if cell not in ("", "Total") and heading}

    with told.ledger.read() as tx:
        face = int(tx.value("SELECT sum(face_minor) FROM voucher"))
        left = int(tx.value("SELECT sum(face_minor - spent_minor - closed_minor) FROM voucher"))
        magnum, = retailer_balances(tx)
    assert totals("Voucher register")["Face value"] == face
    assert totals("Voucher register")["Outstanding"] == left
    assert totals("Journal")["Redeemed"] == magnum.redeemed_minor
    assert totals("Journal")["Settled"] == magnum.settled_minor
    assert totals("Retailer statement")["Claimed"] == magnum.claimed_minor
    assert totals("Retailer statement")["Pending"] == magnum.pending_minor
    assert totals("Void and replaced")["Void"] == 2_899_975
    void_rows = sheets["Void and replaced"]
    assert any("=torn" in row for row in void_rows)


def test_the_cover_says_what_it_is_and_carries_the_checkpoint(told: Told) -> None:
    path = told.folder / "book.xlsx"
    made = make_workbook(told.session("finance1"), path, Wanted(statement="magnum-s2"))
    with told.ledger.read() as tx:
        assert made.checkpoint == there(last_seal(tx)).checkpoint
        sealed = seals(tx)[-2]
    shown = {row[0]: row[1] for row in _cells(path, "Cover") if row[0]}
    assert shown["Run"] == made.run
    assert shown["Asked for: statement"] == "MAGNUM-S2"
    assert shown["Prepared by"] == "finance1"
    assert shown["Lines after the checkpoint"] == "0"
    assert "Kept apart" in shown["Duties"]
    lines = [row[1] for row in _cells(path, "Cover")]
    start = lines.index(sealed.checkpoint.split("\n")[0])
    count = sealed.checkpoint.count("\n") + 1
    assert "\n".join(line or "" for line in lines[start : start + count]) == sealed.checkpoint
    billed = {row[0] for row in _cells(path, "Retailer statement")}
    assert "MAGNUM-S2" in billed
    assert "MAGNUM-S1" not in billed


@of_a_file
def test_switched_off_duties_and_practice_are_said_on_it(told: Told) -> None:
    change_programme(told.session("admin1"), "KZ22", "one-person office", duties_apart=False)
    path = told.folder / "book.xlsx"
    make_workbook(told.session("finance1"), path)
    assert any("SWITCHED OFF" in str(row[1]) for row in _cells(path, "Cover"))
    assert "PRACTICE" not in _everything(path)
    _practise(told)
    for language in ("en", "ru"):
        make_workbook(told.session("finance1"), path, language=language)
        for name in _sheet_names(path)[:-1]:
            assert any("PRACTICE" in str(row[0]) for row in _cells(path, name)[:4]), name


def test_the_cover_names_every_stretch_without_duties_apart(told: Told) -> None:
    path, admin = told.folder / "book.xlsx", told.session("admin1")
    change_programme(admin, "KZ22", "a colleague is ill", duties_apart=False)
    change_programme(admin, "KZ22", "and more money", budget_minor=10**14, hotline="111")
    change_programme(admin, "KZ22", "she is back", duties_apart=True)
    for people in (2, 1):
        set_rule(admin, "KZ22", "settlement", 100_000, people, "a donor's rule, taken back")
    change_programme(admin, "KZ22", "she is ill again", duties_apart=False)
    off, _, on, again = [
        f"{at(line.at, 'Asia/Almaty'):%Y-%m-%d %H:%M}"
        for line in reversed(_log(told, "programme.change"))
    ]
    make_workbook(told.session("finance1"), path)
    shown = [(row[0], str(row[1])) for row in _cells(path, "Cover")]
    start = [label for label, _ in shown].index("Duties")
    assert shown[start][1].startswith(
        f"SWITCHED OFF in Kazakhstan 2022 from {off} to {on} by admin1"
    )
    assert shown[start + 1][0] in ("", None)
    assert shown[start + 1][1].startswith(
        f"SWITCHED OFF in Kazakhstan 2022 since {again} by admin1"
    )
    change_programme(admin, "KZ22", "she is back", duties_apart=True)
    make_workbook(told.session("finance1"), path)
    covered = [str(row[1]) for row in _cells(path, "Cover")]
    assert sum(line.startswith("SWITCHED OFF") for line in covered) == 2
    assert sum("a settlement of 1,000\xa0tenge or more takes 1 person, where it took 2" in line
               for line in covered) == 1
    assert not any("Kept apart" in line for line in covered)


def _log(told: Told, action: str) -> list[LogLine]:
    with told.ledger.read() as tx:
        return entries(tx, action=action)


def test_no_code_and_no_key_is_in_it(told: Told) -> None:
    path = told.folder / "book.xlsx"
    make_workbook(told.session("finance1"), path)
    everything = _everything(path)
    for paper in told.papers:
        assert paper.code not in everything
        assert paper.code[:8] not in everything
    assert "…" not in everything or paper.code[-4:] not in everything


def test_the_same_ledger_at_the_same_instant_gives_the_same_bytes(told: Told) -> None:
    told.clock.step = 0
    paths = [told.folder / name for name in ("one.xlsx", "two.xlsx")]
    made = [make_workbook(told.session("finance1"), path) for path in paths]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert made[0].run == made[1].run


def test_an_auditors_workbook_seals_nothing(told: Told) -> None:
    path = told.folder / "book.xlsx"
    sealed = make_workbook(told.session("manager1"), path).checkpoint
    bought(told, told.papers[1], 10_000, "77")
    assert make_workbook(told.session("auditor1"), path).checkpoint == sealed
    shown = {row[0]: row[1] for row in _cells(path, "Cover") if row[0]}
    assert shown["Lines after the checkpoint"] == "1"
    assert make_workbook(told.session("finance1"), path).checkpoint != sealed


def test_a_ledger_that_was_never_sealed_says_so(world: World) -> None:
    path = world.folder / "book.xlsx"
    made = make_workbook(world.session("auditor1"), path)
    assert made.checkpoint == ""
    assert made.balanced
    assert any("not been sealed" in str(row[1]) for row in _cells(path, "Cover"))


def test_what_is_not_there_or_not_allowed_is_refused(told: Told) -> None:
    path = told.folder / "book.xlsx"
    finance = told.session("finance1")
    with pytest.raises(NotAllowed):
        make_workbook(told.session("field1"), path)
    for wanted in (Wanted(statement="MAGNUM-S9"), Wanted(programme="KZ99"), Wanted(round="KZ9")):
        with pytest.raises(NotFound):
            make_workbook(finance, path, wanted)
    with pytest.raises(BadFile):
        make_workbook(finance, told.folder / "none" / "book.xlsx")
    assert not path.exists()
    assert make_workbook(finance, path, Wanted(round="kz22-r1")).balanced
    assert make_workbook(finance, path, Wanted(programme="kz22")).balanced


def test_a_sheet_longer_than_excel_holds_is_refused_and_nothing_is_read_on(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal holds what was being made, and closing it after the ledger fails."""
    read, open_reads = type(told.ledger).read, list[int]()

    @contextmanager
    def watched(ledger: Any) -> Iterator[Any]:
        open_reads.append(1)
        try:
            with read(ledger) as tx:
                yield tx
        finally:
            open_reads.append(-1)

    monkeypatch.setattr(type(told.ledger), "read", watched)
    monkeypatch.setattr("cbi.files.workbook.ROWS_MAX", 5)
    with pytest.raises(UsageError) as refused:
        make_workbook(told.session("finance1"), told.folder / "book.xlsx")
    assert refused.value.code == "files.too-many-rows"
    assert sum(open_reads) == 0
    assert not list(told.folder.glob("*book*"))


def test_several_currencies_need_a_programme(told: Told) -> None:
    with told.ledger.write() as tx:
        row = all_rows(tx, "SELECT * FROM programme")[0]
        tx.insert("programme", [{**row, "code": "UZ22", "currency": "UZS"}])
        row = all_rows(tx, "SELECT * FROM round")[0]
        tx.insert("round", [{**row, "code": "UZ22-R1", "programme": "UZ22"}])
    path = told.folder / "book.xlsx"
    with pytest.raises(UsageError, match="programme-needed"):
        make_workbook(told.session("finance1"), path)
    assert make_workbook(told.session("finance1"), path, Wanted(programme="UZ22")).balanced


def _book(path: Path) -> Any:
    import openpyxl

    return openpyxl.load_workbook(path, data_only=True)


def _sheet_names(path: Path) -> list[str]:
    return list(_book(path).sheetnames)


def _cells(path: Path, name: str) -> list[tuple[Any, ...]]:
    return list(_book(path)[name].iter_rows(values_only=True))


def _everything(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def _practise(world: World) -> None:
    from tests.finance.test_identities import past_the_triggers

    past_the_triggers(world, "UPDATE ledger_identity SET practice = 1")


@of_a_file
def test_headings_that_fold_on_the_summary_have_the_height_for_it(told: Told) -> None:
    """“Принято по строкам” lay over the row beneath it."""
    path = told.folder / "book.xlsx"
    make_workbook(told.session("finance1"), path, language="ru")
    sheet = openpyxl.load_workbook(path)["Сводка"]
    heads = {row[0].row for row in sheet.iter_rows() for cell in row
             if cell.value == "Принято по строкам"}
    (row,) = heads
    assert sheet.row_dimensions[row].height == 2 * LINE_POINTS + 3
    assert sheet.row_dimensions[row + 1].height is None
