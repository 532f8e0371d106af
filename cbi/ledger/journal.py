"""A voucher's journal: the line, its digest, and the one way to append it.

A line holds nothing that a statement computes, so its digest is known before the database is
asked and one statement can chain it. What is absent is left out of the canonical JSON.
"""

import hmac
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cbi.base.canonical import JsonValue
from cbi.base.errors import Conflict
from cbi.base.ids import request_digest
from cbi.base.words import alike
from cbi.ledger.chain import chained, line_digest
from cbi.ledger.vouchers.reading import JournalLine, Voucher
from cbi.operators.digests import Vouching, may_write
from cbi.storage.transactions import WriteTransaction

FUNDS, VOUCHERS = "funds", "vouchers"


class NewLine(NamedTuple):
    """One line before it is chained. Amounts in minor units, instants in microseconds UTC."""

    id: bytes
    kind: str
    operator: str
    occurred_at: int
    recorded_at: int
    amount_minor: int = 0
    debit: str | None = None
    credit: str | None = None
    store: str | None = None
    receipt: str | None = None
    receipt_total_minor: int | None = None
    receipt_key: bytes | None = None
    reverses: bytes | None = None
    successor: bytes | None = None
    valid_until: str | None = None
    reason: str | None = None
    request_id: bytes | None = None
    code_way: str | None = None


LINE_COLUMNS = NewLine._fields
ENTRY_COLUMNS = JournalLine._fields
INSERT_ENTRY = (
    f"INSERT INTO entry ({', '.join(ENTRY_COLUMNS)}) "
    f"VALUES ({', '.join(':' + name for name in ENTRY_COLUMNS)})"
)


def retailer_account(retailer: str) -> str:
    """The account that redemptions at a retailer credit."""
    return f"retailer:{retailer}"


def receipt_key(store: str, receipt: str, code_hash: bytes, turn: int = 0) -> bytes:
    """What a receipt serves a voucher once by; each reversal opens another turn."""
    return request_digest("receipt", store, alike(receipt), code_hash.hex(), turn)


def request_id(request: str) -> bytes:
    """The id of a request by the words of who asks."""
    return request_digest("request", request)


def line_json(
    said: Iterable[Any], facts: Mapping[str, Any] | None = None
) -> dict[str, JsonValue]:
    """What is hashed: a line's columns as in `NewLine`, and for an issue the voucher's fixed facts.
    """
    told: dict[str, JsonValue] = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in zip(LINE_COLUMNS, said, strict=True) if value is not None
    }
    for name, value in (facts or {}).items():
        told[name] = value.hex() if isinstance(value, bytes) else value
    return told


def line_mac(key: bytes, code_hash: bytes, digest: bytes) -> bytes:
    """What a machine vouches for a line with: its content, and whose voucher it is, by its code.

    Both are known before the database is asked; the line's place is the chain's to hold.
    """
    made = _begun(key).copy()
    made.update(b"line" + code_hash + digest)
    return made.digest()


@lru_cache(maxsize=8)
def _begun(key: bytes) -> hmac.HMAC:
    """A MAC under a key that has heard nothing yet: a check makes a million of them."""
    return hmac.new(key, digestmod="sha256")


def post(
    tx: WriteTransaction, by: Vouching, voucher: Voucher, *lines: NewLine, **changed: object
) -> Voucher:
    """Append lines to a voucher's journal and bring its row forward, guarded by its last line.

    The machine vouches for them with `by`. The lines go first: on PostgreSQL a row moves only
    beside them.

    `changed` are the voucher's columns that these lines change together. A line is recorded at its
    `recorded_at`, or with the voucher's last line where that was later.

    Raises:
        NotAllowed: a till's machine writes what only an office does.
        Conflict: the voucher has moved on since it was read.
        Refused: a rule of the database says no.
    """
    seq, head = voucher.last_seq, voucher.last_hash
    at = max(lines[-1].recorded_at, voucher.last_at)
    rows: list[JournalLine] = []
    for line in lines:
        before = (rows[-1].kind, by.name) if rows else None
        if not may_write(by.name, line.kind, before):
            by.must_be_an_offices(line.kind)
        said = line._replace(recorded_at=at)
        digest = line_digest(line_json(said))
        head = chained(head, digest)
        seq += 1
        mac = line_mac(by.key, voucher.code_hash, digest)
        rows.append(JournalLine(voucher.id, seq, *said, head, by.name, mac))
    changed |= {"last_seq": seq, "last_hash": head, "last_at": at}
    hold = " FOR UPDATE" if tx.engine == "postgresql" else ""
    here = tx.value(
        f"SELECT 1 FROM voucher WHERE id = :id AND last_seq = :was{hold}",
        id=voucher.id, was=voucher.last_seq,
    )
    if here is None:
        raise Conflict("ledger.voucher-moved-on", serial=voucher.serial)
    tx.run_many(INSERT_ENTRY, [row._asdict() for row in rows])
    settings = ", ".join(f"{name} = :{name}" for name in changed)
    tx.run(f"UPDATE voucher SET {settings} WHERE id = :id", id=voucher.id, **changed)
    return voucher.with_changes(**changed)
