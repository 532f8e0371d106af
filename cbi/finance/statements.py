"""Statements: a retailer's bill taken in whole, once, after it was shown what it would become.

`preview` reads and looks up and writes nothing; `carry_out` writes what was shown. The same file
again is refused by its digest. Codes are looked up by their keyed hash and never kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.errors import BadFile, Conflict, NotFound, UsageError
from cbi.base.ids import request_digest
from cbi.base.logs import Log
from cbi.files import Problem, Table, read_table
from cbi.finance.cells import Named, unknown_key
from cbi.finance.layouts import find_layout
from cbi.finance.lines import ReadLine, ReadLines, read_lines
from cbi.finance.tables import Statement
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import stores
from cbi.places.profile import profile_of
from cbi.places.reading import fold
from cbi.places.tables import RetailerRow
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction

logger = Log(__name__)

SLICE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What a person may say of a statement: its period (ISO dates) where the lines have no dates,
    its currency where the retailer works in several, the headings of columns by field, and the
    decimal mark of its amounts.
    """

    period_from: str | None = None
    period_until: str | None = None
    currency: str | None = None
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class StatementPreview:
    """What a file would become. `problems` keep it out, `warnings` do not.

    `columns` are the letters of the columns read, by field; `named` counts the lines whose voucher
    we know, do not know, and cannot read.
    """

    retailer: str
    currency: str
    zone: str
    file: str
    digest: str
    period_from: str
    period_until: str
    claimed_minor: int
    stated_minor: int | None
    columns: Mapping[str, str]
    named: Mapping[str, int]
    lines: Sequence[ReadLine]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class NamedVoucher(NamedTuple):
    """A voucher that lines name, and by what: its serial, or its code's hash."""

    id: bytes
    serial: str
    named: str | bytes


def preview(
    session: OperatorSession, path: Path, retailer: str, how: HowToRead | None = None
) -> StatementPreview:
    """What a retailer's file would become as a statement; nothing is written.

    Raises:
        BadFile: it cannot be read, or no row of it heads a voucher's and an amount's column.
        NotFound: no such retailer.
        Conflict: this file was taken in before, or the retailer takes no vouchers.
        UsageError: the period or the currency is not known and must be said.
    """
    session.require("statement.import")
    how = how or HowToRead()
    with session.ledger.read() as tx:
        code, currency, zone = _setting(tx, retailer, how.currency)
        money = profile_of(tx).money
    table = read_table(path, sheet=how.sheet)
    with session.ledger.read() as tx:
        _refuse_known(tx, table.digest)
    layout = find_layout(table, how.columns, money)
    read = read_lines(table, layout, currency, lambda: session.keys.need("lookup"), how.decimal)
    if not read.lines and not read.problems:
        raise BadFile("finance.no-lines", file=table.file)
    period_from, period_until = _period(read.lines, how) if read.lines else ("–", "–")
    with session.ledger.read() as tx:
        known = _known_vouchers(tx, read.lines)
    named = {"voucher": 0, "unknown": 0, "mistyped": 0}
    for line in read.lines:
        named[_names(line.named, known)] += 1
    return StatementPreview(
        code, currency, zone, table.file, table.digest, period_from, period_until,
        read.claimed_minor, read.stated_minor, layout.letters(), named, read.lines,
        tuple(read.problems), _warnings(table, read),
    )


def carry_out(session: OperatorSession, shown: StatementPreview) -> Statement:
    """Put on record what a preview showed.

    Raises:
        BadFile: some of its lines cannot be read.
        Conflict: the file was taken in meanwhile.
    """
    session.require("statement.import")
    if shown.problems:
        raise BadFile(
            "finance.statement-has-problems", file=shown.file, problems=len(shown.problems)
        )
    statement_id = session.new_id()

    def work(tx: WriteTransaction) -> Statement:
        _refuse_known(tx, shown.digest)
        made = _statement(tx, session, shown, statement_id)
        try:
            tx.add(made)
        except ConstraintViolation as refused:
            raise RetryTransaction(
                refused.rule
            ) from refused  # taken in by another meanwhile: look again
        for rows in _claim_rows(tx, shown, statement_id):
            tx.insert("claim", rows)
        log.record(
            tx, operator=session.operator.name, action="statement.import", object=made.number,
            at=made.imported_at, origin=session.origin,
            detail={
                "digest": shown.digest, "lines": len(shown.lines),
                "claimed_minor": shown.claimed_minor,
            },
        )
        return made

    logger.info("%s lines of a statement are put on record", len(shown.lines))
    return session.ledger.transact(work)


def statement(tx: ReadTransaction, number: str) -> Statement:
    """The statement with this number.

    Raises:
        NotFound: no such statement.
    """
    found = tx.first(select(Statement).where(Statement.number == number.strip().upper()))
    if found is None:
        raise NotFound("finance.statement-unknown", statement=number)
    return found


def held(tx: WriteTransaction, number: str) -> Statement:
    """The statement, held for this transaction: one at a time reconciles, decides and settles."""
    found = statement(tx, number)
    tx.first(select(Statement.id).where(Statement.id == found.id).with_for_update())
    return statement(tx, number)


def statements(tx: ReadTransaction, *, retailer: str | None = None) -> list[Statement]:
    """Statements, the oldest first."""
    asked = select(Statement).order_by(col(Statement.imported_at), col(Statement.number))
    return tx.all(asked if retailer is None else asked.where(Statement.retailer == retailer))


def _setting(tx: ReadTransaction, retailer: str, currency: str | None) -> tuple[str, str, str]:
    """The retailer's code, and the currency and zone of the programmes whose vouchers it takes."""
    code = retailer.strip().lower()
    if tx.first(select(RetailerRow.code).where(RetailerRow.code == code)) is None:
        raise NotFound("finance.retailer-unknown", retailer=retailer)
    taken = (
        select(RoundRow.programme).join(RoundRetailer, col(RoundRetailer.round) == RoundRow.code)
        .where(RoundRetailer.retailer == code)
    )
    owners = tx.all(
        select(Programme).where(col(Programme.code).in_(taken)).order_by(Programme.code)
    )
    if not owners:
        raise Conflict("finance.retailer-takes-nothing", retailer=code)
    known = sorted({owner.currency for owner in owners})
    asked = (currency or "").strip().upper() or (known[0] if len(known) == 1 else "")
    if asked not in known:
        raise UsageError("finance.currency-needed", retailer=code, known=", ".join(known))
    return code, asked, next(owner.zone for owner in owners if owner.currency == asked)


def _refuse_known(tx: ReadTransaction, digest: str) -> None:
    number = tx.first(
        select(Statement.number).where(Statement.digest == bytes.fromhex(digest))
    )
    if number is not None:
        raise Conflict("finance.statement-known", statement=number)


def _period(lines: Sequence[ReadLine], how: HowToRead) -> tuple[str, str]:
    """The first and the last day billed, or as said; only a period that was said may be wider."""
    days = [line.date for line in lines if line.date is not None]
    first = _day(how.period_from) or (min(days) if days else None)
    last = _day(how.period_until) or (max(days) if days else None)
    if first is None or last is None:
        raise UsageError("finance.period-needed")
    if first > last:
        raise UsageError("finance.period-backwards", first=first, last=last)
    return first, last


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise UsageError("ledger.date-unreadable", text=text) from error


def _warnings(table: Table, read: ReadLines) -> tuple[Problem, ...]:
    untold = Problem("finance.total-missing", sheet=table.sheet)
    missing = () if read.stated_minor is not None else (untold,)
    return (*table.warnings, *read.warnings, *missing)


def _names(named: Named, known: Mapping[object, NamedVoucher]) -> str:
    if named.kind == "mistyped":
        return "mistyped"
    return "voucher" if (named.hashed or named.shown) in known else "unknown"


def _known_vouchers(tx: ReadTransaction, lines: Sequence[ReadLine]) -> dict[object, NamedVoucher]:
    """Vouchers by the serial or the code's hash that lines name them by."""
    found: dict[object, NamedVoucher] = {}
    serials = sorted({line.named.shown for line in lines if line.named.kind == "serial"})
    hashes = sorted({line.named.hashed for line in lines if line.named.kind == "code"})
    wanted: tuple[tuple[str, Sequence[object]], ...] = (("serial", serials), ("code_hash", hashes))
    for column, keys in wanted:
        for start in range(0, len(keys), SLICE):
            places = {f"k{number}": key for number, key in enumerate(keys[start : start + SLICE])}
            vouchers = tx.read(
                NamedVoucher,
                f"SELECT id, serial, {column} AS named FROM voucher WHERE {column} IN "
                f"({', '.join(':' + place for place in places)})",
                **places,
            )
            found |= {voucher.named: voucher for voucher in vouchers}
    return found


def _statement(
    tx: ReadTransaction, session: OperatorSession, shown: StatementPreview, statement_id: bytes
) -> Statement:
    counted = tx.value(
        "SELECT count(*) FROM statement WHERE retailer = :retailer", retailer=shown.retailer
    )
    return Statement(
        id=statement_id, number=f"{shown.retailer.upper()}-S{int(counted) + 1}",
        retailer=shown.retailer, currency=shown.currency, zone=shown.zone, file=shown.file,
        digest=bytes.fromhex(shown.digest), period_from=shown.period_from,
        period_until=shown.period_until, line_count=len(shown.lines),
        claimed_minor=shown.claimed_minor, stated_minor=shown.stated_minor,
        imported_by=session.operator.name, imported_at=session.clock(), reconciled_at=None,
    )


def _claim_rows(
    tx: ReadTransaction, shown: StatementPreview, statement_id: bytes
) -> Iterator[list[dict[str, object]]]:
    """Claims in the order of their vouchers, a slice at a time."""
    known = _known_vouchers(tx, shown.lines)
    store_names = _store_names(tx, shown.retailer)
    codes = {
        text: store_names.get(fold(text or ""), text) for text in {one.store for one in shown.lines}
    }
    keyed = sorted(
        (_key(line, known, statement_id), line.line, line) for line in shown.lines
    )
    for start in range(0, len(keyed), 20_000):
        rows: list[dict[str, object]] = []
        for key, number, line in keyed[start : start + 20_000]:
            names = _names(line.named, known)
            voucher = known.get(line.named.hashed or line.named.shown)
            rows.append({
                "statement": statement_id, "voucher": key, "line": number, "names": names,
                "shown": line.named.shown if voucher is None else voucher.serial,
                "file_row": line.row, "date": line.date,
                "store": codes[line.store],
                "receipt": line.receipt, "amount_minor": line.amount_minor,
            })
        yield rows


def _key(line: ReadLine, known: Mapping[object, NamedVoucher], statement_id: bytes) -> bytes:
    """The voucher's id; a digest of what is not ours; nothing is kept of what cannot be read."""
    if line.named.kind == "mistyped":
        return request_digest("mistyped", statement_id.hex(), line.line)
    voucher = known.get(line.named.hashed or line.named.shown)
    return unknown_key(line.named) if voucher is None else voucher.id


def _store_names(tx: ReadTransaction, retailer: str) -> dict[str, str]:
    """The retailer's stores by every name that only one of them has."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for store in stores(tx, retailer=retailer):
        for name in {fold(text) for text in (store.code, *store.names.values())}:
            if name in found:
                twice.add(name)
            found[name] = store.code
    return {name: code for name, code in found.items() if name and name not in twice}
