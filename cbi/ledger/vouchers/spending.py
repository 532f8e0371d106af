"""The till's statements: the one place, per engine, where the SQL of a redemption stands.

A redemption is one guarded update of the voucher that holds every condition of `spending_rule`, the
receipt's guard, and the chained line; PostgreSQL takes all three in one statement, which a function
there carries out for each that it is given, SQLite in one transaction under the writers' lock.
Where the update finds nothing, nothing has happened, and the caller asks why.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from cbi.base.errors import Unusable
from cbi.ledger.journal import ENTRY_COLUMNS, INSERT_ENTRY, LINE_COLUMNS
from cbi.ledger.vouchers.spending_rule import BALANCE, guard
from cbi.storage import Database
from cbi.storage.faults import ConstraintViolation, translated
from cbi.storage.retrying import retried
from cbi.storage.transactions import PLACE

_AROUND = """v.last_at <= :recorded_at
  AND NOT EXISTS (SELECT 1 FROM throttle AS w
                  WHERE w.who IN (:who_operator, :who_store) AND w.until_at > :now)
  AND NOT EXISTS (SELECT 1 FROM store AS s
                  WHERE s.code = :store AND s.closed_at <= :occurred_at)
  AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.request_id = :request_id)
  AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.receipt_key = :receipt_key)
  AND coalesce((SELECT id FROM entry WHERE id < :below ORDER BY id DESC LIMIT 1), :latest)
      BETWEEN :earliest AND :latest"""
"""What is asked beside the rule: of the clock, of who asks, of the store, the request, the receipt.
`redeeming` explains these."""

_GUARDED = f"""
UPDATE voucher AS v SET
    spent_minor = v.spent_minor + :amount_minor, last_seq = v.last_seq + 1,
    last_hash = {{chained}}, last_at = :recorded_at
WHERE v.code_hash = :code_hash
  AND {guard()}
  AND {_AROUND}
RETURNING v.id, v.last_seq, v.last_hash, v.serial, v.category, v.currency, v.valid_from,
          v.valid_until, {BALANCE} AS balance_minor
"""

_SQLITE_MOVE = (
    _GUARDED
    .format(chained="chained(v.last_hash, :digest)")
    .partition("RETURNING")[0]
    + "RETURNING id, last_seq, last_hash, serial, category, currency, valid_from, valid_until, "
    "face_minor - spent_minor - closed_minor AS balance_minor"
)

_USE_RECEIPT = """
INSERT INTO receipt AS r (store, number, total_minor, used_minor)
{values}
ON CONFLICT (store, number) DO UPDATE SET
    used_minor = r.used_minor + excluded.used_minor,
    total_minor = CASE
        WHEN r.used_minor = 0 THEN coalesce(excluded.total_minor, r.total_minor)
        WHEN r.total_minor <> excluded.total_minor THEN -1
        ELSE coalesce(r.total_minor, excluded.total_minor) END
"""
"""A second total beside the first breaks `receipt_within_total` on purpose: whoever comes second,
however close, learns of it."""
_SQLITE_RECEIPT = _USE_RECEIPT.format(
    values="VALUES (:store, :receipt, :receipt_total_minor, :amount_minor)"
)

USE_RECEIPT = _SQLITE_RECEIPT
"""The same in a transaction of either engine."""

POSTGRES_MOVE = f"""
WITH moved AS ({_GUARDED.format(chained="sha256(v.last_hash || :digest)")}),
used AS ({_USE_RECEIPT.format(
    values="SELECT :store, :receipt, :receipt_total_minor, :amount_minor FROM moved"
)}),
line AS (
    INSERT INTO entry ({", ".join(ENTRY_COLUMNS)})
    SELECT moved.id, moved.last_seq, {", ".join(f":{name}" for name in LINE_COLUMNS)},
           moved.last_hash, :vouched_by, :mac FROM moved
)
SELECT * FROM moved
"""
POSTGRES_FUNCTION = "redeem_vouchers"
"""The function that holds `POSTGRES_MOVE`, so that the server plans it once a session."""

_BYTES = frozenset({
    "id", "receipt_key", "reverses", "successor", "request_id", "code_hash", "digest", "last_hash",
    "below", "earliest", "latest", "mac",
})
_GIVEN = tuple(dict.fromkeys(PLACE.findall(POSTGRES_MOVE)))
"""What the function is given after the role to work as, in order, a list of each."""


class Moved(NamedTuple):
    """A voucher after a redemption: what its statement returns, in order."""

    id: bytes
    last_seq: int
    last_hash: bytes
    serial: str
    category: str
    currency: str
    valid_from: str
    valid_until: str
    balance_minor: int


def chained_in_sql(previous: bytes, digest: bytes) -> bytes:
    """What SQLite calls `chained`: the next link, SHA-256 of the previous one and the digest."""
    return sha256(previous + digest).digest()


def move(ledger: Database, values: Mapping[str, object]) -> Moved | None:
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
    try:
        return retried(lambda: _together_postgres(ledger, [values])[0])
    except Unusable as error:
        ledger.add_place(error)
        raise


def move_together(
    ledger: Database, asked: Sequence[Mapping[str, object]]
) -> list[Moved | None]:
    """Carry out several redemptions under one commit; None for each that did nothing.

    When it returns, all that moved is durable. What a constraint refuses has done nothing and
    keeps no other from being done; ask the same alone to learn why.

    Raises:
        Unusable: the ledger can't be reached, or PostgreSQL refused one: whether any of them was
            taken is asked by asking each again.
    """
    if ledger.engine == "sqlite":
        return _together_sqlite(ledger, asked)
    return _together_postgres(ledger, asked)


def _together_sqlite(
    ledger: Database, asked: Sequence[Mapping[str, object]]
) -> list[Moved | None]:
    connection, found = _with_chained(ledger), list[Moved | None]()
    with ledger.write():
        for values in asked:
            with translated():
                connection.execute("SAVEPOINT one")
            try:
                with translated():
                    found.append(_steps_sqlite(connection, values))
            except ConstraintViolation:
                connection.execute("ROLLBACK TO one")
                found.append(None)
            connection.execute("RELEASE one")
    return found


def _together_postgres(
    ledger: Any, asked: Sequence[Mapping[str, object]]
) -> list[Moved | None]:
    found = ledger.call(
        POSTGRES_FUNCTION, [[values[name] for values in asked] for name in _GIVEN]
    )
    return [None if row[0] is None else Moved(*row) for row in found]


def _move_sqlite(ledger: Database, values: Mapping[str, object]) -> Moved | None:
    connection = _with_chained(ledger)
    with ledger.write(), translated():
        return _steps_sqlite(connection, values)


def _with_chained(ledger: Database) -> Any:
    connection = ledger.connection()
    if ledger.remembered.get("chained") is not connection:
        connection.create_function("chained", 2, chained_in_sql, deterministic=True)
        ledger.remembered["chained"] = connection
    return connection


def _steps_sqlite(connection: Any, values: Mapping[str, object]) -> Moved | None:
    found = connection.execute(_SQLITE_MOVE, values).fetchone()
    if found is None:
        return None
    moved = Moved(*found)
    connection.execute(_SQLITE_RECEIPT, values)
    connection.execute(INSERT_ENTRY, {
        **values, "voucher": moved.id, "seq": moved.last_seq, "hash": moved.last_hash,
    })
    return moved


def postgres_function() -> str:
    """What makes the function: it has its caller's rights, and works as the role it is given.

    Its arguments are the statement's places, each by its name with `given_` before it and a list of
    as many values as redemptions are asked for; it returns a row for each, empty where it did
    nothing.
    """
    lists = ", ".join(f"given_{name} {_type(name)}[]" for name in _GIVEN)
    moved = ", ".join(f"{name} {_type(name)}" for name in Moved._fields)
    return f"""
CREATE FUNCTION {POSTGRES_FUNCTION}(given_role text, {lists}) RETURNS TABLE ({moved})
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asked record;
BEGIN
IF given_role IS NOT NULL THEN PERFORM set_config('role', given_role, true); END IF;
FOR asked IN SELECT * FROM unnest({", ".join(f"given_{name}" for name in _GIVEN)})
    AS given ({", ".join(_GIVEN)}) LOOP
RETURN QUERY {in_function(POSTGRES_MOVE)};
IF NOT FOUND THEN RETURN NEXT; END IF;
END LOOP;
END $$
"""


def in_function(sql: str) -> str:
    """A statement's text as it stands in the function."""
    return PLACE.sub(r"asked.\1", sql)


def _type(name: str) -> str:
    if name == "now" or name.endswith(("_minor", "_at", "_seq")):
        return "bigint"
    return "bytea" if name in _BYTES else "text"
