"""A server on PostgreSQL whose clients redeem over HTTP, against as many SELECT FOR UPDATE.

Theirs are 32 processes with a connection each that know every value beforehand and speak to the
database itself: no HTTP, no code to read, no answer to word. Ours are 32 clients of one server.
Where others are at work, 32 processes get more of the machine than one server does; what a
redemption costs the processor, of those who serve it, says more there than the rate.
"""

import statistics
import tempfile
from collections.abc import Iterable
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from cbi.base.clock import system_clock
from cbi.ledger.vouchers.codes import open_code
from cbi.ledger.vouchers.reading import Voucher
from tests.benchmarks.ledger_world import in_hand, postgres_world
from tests.benchmarks.served import CLIENTS, MANY, PAIRS, clients, server_of, till_of
from tests.benchmarks.shape import Row, row
from tests.benchmarks.tills import ENOUGH, SECONDS, run_tills, share_out
from tests.conftest import World


class Rate(NamedTuple):
    """Redemptions a second, and CPU seconds that one costs the database and whoever asks it."""

    rate: float
    cpu: float


def till_32_postgres() -> list[Row]:
    """The rows `till-32-postgres`: the rate of 32 clients, what one costs, and the waits."""
    with tempfile.TemporaryDirectory() as folder, postgres_world(Path(folder)) as world:
        fresh = iter(in_hand(world, (MANY + ENOUGH) * PAIRS + MANY))
        key, credential = world.keys.need("codes"), till_of(world)
        server, port = server_of(world, system_clock() - world.clock())
        ours, theirs, told = list[Rate](), list[Rate](), list[dict[str, Any]]()
        try:
            for turn in range(PAIRS + 1):
                codes = [open_code(one.code_sealed, key) for one in islice(fresh, MANY)]
                before = spent_of(server.pid) + database_spent(world.folder)
                told.append(clients(port, credential, codes))
                spent = spent_of(server.pid) + database_spent(world.folder) - before
                ours.append(Rate(told[-1]["rate"], spent / MANY))
                if not turn:
                    continue  # the first turn warms the server up
                theirs.append(of_processes(world, str(turn), islice(fresh, ENOUGH)))
        finally:
            server.terminate()
            server.wait(30)
    return _rows(ours[1:], theirs, told[1:])


def of_processes(world: World, turn: str, vouchers: Iterable[Voucher]) -> Rate:
    """So many processes that each SELECT FOR UPDATE, in a folder of this turn's."""
    shares = world.folder / turn
    share_out(world, shares, CLIENTS, vouchers)
    before = database_spent(world.folder)
    done = run_tills(shares, "three", CLIENTS, 0)
    count = sum(one["count"] for one in done)
    spent = sum(one["cpu"] for one in done) + database_spent(world.folder) - before
    return Rate(count / SECONDS, spent / count)


def _rows(ours: list[Rate], theirs: list[Rate], told: list[dict[str, Any]]) -> list[Row]:
    rates = [statistics.median(one.rate for one in side) for side in (ours, theirs)]
    costs = [statistics.median(one.cpu for one in side) * 1e6 for side in (ours, theirs)]
    p99, p50 = (statistics.median(one[name] for one in told) for name in ("p99", "p50"))
    return [
        row("till-32-postgres rate", *rates, bar=">= 1.5 of its rate",
            holds=rates[0] / rates[1] >= 1.5),
        row("till-32-postgres CPU, us", *costs, bar="measured", holds=None),
        row("till-32-postgres p99 to p50", p99, p50, bar="<= 10", holds=p99 <= 10 * p50,
            worst=round(max(one["worst"] for one in told), 3)),
    ]


def spent_of(pid: int) -> float:
    """CPU seconds of a process so far."""
    times: Any = import_module("psutil").Process(pid).cpu_times()
    return float(times.user + times.system)


def database_spent(folder: Path) -> float:
    """CPU seconds of a server's processes so far, those that have ended among them."""
    psutil: Any = import_module("psutil")
    first = psutil.Process(int((folder / "pg" / "postmaster.pid").read_text().split()[0]))
    ended = first.cpu_times()
    return float(ended.children_user + ended.children_system) + sum(
        spent_of(one.pid) for one in (first, *first.children())
    )
