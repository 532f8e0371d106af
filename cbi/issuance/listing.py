"""A batch's vouchers as a list; their codes only for who may print them, and never unrecorded."""

from cbi.ledger.batches import BatchView, batch, vouchers_of
from cbi.ledger.codes import open_code, show_code
from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.storage.transactions import Record

SHOWN = (
    "serial", "round", "city", "category", "beneficiary", "language", "currency", "face_minor",
    "state", "valid_from", "valid_until",
)


def listed_vouchers(
    desk: Desk, number: str, *, with_codes: bool = False
) -> tuple[BatchView, list[Record]]:
    """A batch and its vouchers in serial order; amounts in minor units.

    Raises:
        NotFound: no such batch.
        NotAllowed: codes are for who may print.
    """
    desk.require("batch.print" if with_codes else "ledger.read")
    with desk.ledger.read() as tx:
        found = batch(tx, number)
        rows = vouchers_of(tx, found.number)
    listed = [{name: row[name] for name in SHOWN} | {"balance_minor": _balance(row)}
              for row in rows]
    if with_codes:
        key = desk.keys.need("codes")
        for shown, row in zip(listed, rows, strict=True):
            shown["code"] = show_code(open_code(row["code_sealed"], key))
        desk.ledger.transact(lambda tx: record(
            tx, operator=desk.operator.name, action="batch.codes-shown", object=found.number,
            at=desk.clock(), detail={"vouchers": len(rows)}, origin=desk.origin,
        ))
    return found, listed


def _balance(row: Record) -> int:
    return int(row["face_minor"] - row["spent_minor"] - row["closed_minor"])
