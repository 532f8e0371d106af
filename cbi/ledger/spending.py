"""The till's statements: the one place, per engine, where the SQL of a redemption stands.

A redemption is one guarded update of the voucher that holds every condition of the rule, the
receipt's guard, and the chained line; PostgreSQL takes all three in one statement, SQLite in one
transaction under the writers' lock. Where the update finds nothing, nothing has happened, and the
caller asks why.
"""

from hashlib import sha256
from typing import Any

from cbi.base.errors import Unusable
from cbi.ledger.journal import ENTRY_COLUMNS, INSERT_ENTRY, LINE_COLUMNS
from cbi.storage import Database, Record
from cbi.storage.database import TRIES
from cbi.storage.faults import Again, translated
from cbi.storage.transactions import driver_text

_BALANCE = "(v.face_minor - v.spent_minor - v.closed_minor)"

_GUARDED = f"""
UPDATE voucher AS v SET
    spent_minor = v.spent_minor + :amount_minor, last_seq = v.last_seq + 1,
    last_hash = {{chained}}, last_at = :recorded_at
WHERE v.code_hash = :code_hash AND v.state = 'active'
  AND :occurred_at >= v.opens_at AND :occurred_at < v.closes_at
  AND {_BALANCE} >= :amount_minor
  AND v.last_at <= :recorded_at
  AND (:category {{text}} IS NULL OR v.category = :category)
  AND EXISTS (SELECT 1 FROM round_retailer AS t WHERE t.round = v.round
              AND t.category = v.category AND t.retailer = :retailer)
  AND ({_BALANCE} = :amount_minor
       OR EXISTS (SELECT 1 FROM round AS r WHERE r.code = v.round AND r.in_parts = 1))
  AND NOT EXISTS (SELECT 1 FROM throttle AS w
                  WHERE w.who IN (:who_operator, :who_store) AND w.until_at > :now)
  AND NOT EXISTS (SELECT 1 FROM store AS s
                  WHERE s.code = :store AND s.closed_at <= :occurred_at)
  AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.request_id = :request_id)
  AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.receipt_key = :receipt_key)
  AND coalesce((SELECT id FROM entry WHERE id < :below ORDER BY id DESC LIMIT 1), :latest)
      BETWEEN :earliest AND :latest
RETURNING v.id, v.last_seq, v.last_hash, v.serial, v.category, v.currency, v.valid_from,
          v.valid_until, {_BALANCE} AS balance_minor
"""

_SQLITE_MOVE = (
    _GUARDED
    .format(chained="chained(v.last_hash, :digest)", text="")
    .partition("RETURNING")[0]
    + "RETURNING id, last_seq, last_hash, serial, category, currency, valid_from, valid_until, "
    "face_minor - spent_minor - closed_minor AS balance_minor"
)

_USE_RECEIPT = """
INSERT INTO receipt AS r (store, number, total_minor, used_minor)
{values}
ON CONFLICT (store, number) DO UPDATE SET
    used_minor = r.used_minor + excluded.used_minor,
    total_minor = coalesce(r.total_minor, excluded.total_minor)
"""
_SQLITE_RECEIPT = _USE_RECEIPT.format(
    values="VALUES (:store, :receipt, :receipt_total_minor, :amount_minor)"
)

USE_RECEIPT = _SQLITE_RECEIPT
"""The same in a transaction of either engine."""

_TYPES = {
    "amount_minor": "bigint", "receipt_total_minor": "bigint", "occurred_at": "bigint",
    "recorded_at": "bigint", "id": "bytea", "receipt_key": "bytea", "reverses": "bytea",
    "successor": "bytea", "request_id": "bytea",
}
_POSTGRES_MOVE = f"""
WITH moved AS ({_GUARDED.format(chained="sha256(v.last_hash || :digest)", text="::text")}),
used AS ({_USE_RECEIPT.format(
    values="SELECT :store, :receipt, :receipt_total_minor ::bigint, :amount_minor ::bigint"
    " FROM moved"
)}),
line AS (
    INSERT INTO entry ({", ".join(ENTRY_COLUMNS)})
    SELECT moved.id, moved.last_seq, {", ".join(
        f":{name} ::{_TYPES.get(name, 'text')}" for name in LINE_COLUMNS
    )}, moved.last_hash FROM moved
)
SELECT * FROM moved
"""


_MOVED = (
    "id", "last_seq", "last_hash", "serial", "category", "currency", "valid_from", "valid_until",
    "balance_minor",
)
"""What a redemption's statement returns, in order."""


def chained_in_sql(previous: bytes, digest: bytes) -> bytes:
    """What SQLite calls `chained`: the next link, SHA-256 of the previous one and the digest."""
    return sha256(previous + digest).digest()


def move(ledger: Database, values: Record) -> Record | None:
    """Carry out a redemption whole, or do nothing at all and return None.

    `values` are the line's columns and what the guards need: `code_hash`, `digest`, `retailer`,
    `category`, `who_operator`, `who_store`, `now`, and the clock's (`clocks.Said.guards`).
    When it returns a row, the redemption is durable.

    Raises:
        Refused: a constraint said no (`receipt_within_total`, a request recorded meanwhile).
        Unusable: the ledger can't be reached; whether it took the redemption is asked by asking
            the same again.
    """
    if ledger.engine == "sqlite":
        return _move_sqlite(ledger, values)
    for _ in range(TRIES):
        try:
            return _move_postgres(ledger, values)
        except Again:
            continue
        except Unusable as error:
            ledger.add_place(error)
            raise
    raise Unusable("storage.busy", place=ledger.place, detail="too many writers at once")


def _move_sqlite(ledger: Database, values: Record) -> Record | None:
    connection = ledger.connection()
    if ledger.remembered.get("chained") is not connection:
        connection.create_function("chained", 2, chained_in_sql, deterministic=True)
        ledger.remembered["chained"] = connection
    with ledger.write(), translated():
        found = connection.execute(_SQLITE_MOVE, values).fetchone()
        if found is None:
            return None
        moved = dict(zip(_MOVED, found, strict=True))
        connection.execute(_SQLITE_RECEIPT, values)
        connection.execute(INSERT_ENTRY, {
            **values, "voucher": moved["id"], "seq": moved["last_seq"], "hash": moved["last_hash"],
        })
        return moved


def _move_postgres(ledger: Any, values: Record) -> Record | None:
    found = ledger.in_one(driver_text(_POSTGRES_MOVE, "postgresql"), values)
    return None if found is None else dict(zip(_MOVED, found, strict=True))
