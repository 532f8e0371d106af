"""A voucher's journal: the line, its digest, and the one way to append it.

A line holds nothing that a statement computes, so its digest is known before the database is
asked and one statement can chain it. What is absent is left out of the canonical JSON.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from cbi.base.canonical import JsonValue
from cbi.base.errors import Conflict
from cbi.base.ids import request_digest
from cbi.base.words import alike
from cbi.ledger.chain import chained, line_digest
from cbi.ledger.vouchers.reading import JournalLine, Voucher
from cbi.operators.digests import Vouching, may_write
from cbi.storage.listed import read_in
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


class _Standing(NamedTuple):
    """The number of a voucher's last line."""

    id: bytes
    last_seq: int


Posted = tuple[Voucher, Sequence[NewLine]]
"""A voucher, and what its journal goes on with."""

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
    return post_each(tx, by, [(voucher, lines)], **changed)[0]


def post_each(
    tx: WriteTransaction, by: Vouching, posted: Sequence[Posted], **changed: object
) -> list[Voucher]:
    """The same for several vouchers that change alike, in as many statements as for one.

    Raises:
        NotAllowed, Conflict, Refused: as of one; all of them change, or none.
    """
    _must_stand(tx, [voucher for voucher, _ in posted])
    rows: list[JournalLine] = []
    moved: list[Voucher] = []
    for voucher, lines in posted:
        chain = _chain(by, voucher, lines)
        rows += chain
        last = chain[-1]
        moved.append(voucher.with_changes(
            **changed, last_seq=last.seq, last_hash=last.hash, last_at=last.recorded_at
        ))
    tx.run_many(INSERT_ENTRY, [row._asdict() for row in rows])
    columns = (*changed, "last_seq", "last_hash", "last_at")
    settings = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run_many(
        f"UPDATE voucher SET {settings} WHERE id = :id",
        [{name: getattr(voucher, name) for name in ("id", *columns)} for voucher in moved],
    )
    return moved


def _must_stand(tx: WriteTransaction, vouchers: Sequence[Voucher]) -> None:
    """Refuse vouchers that are not as they were read, or stand there twice; nobody else moves them
    from here on."""
    hold = " ORDER BY id FOR UPDATE" if tx.engine == "postgresql" else ""
    stand = dict(read_in(
        tx, _Standing, f"SELECT id, last_seq FROM voucher WHERE id IN ({{}}){hold}",
        [voucher.id for voucher in vouchers],
    ))
    for voucher in vouchers:
        if stand.pop(voucher.id, None) != voucher.last_seq:
            raise Conflict("ledger.voucher-moved-on", serial=voucher.serial)


def _chain(by: Vouching, voucher: Voucher, lines: Sequence[NewLine]) -> list[JournalLine]:
    """These lines as they follow a voucher's last one, vouched for."""
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
    return rows
