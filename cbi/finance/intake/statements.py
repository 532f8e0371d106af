"""Statements: a retailer's bill taken in whole, once, after it was shown what it would become.

`previewing` reads and looks up and writes nothing; `carry_out` writes what was shown. The same
content again is refused by its digest. Codes are looked up by their keyed hash and never kept.
"""

import json
from collections.abc import Iterator
from functools import partial

from sqlmodel import col, select

from cbi.base.errors import BadFile, Conflict, NotFound
from cbi.base.ids import request_digest
from cbi.base.logs import Log
from cbi.finance.intake.naming import Resolved
from cbi.finance.intake.previewing import StatementPreview, refuse_known
from cbi.finance.intake.store_names import StoreNames
from cbi.finance.reading.values.cells import unknown_key
from cbi.finance.tables import Statement
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction

logger = Log(__name__)

PLACE_BYTES = 4


def carry_out(
    session: OperatorSession, shown: StatementPreview, *, leave_out: bool = False
) -> Statement:
    """Put on record what a preview showed; with `leave_out` without the rows that can't be read,
    which are kept by name.

    Raises:
        BadFile: some of its rows cannot be read, and nobody agreed to leave them out; or no line
            is left.
        Conflict: the same was taken in meanwhile.
    """
    session.require("statement.import")
    if shown.problems and not (leave_out and shown.resolved):
        many = len(shown.problems)
        raise BadFile("finance.statement-has-problems", file=shown.file, problems=many)
    statement_id = session.new_id()

    def work(tx: WriteTransaction) -> Statement:
        refuse_known(tx, shown.digest)
        made = _statement(tx, session, shown, statement_id)
        try:
            tx.add(made)
        except ConstraintViolation as refused:
            raise RetryTransaction(
                refused.rule
            ) from refused  # taken in by another meanwhile: look again
        tx.insert("claim", _claim_rows(tx, shown, statement_id))
        if shown.left:
            tx.insert("left_out", _left_rows(shown, statement_id))
        log.record_by(
            tx, session, action="statement.import", object=made.number, at=made.imported_at,
            detail={
                "digest": shown.digest, "lines": len(shown.resolved),
                "claimed_minor": shown.claimed_minor,
                **({"left_out": len(shown.left)} if shown.left else {}),
            },
        )
        return made

    logger.info("%s lines of a statement are put on record", len(shown.resolved))
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
    """The statement, held for this transaction: one at a time reconciles, decides and settles.

    Raises:
        NotFound: no such statement.
        Conflict: it was withdrawn.
    """
    found = statement(tx, number)
    if found.withdrawn_at is not None:
        raise Conflict("finance.statement-withdrawn", statement=found.number,
                       other=found.replaced_by or "–")
    tx.first(select(Statement.id).where(Statement.id == found.id).with_for_update())
    return statement(tx, number)


def statements(tx: ReadTransaction, *, retailer: str | None = None) -> list[Statement]:
    """Statements, the oldest first."""
    asked = select(Statement).order_by(col(Statement.imported_at), col(Statement.number))
    return tx.all(asked if retailer is None else asked.where(Statement.retailer == retailer))


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
        period_until=shown.period_until, line_count=len(shown.resolved),
        claimed_minor=shown.claimed_minor, stated_minor=shown.stated_minor,
        left_minor=shown.left_minor, columns=_columns_json(shown),
        imported_by=session.operator.name, imported_at=session.clock(), reconciled_at=None,
        withdrawn_at=None, replaced_by=None,
    )


def _columns_json(shown: StatementPreview) -> str:
    """The heading of every field, as it was read; the retailer's next file is tried with them."""
    first = shown.shown[0].sheet
    return json.dumps(
        {one.field: one.heading for one in shown.shown if one.sheet == first and one.heading},
        ensure_ascii=False,
    )


def _claim_rows(
    tx: ReadTransaction, shown: StatementPreview, statement_id: bytes
) -> Iterator[dict[str, object]]:
    """Claims in the order of their vouchers."""
    names = StoreNames.of(tx, shown.retailer)
    codes = {text: names.told(text) or text for text in shown.resolved.stores()}
    lines = shown.resolved
    ordered = [
        key + place.to_bytes(PLACE_BYTES, "big")
        for place, key in enumerate(lines.keys(partial(_key, statement_id=statement_id)))
    ]
    ordered.sort()
    for key in ordered:
        one = lines[int.from_bytes(key[-PLACE_BYTES:], "big")]
        yield {
            "statement": statement_id, "voucher": key[:-PLACE_BYTES], "line": one.line.line,
            "names": one.names, "shown": one.serial or one.line.named.whole,
            "sheet": one.line.sheet, "file_row": one.line.row, "date": one.line.date,
            "store": codes[one.line.store], "receipt": one.line.receipt,
            "amount_minor": one.line.amount_minor, "cure": one.cure, "cure_by": one.cure_by or None,
            "purchase_minor": one.line.purchase_minor,
        }


def _left_rows(shown: StatementPreview, statement_id: bytes) -> Iterator[dict[str, object]]:
    for number, one in enumerate(shown.left, 1):
        yield {
            "statement": statement_id, "number": number, "kind": one.kind, "sheet": one.sheet,
            "file_row": one.row, "shown": one.shown, "amount_minor": one.amount_minor,
            "reason": one.code or None,
        }


def _key(one: Resolved, statement_id: bytes) -> bytes:
    """The voucher's id; a digest of what is not ours; nothing is kept of what cannot be read."""
    if one.names == "mistyped":
        return request_digest("mistyped", statement_id.hex(), one.line.line)
    return one.voucher or unknown_key(one.line.named)
