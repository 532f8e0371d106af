"""Many tills at one ledger, each a process that redeems from question to answer.

On SQLite both sides redeem alike; only the writers' lock is taken away from theirs, which leaves
BEGIN IMMEDIATE and a busy timeout. On PostgreSQL theirs is SELECT FOR UPDATE, update, insert.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from cbi.base.errors import Unusable
from cbi.ledger.vouchers.codes import open_code
from cbi.ledger.vouchers.reading import Voucher
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.keyring import Keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from tests.benchmarks.ledger import AMOUNT_MINOR, three_statements
from tests.benchmarks.ledger_world import in_hand, postgres_world, sqlite_world
from tests.benchmarks.shape import Row, row
from tests.conftest import World

SECONDS, PAIRS = 5.0, 3
ENOUGH = 12_000
"""Vouchers for all tills of one run: more than they can redeem in its time."""
EIGHT, SIXTEEN = 8, 16
PACE = 40
"""Redemptions a second at each till where the shop is busy but not beyond its means."""
STORE = "magnum-almaty-1"
Told = list[dict[str, Any]]


def redeem_eight() -> list[Row]:
    """The rows `redeem-eight`: eight tills, saturated and at forty a second each."""
    flat_out, paced = _sqlite_sides(0), _sqlite_sides(PACE)
    worst, calm = ({how: max(one["worst"] for one in told) for how, told in sides.items()}
                   for sides in (flat_out, paced))
    errors = sum(one["errors"] for sides in (flat_out, paced) for one in sides["ours"])
    ours, theirs = (_jain(flat_out[how]) for how in ("ours", "busy"))
    p99 = {how: max(one["p99"] for one in told) for how, told in paced.items()}
    return [
        row("redeem-eight worst wait", worst["ours"], worst["busy"], bar="<= 0.1",
            holds=worst["ours"] <= 0.1 * worst["busy"]),
        row("redeem-eight fairness", ours, theirs, bar="ours >= 0.95, no lock error",
            holds=ours >= 0.95 and not errors, errors=errors),
        row("redeem-eight 40/s p99", p99["ours"], p99["busy"], bar="measured", holds=None),
        row("redeem-eight 40/s worst", calm["ours"], calm["busy"], bar="measured", holds=None),
    ]


def redeem_postgres_sixteen() -> Row:
    """The row `redeem-postgres 16`: sixteen tills' rate together."""
    rates: dict[str, list[float]] = {"ours": [], "three": []}
    with tempfile.TemporaryDirectory() as folder, postgres_world(Path(folder)) as world:
        fresh = iter(in_hand(world, ENOUGH * 2 * PAIRS))
        for turn in range(PAIRS):
            for how, found in rates.items():
                share_out(world, Path(folder) / f"{how}{turn}", SIXTEEN, islice(fresh, ENOUGH))
                told = run_tills(Path(folder) / f"{how}{turn}", how, SIXTEEN, 0)
                found.append(sum(one["count"] for one in told) / SECONDS)
    ours, theirs = (sorted(found)[PAIRS // 2] for found in rates.values())
    return row("redeem-postgres 16", ours, theirs, bar=">= 1.3 of its rate",
               holds=ours / theirs >= 1.3)


def _sqlite_sides(pace: int) -> dict[str, Told]:
    told = {}
    for how in ("ours", "busy"):
        with tempfile.TemporaryDirectory() as folder:
            world = sqlite_world(Path(folder))
            share_out(world, Path(folder) / how, EIGHT, in_hand(world, 2 * ENOUGH))
            told[how] = run_tills(Path(folder) / how, how, EIGHT, pace)
            world.ledger.close()
    return told


def _jain(told: Told) -> float:
    counts = [one["count"] for one in told]
    squares: int = sum(count * count for count in counts)
    return float(sum(counts) ** 2 / (len(counts) * squares))


def run_tills(folder: Path, how: str, tills: int, pace: int) -> Told:
    """That many processes for a while, begun together; what each tells."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.tills", how, str(folder), str(number),
             str(pace)], stdout=subprocess.PIPE,
        )
        for number in range(tills)
    ]
    while len(list(folder.glob("ready-*"))) < tills and all(one.poll() is None for one in running):
        time.sleep(0.01)
    (folder / "go").touch()
    return [json.loads(one.communicate()[0]) for one in running]


def share_out(world: World, folder: Path, tills: int, vouchers: Iterable[Voucher]) -> None:
    """Each till's own vouchers, and what all of them know."""
    folder.mkdir()
    key = world.keys.need("codes")
    papers = [
        (open_code(one.code_sealed, key), one.serial, one.code_hash.hex())
        for one in vouchers
    ]
    for number in range(tills):
        (folder / f"{number}.json").write_text(json.dumps(papers[number::tills]))
    place = world.ledger.url if isinstance(world.ledger, PostgresDatabase) else world.ledger.place
    (folder / "job.json").write_text(json.dumps({
        "place": place, "lookup": world.keys.need("lookup").hex(),
        "behind_us": time.time_ns() // 1000 - world.clock(),
    }))


def _till(how: str, folder: Path, number: str, pace: float) -> dict[str, Any]:
    """Redeem one voucher after the other until the time is up; every wait is told."""
    job = json.loads((folder / "job.json").read_text())
    database = _opened(job["place"], how)
    lookup = bytes.fromhex(job["lookup"])
    keys = Keyring(b"", b"", {"lookup": lookup, "till": lookup}, "till 1")
    session = OperatorSession(
        database, Operator(f"cashier{number}", frozenset({"cashier"})),
        lambda: time.time_ns() // 1000 - int(job["behind_us"]), os.urandom,
        lambda: keys, lambda: database,
    )
    work = _work(how, session, json.loads((folder / f"{number}.json").read_text()))
    next(work)()
    (folder / f"ready-{number}").touch()
    while not (folder / "go").exists():
        time.sleep(0.001)
    waits, errors, start, spent = [], 0, time.monotonic(), time.process_time()
    while (began := time.monotonic()) < start + SECONDS:
        try:
            next(work)()
        except Unusable:
            errors += 1
        waits.append(time.monotonic() - began)
        if pace:
            time.sleep(max(0.0, start + len(waits) / pace - time.monotonic()))
    waits.sort()
    return {"count": len(waits) - errors, "worst": waits[-1], "errors": errors,
            "p99": waits[int(len(waits) * 0.99)], "cpu": time.process_time() - spent}


def _opened(place: str, how: str) -> Database:
    if place.startswith("postgresql"):
        return PostgresDatabase(place)
    database = SqliteDatabase(Path(place))
    if how == "busy":
        database._lock = contextlib.nullcontext()  # type: ignore[assignment]
        database.connection().execute("PRAGMA busy_timeout = 60000")
    return database


def _work(
    how: str, session: OperatorSession, papers: list[list[str]]
) -> Iterator[Callable[[], object]]:
    for code, serial, hashed in papers:
        asked = Redeem(code=code, amount_minor=AMOUNT_MINOR, store=STORE, receipt=serial)
        if how == "three":
            yield three_statements(session, asked, bytes.fromhex(hashed))
        else:
            yield partial(_redeemed, session, asked)


def _redeemed(session: OperatorSession, asked: Redeem) -> None:
    answer = redeem(session, asked)
    assert answer.answer == "ok", answer


if __name__ == "__main__":
    print(json.dumps(_till(sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]))))
