"""Decisions by an amount, in part, as a question, and by the workbook's own sheet brought back."""

from pathlib import Path

import openpyxl
import pytest

from cbi.base.errors import BadFile, Conflict, UsageError
from cbi.finance.decisions.deciding import decide, decide_all
from cbi.finance.decisions.deciding_sheet import decide_by_sheet
from cbi.finance.reconciliation.exceptions import exceptions, undecided_count
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import settle
from cbi.finance.workbook import sheet_parts
from cbi.finance.workbook.workbook import Wanted, make_workbook
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.finance.test_cures import AUGUST
from tests.vouchers import FIRST_DAY, in_hand


@pytest.fixture
def billed(world: World) -> World:
    """Three lines that ask too much: by 100, 500 and 2,000."""
    papers = in_hand(world, [1_500_000] * 3, handed_at=FIRST_DAY)
    lines = []
    for number, (paper, over) in enumerate(zip(papers, (100, 500, 2_000), strict=True)):
        bought(world, paper, 500_000, f"7{number}")
        lines.append(line(paper.serial, str(5_000 + over), f"7{number}"))
    taken_in(world, lines, how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    return world


def verdicts(world: World) -> list[str | None]:
    with world.ledger.read() as tx:
        return [one.verdict for one in exceptions(tx, statement="MAGNUM-S1")]


def test_a_rule_is_decided_up_to_an_amount(billed: World) -> None:
    made = decide_all(billed.session("finance2"), "MAGNUM-S1", "amount-differs", "accept",
                      "small change", up_to_minor=50_000)
    assert len(made) == 2
    assert verdicts(billed) == ["accept", "accept", None]


def test_a_part_is_accepted_and_settled(billed: World) -> None:
    desk = billed.session("finance2")
    for wrong in (0, 500_000, 600_000):
        with pytest.raises(UsageError, match="part-unfit"):
            decide(desk, ["MAGNUM-S1/1"], "accept", "half", amount_minor=wrong)
    with pytest.raises(UsageError, match="part-unfit"):
        decide(desk, ["MAGNUM-S1/1"], "reject", "half", amount_minor=100)
    decide(desk, ["MAGNUM-S1/1"], "accept", "half of the goods came back", amount_minor=200_000)
    assert settle(billed.session("finance1"), "MAGNUM-S1").accepted_minor == 200_000


def test_a_question_to_the_retailer_stays_open(billed: World) -> None:
    decide(billed.session("finance2"), ["MAGNUM-S1/1"], "ask", "which receipt?")
    with billed.ledger.read() as tx:
        assert undecided_count(tx) == 3
    assert verdicts(billed)[0] == "ask"


def filled(world: World, decisions: dict[int, tuple[str, str]], name: str = "books.xlsx") -> Path:
    """The workbook with these decisions and reasons put beside the lines."""
    path = world.folder / name
    if not path.exists():
        make_workbook(world.session("finance1"), path, Wanted(statement="MAGNUM-S1"))
    book = openpyxl.load_workbook(path)
    for sheet in (one for one in book if one.title.startswith("Exceptions")):
        heading = next(row for row in sheet.iter_rows() if row[0].value == "Exception")
        columns = {cell.value: cell.column for cell in heading}
        for row in sheet.iter_rows(min_row=heading[0].row + 1):
            number = int(str(row[0].value).rpartition("/")[2])
            if number in decisions:
                verdict, reason = decisions[number]
                sheet.cell(row[0].row, columns["Decision"]).value = verdict
                sheet.cell(row[0].row, columns["Reason"]).value = reason
    book.save(path)
    return path


def test_the_sheet_filled_in_and_brought_back_decides_what_was_changed(billed: World) -> None:
    path = filled(billed, {1: ("accept", "as redeemed"), 3: ("Отклонить", "no receipt")})
    made = decide_by_sheet(billed.session("finance2"), path)
    assert sorted(one.reference for one in made) == ["MAGNUM-S1/1", "MAGNUM-S1/3"]
    assert verdicts(billed) == ["accept", None, "reject"]
    with pytest.raises(Conflict, match="sheet-unchanged"):
        decide_by_sheet(billed.session("finance2"), path)


def test_decisions_on_every_part_of_a_long_sheet_come_back(
    billed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_parts, "ROWS_A_SHEET", 1)
    path = filled(billed, {1: ("accept", "as redeemed"), 3: ("reject", "no receipt")})
    assert "Exceptions 3" in openpyxl.load_workbook(path).sheetnames
    decide_by_sheet(billed.session("finance2"), path)
    assert verdicts(billed) == ["accept", None, "reject"]


def test_a_stale_copy_is_refused_whole(billed: World) -> None:
    path = filled(billed, {1: ("accept", "as redeemed"), 2: ("accept", "as redeemed")})
    decide(billed.session("finance2"), ["MAGNUM-S1/2"], "reject", "the goods came back")
    with pytest.raises(Conflict, match="sheet-stale"):
        decide_by_sheet(billed.session("finance2"), path)
    assert verdicts(billed) == [None, "reject", None]


def test_a_decision_without_a_reason_or_that_is_none_is_told_with_its_cell(billed: World) -> None:
    path = filled(billed, {1: ("accept", "")})
    with pytest.raises(UsageError, match="sheet-reason"):
        decide_by_sheet(billed.session("finance2"), path)
    path = filled(billed, {1: ("maybe", "who knows")})
    with pytest.raises(UsageError, match="sheet-decision"):
        decide_by_sheet(billed.session("finance2"), path)
    other = billed.folder / "other.csv"
    other.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(BadFile, match="sheet-missing"):
        decide_by_sheet(billed.session("finance2"), other)
