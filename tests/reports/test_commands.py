"""explain and report as they are typed."""

import json

import openpyxl
import pytest
from beancount import loader

from cbi.base.clock import instant_on
from cbi.ledger.vouchers.codes import show_code
from tests.conftest import ZONE, World
from tests.finance.bills import bought
from tests.lines import Typed, typed_by
from tests.office import computed, computed_all
from tests.reports.campaign import closed
from tests.vouchers import in_hand


@pytest.fixture
def cbi(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    """Types a line as the manager, in the test's own folder."""
    monkeypatch.chdir(world.folder)
    return typed_by(world, capsys, "manager1")


def test_explain_tells_by_serial_and_by_code(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    code, out, _ = cbi("explain", paper.serial)
    assert code == 0
    assert f"Voucher {paper.serial}: 15,000\u00a0tenge for Food" in out
    assert cbi("explain", show_code(paper.code))[1] == out
    assert paper.code not in out


def test_explain_gives_one_object_as_json(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    said = json.loads(cbi("explain", paper.serial, "--json")[1])
    assert said["serial"] == paper.serial
    assert [event["kind"] for event in said["events"]] == ["draft", "issue", "hand-over"]


def test_explain_of_nothing_ends_with_4_in_one_line(cbi: Typed) -> None:
    code, out, err = cbi("explain", "KZ22-R1-999999")
    assert (code, out) == (4, "")
    assert err.startswith("cbi: No voucher has the serial or code KZ22-R1-999999.")


def test_progress_is_told_and_written_as_page_and_as_workbook(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    code, out, _ = cbi("report", "progress", "-o", "report.html")
    assert (code, out) == (0, "The page stands in report.html. Open it in a browser.\n")
    assert (world.folder / "report.html").exists()
    code, out, _ = cbi("report", "progress")
    assert code == 0
    assert "nothing spent\tx\t1\t1\t15,000\t30 Sep 2022\t" in out
    said = json.loads(cbi("report", "progress", "-o", "report.xlsx", "--json")[1])
    assert said["file"] == "report.xlsx"
    assert said["groups"][0]["issued_minor"] == 1_500_000
    assert said["budget"]["committed_minor"] == 1_500_000
    book = openpyxl.load_workbook(world.folder / "report.xlsx")
    assert len(book.worksheets[-1]._charts) == 3  # nothing was sold: no days to draw
    cells = [row for row in book["Every round, city and category"].values if row[0] == "KZ22-R1"]
    assert cells[0][3:8] == (1, 15_000, 1, 0, 15_000)
    assert cbi("report", "progress", "--programme", "KZ99")[0] == 4
    assert cbi("report", "progress", "-o", "nowhere/report.html")[0] == 6


def test_progress_is_told_as_of_a_date_and_says_so(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    said = json.loads(cbi("report", "progress", "--as-of", "2022-08-10", "--json")[1])
    assert (said["as_of"]["kind"], said["people"], said["groups"]) == ("date", 0, [])
    assert "as of 10 Aug 2022 23:59" in cbi("report", "progress", "--as-of", "2022-08-10")[1]
    assert cbi("report", "progress", "--as-of", "soon")[0] == 2


def test_the_journal_is_written_for_beancount(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    code, out, _ = cbi("report", "journal", "-o", "journal.beancount")
    assert code == 0
    assert "transactions 1" in out
    assert loader.load_file(str(world.folder / "journal.beancount"))[1] == []
    said = json.loads(cbi("report", "journal", "--json")[1])
    assert {"account": "Liabilities:Vouchers:KZ22", "currency": "KZT", "balance": -1_500_000} \
        in said["balances"]


def test_5w_is_written_for_a_period(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    period = ("--from", "2022-08-01", "--until", "2022-08-31")
    eyes = ("report", "5w", *period, "--small", "0")
    code, out, _ = cbi(*eyes, "-o", "5w.csv", "--sector", "food=Food Security")
    assert code == 0
    assert out.startswith("Written to 5w.csv: rows 1.\nAs things stood on 20 Aug 2022 ")
    assert "not to be given out" in out
    then = cbi(*eyes, "-o", "then.csv", "--as-of", "2022-08-19")[1]
    assert "As of the end of 19 Aug 2022." in then
    assert "Food Security" in (world.folder / "5w.csv").read_text("utf-8-sig")
    said = json.loads(cbi("report", "5w", *period, "--small", "0", "--json")[1])
    assert said[0]["#reached+ind"] == 1
    assert cbi("report", "5w", *period)[0] == 5
    closed(world, "2022-08")
    said = json.loads(cbi("report", "5w", *period, "-o", "small.csv", "--json")[1])
    assert (said[0]["#reached+ind"], said[0]["#value+issued"]) == (None, 1_500_000)
    assert cbi("report", "5w", *period, "--sector", "food")[0] == 2
    assert cbi("report", "5w", "--from", "2022-08-31", "--until", "2022-08-01")[0] == 2
    assert "needs --from" in cbi("report", "5w")[2]


def test_who_may_not_read_gets_no_report(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    period = ("--from", "2022-08-01", "--until", "2022-08-31")
    for line in (("progress",), ("journal",), ("5w", *period)):
        assert cbi("report", *line, who="cashier1")[0] == 3
    assert cbi("report", "journal", who="field1")[0] == 3
    assert not list(world.folder.glob("*.html")) + list(world.folder.glob("*.beancount"))


def test_every_report_on_a_day_says_as_of_when(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    world.clock.now = instant_on("2022-08-25", 9, ZONE)
    months = ("--from", "2022-08", "--until", "2022-08")
    for words in (
        ("journal", "-o", "j"), ("workbook", "-o", "w.xlsx"), ("flags",), ("export", "out"),
        ("indicators", *months, "--small", "0", "-o", "i.csv"),
        ("ministry", *months, "--small", "0", "-o", "m.xlsx"),
    ):
        code, out, err = cbi("report", *words, "--as-of", "2022-08-24", who="manager1")
        assert (code, err) == (0, ""), words
        assert "As of the end of 24 Aug 2022." in out, words
    sheets = computed(world.folder / "m.xlsx", world.folder)
    assert any("24 Aug 2022" in row[0] for row in next(iter(sheets.values()))[:4])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_spreadsheet_program_reads_every_report_as_we_say_it(world: World, cbi: Typed) -> None:
    papers = in_hand(world, [1_500_000] * 3)
    bought(world, papers[0], 900_000, "1")
    months, days = ("--from", "2022-08", "--until", "2022-08"), \
        ("--from", "2022-08-01", "--until", "2022-08-31")
    closed(world, "2022-08")
    written = []
    for name, words in {
        "progress": ("report", "progress"), "indicators": ("report", "indicators", *months),
        "ministry": ("report", "ministry", *months), "retailer": ("report", "retailer", "magnum"),
        "efficiency": ("report", "efficiency", *days, "--cost", "staff=100", "--small", "0"),
        "5w": ("report", "5w", *days, "--small", "0"),
    }.items():
        assert cbi(*words, "-o", f"{name}.xlsx")[0] == 0, name
        written.append(world.folder / f"{name}.xlsx")
    said = {
        name: [cell for sheet in sheets.values() for row in sheet for cell in row]
        for name, sheets in computed_all(written, world.folder).items()
    }
    for name, figure in (("progress", "9000"), ("5w", "45000"), ("5w", "9000"),
                         ("retailer", "9000"), ("efficiency", "9000"),
                         ("efficiency", "0.0111111111111111")):
        assert figure in said[name], name
    assert said["indicators"].count("*") == said["ministry"].count("*") // 3 > 0
