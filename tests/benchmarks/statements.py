"""A statement of a hundred thousand lines: taken in and reconciled, against polars that joins it.

Each side runs in a process of its own over the same ledger and the same XLSX. Ours reads, judges,
writes and reconciles; theirs reads with calamine, joins sheet and redemptions, and keeps nothing.
"""

import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from tests.benchmarks.finance import ODD_EVERY, START_US, STORES, new_world

LINES = 100_000
PAIRS = 1
RATIO_MAX, PEAK_MB_MAX = 2, 120
HEADINGS = ("№", "Дата", "Магазин", "Чек", "Номер ваучера", "Сумма")
FACE_MINOR = 3_000_000


def statement() -> dict[str, Any]:
    """The row `statement`."""
    import fastexcel  # noqa: F401 - theirs needs it

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.db"
        _run("build", made)
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
        for _ in range(PAIRS):
            for side, measured in runs.items():
                ledger = Path(folder) / "ledger.db"
                shutil.copy(made, ledger)
                measured.append(_run(side, ledger))
                for one in Path(folder).glob("ledger.db*"):
                    one.unlink()
    ours, theirs = (
        statistics.median(run["cpu"] for run in measured) for measured in runs.values()
    )
    peak_mb, ratio = max(run["peak_mb"] for run in runs["ours"]), ours / theirs
    return {
        "name": "statement", "ours": round(ours, 2), "theirs": round(theirs, 2),
        "ratio": round(ratio, 2), "bar": f"<= {RATIO_MAX}, <= {PEAK_MB_MAX} MB",
        "holds": ratio <= RATIO_MAX and peak_mb <= PEAK_MB_MAX, "peak_mb": round(peak_mb, 1),
    }


def _run(side: str, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.statements", side, str(path)], check=True,
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _build(path: Path) -> Callable[[], object]:
    """Vouchers issued as the ledger does it, a redemption of each put in as it stands, the bill."""
    from cbi.files.workbook import Column, Sheet, write_workbook
    from cbi.ledger.vouchers.approving import approve
    from cbi.programmes.batches import DraftLine, draft

    world = new_world(path)
    batch = draft(world.session("manager1"), "KZ22-R1", [
        DraftLine(f"P-{number:06d}", "almaty", "fa", "food", FACE_MINOR) for number in range(LINES)
    ])
    approve(world.session("manager2"), batch.number)
    with world.ledger.read() as tx:
        vouchers = list(tx.tuples(
            "SELECT id, serial FROM voucher WHERE batch = :batch ORDER BY serial", batch=batch.id
        ))
    connection = world.ledger.connection()
    connection.execute("PRAGMA synchronous = OFF")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entry'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    dice = random.Random(2022)
    amounts = [dice.randrange(1, 30) * 50_000 for _ in vouchers]
    with world.ledger.write() as tx:
        tx.insert("entry", (
            _entry(voucher, number, amounts[number]) for number, (voucher, _) in enumerate(vouchers)
        ))
    rows = [
        (number + 1, "16.08.2022", STORES[number % 2], f"{number:06d}",
         "KZ22-R1-999999" if number % (2 * ODD_EVERY) == 0 else serial,
         amounts[number] + (5_000 if number % (2 * ODD_EVERY) == ODD_EVERY else 0))
        for number, (_, serial) in enumerate(vouchers)
    ]
    kinds = ("count", "text", "text", "text", "text", "amount")
    columns = [Column(name, kind) for name, kind in zip(HEADINGS, kinds, strict=True)]
    write_workbook(path.with_name("bill.xlsx"), [Sheet("Bill", columns, rows, currency="KZT")])
    close: Callable[[], object] = world.ledger.close
    return close


def _entry(voucher: bytes, number: int, amount: int) -> dict[str, object]:
    at = START_US + number * 100
    return {
        "voucher": voucher, "seq": 3, "id": at.to_bytes(8, "big") + number.to_bytes(8, "big"),
        "kind": "redeem", "amount_minor": amount, "debit": "vouchers",
        "credit": "retailer:magnum", "store": STORES[number % 2], "receipt": f"{number:06d}",
        "receipt_key": number.to_bytes(16, "big"), "operator": "cashier1",
        "request_id": number.to_bytes(16, "little"), "occurred_at": at, "recorded_at": at,
        "hash": number.to_bytes(32, "big"),
        "vouched_by": "none", "mac": bytes(32),
    }


def _ours(path: Path) -> Callable[[], object]:
    from cbi.finance.intake.previewing import preview
    from cbi.finance.intake.statements import carry_out
    from cbi.finance.reconciliation.reconciling import reconcile
    from cbi.operators.keyring import make_keyring
    from cbi.operators.operator_session import Operator, OperatorSession
    from cbi.storage.sqlite import SqliteDatabase

    unused: Any = None
    entropy = random.Random(1).randbytes
    keys = make_keyring(entropy(16), entropy)
    ticks = count(START_US + 50 * 86_400_000_000, 1_000)
    session = OperatorSession(
        SqliteDatabase(path), Operator("finance1", frozenset({"finance"})), lambda: next(ticks),
        random.Random(3).randbytes, lambda: keys, unused,
    )

    def work() -> None:
        shown = preview(session, path.with_name("bill.xlsx"), "magnum")
        number = carry_out(session, shown, leave_out=True).number
        del shown  # as between two commands
        counts = reconcile(session, number).counts()
        assert counts["matched"] == LINES - LINES // ODD_EVERY, counts
        assert counts["unknown"] + counts["billed-twice"] == LINES // (2 * ODD_EVERY), counts

    return work


def _theirs(path: Path) -> Callable[[], object]:
    import fastexcel
    import polars

    from cbi.storage.sqlite import SqliteDatabase

    connection = SqliteDatabase(path).connection()

    def work() -> None:
        book = fastexcel.read_excel(str(path.with_name("bill.xlsx")))
        bill = book.load_sheet(0).to_polars()
        sold = polars.DataFrame(connection.execute(
            "SELECT v.serial, e.store, e.receipt, e.amount_minor, e.occurred_at FROM entry e "
            "JOIN voucher v ON v.id = e.voucher WHERE e.kind = 'redeem'"
        ).fetchall(), schema=["serial", "store", "receipt", "minor", "at"], orient="row")
        joined = bill.join(sold, left_on=HEADINGS[4], right_on="serial", how="left")
        same = joined.filter((polars.col(HEADINGS[5]) * 100).round().cast(int)
                             == polars.col("minor"))
        assert same.height == LINES - LINES // ODD_EVERY

    return work


SIDES = {"build": _build, "ours": _ours, "theirs": _theirs}


def _cpu() -> float:
    """This process's CPU and that of the one it parses strangers' sheets in."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


def _main(side: str, path: str) -> None:
    work = SIDES[side](Path(path))
    start, wall = _cpu(), time.monotonic()
    work()
    measured = {"cpu": _cpu() - start, "wall": time.monotonic() - wall}
    measured["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured))


if __name__ == "__main__":
    _main(*sys.argv[1:])
