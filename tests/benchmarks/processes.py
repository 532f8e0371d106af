"""Whole processes: how fast a till starts, how long the demo takes, eight writers at one ledger."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cbi.ledger.codes import open_code
from cbi.operators.keyring import write_keyring
from cbi.storage.sqlite import SqliteDatabase
from tests.benchmarks.ledger_world import in_hand, sqlite_world
from tests.benchmarks.shape import Row, medians, row

STARTS, WRITERS, SECONDS = 15, 8, 6.0


def verify_start() -> Row:
    """The row `verify-start`: the CPU of `cbi verify` against a bare interpreter's."""
    with tempfile.TemporaryDirectory() as folder:
        env, code = _office(Path(folder))
        ours, theirs = medians(
            lambda: _cpu([sys.executable, "-m", "cbi", "verify", code], env),
            lambda: _cpu([sys.executable, "-c", "pass"], env), STARTS,
        )
    return row("verify-start", ours, theirs, bar="<= 17 CPU", holds=ours / theirs <= 17)


def _office(folder: Path) -> tuple[dict[str, str], str]:
    """A signed-in cashier's environment, and a code that is good."""
    from cbi.operators.accounts import first_operator
    from cbi.operators.roster import operator_of

    world = sqlite_world(folder)
    voucher = in_hand(world, 100)[0]
    world.ledger.transact(lambda tx: first_operator(
        tx, "kassa", "a passphrase to begin with", roles=frozenset({"cashier"}), now=world.clock(),
        entropy=os.urandom,
    ))
    write_keyring(world.keys, folder / "keyring.json")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
           "CBI_LEDGER": str(folder / "ledger.db"), "PYTHONPATH": os.getcwd()}
    os.environ["CBI_SESSIONS"] = env["CBI_SESSIONS"] = str(folder / "logins")
    (folder / "logins").mkdir(mode=0o700)
    from cbi.app import Office, Places

    office = Office(Places.of(str(folder / "ledger.db")))
    with office.ledger.read() as tx:
        operator = operator_of(tx, "kassa")
    office.start_session(operator)
    office.close()
    world.ledger.close()
    return env, open_code(voucher.code_sealed, world.keys.need("codes"))


def _cpu(words: list[str], env: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, env=env, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def demo() -> Row:
    """The row `demo`: seconds on the wall, against the bar's sixty."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "cbi", "demo", "--dir", str(Path(folder) / "demo"), "--json"],
            check=True, capture_output=True, env={**os.environ, "HOME": folder},
        )
        took = time.perf_counter() - start
    return row("demo", took, 60.0, bar="<= 60 s", holds=took <= 60)


def redeem_eight() -> list[Row]:
    """The rows `redeem-eight`: eight saturated writers, worst wait and fairness against
    BEGIN IMMEDIATE with a busy timeout alone.
    """
    ours, theirs = _eight("lock"), _eight("busy")
    return [
        row("redeem-eight worst wait", ours["worst"], theirs["worst"], bar="<= 0.1",
            holds=ours["worst"] <= 0.1 * theirs["worst"], errors=ours["errors"]),
        row("redeem-eight fairness", ours["jain"], theirs["jain"], bar="ours >= 0.95",
            holds=ours["jain"] >= 0.95 and not ours["errors"]),
    ]


def _eight(how: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        world = sqlite_world(Path(folder))
        vouchers = in_hand(world, 40_000)
        world.ledger.close()
        share = len(vouchers) // WRITERS
        running = []
        for number in range(WRITERS):
            ids = [one.id.hex() for one in vouchers[number * share : (number + 1) * share]]
            (Path(folder) / f"{number}.json").write_text(json.dumps(ids))
            running.append(subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.processes", how, folder, str(number)],
                stdout=subprocess.PIPE,
            ))
        told = [json.loads(one.communicate()[0]) for one in running]
    counts = [one["count"] for one in told]
    jain = sum(counts) ** 2 / (WRITERS * sum(count * count for count in counts))
    return {"worst": max(one["worst"] for one in told), "jain": jain,
            "errors": sum(one["errors"] for one in told)}


def _write_for_a_while(how: str, folder: str, number: str) -> None:
    """Move a little on one voucher after the other, as fast as it goes; waits are told."""
    database = SqliteDatabase(Path(folder) / "ledger.db")
    connection = database.connection()
    if how == "busy":
        connection.execute("PRAGMA busy_timeout = 60000")
    ids = [bytes.fromhex(one) for one in json.loads((Path(folder) / f"{number}.json").read_text())]
    count = errors = 0
    worst, end = 0.0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            _one_change(database, connection, how, ids[count % len(ids)])
        except Exception:  # noqa: BLE001 - a lock error is what is counted
            errors += 1
        worst = max(worst, time.monotonic() - start)
        count += 1
    print(json.dumps({"count": count, "worst": worst, "errors": errors}))


def _one_change(database: SqliteDatabase, connection: Any, how: str, voucher: bytes) -> None:
    change = "UPDATE voucher SET last_at = last_at + 1 WHERE id = :id"
    if how == "lock":
        with database.write() as tx:
            tx.run(change, id=voucher)
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(change, {"id": voucher})
    connection.execute("COMMIT")


if __name__ == "__main__":
    _write_for_a_while(*sys.argv[1:])
