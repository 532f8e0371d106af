"""`cbi check` of a ledger that the rooms wrote, against reading every row of its tables once.

Each side runs in a process of its own over the same file; CPU and memory count that process. Ours
is every rule of every room with the office's keys, so that each line's and each row's MAC is held
to who vouches for it. Theirs takes every row as the driver gives it and keeps nothing.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.shape import Row
from tests.rows import all_rows

ENTRIES, FEWER = 1_000_000, 100_000
A_BATCH, A_LIST = 10_000, 2_000
PAIRS = 3
RATIO_MAX, PEAK_MB_MAX = 12, 300


def check() -> Row:
    """The row `check`: a million entries."""
    return _row("check", ENTRIES)


def check_fewer() -> Row:
    """The row `check-fewer`: a tenth of them, for a quick look."""
    return _row("check-fewer", FEWER)


def _row(name: str, entries: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        _run("build", folder, entries)
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
        for _ in range(PAIRS):
            for side, measured in runs.items():
                measured.append(_run(side, folder, entries))
    ours, theirs = (
        statistics.median(run["cpu"] for run in measured) for measured in runs.values()
    )
    peak_mb = max(run["peak_mb"] for run in runs["ours"])
    ratio = ours / theirs
    return {
        "name": name, "ours": round(ours, 2), "theirs": round(theirs, 2),
        "ratio": round(ratio, 2), "bar": f"<= {RATIO_MAX} CPU, <= {PEAK_MB_MAX} MB",
        "holds": ratio <= RATIO_MAX and peak_mb <= PEAK_MB_MAX, "peak_mb": round(peak_mb, 1),
    }


def _run(side: str, folder: str, entries: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.checking", side, folder, str(entries)],
        stdout=subprocess.PIPE, check=True, text=True, cwd=Path(__file__).parents[2],
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _build(folder: Path, entries: int) -> Callable[[], object]:
    """Of ten lines four issue, four hand over and two redeem; all of it is sealed."""
    from cbi.operators.keyring import write_keyring
    from tests.benchmarks.ledger_world import sqlite_world

    world = sqlite_world(folder)
    write_keyring(world.keys, folder / "keyring.json")
    world.ledger.connection().execute("PRAGMA synchronous = OFF")
    vouchers = entries * 4 // 10
    for start in range(0, vouchers, A_BATCH):
        _lived(world, range(start, min(start + A_BATCH, vouchers)))
    return partial(_sealed, world)


def _sealed(world: Any) -> None:
    from cbi.ledger.sealing import seal

    seal(world.session("finance1"), "daily")
    world.ledger.close()


def _lived(world: Any, numbers: range) -> None:
    """A batch issued and handed over; of every second voucher a part was spent."""
    from cbi.distribution.handover import hand_over_codes_or_serials
    from cbi.ledger.vouchers.approving import approve
    from cbi.ledger.vouchers.codes import open_code
    from cbi.ledger.vouchers.redeeming import Redeem, redeem
    from cbi.programmes.batches import DraftLine, draft

    lines = [DraftLine(f"P-{number:07d}", "almaty", "fa", "food", 1_500_000) for number in numbers]
    batch = draft(world.session("manager1"), "KZ22-R1", lines)
    approve(world.session("manager2"), batch.number)
    with world.ledger.read() as tx:
        rows = all_rows(tx,
            "SELECT serial, code_sealed FROM voucher WHERE batch = :batch ORDER BY serial",
            batch=batch.id,
        )
    serials, key = [row["serial"] for row in rows], world.keys.need("codes")
    for start in range(0, len(serials), A_LIST):
        given = hand_over_codes_or_serials(world.session("field1"), serials[start : start + A_LIST])
        assert not given.problems, given.problems[:1]
    cashier = world.session("cashier1")
    for row in rows[::2]:
        answer = redeem(cashier, Redeem(
            code=open_code(row["code_sealed"], key), amount_minor=100_000, store="magnum-almaty-1",
            receipt=row["serial"],
        ))
        assert answer.answer == "ok", answer


def _ours(folder: Path, _: int) -> Callable[[], object]:
    from cbi.context import check_everything
    from cbi.operators.digests import vouching_keys
    from cbi.operators.keyring import read_keyring
    from cbi.storage.sqlite import SqliteDatabase

    keys = vouching_keys(read_keyring(folder / "keyring.json"))
    ledger = SqliteDatabase(folder / "ledger.db")

    def work() -> None:
        with ledger.read_to_check("ledger") as tx:
            wrong = {one.name for one in check_everything(tx, None, keys) if one.wrong}
        assert wrong <= BY_HAND, wrong

    return work


BY_HAND = {"made-as-logged", "rows-as-said"}
"""The world's places and programme stand in it without a word of the log."""


def _theirs(folder: Path, _: int) -> Callable[[], object]:
    from cbi.storage.sqlite import SqliteDatabase

    connection = SqliteDatabase(folder / "ledger.db").connection()

    def work() -> None:
        for name in _tables(connection):
            for _ in connection.execute(f"SELECT * FROM {name}"):
                pass

    return work


def _tables(connection: Any) -> Iterator[str]:
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall():
        yield name


SIDES = {"build": _build, "ours": _ours, "theirs": _theirs}


def _main(side: str, folder: str, entries: str) -> None:
    work = SIDES[side](Path(folder), int(entries))
    start, wall = time.process_time(), time.monotonic()
    work()
    measured = {"cpu": time.process_time() - start, "wall": time.monotonic() - wall}
    measured["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    os.write(1, json.dumps(measured).encode())


if __name__ == "__main__":
    _main(*sys.argv[1:])
