"""What the engine is worth by itself: without HTTP on either side, and with the same HTTP on both.

Without, 32 callers inside one process ask a till's engine, against 32 processes that SELECT FOR
UPDATE. With it, both sides are one server with the same door and the same clients, and behind
theirs `LockingTill` locks the voucher's row for each redemption.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import system_clock
from cbi.context import LedgerContext, StoragePaths
from cbi.ledger.vouchers.codes import open_code
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.storage.postgres import PostgresDatabase
from cbi.web.desk import Credentials
from cbi.web.till import Till
from tests.benchmarks.ledger import AMOUNT_MINOR
from tests.benchmarks.ledger_world import in_hand, postgres_world
from tests.benchmarks.served import CLIENTS, clients, server_of, till_of
from tests.benchmarks.served_postgres import Rate, database_spent, of_processes, spent_of
from tests.benchmarks.shape import Row, row
from tests.benchmarks.tills import ENOUGH
from tests.conftest import World

MANY = int(os.environ.get("CBI_ALIKE", "4000"))
PAIRS = 3
DOORS = {"door": "together", "locking door": "locking"}


class _Asking(NamedTuple):
    """A world whose till asks, and the servers that stand open."""

    world: World
    credential: str
    servers: Mapping[str, tuple[int, int]]
    """By name, a server's process and port."""


def till_32_alike() -> list[Row]:
    """The rows `till-32-alike`: the engine without HTTP, and both sides behind the same door."""
    found: dict[str, list[Rate]] = {}
    with tempfile.TemporaryDirectory() as folder, postgres_world(Path(folder)) as world:
        fresh = iter(in_hand(world, 3 * MANY * (PAIRS + 1) + ENOUGH * PAIRS))
        key = world.keys.need("codes")
        with _servers(world) as asking:
            for turn in range(PAIRS + 1):  # the first turn warms the servers up
                for side in ("engine", *DOORS):
                    codes = [open_code(one.code_sealed, key) for one in islice(fresh, MANY)]
                    found.setdefault(side, []).append(_rate(asking, side, codes))
                if turn:
                    found.setdefault("processes", []).append(
                        of_processes(world, str(turn), islice(fresh, ENOUGH))
                    )
    for warmed in ("engine", *DOORS):
        del found[warmed][0]
    return [*_pair(found, "engine", "processes"), *_pair(found, "door", "locking door")]


def _pair(found: Mapping[str, list[Rate]], ours: str, theirs: str) -> list[Row]:
    rates = [statistics.median(one.rate for one in found[side]) for side in (ours, theirs)]
    costs = [statistics.median(one.cpu for one in found[side]) * 1e6 for side in (ours, theirs)]
    return [
        row(f"till-32-alike {ours}", *rates, bar=">= 1.5 of its rate",
            holds=rates[0] >= 1.5 * rates[1]),
        row(f"till-32-alike {ours}, CPU, us", *costs, bar="measured", holds=None),
    ]


@contextmanager
def _servers(world: World) -> Iterator[_Asking]:
    credential, behind_us = till_of(world), system_clock() - world.clock()
    begun = {name: server_of(world, behind_us, till=till) for name, till in DOORS.items()}
    try:
        yield _Asking(world, credential, {
            name: (server.pid, port) for name, (server, port) in begun.items()
        })
    finally:
        for server, _ in begun.values():
            server.terminate()
            server.wait(30)


def _rate(asking: _Asking, side: str, codes: list[str]) -> Rate:
    """Redemptions a second of one side, and what one costs its process and the database."""
    folder = asking.world.folder
    pid, port = asking.servers.get(side, (0, 0))
    before = database_spent(folder) + (spent_of(pid) if pid else 0)
    if pid:
        rate = clients(port, asking.credential, codes)["rate"]
        own = spent_of(pid)
    else:
        rate, own = _engine(asking, codes)
    return Rate(rate, (database_spent(folder) + own - before) / len(codes))


def _engine(asking: _Asking, codes: list[str]) -> tuple[float, float]:
    """Redemptions a second of callers inside one process, and the CPU seconds of all of them."""
    world = asking.world
    assert isinstance(world.ledger, PostgresDatabase)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.served_alike"], check=True, capture_output=True,
        input=json.dumps({
            "folder": str(world.folder), "ledger": world.ledger.url,
            "behind_us": system_clock() - world.clock(), "credential": asking.credential,
            "codes": codes,
        }).encode(),
    )
    told = json.loads(done.stdout)
    return float(told["rate"]), float(told["cpu"])


async def ask_engine(
    folder: str, ledger: str, behind_us: int, credential: str, codes: list[str],
    kind: type[Till] = Till,
) -> dict[str, float]:
    """All codes redeemed by callers inside this process, each asking when it was answered."""
    context = LedgerContext(
        StoragePaths(ledger=ledger, vault=f"{folder}/vault.db",
                     keyring=Path(folder) / "keyring.json"),
        clock=lambda: system_clock() - behind_us,
    )
    till, shown, left = kind(context), Credentials(credential), iter(codes)

    async def caller() -> None:
        for code in left:
            answer = await till.redeem(shown, Redeem(
                code=code, amount_minor=AMOUNT_MINOR, store="", receipt=code[:8], request=code,
            ))
            assert answer.answer == "ok", answer

    await till.who(shown)
    start, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(CLIENTS)))
    took, spent = time.perf_counter() - start, time.process_time() - spent
    till.close()
    context.close()
    return {"rate": len(codes) / took, "cpu": spent}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(ask_engine(**json.load(sys.stdin)))))
