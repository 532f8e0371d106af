"""Bulk inserts of issued vouchers: the one place for their SQL, per engine.

SQLite takes rows through executemany; PostgreSQL through COPY. Columns that are the same for every
fresh voucher stand in the statement or the copied row, not in the caller's.
"""

from collections.abc import Sequence
from typing import Any

from cbi.base.errors import Conflict
from cbi.ledger.journal import FUNDS, VOUCHERS
from cbi.storage import ConstraintViolation, WriteTransaction
from cbi.storage.faults import translated

ISSUED_VOUCHER = (
    "id", "serial", "code_hash", "code_sealed", "batch", "round", "city", "category",
    "beneficiary", "language", "part", "generation", "currency", "face_minor", "valid_from",
    "valid_until", "opens_at", "closes_at", "last_hash", "last_at",
)
ISSUED_ENTRY = ("voucher", "id", "amount_minor", "valid_until", "operator", "at", "hash",
                "vouched_by", "mac")

SQLITE_VOUCHER = f"""
INSERT INTO voucher ({", ".join(ISSUED_VOUCHER)}, spent_minor, closed_minor, state, last_seq)
VALUES ({", ".join("?" * len(ISSUED_VOUCHER))}, 0, 0, 'issued', 1)
"""
SQLITE_ENTRY = f"""
INSERT INTO entry (voucher, id, amount_minor, valid_until, operator, occurred_at, recorded_at,
                   hash, vouched_by, mac, seq, kind, debit, credit)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, 1, 'issue', '{FUNDS}', '{VOUCHERS}')
"""
POSTGRES_VOUCHER = f"""
COPY voucher ({", ".join(ISSUED_VOUCHER)}, spent_minor, closed_minor, state, last_seq) FROM STDIN
"""
POSTGRES_ENTRY = """
COPY entry (voucher, id, amount_minor, valid_until, operator, occurred_at, recorded_at,
            hash, vouched_by, mac, seq, kind, debit, credit) FROM STDIN
"""


def insert_issued(
    tx: WriteTransaction, vouchers: Sequence[tuple[Any, ...]], entries: Sequence[tuple[Any, ...]]
) -> None:
    """Insert fresh vouchers and their first lines (columns as named above).

    Raises:
        Conflict: a beneficiary has this round's voucher of that category already.
    """
    try:
        with translated():
            if tx.engine == "sqlite":
                tx.connection.executemany(SQLITE_VOUCHER, vouchers)
                tx.connection.executemany(SQLITE_ENTRY, entries)
            else:
                _copy(tx, vouchers, entries)
    except ConstraintViolation as refused:
        if "voucher_once_a_round" in refused.rule or "voucher.beneficiary" in refused.rule:
            raise Conflict("ledger.issued-already") from refused
        raise


def _copy(
    tx: WriteTransaction, vouchers: Sequence[tuple[Any, ...]], entries: Sequence[tuple[Any, ...]]
) -> None:
    with tx.connection.cursor() as cursor:
        with cursor.copy(POSTGRES_VOUCHER) as copy:
            for row in vouchers:
                copy.write_row((*row, 0, 0, "issued", 1))
        with cursor.copy(POSTGRES_ENTRY) as copy:
            for *known, at, new_hash, by, mac in entries:
                copy.write_row((*known, at, at, new_hash, by, mac, 1, "issue", FUNDS, VOUCHERS))
