"""verify, redeem and reverse as a cashier types them: words, JSON, exit codes, and a fast start."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from qrcode.main import QRCode

from cbi.ledger.vouchers.codes import show_code
from cbi.till import photo as photo_module
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.rows import one_row
from tests.till.test_lists import a_csv, in_hand, row

STORE = "magnum-almaty-1"
HEAVY = (
    "alembic", "argon2", "calamine", "cryptography", "fpdf", "jinja2", "openpyxl", "phonenumbers",
    "psycopg", "pydantic", "pydantic_core", "qrcode", "rapidfuzz", "rich", "sqlalchemy", "sqlmodel",
    "uvicorn", "zxingcpp",
)


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "cashier1")


def test_a_good_voucher_ends_with_0_and_says_for_how_much(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    code, out, _ = cbi("verify", show_code(paper.code).lower())
    assert code == 0
    assert out.startswith(f"{paper.serial}: Good: 15,000\u00a0tenge left for Food")


def test_any_other_answer_ends_with_1(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    assert cbi("verify", "ABC")[0] == 1
    code, out, _ = cbi("redeem", paper.code, "20000", "--store", STORE, "--receipt", "R1")
    assert code == 1
    assert "Only 15,000\u00a0tenge is left" in out


def test_json_gives_amounts_of_the_minor_unit_beside_the_currency(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    code, out, _ = cbi("redeem", paper.code, "4 500,00", "--receipt", "R1", "--json")
    said = json.loads(out)
    assert code == 0
    assert {name: said[name] for name in (
        "answer", "serial", "category", "balance", "currency", "valid_until", "redemption",
        "amount", "replayed",
    )} == {
        "answer": "ok", "serial": paper.serial, "category": "food", "balance": 1_050_000,
        "currency": "KZT", "valid_until": "2022-09-30", "redemption": f"{paper.serial}/3",
        "amount": 450_000, "replayed": False,
    }


def test_a_scanned_receipt_gives_its_number_and_total(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    square = "http://consumer.oofd.kz/?i=2049561&f=010&s=4000.0&t=20220820T120000"
    code, out, _ = cbi("redeem", paper.code, "5000", "--store", STORE, "--receipt", square)
    assert (code, "come to more than its total" in out) == (1, True)
    code, out, _ = cbi("redeem", paper.code, "3000", "--store", STORE, "--receipt", square)
    assert code == 0, out
    with world.ledger.read() as tx:
        assert one_row(
            tx, "SELECT receipt, receipt_total_minor FROM entry WHERE kind = 'redeem'"
        ) == {
            "receipt": "2049561", "receipt_total_minor": 400_000}


def test_json_of_an_unknown_code_has_every_name_and_nothing_else(cbi: Typed) -> None:
    code, out, _ = cbi("verify", "ABC", "--json")
    said = json.loads(out)
    assert code == 1
    assert said["answer"] == "mistyped"
    assert {"serial", "category", "balance", "currency", "valid_until"} <= set(said)


def test_a_retry_with_the_same_receipt_repeats_the_answer(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    line = ("redeem", paper.code, "4500", "--receipt", "R1", "--receipt-total", "5000")
    assert cbi(*line)[0] == 0
    code, out, _ = cbi(*line)
    assert code == 0
    assert "Nothing was taken twice" in out
    assert cbi(*line[:2], "4600", *line[3:])[0] == 5


def test_a_code_may_come_from_standard_input(
    world: World, cbi: Typed, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{paper.code}\n"))
    assert cbi("verify", "-")[0] == 0


def test_a_code_is_typed_as_it_is_printed_in_words(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    words = show_code(paper.code).split("-")
    assert "15,000" in cbi("verify", *words)[1]
    code, out, _ = cbi("redeem", *words, "4", "500", "--receipt", "R1", "--store", STORE)
    assert code == 0, out
    assert "4,500\u00a0tenge taken off" in out
    assert cbi("redeem", *words, "--receipt", "R2")[0] == 2
    assert cbi("verify", *words[:3])[0] == 1
    code, out, _ = cbi("redeem", *words[:3], "4500", "--receipt", "R3")
    assert (code, "not a code" in out) == (1, True)


def test_many_codes_from_standard_input_get_a_line_each(
    world: World, cbi: Typed, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    typed = f"{first.code}\n\nABC\n{show_code(second.code)}\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    code, out, _ = cbi("verify", "-")
    lines = out.splitlines()
    assert (code, len(lines)) == (1, 3)
    assert lines[0].startswith(f"{first.serial}: Good: 15,000")
    assert lines[1].startswith("This is not a code")
    assert lines[2].startswith(f"{second.serial}: Good: 7,000")
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    said = json.loads(cbi("verify", "-", "--json")[1])
    assert [one["answer"] for one in said] == ["ok", "mistyped", "ok"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert cbi("verify", "-")[0] == 2


def test_a_photo_of_vouchers_is_read(world: World, cbi: Typed) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    photo = world.folder / "photo.jpg"
    a_photo([first.code, f"https://v.example.org/#{second.code}"]).save(photo)
    code, out, _ = cbi("verify", "--photo", str(photo))
    assert code == 0, out
    assert [line.split(":")[0] for line in out.splitlines()] == [first.serial, second.serial]
    Image.new("L", (200, 200), 255).save(photo)
    code, _, err = cbi("verify", "--photo", str(photo))
    assert (code, "no voucher's square" in err) == (6, True)
    photo.write_text("no photo")
    assert cbi("verify", "--photo", str(photo))[0] == 6
    assert cbi("verify", "--photo", str(world.folder / "nowhere.jpg"))[0] == 6
    assert cbi("verify")[0] == 2


def test_a_photo_of_too_many_pixels_is_refused(
    world: World, cbi: Typed, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photo_module, "PIXELS_MAX", 100 * 100)
    photo = world.folder / "photo.png"
    Image.new("L", (101, 100), 255).save(photo)
    code, _, err = cbi("verify", "--photo", str(photo))
    assert (code, "Send a smaller copy" in err) == (6, True)


def a_photo(texts: list[str]) -> Image.Image:
    """Squares one below the other, turned a little, on grey."""
    whole = Image.new("L", (500, 500 * len(texts)), 230)
    for place, words in enumerate(texts):
        drawn: Any = QRCode(box_size=8)
        drawn.add_data(words)
        square = drawn.make_image().get_image().convert("L")
        whole.paste(square.resize((400, 400)), (50, 50 + 500 * place))
    return whole.rotate(4, expand=True, fillcolor=200).convert("RGB")


@pytest.mark.parametrize(("amount", "code"), [("0", 2), ("-5", 2), ("15.000,0", 2), ("x", 2)])
def test_an_amount_that_makes_no_sense_is_refused_in_one_line(
    world: World, cbi: Typed, amount: str, code: int,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    found, out, err = cbi("redeem", "--receipt", "R1", "--", paper.code, amount)
    assert (found, out) == (code, "")
    assert err.startswith("cbi: ")
    assert err.count("\n") == 1


def test_what_is_missing_is_said_with_what_to_type(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    assert "--receipt R" in cbi("redeem", paper.code, "5")[2]
    assert "--store S" in cbi("redeem", paper.code, "5", "--receipt", "1", who="cashier2")[2]
    assert "cbi redeem - AMOUNT" in cbi("redeem")[2]


def test_field_staff_do_not_redeem(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    line = ("redeem", paper.code, "5", "--receipt", "1", "--store", STORE)
    assert cbi(*line, who="field1")[0] == 3


def test_a_reversal_gives_back_whole(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    cbi("redeem", paper.code, "4500", "--receipt", "R1")
    code, out, _ = cbi("reverse", f"{paper.serial}/3", "--reason", "wrong goods")
    assert code == 0
    assert "4,500\u00a0tenge is taken back, 15,000\u00a0tenge left" in out
    assert cbi("reverse", f"{paper.serial}/3", "--reason", "again")[0] == 5
    assert cbi("reverse", f"{paper.serial}/9", "--reason", "x")[0] == 4
    assert cbi("reverse", f"{paper.serial}/3")[0] == 2


def test_a_list_is_shown_then_carried_out_and_a_second_time_changes_nothing(
    world: World, cbi: Typed,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    path = str(a_csv(world.folder, [row(first.code), row(second.code, amount="99999")]))
    code, out, _ = cbi("redeem", "--list", path, "--dry-run")
    assert code == 1
    assert "2 rows. Ready: 1 (1,000\u00a0tenge). Recorded before: 0. To look at: 1." in out
    assert "Row 3: Only 15,000\u00a0tenge is left" in out
    assert cbi("redeem", "--list", path)[0] == 2  # nobody is there to say yes
    back = world.folder / "back.xlsx"
    code, out, _ = cbi("redeem", "--list", path, "--yes", "-o", str(back))
    assert code == 1
    assert "Taken off: 1 row" in out
    assert back.exists()
    code, out, _ = cbi("redeem", "--list", path, "--yes")
    assert "Nothing was changed" in out


def test_where_amounts_have_two_readings_the_option_for_all_of_them_is_named(
    world: World, cbi: Typed,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    path = str(a_csv(world.folder, [row(paper.code, amount="1.250")]))
    code, out, _ = cbi("redeem", "--list", path, "--yes")
    assert code == 1
    assert "--decimal comma or --decimal point" in out
    assert "recorded before. Nothing" not in out
    bill = world.folder / "bill.csv"
    bill.write_text(f"serial;amount;date\n{paper.serial};1.250;2022-08-20\n", "utf-8")
    seen = cbi("statement", "import", str(bill), "--retailer", "magnum", "--dry-run",
               who="finance1")[1]
    assert "--decimal comma or --decimal point" in seen
    assert "--decimal" not in cbi("redeem", "--list", path, "--decimal", "comma", "--dry-run")[1]


def test_a_good_list_ends_with_0_and_json_is_one_object(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    path = str(a_csv(world.folder, [row(paper.code)]))
    code, out, _ = cbi("redeem", "--list", path, "--yes", "--json")
    said = json.loads(out)
    assert code == 0
    assert said["done"] is True
    assert said["rows"] == [{
        "row": 2, "answer": "redeemed", "serial": paper.serial, "receipt": "R1",
        "amount": 100_000, "redemption": f"{paper.serial}/3", "problem": None,
    }]
    assert paper.code not in out


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter holds after a statement."""
    told = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return set(told.stdout.split())


def test_verify_and_redeem_load_nothing_heavy_of_ours() -> None:
    bare = loaded_by(
        "import typer\napp = typer.Typer(add_completion=False, rich_markup_mode=None)\n"
        "app.command()(lambda code='': None)\napp([], standalone_mode=False)"
    )
    ours = loaded_by(
        "from cbi.cli.run import run\n"
        "run(['verify', 'ABC', '--ledger', '/nowhere/ledger.db'])\n"
        "run(['redeem', 'ABC', '5', '--receipt', '1', '--ledger', '/nowhere/ledger.db'])"
    )
    assert "cbi.ledger.vouchers.redeeming" in ours
    assert {name for name in ours - bare if name.partition(".")[0] in HEAVY} == set()
    assert not {name for name in ours if name.startswith(("cbi.files", "cbi.places"))}


@pytest.mark.parametrize(("typed", "readings"), [
    ("0,500", ("500", "0.50")), ("1,250", ("1250", "1.25")),
])
def test_a_comma_before_three_digits_is_asked_for_and_nothing_is_taken(
    world: World, cbi: Typed, typed: str, readings: tuple[str, str]
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    code, out, said = cbi("redeem", paper.code, typed, "--receipt", "R1")
    assert (code, out) == (2, "")
    assert all(f" {reading}" in said for reading in readings)
    assert "15,000" in cbi("verify", paper.code)[1]
    assert cbi("redeem", paper.code, "0,005", "--receipt", "R1")[0] == 2
    assert "1.25" in cbi("redeem", paper.code, "1,25", "--receipt", "R1")[1]


def test_a_list_is_read_by_the_decimal_mark_that_is_named(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    path = a_csv(world.folder, [row(paper.code, amount="1,250")])
    listed = ("redeem", "--list", str(path), "--store", STORE, "--yes")
    code, out, _ = cbi(*listed)
    assert code == 1
    assert "1250 or 1.25" in out
    assert cbi(*listed, "--decimal", "semicolon")[0] == 2
    assert cbi(*listed, "--decimal", "comma")[0] == 0
    assert "14,998.75" in cbi("verify", paper.code)[1]
