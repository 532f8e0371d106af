"""The ledger without people, for analysts: three tables and a dictionary of their columns.

No person, household, serial or code is in it: a voucher is a number drawn for this export alone.
Groups of fewer vouchers than the limit (a round, city, category) are marked, so that whoever
publishes from it knows where counts are small.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.errors import UsageError
from cbi.files.writing import write_csv
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.tables import Programme
from cbi.reports.as_of import AsOf, as_of
from cbi.reports.overview import chosen_programme
from cbi.reports.standing import STOOD
from cbi.reports.suppression import LEAST
from cbi.storage import ReadTransaction

VOUCHERS = (
    ("voucher", "a number drawn for this export; it joins the tables and nothing else"),
    ("round", "the round's code"), ("city", "the city's code"),
    ("category", "food, non-food, …"), ("currency", "ISO 4217"),
    ("issued_minor", "the face, in minor units of the currency"),
    ("redeemed_minor", "spent, reversals taken off"), ("expired_minor", "closed by its last day"),
    ("void_minor", "closed by hand or by a replacement"),
    ("left_minor", "still to be spent; issued = redeemed + expired + void + left"),
    ("given", "1 if it was handed over"), ("last_day", "the last day of its validity"),
    ("small_group", "1 if its round, city and category have fewer vouchers than the limit"),
)
LINES = (
    ("voucher", "as in vouchers"), ("line", "its place in the voucher's journal, from 1"),
    ("kind", "issue, hand-over, redeem, reverse, expire, void, …"),
    ("amount_minor", "value moved; 0 where only a state changed"),
    ("store", "the store's code, for redeem"),
    ("happened_on", "the day, in the programme's time zone, on which it happened"),
    ("recorded_on", "the day on which the ledger took it"),
    ("code_way", "how the code came in, for redeem: scanner, camera, typed; empty if not said"),
)


class _VoucherLine(NamedTuple):
    """A voucher as it stood."""

    id: bytes
    round: str
    city: str
    category: str
    currency: str
    issued_minor: int
    redeemed_minor: int
    expired_minor: int
    void_minor: int
    left_minor: int
    given: int
    last_day: str


class _JournalLine(NamedTuple):
    """A line of a voucher's journal."""

    voucher: bytes
    seq: int
    kind: str
    amount_minor: int
    store: str | None
    occurred_at: int
    recorded_at: int
    code_way: str | None


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and how many rows."""

    files: tuple[Path, ...]
    vouchers: int
    lines: int
    small_groups: int
    seen: AsOf


def export_ledger(
    session: OperatorSession, folder: Path, *, programme_code: str | None = None,
    asked: str | None = None, least: int = LEAST, parquet: bool = False,
) -> Exported:
    """Write a programme's vouchers and their journal without people, as CSV or Parquet.

    Raises:
        NotAllowed: this operator may not read the ledger.
        NotFound: no such programme, or no such seal.
        UsageError: Parquet was asked for, and polars is not installed.
        BadFile: a file is there already, or cannot be written.
    """
    session.require("ledger.read")
    salt = session.entropy(16)
    with session.ledger.read() as tx:
        found = chosen_programme(tx, programme_code)
        seen = as_of(tx, asked, session.clock(), found.zone)
        vouchers = _vouchers(tx, seen, found)
        numbers = _drawn([one.id for one in vouchers], salt)
        groups = Counter((one.round, one.city, one.category) for one in vouchers)
        small = {group for group, count in groups.items() if count < least}
        rows = sorted(
            (numbers[one.id], *_whole(one), int((one.round, one.city, one.category) in small))
            for one in vouchers
        )
        lines = sorted(_lines(tx, seen, found, numbers))
    folder.mkdir(parents=True, exist_ok=True)
    write = _write_parquet if parquet else _write_csv
    files = (
        write(folder / "vouchers", [name for name, _ in VOUCHERS], rows),
        write(folder / "lines", [name for name, _ in LINES], lines),
        _write_csv(folder / "dictionary", ["table", "column", "meaning"], [
            *(("vouchers", *one) for one in VOUCHERS), *(("lines", *one) for one in LINES),
        ]),
    )
    return Exported(files, len(rows), len(lines), len(small), seen)


def _vouchers(tx: ReadTransaction, seen: AsOf, found: Programme) -> list[_VoucherLine]:
    return tx.read(
        _VoucherLine, seen.lines + STOOD + "SELECT id, round, city, category, currency, "
        "issued_minor, redeemed_minor, expired_minor, void_minor, left_minor, given, last_day "
        "FROM stood", code=found.code, **seen.values,
    )


def _drawn(ids: Sequence[bytes], salt: bytes) -> dict[bytes, int]:
    """Numbers in an order that only this export has: not that of issuing, which is by people."""
    mixed = sorted(ids, key=lambda one: hashlib.sha256(salt + one).digest())
    return {one: number for number, one in enumerate(mixed, 1)}


def _whole(one: _VoucherLine) -> tuple[object, ...]:
    return (*one[1:5], *(int(value) for value in one[5:11]), one.last_day)


def _lines(
    tx: ReadTransaction, seen: AsOf, found: Programme, numbers: dict[bytes, int]
) -> Iterator[tuple[object, ...]]:
    for one in tx.read_each(
        _JournalLine, seen.lines + "SELECT voucher, seq, kind, amount_minor, store, occurred_at, "
        "recorded_at, code_way FROM line", **seen.values,
    ):
        if one.voucher in numbers:
            yield (
                numbers[one.voucher], one.seq, one.kind, one.amount_minor, one.store or "",
                date_at(one.occurred_at, found.zone), date_at(one.recorded_at, found.zone),
                one.code_way or "",
            )


def _write_csv(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    made = path.with_suffix(".csv")
    write_csv(made, list(headings), rows)
    return made


def _write_parquet(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    try:
        import polars
    except ImportError as error:
        raise UsageError("reports.no-polars") from error
    from cbi.files.writing import atomic_file

    made = path.with_suffix(".parquet")
    frame = polars.DataFrame(
        [list(row) for row in rows], schema=list(headings), orient="row", infer_schema_length=None
    )
    with atomic_file(made) as file:
        frame.write_parquet(file)
    return made
