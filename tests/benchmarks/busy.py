"""A till's waits while an office writes long, and 200 tills that scan as people do.

`CBI_BUSY` says how many vouchers the office drafts and approves meanwhile (100,000 where nothing is
said).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cbi.base.clock import system_clock
from cbi.context import LedgerContext, StoragePaths
from cbi.ledger.vouchers.approving import approve
from cbi.ledger.vouchers.codes import open_code
from cbi.operators.operator_session import Operator
from cbi.programmes.batches import DraftLine, draft
from tests.benchmarks.ledger_world import FACE_MINOR, in_hand, sqlite_world
from tests.benchmarks.served import clients, memory_of, server_of, till_of
from tests.benchmarks.shape import Row, row
from tests.conftest import World

MANY, PACE_S = 1_000, 0.25
BUSY = int(os.environ.get("CBI_BUSY", "100000"))
TILLS, EACH_S, SCANS = 200, 5.0, 12


def till_busy() -> list[Row]:
    """The row `till-busy`: the worst answer while a batch is drafted and approved, against
    undisturbed."""
    with tempfile.TemporaryDirectory() as folder:
        world = sqlite_world(Path(folder))
        codes = _codes(world, 2 * MANY)
        credential = till_of(world)
        behind_us = system_clock() - world.clock()
        server, port = server_of(world, behind_us)
        try:
            quiet = clients(port, credential, codes[:MANY], pace=PACE_S)
            office = subprocess.Popen([
                sys.executable, "-m", "tests.benchmarks.busy", folder, str(behind_us)
            ])
            busy = clients(port, credential, codes[MANY:], pace=PACE_S)
            assert office.wait() == 0
        finally:
            server.terminate()
            server.wait(30)
            world.ledger.close()
    return [row("till-busy worst", busy["worst"], quiet["worst"], bar="<= 1 s",
                holds=busy["worst"] <= 1, p99=round(busy["p99"], 3), vouchers=BUSY)]


def till_200() -> list[Row]:
    """The row `till-200`: a minute of 200 tills with one scan each five seconds, and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        world = sqlite_world(Path(folder))
        codes = _codes(world, TILLS * SCANS)
        credential = till_of(world)
        server, port = server_of(world, system_clock() - world.clock())
        try:
            told = clients(port, credential, codes, pace=EACH_S, count=TILLS)
            memory = memory_of(server.pid)
        finally:
            server.terminate()
            server.wait(30)
            world.ledger.close()
    return [row("till-200 worst", told["worst"], 1.0, bar="<= 1 s, <= 80 MB",
                holds=told["worst"] <= 1 and memory <= 80, p99=round(told["p99"], 3),
                memory_mb=memory)]


def _codes(world: World, count: int) -> list[str]:
    key = world.keys.need("codes")
    return [open_code(one.code_sealed, key) for one in in_hand(world, count)]


def office(folder: Path, behind_us: int) -> None:
    """Another process of the office drafts a batch, and somebody else there approves it."""
    context = LedgerContext(
        StoragePaths(ledger=str(folder / "ledger.db"), vault=str(folder / "vault.db"),
                     keyring=folder / "keyring.json"),
        clock=lambda: system_clock() - behind_us,
    )
    field, manager = (
        context.session(Operator(f"{role}1", frozenset({role}))) for role in ("field", "manager")
    )
    approve(manager, draft(field, "KZ22-R1", [
        DraftLine(f"C-{one:09d}", "almaty", "fa", "nonfood", FACE_MINOR) for one in range(BUSY)
    ]).number)
    context.close()


if __name__ == "__main__":
    office(Path(sys.argv[1]), int(sys.argv[2]))
