"""A batch's vouchers as a list; their codes only for who may print them, and never unrecorded."""

from cbi.ledger.vouchers.batches import BatchView, batch, vouchers_of
from cbi.ledger.vouchers.codes import open_code, show_code
from cbi.operators.log import record
from cbi.operators.operator_session import OperatorSession
from cbi.storage.transactions import Record

SHOWN = (
    "serial", "round", "city", "category", "beneficiary", "language", "currency", "face_minor",
    "state", "valid_from", "valid_until",
)


def listed_vouchers(
    session: OperatorSession, number: str, *, with_codes: bool = False
) -> tuple[BatchView, list[Record]]:
    """A batch and its vouchers in serial order; amounts in minor units.

    Raises:
        NotFound: no such batch.
        NotAllowed: codes are for who may print.
    """
    session.require("batch.print" if with_codes else "ledger.read")
    with session.ledger.read() as tx:
        found = batch(tx, number)
        rows = vouchers_of(tx, found.number)
    listed = [{name: row[name] for name in SHOWN} | {"balance_minor": _balance(row)}
              for row in rows]
    if with_codes:
        key = session.keys.need("codes")
        for shown, row in zip(listed, rows, strict=True):
            shown["code"] = show_code(open_code(row["code_sealed"], key))
        session.ledger.transact(lambda tx: record(
            tx, operator=session.operator.name, action="batch.codes-shown", object=found.number,
            at=session.clock(), detail={"vouchers": len(rows)}, origin=session.origin,
        ))
    return found, listed


def _balance(row: Record) -> int:
    return int(row["face_minor"] - row["spent_minor"] - row["closed_minor"])
