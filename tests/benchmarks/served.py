"""A server whose clients redeem at once, against raw sqlite3 with a durable commit each.

Three processes: the server, as `cbi serve` runs it; its clients, each with a connection of its own;
and the raw side, which knows every value beforehand and does the same three statements.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from cbi.base.clock import system_clock
from cbi.ledger.vouchers import spending
from cbi.ledger.vouchers.codes import open_code
from cbi.operators.accounts import add_operator
from cbi.operators.keyring import write_keyring
from cbi.operators.stretching import Stretching
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import sqlite3
from cbi.till.devices import claim, offer
from cbi.web.desk import encoded
from tests.benchmarks.ledger import AMOUNT_MINOR, _raw_seconds
from tests.benchmarks.ledger_world import in_hand, sqlite_world
from tests.benchmarks.shape import Row, row
from tests.conftest import World

CLIENTS, PAIRS, MANY = 32, 3, 4_000
STORE = "magnum-almaty-1"


def till_32() -> list[Row]:
    """The rows `till-32`: the rate and the waits of 32 clients, and the server's memory."""
    with tempfile.TemporaryDirectory() as folder:
        world = sqlite_world(Path(folder))
        fresh = iter(in_hand(world, 2 * MANY * (PAIRS + 1)))
        credential = till_of(world)
        raw = sqlite3.connect(str(world.ledger.place), isolation_level=None)
        for pragma in ("foreign_keys = ON", "recursive_triggers = ON", "synchronous = FULL"):
            raw.execute(f"PRAGMA {pragma}")
        raw.create_function("chained", 2, spending.chained_in_sql, deterministic=True)
        behind_us = system_clock() - world.clock()
        server, port = server_of(world, behind_us)
        told: list[dict[str, Any]] = []
        memory = 0.0
        theirs: list[float] = []
        try:
            for _ in range(PAIRS + 1):
                key = world.keys.need("codes")
                codes = [open_code(one.code_sealed, key) for one in islice(fresh, MANY)]
                told.append(clients(port, credential, codes))
                memory = memory_of(server.pid)
                world.clock.now = system_clock() - behind_us
                theirs.append(MANY / _raw_seconds(world, raw, [*islice(fresh, MANY)]))
        finally:
            server.terminate()
            server.wait(30)
            raw.close()
            world.ledger.close()
    del told[0], theirs[0]
    ours = statistics.median(one["rate"] for one in told)
    p99 = statistics.median(one["p99"] for one in told)
    p50 = statistics.median(one["p50"] for one in told)
    worst = max(one["worst"] for one in told)
    return [
        row("till-32 rate", ours, statistics.median(theirs), bar=">= 1.5 of its rate",
            holds=ours / statistics.median(theirs) >= 1.5, memory_mb=memory),
        row("till-32 p99 to p50", p99, p50, bar="<= 10, none over 1 s",
            holds=p99 <= 10 * p50 and worst <= 1, worst=round(worst, 3)),
    ]


def till_of(world: World) -> str:
    """A shop's own till, paired; its credential."""
    add_operator(
        world.session("admin1"), "till1", {"cashier"}, stores=[STORE], must_change=False,
        passphrase="a long passphrase", stretching=Stretching(1, 8, 1),
    )
    code = offer(world.session("admin1"), STORE, "till1").code
    secret = os.urandom(32)
    world.ledger.transact(lambda tx: claim(
        tx, code, secret, now=world.clock(), key=world.keys.need("lookup"), origin="test",
    ))
    return encoded(secret)


def server_of(
    world: World, behind_us: int, *, till: str = "together"
) -> tuple[subprocess.Popen[bytes], int]:
    """A process that serves the world by our till or a `locking` one, and its port; who asks
    before it is ready waits in line."""
    keyring = world.folder / "keyring.json"
    if not keyring.exists():
        write_keyring(world.keys, keyring)
    place = world.ledger.url if isinstance(world.ledger, PostgresDatabase) else world.ledger.place
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.serving", str(world.folder), place,
             str(listening.fileno()), str(behind_us), till], pass_fds=[listening.fileno()],
        )
        return server, listening.getsockname()[1]


def clients(
    port: int, credential: str, codes: list[str], *, pace: float = 0, count: int = CLIENTS
) -> dict[str, Any]:
    """So many clients in a process of their own; each rests for `pace` seconds between two asks."""
    asked = json.dumps({"port": port, "credential": credential, "codes": codes, "pace": pace,
                        "count": count}).encode()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.served"], input=asked, check=True,
        capture_output=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


async def ask(
    port: int, credential: str, codes: list[str], pace: float, count: int
) -> dict[str, Any]:
    """All codes redeemed by so many clients, each asking when it was answered and has rested."""
    left = iter(codes)
    waits: list[float] = []

    async def client(number: int) -> None:
        await asyncio.sleep(pace * number / count)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for code in left:
            body = json.dumps({"code": code, "amount": AMOUNT_MINOR, "receipt": code[:8]}).encode()
            began = time.perf_counter()
            writer.write(
                b"POST /api/v1/redeem HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                + credential.encode() + b"\r\nIdempotency-Key: " + code.encode()
                + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            at = head.lower().index(b"content-length:") + 15
            answer = await reader.readexactly(int(head[at:].split(b"\r\n", 1)[0]))
            assert b'"answer":"ok"' in answer, answer
            waits.append(time.perf_counter() - began)
            if pace:
                await asyncio.sleep(max(0.0, pace - (time.perf_counter() - began)))
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(count)))
    took = time.perf_counter() - start
    waits.sort()
    return {"rate": len(waits) / took, "p50": waits[len(waits) // 2],
            "p99": waits[int(len(waits) * 0.99)], "worst": waits[-1]}


def memory_of(pid: int) -> float:
    """A process's memory in megabytes."""
    psutil: Any = import_module("psutil")
    return round(float(psutil.Process(pid).memory_info().rss) / 1e6, 1)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(ask(**json.load(sys.stdin)))))
