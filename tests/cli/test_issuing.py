"""From a draft to the table and back, as field staff and managers type it."""

import io
import json
import re
import sys
from pathlib import Path

import openpyxl
import pytest

from cbi.base.clock import instant_on
from cbi.ledger.vouchers.codes import read_code
from cbi.operators.accounts import add_operator
from tests.conftest import ZONE, World
from tests.issuance.given import Family, enrolled, issued_to, second_round, serials_of, state_of
from tests.lines import TypedIn
from tests.operators.conftest import QUICK
from tests.rows import all_rows

ROUND, BATCH = "KZ22-R1", "KZ22-R1-B1"


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


@pytest.fixture
def office(world: World) -> list[Family]:
    """Four families, and the field operators as accounts."""
    families = enrolled(world)
    for name in ("field1", "field2"):
        add_operator(world.session("admin1"), name, {"field"}, passphrase="nine tall poplars",
                     stretching=QUICK)
    return families


@pytest.fixture
def printed(world: World, office: list[Family]) -> str:
    return issued_to(world)


def test_a_dry_run_shows_counts_value_budget_and_moves_nothing(
    cbi: TypedIn, world: World, office: list[Family],
) -> None:
    code, out, _ = cbi("issue", ROUND, "--dry-run", who="field1")
    assert code == 0
    assert "almaty\tfood\t5\t75 000 KZT" in plain(out)
    assert "No earlier round" in out
    assert "Nothing was drafted." in out
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM batch") == 0


def test_before_approving_the_budget_and_the_round_before_are_shown(
    cbi: TypedIn, world: World, office: list[Family],
) -> None:
    issued_to(world)
    (late,) = enrolled(world, [("almaty", 1, 1, "en")], label="N")
    second_round(world)
    assert cbi("issue", "KZ22-R2", "--yes", who="field1")[0] == 0
    code, out, _ = cbi("batch", "approve", "KZ22-R2-B1", "--yes")
    assert code == 0
    assert "almaty, food: 90,000 tenge in 6" in plain(out)
    assert "Against round KZ22-R1: new 1, dropped out 0, more 0, less 4, the same 2." in out
    assert f"New: {late.head}" in out
    assert f"{office[0].head} (35,000 tenge → 15,000 tenge)" in plain(out)
    code, out, _ = cbi("batch", "show", "KZ22-R2-B1", "--json", who="auditor1")
    told = json.loads(out)
    assert [one["beneficiary"] for one in told["comparison"]["new"]] == [late.head]
    assert told["left_minor"] < told["budget_minor"]


def test_a_rounds_preview_tells_who_gets_what_and_why(
    cbi: TypedIn, world: World, office: list[Family], tmp_path: Path,
) -> None:
    path = tmp_path / "who.xlsx"
    code, out, _ = cbi("round", "preview", ROUND, "--who", "2", "-o", str(path), who="field1")
    assert code == 0
    assert f"{office[0].head}\tfood\t15 000 KZT\t1 × 15 000\tfood:15000:person = " in plain(out)
    assert "and 8 more" in out
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert len(rows) >= 10
    assert any("food:15000:person" in str(row[-1]) for row in rows)


def test_vouchers_that_no_store_of_a_city_takes_are_pointed_out(
    cbi: TypedIn, world: World, office: list[Family],
) -> None:
    nowhere = "No open store in astana takes food in this round (1 voucher, 15,000 tenge)"
    for line, who in (
        (("round", "preview", ROUND), "field1"), (("issue", ROUND, "--yes"), "field1"),
        (("batch", "show", BATCH), "manager1"),
        (("batch", "approve", BATCH, "--yes"), "manager1"),
    ):
        code, out, _ = cbi(*line, who=who)
        assert code == 0, line
        assert nowhere in plain(out), line
        assert "in almaty takes food" not in out
    for store in ("magnum-almaty-1", "magnum-almaty-2", "other-almaty-1"):
        cbi("store", "close", store, "--yes", who="admin1")
    assert "No open store in almaty takes food" in cbi("batch", "show", BATCH)[1]


def test_a_rule_that_gives_nothing_is_pointed_out(
    cbi: TypedIn, world: World, office: list[Family],
) -> None:
    from cbi.programmes.rounds import EntitlementRule

    second_round(world, [EntitlementRule("food", 1_000_000, "person"),
                         EntitlementRule("food", 500_000, "person", flag="blnd")])
    _, out, _ = cbi("issue", "KZ22-R2", "--dry-run", who="field1")
    assert "gives nobody anything; is it meant so? food:5000:person:flag=blnd" in out


def test_print_list_and_show(cbi: TypedIn, world: World, printed: str, tmp_path: Path) -> None:
    sheets, names = tmp_path / "v.pdf", tmp_path / "list.pdf"
    code, out, _ = cbi("print", BATCH, "-o", str(sheets), "--stack", who="field1")
    assert (code, sheets.exists()) == (0, True)
    assert "vouchers printed 10" in out
    assert cbi("print", BATCH, "-o", str(sheets), "--force", who="field1")[0] == 2
    assert cbi("print", BATCH, "--list", "-o", str(names), who="field1")[0] == 0
    serial = serials_of(world, BATCH)[0]
    code, out, _ = cbi("show", serial, who="auditor1")
    assert f"{serial}: issued, food for 15,000 tenge" in plain(out)
    code, out, _ = cbi("show", serial, "--qr", who="field1")
    assert code == 0
    assert re.search(serial + r"  [0-9A-Z]{4}-[0-9A-Z]{4}-", out)
    assert "█" in out
    assert cbi("show", serial, "--qr", who="auditor1")[0] == 3
    assert cbi("show", serial, "-o", str(tmp_path / "q.gif"), who="field1")[0] == 2
    assert cbi("show", serial, "-o", str(tmp_path / "q.svg"), who="field1")[0] == 0


def test_a_logo_that_is_none_and_a_format_that_is_none_are_one_line(
    cbi: TypedIn, printed: str, tmp_path: Path,
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_text("no picture")
    for option in (("--logo", str(logo)), ("--format", "poster")):
        code, _, err = cbi("print", BATCH, "-o", str(tmp_path / "v.pdf"), *option, who="field1")
        assert code in (2, 6)
        assert err.startswith("cbi: ")
        assert err.count("\n") == 1
        assert not (tmp_path / "v.pdf").exists()


def test_hand_over_by_scanner_and_undo(
    cbi: TypedIn, world: World, printed: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, *_ = serials_of(world, BATCH)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{first}\nKZ22-R1-009999\n{second}\n"))
    code, out, err = cbi("hand-over", who="field1")
    assert code == 5
    assert "KZ22-R1-000002, 20,000 tenge, …0-0: handed over (2)" in plain(out)
    assert "KZ22-R1-009999" in err
    code, out, _ = cbi("hand-over", first, "--undo", "--reason", "wrong sister", who="field1")
    assert (code, state_of(world, first)) == (0, "issued")
    assert cbi("hand-over", "--undo", "--reason", "x", who="field1")[0] == 2


def test_what_a_scanner_reads_twice_is_no_problem(
    cbi: TypedIn, world: World, printed: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, *_ = serials_of(world, BATCH)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{first}\n{first}\n{second}\n{first}\n"))
    code, out, err = cbi("hand-over", who="field1")
    assert (code, err) == (0, "")
    assert out.count(f"{first} was read twice") == 2
    assert "Handed over: 2. Not handed over: 0." in out


def test_hand_over_from_the_ticked_workbook(
    cbi: TypedIn, world: World, printed: str, tmp_path: Path,
) -> None:
    path = tmp_path / "list.xlsx"
    assert cbi("print", BATCH, "--list", "-o", str(path), who="field1")[0] == 0
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heading = next(row for row in sheet.iter_rows() if row[6].value == "Serial")
    row = heading[0].row + 1
    sheet.cell(row, 10).value = "x"
    book.save(path)
    code, out, _ = cbi("hand-over", "--list", str(path), "--json", who="field1")
    assert code == 0
    assert json.loads(out)["given"] == [sheet.cell(row, 7).value]
    code, out, _ = cbi("hand-over", "--list", str(path), who="field1")
    assert "nothing changed: 1" in out


def test_a_distribution_on_a_holiday_says_so(cbi: TypedIn, world: World, printed: str) -> None:
    world.clock.now = instant_on("2022-08-30", 9, ZONE)
    code, out, _ = cbi("distribution", "open", BATCH, "--to", "field1", "--city", "almaty")
    assert code == 0
    assert "2022-08-30 is a holiday (Constitution Day)" in out


def test_a_distribution_day_at_the_command_line(
    cbi: TypedIn, world: World, printed: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, out, _ = cbi("distribution", "open", BATCH, "--to", "field1", "--city", "almaty")
    assert (code, "takes 8 vouchers" in out) == (0, True)
    assert "holiday" not in out
    serials = serials_of(world, BATCH)
    cbi("hand-over", *serials[:5], who="field1")
    code, _, err = cbi("distribution", "close", "KZ22-R1-D1", serials[5], serials[0], who="field2")
    assert code == 5
    assert f"{serials[0]} was handed over according to the ledger" in err
    code, _, err = cbi("distribution", "close", "KZ22-R1-D1", serials[5], who="field2")
    assert (code, serials[7] in err) == (5, True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{serials[5]}\n{serials[6]}\n"))
    code, out, _ = cbi("distribution", "close", "KZ22-R1-D1", "-", "--damaged", serials[7],
                       who="field2")
    assert code == 0
    assert "taken 8 = given 5 + returned 2 + damaged 1 + missing 0 + out 0" in out
    code, out, _ = cbi("distribution", "list", "--day", "2022-08-20", "--json", who="auditor1")
    assert [one["number"] for one in json.loads(out)] == ["KZ22-R1-D1"]
    assert serials[7] in cbi("distribution", "show", "KZ22-R1-D1")[1]
    assert "Vouchers void: 2" in cbi("distribution", "void", "KZ22-R1-D1", "--reason", "moved")[1]


def test_replace_prints_the_one_new_sheet(
    cbi: TypedIn, world: World, printed: str, tmp_path: Path,
) -> None:
    serial = serials_of(world, BATCH)[0]
    path = tmp_path / "new.pdf"
    code, out, _ = cbi("replace", serial, "--reason", "torn", "-o", str(path), who="field1")
    assert (code, path.exists()) == (0, True)
    assert "cbi hand-over KZ22-R1-000011" in out
    assert state_of(world, serial) == "void"


def test_a_replacement_without_a_file_says_how_it_is_printed(
    cbi: TypedIn, world: World, printed: str, tmp_path: Path,
) -> None:
    serial = serials_of(world, BATCH)[1]
    code, out, _ = cbi("replace", serial, "--reason", "torn", who="field1")
    assert code == 0
    line = out.split("hand it over: cbi ")[1].split()
    line[-1] = str(tmp_path / "one.pdf")
    assert cbi(*line, who="field1")[0] == 0
    assert (tmp_path / "one.pdf").exists()


def test_extending_a_round_needs_another_operator(cbi: TypedIn, world: World, printed: str) -> None:
    second_round(world)
    line = ("extend", "KZ22-R2", "--until", "2022-12-31", "--reason", "snow")
    code, out, _ = cbi(*line)
    assert (code, "cbi extend X1 --approve" in out) == (0, True)
    assert "X1\tKZ22-R2\t2022-12-31\tmanager1\tsnow" in cbi("extend")[1]
    assert cbi("extend", "X1", "--approve")[0] == 3
    assert cbi("extend", "X1", "--approve", who="manager2")[0] == 0
    code, out, _ = cbi("extend", BATCH, "--until", "2022-12-31", "--reason", "snow")
    assert cbi("extend", "X2", "--refuse", "--reason", "no", who="manager2")[0] == 0


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("command", [
    ("print",), ("show",), ("hand-over",), ("replace",), ("extend",), ("issue",),
    ("distribution", "open"), ("distribution", "close"), ("distribution", "list"),
    ("batch", "approve"), ("round", "preview"),
])
def test_every_option_is_explained(
    cbi_empty: TypedIn, command: tuple[str, ...], language: str,
) -> None:
    code, out, _ = cbi_empty(*command, "--help", lang=language)
    assert code == 0
    assert "help-" not in out


def test_a_top_up_is_a_batch_of_one(
    cbi: TypedIn, world: World, office: list[Family], printed: str,
) -> None:
    line = ("issue", ROUND, "--top-up", office[0].head, "--category", "food", "--amount", "2 000")
    assert cbi(*line, who="field1")[0] == 2
    code, out, _ = cbi(*line, "--reason", "a newborn", who="field1")
    assert (code, "cbi batch approve KZ22-R1-B2" in out) == (0, True)
    assert cbi("batch", "approve", "KZ22-R1-B2", "--yes")[0] == 0


def test_who_may_print_is_given_the_codes_and_the_log_notes_it(
    cbi: TypedIn, world: World, office: list[Family], printed: str,
) -> None:
    told = json.loads(cbi("batch", "show", BATCH, "--json", who="field1")[1])
    assert all(read_code(one["code"]) for one in told["vouchers"])
    with world.ledger.read() as tx:
        noted = all_rows(tx, "SELECT operator, object FROM log WHERE action = 'batch.codes-shown'")
    assert noted == [{"operator": "field1", "object": BATCH}]
    told = json.loads(cbi("batch", "show", BATCH, "--json", who="auditor1")[1])
    assert told["vouchers"]
    assert not any("code" in one for one in told["vouchers"])
    assert "code" not in cbi("batch", "show", BATCH, who="field1")[1].lower()
