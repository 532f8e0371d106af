"""A batch's vouchers as a list; their codes only for who may print them, and never unrecorded."""

from sys import intern
from typing import Any, NamedTuple

from cbi.ledger.vouchers.codes import open_code, show_code
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.batches import BatchView, batch

_LISTED = """
SELECT v.serial, v.round, v.city, v.category, v.beneficiary, v.language, v.currency, v.face_minor,
       v.state, v.valid_from, v.valid_until,
       v.face_minor - v.spent_minor - v.closed_minor AS balance_minor, v.code_sealed
FROM voucher v JOIN batch b ON b.id = v.batch WHERE b.number = :number ORDER BY v.serial
"""


class BatchVoucher(NamedTuple):
    """A voucher on its batch's list; amounts in minor units, the code where it was asked for."""

    serial: str
    round: str
    city: str
    category: str
    beneficiary: str
    language: str
    currency: str
    face_minor: int
    state: str
    valid_from: str
    valid_until: str
    balance_minor: int
    code: str | None


def listed_vouchers(
    session: OperatorSession, number: str, *, with_codes: bool = False
) -> tuple[BatchView, list[BatchVoucher]]:
    """A batch and its vouchers in serial order, with their codes where these were asked for.

    Raises:
        NotFound: no such batch.
        NotAllowed: codes are for who may print.
    """
    session.require("batch.print" if with_codes else "ledger.read")
    key = session.keys.need("codes") if with_codes else None
    with session.ledger.read() as tx:
        found = batch(tx, number)
        vouchers = [
            BatchVoucher._make((
                *map(_held_once, told),
                None if key is None else show_code(open_code(sealed, key)),
            ))
            for *told, sealed in tx.tuples(_LISTED, number=found.number)
        ]
    if with_codes:
        session.ledger.transact(lambda tx: record_by(
            tx, session, action="batch.codes-shown", object=found.number,
            detail={"vouchers": len(vouchers)},
        ))
    return found, vouchers


def _held_once(value: Any) -> Any:
    """A value as it is; its words are those of many vouchers, and held once for all of them."""
    return intern(value) if isinstance(value, str) else value
