"""A batch's vouchers as a list; their codes only for who may print them, and never unrecorded."""

from typing import NamedTuple

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
    """A voucher on its batch's list; amounts in minor units."""

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
    code_sealed: bytes


def listed_vouchers(
    session: OperatorSession, number: str, *, with_codes: bool = False
) -> tuple[BatchView, list[BatchVoucher], list[str]]:
    """A batch, its vouchers in serial order, and each one's code, where codes were asked for.

    Raises:
        NotFound: no such batch.
        NotAllowed: codes are for who may print.
    """
    session.require("batch.print" if with_codes else "ledger.read")
    with session.ledger.read() as tx:
        found = batch(tx, number)
        vouchers = tx.read(BatchVoucher, _LISTED, number=found.number)
    codes: list[str] = []
    if with_codes:
        key = session.keys.need("codes")
        codes = [show_code(open_code(one.code_sealed, key)) for one in vouchers]
        session.ledger.transact(lambda tx: record_by(
            tx, session, action="batch.codes-shown", object=found.number,
            detail={"vouchers": len(vouchers)},
        ))
    return found, vouchers, codes
