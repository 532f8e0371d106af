"""`cbi till`: a till that stays open, in a pipe and at a terminal; killed, nothing is lost."""

import io
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cbi.ledger.vouchers.codes import show_code
from cbi.messages import LANGUAGES
from tests.benchmarks.ledger_world import sqlite_world
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.proof.test_killed import prepare
from tests.rows import all_rows
from tests.till.test_keyboards import typed_under
from tests.till.test_lists import in_hand

Till = Callable[..., list[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "cashier1")


@pytest.fixture
def till(cbi: Typed, monkeypatch: pytest.MonkeyPatch) -> Till:
    """Types lines into a till and gives what it said, line by line."""

    def typed(*lines: str, options: tuple[str, ...] = ()) -> list[str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code, out, err = cbi("till", *options)
        assert (code, err) == (0, "")
        return out.splitlines()

    return typed


def spent(world: World) -> list[tuple[str, int]]:
    with world.ledger.read() as tx:
        return [(row["serial"], row["spent_minor"]) for row in all_rows(
            tx, "SELECT serial, spent_minor FROM voucher ORDER BY serial")]


def test_scan_answer_amount_receipt_next_and_totals(world: World, till: Till) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    said = till(first.code, "4500", "004521", show_code(second.code), "2000", "=")
    assert [line.split(":")[0] for line in said[:4]] == [first.serial] * 2 + [second.serial] * 2
    assert "Good: 15,000" in said[0]
    assert "Done: 4,500" in said[1]
    assert "Done: 2,000" in said[3]
    assert said[4:] == ["Taken off: 6,500\u00a0tenge, vouchers: 2."]
    assert spent(world) == [(first.serial, 450_000), (second.serial, 200_000)]
    with world.ledger.read() as tx:
        assert {row["receipt"] for row in all_rows(
            tx, "SELECT receipt FROM entry WHERE kind = 'redeem'")} == {"004521"}


def test_a_till_says_how_codes_come_in_where_it_was_told(world: World, till: Till) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    till(f"{first.code} 4500 R1", options=("--code-way", "scanner"))
    till(f"{second.code} 2000 R2")
    with world.ledger.read() as tx:
        assert {row["receipt"]: row["code_way"] for row in all_rows(
            tx, "SELECT receipt, code_way FROM entry WHERE kind = 'redeem'"
        )} == {"R1": "scanner", "R2": None}


def test_all_of_a_sale_may_stand_on_one_line(world: World, till: Till) -> None:
    (paper,) = in_hand(world, [1_500_000])
    said = till(f"{' '.join(show_code(paper.code).split('-'))} 4500 R 1")
    assert "Done: 4,500" in said[1]
    assert spent(world) == [(paper.serial, 450_000)]


def test_the_last_one_is_taken_back_and_the_one_before_it(world: World, till: Till) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    said = till(
        f"{first.code} 4500 R1", f"{second.code} 2000 R2", "undo wrong goods", "отмена", "undo",
    )
    assert "2,000\u00a0tenge is taken back" in said[4]
    assert "4,500\u00a0tenge is taken back" in said[5]
    assert said[6:] == [
        "There is nothing to take back here.", "Taken back: 6,500\u00a0tenge, vouchers: 2.",
        "Nothing is taken off in this shift.",
    ]
    assert [amount for _, amount in spent(world)] == [0, 0]
    with world.ledger.read() as tx:
        reasons = all_rows(tx, "SELECT reason FROM entry WHERE kind = 'reverse' ORDER BY id")
    assert [row["reason"] for row in reasons] == ["wrong goods", "undone at the till"]


def test_the_same_again_is_told_as_recorded_and_counts_apart(world: World, till: Till) -> None:
    (paper,) = in_hand(world, [1_500_000])
    till(paper.code, "4500", "R1")
    said = till(paper.code, "4500", "R1", paper.code, "4500", "R1")
    assert "Nothing was taken twice" in said[1]
    assert said[4:] == [
        "Recorded before: 4,500\u00a0tenge, vouchers: 1.", "Nothing is taken off in this shift.",
    ]
    assert spent(world) == [(paper.serial, 450_000)]


def test_an_amount_that_cannot_be_taken_is_asked_again(world: World, till: Till) -> None:
    (paper,) = in_hand(world, [1_500_000])
    said = till(paper.code, "x", "1,250", "20000", "4500", "R1")
    assert "“x”" in said[1]
    assert "1.25" in said[2]
    assert "Only 15,000" in said[3]
    assert "Done: 4,500" in said[4]


def test_enter_alone_takes_nothing_and_another_voucher_is_scanned_instead(
    world: World, till: Till,
) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    said = till(first.code, "", first.code, second.code, "2000", first.code, "100", "R2")
    assert said[1] == "Nothing was taken off."
    assert said[3] == "Nothing was taken off."
    assert said[4].startswith(f"{second.serial}: Good")
    assert said[5] == "Nothing was taken off."
    assert spent(world) == [(first.serial, 10_000), (second.serial, 0)]


def test_a_receipts_square_gives_its_number_and_total(world: World, till: Till) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    square = "http://consumer.oofd.kz/?i=2049561&f=010&s=4000.0&t=20220820T120000"
    said = till(first.code, square, "3000", second.code, "2000", square)
    assert "Done: 3,000" in said[1]
    assert "come to more than its total" in said[3]
    assert spent(world) == [(first.serial, 300_000), (second.serial, 0)]


def test_a_refusal_is_said_and_the_till_goes_on(world: World, till: Till) -> None:
    (paper,) = in_hand(world, [1_500_000])
    said = till(
        "what is this", "", "\x1b[2J", f"{paper.code} 4500 R1", f"{paper.code} 4600 R1",
        "total", f"{paper.code} 1 R2",
    )
    assert "not a code" in said[0]
    assert "steers a screen" in said[1]
    assert "Done: 4,500" in said[3]
    assert said[5].startswith("cbi: ")
    assert said[6] == "Taken off: 4,500\u00a0tenge, vouchers: 1."
    assert said[-1] == "Taken off: 4,501\u00a0tenge, vouchers: 2."


def test_any_layout_and_any_language(world: World, till: Till) -> None:
    (paper,) = in_hand(world, [1_500_000])
    said = till(typed_under("kz(-)", paper.code), "4500", "R1")
    assert "set to Kazakh" in said[0]
    assert "Done: 4,500" in said[1]
    for language in LANGUAGES:
        out = till(f"{paper.code} 100 {language}", options=("--lang", language))
        assert len(out) == 3
        assert "{" not in "".join(out)


def test_with_json_it_is_one_object_at_the_end(world: World, till: Till) -> None:
    (paper,) = in_hand(world, [1_500_000])
    said = json.loads("\n".join(till(f"{paper.code} 4500 R1", "x", options=("--json",))))
    assert [one["answer"] for one in said["answers"]] == ["ok", "ok", "mistyped"]
    assert said["totals"]["taken"] == [["KZT", 1, 450_000]]
    assert paper.code not in json.dumps(said)


def test_it_is_for_cashiers_of_the_store(world: World, cbi: Typed) -> None:
    assert cbi("till", who="field1")[0] == 3
    assert cbi("till", "--store", "nowhere")[0] == 4
    assert cbi("till", who="cashier2")[0] == 2


def opened(folder: Path, stream: int, *, screen: bool = False) -> "subprocess.Popen[bytes]":
    """A till as a process of its own, on a pipe or on a screen."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.till.open_till", str(folder)], stdin=stream, stdout=stream,
        stderr=stream if screen else None, start_new_session=screen,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )


def test_a_till_that_is_killed_loses_nothing_it_told_and_the_same_scan_is_a_replay(
    tmp_path: Path,
) -> None:
    world = sqlite_world(tmp_path)
    prepare(world, tmp_path)
    codes = json.loads((tmp_path / "codes.json").read_text("utf-8"))
    dice, told = random.Random(5), 0
    lines = [f"{code} 10 R{number}\n" for number, code in enumerate(codes)]
    for _ in range(4):
        till = opened(tmp_path, subprocess.PIPE)
        assert till.stdin is not None
        assert till.stdout is not None
        for line in lines[: dice.randrange(5, len(lines))]:
            till.stdin.write(line.encode())
        till.stdin.flush()
        heard = [till.stdout.readline() for _ in range(told + dice.randrange(2, 9))]
        till.send_signal(signal.SIGKILL)
        said = b"".join([*heard, till.communicate()[0]]).decode()
        told += said.count("Done: ")
    again = opened(tmp_path, subprocess.PIPE)
    said = again.communicate("".join(lines).encode())[0].decode()
    assert said.count("Done: ") + said.count("Nothing was taken twice") == len(lines)
    assert said.count("Nothing was taken twice") >= told
    with world.ledger.read() as tx:
        assert int(tx.value("SELECT count(*) FROM entry WHERE kind = 'redeem'")) == len(lines)
        assert int(tx.value("SELECT sum(spent_minor) FROM voucher")) == 1_000 * len(lines)


def test_at_a_terminal_it_asks_draws_and_ends_with_totals_when_interrupted(
    tmp_path: Path,
) -> None:
    import pty

    world = sqlite_world(tmp_path)
    prepare(world, tmp_path)
    code = json.loads((tmp_path / "codes.json").read_text("utf-8"))[0]
    master, slave = pty.openpty()
    till = opened(tmp_path, slave, screen=True)
    os.close(slave)

    def until(words: str) -> str:
        got = ""
        while words not in got:
            got += os.read(master, 4096).decode("utf-8", "replace")
        return got

    until("Code:")
    os.write(master, f"{code}\n".encode())
    assert "✓ GOOD" in until("Amount (at most")
    os.write(master, b"4500\n")
    until("Receipt number:")
    os.write(master, b"R1\n")
    assert "✓ DONE" in until("Code:")
    till.send_signal(signal.SIGINT)
    # Python may miss the one that comes while it turns to the keyboard; a cashier presses again.
    while not select.select([master], [], [], 10)[0]:
        till.send_signal(signal.SIGINT)
    assert "Σ TOTALS" in until("vouchers: 1.")
    assert till.wait(timeout=60) == 0
    os.close(master)
