"""Vouchers as values, found by serial or by code."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cbi.base.errors import NotFound
from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.keyboards import CodeReading, readings
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction


class Voucher(NamedTuple):
    """A voucher's row. Amounts in minor units; `opens_at`/`closes_at` bound its validity (UTC)."""

    id: bytes
    serial: str
    code_hash: bytes
    code_sealed: bytes
    batch: bytes
    round: str
    city: str
    category: str
    beneficiary: str
    language: str
    part: int
    generation: int
    currency: str
    face_minor: int
    spent_minor: int
    closed_minor: int
    state: str
    valid_from: str
    valid_until: str
    opens_at: int
    closes_at: int
    successor: bytes | None
    last_seq: int
    last_hash: bytes
    last_at: int

    @property
    def balance_minor(self) -> int:
        """What can still be spent or closed."""
        return self.face_minor - self.spent_minor - self.closed_minor

    def with_changes(self, **changed: Any) -> "Voucher":
        """The voucher after some columns changed."""
        return self._replace(**changed)


class JournalLine(NamedTuple):
    """One line of a voucher's journal as it is stored; `seq` counts from 1."""

    voucher: bytes
    seq: int
    id: bytes
    kind: str
    operator: str
    occurred_at: int
    recorded_at: int
    amount_minor: int
    debit: str | None
    credit: str | None
    store: str | None
    receipt: str | None
    receipt_total_minor: int | None
    receipt_key: bytes | None
    reverses: bytes | None
    successor: bytes | None
    valid_until: str | None
    reason: str | None
    request_id: bytes | None
    code_way: str | None
    hash: bytes
    vouched_by: str
    mac: bytes

    @property
    def said(self) -> tuple[Any, ...]:
        """What the line says and its hash covers: the columns of `journal.NewLine`."""
        return self[2:20]


VOUCHER_COLUMNS = Voucher._fields
SELECT_VOUCHER = f"SELECT {', '.join(VOUCHER_COLUMNS)} FROM voucher"
SELECT_LINE = f"SELECT {', '.join(JournalLine._fields)} FROM entry"
ISSUE_FACTS = (
    "serial", "code_hash", "code_sealed", "batch", "round", "city", "category", "beneficiary",
    "language", "part", "generation", "currency", "face_minor", "valid_from",
)
"""A voucher's fixed facts, hashed with its first line; `voucher` is its id."""


def by_serial(tx: ReadTransaction, serial: str) -> Voucher:
    """The voucher with this serial; locked for the transaction when it is a writing one.

    Raises:
        NotFound: no such voucher.
    """
    found = one_voucher(tx, "serial = :serial", serial=serial.strip().upper())
    if found is None:
        raise NotFound("ledger.voucher-unknown", serial=serial)
    return found


def by_serials(tx: ReadTransaction, serials: Sequence[str]) -> dict[str, Voucher]:
    """Of these serials those that are known, as they are written in the ledger; locked likewise,
    in the order of their serials."""
    return {voucher.serial: voucher for voucher in _those(tx, "serial", sorted(set(serials)))}


def by_hashes(tx: ReadTransaction, hashes: Sequence[bytes]) -> dict[bytes, Voucher]:
    """The vouchers whose codes have these keyed hashes."""
    return {voucher.code_hash: voucher for voucher in _those(tx, "code_hash", sorted(set(hashes)))}


def by_code(tx: ReadTransaction, code: str, lookup_key: bytes) -> Voucher | None:
    """The voucher that a code spends, or None; the code must have been read by `read_code`."""
    return one_voucher(tx, "code_hash = :hash", hash=code_hash(code, lookup_key))


class Lookup(NamedTuple):
    """A voucher found by what was typed, and the reading by which; or None and the first reading.
    """

    voucher: Voucher | None
    reading: CodeReading


def look_up(tx: ReadTransaction, text: str, lookup_key: bytes) -> Lookup | None:
    """The voucher that a text spends, whichever keyboard it was typed on; None: it is no code.

    What stands as typed comes first; another keyboard's reading counts only if it finds a voucher,
    or if nothing else can be meant.
    """
    first = None
    for reading in readings(text):
        voucher = by_code(tx, reading.code, lookup_key)
        if voucher is not None:
            return Lookup(voucher, reading)
        first = first or reading
    return None if first is None else Lookup(None, first)


def by_serial_or_code(
    tx: ReadTransaction, text: str, lookup_key: Callable[[], bytes]
) -> Voucher | None:
    """The voucher that a serial or a code names, or None; the key is asked for where it is a code.
    """
    found = one_voucher(tx, "serial = :serial", serial=text.strip().upper())
    if found is None:
        if next(readings(text), None) is None:
            return None
        looked_up = look_up(tx, text, lookup_key())
        found = looked_up.voucher if looked_up else None
    return found


def one_voucher(tx: ReadTransaction, where: str, **values: object) -> Voucher | None:
    """The first voucher of a query, locked where the engine needs to be told."""
    return tx.read_one(Voucher, f"{SELECT_VOUCHER} WHERE {where}{_lock(tx)}", **values)


def _those(
    tx: ReadTransaction, column: str, values: Sequence[str] | Sequence[bytes]
) -> list[Voucher]:
    return read_in(
        tx, Voucher,
        f"{SELECT_VOUCHER} WHERE {column} IN ({{}}) ORDER BY {column}{_lock(tx)}", values,
    )


def _lock(tx: ReadTransaction) -> str:
    """What makes a query of a writing transaction keep its rows, where that must be said."""
    return " FOR UPDATE" if isinstance(tx, WriteTransaction) and tx.engine == "postgresql" else ""


def journal(tx: ReadTransaction, voucher_id: bytes) -> list[JournalLine]:
    """A voucher's lines in order."""
    return tx.read(
        JournalLine, f"{SELECT_LINE} WHERE voucher = :voucher ORDER BY seq", voucher=voucher_id
    )
