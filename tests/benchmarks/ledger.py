"""The ledger against raw drivers: issuing in bulk, and a redemption from question to answer.

The raw sides do what the guards would otherwise do for them: they know every value beforehand and
check nothing. Our side reads the code, judges, chains and commits.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from cbi.ledger.bulk import ISSUED_ENTRY, ISSUED_VOUCHER, SQLITE_ENTRY, SQLITE_VOUCHER
from cbi.ledger.journal import INSERT_ENTRY, LINE_COLUMNS
from cbi.ledger.vouchers import redeeming, spending
from cbi.ledger.vouchers.codes import open_code
from cbi.ledger.vouchers.reading import Voucher
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from cbi.operators.operator_session import OperatorSession
from cbi.storage.sqlite import sqlite3
from cbi.storage.transactions import driver_text
from tests.benchmarks.ledger_world import (
    drafted,
    in_hand,
    issue,
    now,
    postgres_world,
    sqlite_world,
)
from tests.benchmarks.shape import Row, medians, row, seconds
from tests.conftest import World
from tests.rows import all_rows

ISSUED, REDEEMED, PAIRS = 100_000, 300, 5
AMOUNT_MINOR = 100_000


def issue_sqlite() -> Row:
    """The row `issue-sqlite`."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = medians(
            partial(_issued_by_us, Path(folder)), partial(_issued_raw, Path(folder)), 3
        )
    return row("issue-sqlite", ours, theirs, bar="<= 1.6", holds=ours / theirs <= 1.6)


def _issued_by_us(folder: Path) -> float:
    world = sqlite_world(Path(tempfile.mkdtemp(dir=folder)))
    batch = drafted(world, ISSUED)
    took = seconds(lambda: issue(world, batch))
    with world.ledger.read() as tx:
        _kept["voucher"] = _tuples(all_rows(tx, "SELECT * FROM voucher"), ISSUED_VOUCHER)
        entries = all_rows(tx, "SELECT *, recorded_at AS at FROM entry")
        _kept["entry"] = _tuples(entries, ISSUED_ENTRY)
    world.ledger.close()
    return took


_kept: dict[str, list[tuple[Any, ...]]] = {}
"""The rows of the last run of ours: what the raw side inserts."""


def _issued_raw(folder: Path) -> float:
    world = sqlite_world(Path(tempfile.mkdtemp(dir=folder)))
    connection = world.ledger.connection()

    def work() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(SQLITE_VOUCHER, _kept["voucher"])
        connection.executemany(SQLITE_ENTRY, _kept["entry"])
        connection.execute("COMMIT")

    took = seconds(work)
    world.ledger.close()
    return took


def _tuples(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    return [tuple(one[name] for name in columns) for one in rows]


def issue_postgres() -> Row:
    """The row `issue-postgres`: against COPY of the same rows."""
    from cbi.ledger.bulk import insert_issued

    took: dict[str, float] = {}
    for side in ("ours", "theirs"):
        with tempfile.TemporaryDirectory() as folder, postgres_world(Path(folder)) as world:
            if side == "ours":
                batch = drafted(world, ISSUED)
                took[side] = seconds(partial(issue, world, batch))
                with world.ledger.read() as tx:
                    _kept["voucher"] = _tuples(all_rows(
                        tx, "SELECT * FROM voucher"
                    ), ISSUED_VOUCHER)
                    _kept["entry"] = _tuples(
                        all_rows(tx, "SELECT *, recorded_at AS at FROM entry"), ISSUED_ENTRY
                    )
            else:
                took[side] = seconds(partial(
                    world.ledger.transact,
                    lambda tx: insert_issued(tx, _kept["voucher"], _kept["entry"]),
                ))
    return row("issue-postgres", took["ours"], took["theirs"], bar="measured", holds=None)


def redeem_sqlite() -> list[Row]:
    """The rows `redeem-sqlite`, durable and with synchronous=OFF: our rate against the raw one."""
    return [_redeem_sqlite("durable", "FULL"), _redeem_sqlite("off", "OFF")]


def _redeem_sqlite(name: str, synchronous: str) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        world = sqlite_world(Path(folder))
        vouchers = in_hand(world, REDEEMED * 2 * (PAIRS + 1))
        world.ledger.connection().execute(f"PRAGMA synchronous = {synchronous}")
        raw = sqlite3.connect(str(world.ledger.place), isolation_level=None)
        for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}",
                       "foreign_keys = ON", "recursive_triggers = ON"):
            raw.execute(f"PRAGMA {pragma}")
        raw.create_function("chained", 2, spending.chained_in_sql, deterministic=True)
        parts = iter([vouchers[at : at + REDEEMED] for at in range(0, len(vouchers), REDEEMED)])
        theirs, ours = medians(
            lambda: _raw_seconds(world, raw, next(parts)),
            lambda: _our_seconds(world, next(parts)), PAIRS,
        )
        raw.close()
        world.ledger.close()
    ours_rate, their_rate = REDEEMED / ours, REDEEMED / theirs
    return row(f"redeem-sqlite {name}", ours_rate, their_rate, bar=">= 0.8 of its rate",
               holds=ours_rate / their_rate >= 0.8)


def _asked(world: World, vouchers: Sequence[Voucher]) -> list[Redeem]:
    key = world.keys.need("codes")
    return [
        Redeem(code=open_code(one.code_sealed, key), amount_minor=AMOUNT_MINOR,
               store="magnum-almaty-1", receipt=one.serial)
        for one in vouchers
    ]


def _our_seconds(world: World, vouchers: Sequence[Voucher]) -> float:
    asked, session = _asked(world, vouchers), world.session("cashier1")

    def work() -> None:
        for one in asked:
            answer = redeem(session, one)
            assert answer.answer == "ok", answer

    return seconds(work)


def _values(world: World, vouchers: Sequence[Voucher]) -> list[dict[str, Any]]:
    session, at = world.session("cashier1"), world.clock() + 1_000_000
    return [
        redeeming._values(session, asked, one.code_hash, "magnum", now=at, recorded_at=at, turn=0)
        for one, asked in zip(vouchers, _asked(world, vouchers), strict=True)
    ]


def _raw_seconds(world: World, raw: Any, vouchers: Sequence[Voucher]) -> float:
    """The same statements in the same transactions, every value known."""
    values = _values(world, vouchers)

    def work() -> None:
        for one in values:
            raw.execute("BEGIN IMMEDIATE")
            moved = raw.execute(spending._SQLITE_MOVE, one).fetchone()
            raw.execute(spending._SQLITE_RECEIPT, one)
            raw.execute(INSERT_ENTRY, {
                "voucher": moved[0], "seq": moved[1], "hash": moved[2],
                **{name: one[name] for name in (*LINE_COLUMNS, "vouched_by", "mac")},
            })
            raw.execute("COMMIT")

    return seconds(work)


def redeem_postgres() -> list[Row]:
    """The rows `redeem-postgres`, 1 and 16 connections: against SELECT FOR UPDATE, update, insert.
    """
    from tests.benchmarks.tills import redeem_postgres_sixteen

    return [_redeem_postgres_one(), redeem_postgres_sixteen()]


def _redeem_postgres_one() -> Row:
    with tempfile.TemporaryDirectory() as folder, postgres_world(Path(folder)) as world:
        vouchers = in_hand(world, REDEEMED * 2 * (PAIRS + 1))
        parts = iter([vouchers[at : at + REDEEMED] for at in range(0, len(vouchers), REDEEMED)])
        theirs, ours = medians(
            lambda: _three_seconds(world, next(parts)),
            lambda: _our_seconds(world, next(parts)), PAIRS,
        )
    ours_rate, their_rate = REDEEMED / ours, REDEEMED / theirs
    return row("redeem-postgres 1", ours_rate, their_rate, bar=">= 1.3 of its rate",
               holds=ours_rate / their_rate >= 1.3)


def _three_seconds(world: World, vouchers: Sequence[Voucher]) -> float:
    session = world.session("cashier1")
    ready = [
        three_statements(session, asked, one.code_hash)
        for one, asked in zip(vouchers, _asked(world, vouchers), strict=True)
    ]
    return seconds(lambda: [work() for work in ready])


def three_statements(
    session: OperatorSession, asked: Redeem, hashed: bytes
) -> Callable[[], object]:
    """One redemption as SELECT FOR UPDATE, insert, update, with every value known beforehand."""
    at = session.clock() + 1_000_000
    values = redeeming._values(session, asked, hashed, "magnum", now=at, recorded_at=at, turn=0)
    connection = _plainly(session.ledger.place)
    return lambda: locked(connection, values)


_LOCK = (
    "SELECT id, last_seq, last_hash, serial, category, currency, valid_from, valid_until,"
    " face_minor - spent_minor - closed_minor FROM voucher WHERE code_hash = %s FOR UPDATE"
)
_SPEND = (
    "UPDATE voucher SET spent_minor = spent_minor + %s, last_seq = %s, last_hash = %s, last_at = %s"
    " WHERE id = %s"
)


def locked(connection: Any, values: Mapping[str, Any]) -> spending.Moved:
    """A redemption as a transaction of its own: SELECT FOR UPDATE, insert, update."""
    with connection.transaction():
        was = spending.Moved(*connection.execute(_LOCK, (values["code_hash"],)).fetchone())
        linked = spending.chained_in_sql(was.last_hash, values["digest"])
        line = {name: values[name] for name in (*LINE_COLUMNS, "vouched_by", "mac")}
        connection.execute(driver_text(INSERT_ENTRY, "postgresql"), {
            **line, "voucher": was.id, "seq": was.last_seq + 1, "hash": linked,
        })
        connection.execute(_SPEND, (
            values["amount_minor"], was.last_seq + 1, linked, values["recorded_at"], was.id,
        ))
    return was._replace(
        last_seq=was.last_seq + 1, balance_minor=was.balance_minor - values["amount_minor"]
    )


@cache
def _plainly(url: str) -> Any:
    """The same for all statements of a process."""
    return connected(url)


def connected(url: str) -> Any:
    """A connection with the driver's own defaults: statements are prepared, no role is taken up."""
    import psycopg

    return psycopg.connect(url, autocommit=True)


def verify_growth() -> Row:
    """The row `verify-growth`: a look-up among a million vouchers against ten thousand."""
    took = {count: _verify_seconds(count) for count in (10_000, 1_000_000)}
    ratio = took[1_000_000] / took[10_000]
    return row("verify-growth", took[1_000_000] * 1e3, took[10_000] * 1e3, bar="<= 2",
               holds=ratio <= 2)


def _verify_seconds(count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        world = sqlite_world(Path(folder))
        issue(world, drafted(world, count))
        with world.ledger.read() as tx:
            sealed = [one["code_sealed"] for one in all_rows(tx,
                f"SELECT code_sealed FROM voucher WHERE serial LIKE '%{7}7' LIMIT 400"
            )]
        codes = [open_code(one, world.keys.need("codes")) for one in sealed]
        session = world.session("cashier1")
        times = [_timed(partial(verify, session, code)) for code in codes]
        world.ledger.close()
    return sorted(times)[len(times) // 2]


def _timed(work: Callable[[], object]) -> float:
    start = now()
    work()
    return now() - start
