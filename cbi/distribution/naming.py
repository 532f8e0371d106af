"""Vouchers as people name them at a table: by serial, or by the code that a scanner types.

A code spends money, so what is said or logged of one that was not found is its end alone.
"""

import re

from cbi.base.errors import NotFound
from cbi.ledger.vouchers.reading import Voucher, by_serial_or_code
from cbi.operators.operator_session import OperatorSession
from cbi.storage.transactions import ReadTransaction

_SERIAL = re.compile(r"[A-Za-z0-9-]{1,30}-\d{6,9}\Z")


def voucher_named(tx: ReadTransaction, session: OperatorSession, text: str) -> Voucher:
    """By serial; if there is none, by code, which alone needs the lookup key.

    Raises:
        NotFound: neither.
    """
    voucher = by_serial_or_code(tx, text, lambda: session.keys.need("lookup"))
    if voucher is None:
        raise NotFound("issuance.item-unknown", item=discreet(text))
    return voucher


def discreet(text: str) -> str:
    """A serial as it is; of anything else its last four characters."""
    plain = text.strip()
    if len(plain) <= 8 or _SERIAL.match(plain):
        return plain
    return f"…{plain[-4:]}"
