"""Whole processes: how fast a till starts, how long the demo takes."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from cbi.ledger.vouchers.codes import open_code
from cbi.operators.keyring import write_keyring
from tests.benchmarks.ledger_world import in_hand, sqlite_world
from tests.benchmarks.shape import Row, medians, row
from tests.screen import screen

STARTS = 15


def verify_start() -> list[Row]:
    """The rows `verify-start`: the CPU of `cbi verify` against a bare interpreter's.

    Once in a pipe and once on a screen, where the answer is drawn.
    """
    with tempfile.TemporaryDirectory() as folder:
        env, code = _office(Path(folder))
        verify = [sys.executable, "-m", "cbi", "verify", code]
        pairs = {
            name: medians(
                partial(_cpu, verify, env, seen=seen),
                lambda: _cpu([sys.executable, "-c", "pass"], env), STARTS,
            )
            for name, seen in (("verify-start", False), ("verify-start, on a screen", True))
        }
    return [
        row(name, ours, theirs, bar="<= 17 CPU", holds=ours / theirs <= 17)
        for name, (ours, theirs) in pairs.items()
    ]


def office_start() -> list[Row]:
    """The row `office-start`: the CPU of `cbi round list` against importing its two libraries."""
    with tempfile.TemporaryDirectory() as folder:
        env, _ = _office(Path(folder), "manager")
        ours, theirs = medians(
            lambda: _cpu([sys.executable, "-m", "cbi", "round", "list"], env),
            lambda: _cpu([sys.executable, "-c", "import typer, sqlmodel"], env), STARTS,
        )
    return [row("office-start", ours, theirs, bar="<= 1.3 CPU", holds=ours / theirs <= 1.3)]


def _office(folder: Path, role: str = "cashier") -> tuple[dict[str, str], str]:
    """A signed-in operator's environment, and a code that is good."""
    from cbi.operators.accounts import first_operator
    from cbi.operators.roster import operator_of

    world = sqlite_world(folder)
    voucher = in_hand(world, 100)[0]
    world.ledger.transact(lambda tx: first_operator(
        tx, "kassa", "a passphrase to begin with", roles=frozenset({role}), now=world.clock(),
        entropy=os.urandom,
    ))
    write_keyring(world.keys, folder / "keyring.json")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
           "CBI_LEDGER": str(folder / "ledger.db"), "PYTHONPATH": os.getcwd()}
    os.environ["CBI_SESSIONS"] = env["CBI_SESSIONS"] = str(folder / "logins")
    (folder / "logins").mkdir(mode=0o700)
    from cbi.context import LedgerContext, StoragePaths

    office = LedgerContext(StoragePaths.of(str(folder / "ledger.db")))
    with office.ledger.read() as tx:
        operator = operator_of(tx, "kassa")
    office.start_session(operator)
    office.close()
    world.ledger.close()
    return env, open_code(voucher.code_sealed, world.keys.need("codes"))


def _cpu(words: list[str], env: dict[str, str], *, seen: bool = False) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with screen(80, 24) if seen else nullcontext():
        done = subprocess.run(
            words, env=env | {"TERM": "xterm-256color"}, check=False, stderr=subprocess.PIPE,
            stdout=sys.stdout if seen else subprocess.DEVNULL,
        )
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
