"""Reconciling a million lines with a million redemptions, against reading both once.

Each side runs in a process of its own over the same ledger file; CPU and memory count that process.
Ours is the whole of `reconcile`: matching, the list of exceptions and the log, in one transaction.
Theirs walks over the same columns of both tables and keeps nothing.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tests.rows import all_rows

LINES = 1_000_000
PAIRS = 3
SLICE = 50_000
TWO_PARTS, ODD_EVERY = 0.13, 100
START_US = 1_660_600_000_000_000
ZONE = "Asia/Almaty"
STATEMENT = b"S" * 16
STORES = ("magnum-almaty-1", "magnum-almaty-2")
RATIO_MAX, PEAK_MB_MAX = 5.5, 300


def reconcile() -> dict[str, Any]:
    """The row `reconcile`."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "ledger.db")
        _run("build", path)
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
        for _ in range(PAIRS):
            for side, measured in runs.items():
                measured.append(_run(side, path))
    ours, theirs = (
        statistics.median(run["cpu"] for run in measured) for measured in runs.values()
    )
    peak_mb = max(run["peak_mb"] for run in runs["ours"])
    ratio = ours / theirs
    return {
        "name": "reconcile", "ours": round(ours, 2), "theirs": round(theirs, 2),
        "ratio": round(ratio, 2), "bar": f"<= {RATIO_MAX}, <= {PEAK_MB_MAX} MB",
        "holds": ratio <= RATIO_MAX and peak_mb <= PEAK_MB_MAX, "peak_mb": round(peak_mb, 1),
    }


def _run(side: str, path: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.finance", side, path], capture_output=True,
        check=True, text=True, cwd=Path(__file__).parents[2],
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


class Made(NamedTuple):
    """A redemption to be, the number of it; `odd` if the retailer bills it wrongly."""

    voucher: bytes
    seq: int
    amount: int
    number: int
    odd: bool


def _redemptions(issued: Iterator[bytes]) -> Iterator[Made]:
    """Vouchers spent whole or in two parts; what is billed wrongly is of an issued voucher."""
    dice = random.Random(2022)
    number = 0
    for count in range(LINES):
        odd = count % ODD_EVERY == 0
        at = (START_US // 1000 + count).to_bytes(6, "big")
        voucher = next(issued) if odd else at + dice.randbytes(10)
        for part in range(2 if dice.random() < TWO_PARTS else 1):
            if number == LINES:
                return
            number += 1
            amount = dice.randrange(1, 30) * 50_000
            yield Made(voucher, 3 + part, amount, number, odd and part == 0)


def _issued(world: Any) -> Iterator[bytes]:
    """The ids of vouchers issued as the ledger does it."""
    from cbi.ledger.vouchers.approving import approve
    from cbi.programmes.batches import DraftLine, draft

    lines = [
        DraftLine(f"P-{number:06d}", "almaty", "fa", "food", 3_000_000)
        for number in range(LINES // ODD_EVERY)
    ]
    batch = draft(world.session("manager1"), "KZ22-R1", lines)
    approve(world.session("manager2"), batch.number)
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT id FROM voucher WHERE batch = :batch", batch=batch.id)
    return iter([row["id"] for row in rows])


def new_world(path: Path) -> Any:
    """A ledger with places, a programme and a round, as the tests' world has them."""
    from cbi.ledger.identity import identity_row
    from cbi.operators.digests import following, vouching
    from cbi.operators.keyring import make_keyring
    from cbi.storage.migrate import upgrade
    from cbi.storage.sqlite import SqliteDatabase
    from tests.conftest import TestClock, World, build
    from tests.countries import KZ_ROW

    database = SqliteDatabase(path, create=True)
    upgrade(database, "ledger")
    entropy = random.Random(1).randbytes
    keys = make_keyring(entropy(16), entropy)
    database.following = following(lambda: vouching(keys))
    world = World(database, database, keys, TestClock(), entropy, path.parent)
    with database.write() as tx:
        tx.insert("ledger_identity", [identity_row(keys, practice=False, made_at=START_US)])
        tx.add(KZ_ROW)
    build(world)
    return world


def _build(path: Path) -> Callable[[], object]:
    """A ledger of one statement: entries and claims put in as they stand, the rest as rooms do."""
    world = new_world(path)
    database, issued = world.ledger, _issued(world)
    connection = database.connection()
    connection.execute("PRAGMA synchronous = OFF")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('entry', 'claim')"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    redemptions = _redemptions(issued)
    with database.write() as tx:
        while part := list(islice(redemptions, SLICE)):
            tx.insert("entry", map(_entry, part))
            tx.insert("claim", map(_claim, part))
        tx.insert("statement", [{
            "id": STATEMENT, "number": "MAGNUM-S1", "retailer": "magnum", "currency": "KZT",
            "zone": ZONE, "file": "bill.xlsx", "digest": b"D" * 32, "period_from": "2022-08-01",
            "period_until": "2022-12-31", "line_count": LINES, "claimed_minor": 1,
            "stated_minor": None, "left_minor": 0, "columns": "", "withdrawn_at": None,
            "replaced_by": None, "imported_by": "finance1", "imported_at": START_US,
            "reconciled_at": None,
        }])
    close: Callable[[], object] = database.close
    return close


def _entry(made: Made) -> dict[str, object]:
    number = made.number
    at = START_US + number * 1000
    return {
        "voucher": made.voucher, "seq": made.seq, "id": at.to_bytes(8, "big")
        + number.to_bytes(8, "big"), "kind": "redeem", "amount_minor": made.amount,
        "debit": "vouchers", "credit": "retailer:magnum", "store": STORES[number % 2],
        "receipt": f"{number:06d}", "receipt_key": number.to_bytes(16, "big"),
        "operator": "cashier1", "request_id": number.to_bytes(16, "little"), "occurred_at": at,
        "recorded_at": at, "hash": number.to_bytes(32, "big"),
        "vouched_by": "none", "mac": bytes(32),
    }


def _claim(made: Made) -> dict[str, object]:
    """The retailer's line; an odd one is wrong in its amount or names a voucher of nobody's."""
    number = made.number
    unknown = made.odd and number % 2 == 0
    return {
        "statement": STATEMENT, "voucher": number.to_bytes(16, "big") if unknown else made.voucher,
        "line": number, "names": "unknown" if unknown else "voucher",
        "shown": f"KZ22-R1-{number:07d}", "file_row": number + 8, "date": "2022-08-20",
        "store": STORES[number % 2], "receipt": f"{number:06d}",
        "amount_minor": made.amount + (5_000 if made.odd and not unknown else 0),
    }


def _ours(path: Path) -> Callable[[], object]:
    from cbi.finance.reconciliation.reconciling import reconcile
    from cbi.operators.operator_session import Operator, OperatorSession
    from cbi.storage.sqlite import SqliteDatabase
    from tests.conftest import TestClock

    unused: Any = None
    session = OperatorSession(
        SqliteDatabase(path), Operator("finance1", frozenset({"finance"})), TestClock(),
        random.Random(3).randbytes, unused, unused,
    )

    def work() -> None:
        counts = reconcile(session, "MAGNUM-S1").counts()
        assert sum(counts.values()) - counts["unbilled"] == LINES
        assert counts["unknown"] == counts["unbilled"] > 0

    return work


def _theirs(path: Path) -> Callable[[], object]:
    from cbi.storage.sqlite import SqliteDatabase

    connection = SqliteDatabase(path).connection()

    def work() -> None:
        for query in (
            "SELECT voucher, line, names, date, store, receipt, amount_minor, shown FROM claim",
            "SELECT voucher, seq, id, kind, amount_minor, debit, credit, store, receipt, reverses, "
            "occurred_at FROM entry",
        ):
            for _ in connection.execute(query):
                pass

    return work


SIDES = {"build": _build, "ours": _ours, "theirs": _theirs}


def _main(side: str, path: str) -> None:
    work = SIDES[side](Path(path))
    start, wall = time.process_time(), time.monotonic()
    work()
    measured = {"cpu": time.process_time() - start, "wall": time.monotonic() - wall}
    measured["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured))


if __name__ == "__main__":
    _main(*sys.argv[1:])
