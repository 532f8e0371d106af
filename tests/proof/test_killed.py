"""kill -9 in a loop: nothing acknowledged is lost, nothing is there twice, every rule holds."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.approving import approve, vouchers_of
from cbi.ledger.vouchers.changes import hand_over
from cbi.ledger.vouchers.codes import open_code
from cbi.operators.keyring import write_keyring
from cbi.programmes.batches import DraftLine, batch, draft
from tests.benchmarks.ledger_world import sqlite_world
from tests.conftest import World
from tests.polling import polled
from tests.rows import all_rows

VOUCHERS = 40


@pytest.mark.parametrize("cycles", [
    pytest.param(8, id="short"), pytest.param(300, id="long", marks=pytest.mark.long),
])
def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(
    tmp_path: Path, cycles: int,
) -> None:
    world = sqlite_world(tmp_path)
    prepare(world, tmp_path)
    dice = random.Random(2022)
    for number in range(cycles):
        kill_a_till(tmp_path, number, after=0.02 + dice.random() * 0.25)
    acknowledged = (tmp_path / "acknowledged").read_text("utf-8").splitlines()
    done = [line.split()[1] for line in acknowledged if line.startswith("ok ")]
    with world.ledger.read() as tx:
        receipts = [row["receipt"] for row in all_rows(tx,
            "SELECT receipt FROM entry WHERE kind = 'redeem'"
        )]
        broken = [one.name for one in check_ledger(tx) if one.wrong]
    print(f"{cycles} kills, {len(done)} acknowledged, {len(receipts)} recorded")
    assert len(done) > cycles
    assert len(receipts) == len(set(receipts))
    assert set(done) <= set(receipts)
    assert len(set(receipts) - set(done)) <= cycles  # recorded, killed before it could say so
    assert not broken


@pytest.mark.parametrize("cycles", [
    pytest.param(2, id="short"), pytest.param(30, id="long", marks=pytest.mark.long),
])
def test_a_batch_that_was_killed_on_its_way_is_made_whole_and_nobody_is_issued_twice(
    tmp_path: Path, cycles: int,
) -> None:
    world = sqlite_world(tmp_path)
    write_keyring(world.keys, tmp_path / "keyring.json")
    number = draft(world.session("field1"), "KZ22-R1", [
        DraftLine(f"B-{one:04d}", "almaty", "fa", "food", 1_500_000) for one in range(300 * cycles)
    ]).number
    for _ in range(cycles):
        kill_an_office(world, tmp_path, number)
        with world.ledger.read() as tx:
            assert [one.name for one in check_ledger(tx) if one.wrong] == []
            assert batch(tx, number).state == "issuing"
    assert approve(world.session("manager2"), number).state == "approved"
    with world.ledger.read() as tx:
        assert [one.beneficiary for one in vouchers_of(tx, number)] == [
            f"B-{one:04d}" for one in range(300 * cycles)
        ]
        assert [one.name for one in check_ledger(tx) if one.wrong] == []


def kill_an_office(world: World, folder: Path, number: str) -> None:
    """Let an office approve, and kill it after some of its vouchers were made."""
    def made() -> int:
        with world.ledger.read() as tx:
            return int(tx.value("SELECT count(*) FROM voucher"))

    before = made()
    running = subprocess.Popen([sys.executable, "-m", "tests.proof.killed", folder, number])
    polled(lambda: made() > before + 20, 30, "no voucher in half a minute")
    running.send_signal(signal.SIGKILL)
    running.wait()


def prepare(world: World, folder: Path) -> None:
    """Vouchers whose journals say that they were handed over, and what a till needs to know."""
    lines = [
        DraftLine(f"B-{number:03d}", "almaty", "fa", "food", 1_500_000)
        for number in range(VOUCHERS)
    ]
    number = draft(world.session("field1"), "KZ22-R1", lines).number
    approve(world.session("manager1"), number)
    with world.ledger.read() as tx:
        vouchers = vouchers_of(tx, number)
    hand_over(world.session("field1"), [one.serial for one in vouchers])
    key = world.keys.need("codes")
    codes = [open_code(one.code_sealed, key) for one in vouchers]
    (folder / "codes.json").write_text(json.dumps(codes), "utf-8")
    write_keyring(world.keys, folder / "keyring.json")


def kill_a_till(folder: Path, number: int, *, after: float) -> None:
    """Start a till, wait for its first answer, let it work for so long, kill it."""
    told = folder / "acknowledged"
    before = told.stat().st_size if told.exists() else 0
    running = subprocess.Popen([sys.executable, "-m", "tests.proof.killed", folder, str(number)])
    end = time.monotonic() + 30
    while (told.stat().st_size if told.exists() else 0) == before:
        assert running.poll() is None, "the till ended by itself"
        assert time.monotonic() < end, "no answer in half a minute"
    start = time.monotonic()
    while time.monotonic() - start < after:
        pass
    running.send_signal(signal.SIGKILL)
    running.wait()
