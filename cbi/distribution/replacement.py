"""Replacing a voucher and printing its successor, in one command.

The old code dies first, for a thief may be at the till; then the one new sheet is drawn. The file's
place is opened before either, so that a folder that can't be written stops it in time.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from cbi.base.errors import BadFile, CbiError
from cbi.distribution.printing import (
    AS_USUAL,
    Printed,
    PrintOptions,
    drawn,
    prepared,
    put_on_record,
)
from cbi.files import atomic_file
from cbi.issuance.eligibility import refuse_barred
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.reading import Voucher
from cbi.operators.operator_session import OperatorSession


@dataclass(frozen=True, slots=True)
class Replaced:
    """The old voucher's serial, the new voucher, and its printing."""

    old: str
    voucher: Voucher
    printed: Printed


def replace_voucher(session: OperatorSession, serial: str, reason: str) -> Voucher:
    """Kill a voucher's code and issue a voucher for what remains, to whoever may still receive.

    Raises:
        Conflict: the beneficiary may not; and as for `cbi.ledger.vouchers.changes.replace`.
    """
    return changes.replace(
        session, serial, reason,
        lambda tx, old: refuse_barred(tx, old.beneficiary, old.serial),
    )


def replace_and_print(
    session: OperatorSession, serial: str, reason: str, path: Path, options: PrintOptions = AS_USUAL
) -> Replaced:
    """Kill a voucher's code, issue a voucher for what remains, and print that one.

    Raises:
        NotFound, Conflict, UsageError: as for `replace_voucher`; nothing has happened.
        BadFile: the file can't be written and nothing has happened; or the old voucher is replaced
            and the file could not be finished (`issuance.replaced-not-printed`).
    """
    session.require("voucher.replace")
    session.require("batch.print")
    key = session.keys.need("codes")
    made: Voucher | None = None
    try:
        with atomic_file(path, private=True) as out:
            made = replace_voucher(session, serial, reason)
            with session.ledger.read() as tx:
                number = tx.value("SELECT number FROM batch WHERE id = :id", id=made.batch)
                one = replace(options, serials=(made.serial,), city=None)
                job = prepared(tx, session, number, one)
            job = replace(job, look=replace(job.look, replaces=serial.strip().upper()))
            printed = drawn(session, job, path, out, key=key, options=one)
            session.ledger.transact(lambda tx: put_on_record(tx, session, job, printed))
    except CbiError as error:
        if made is None:
            raise
        raise BadFile(
            "issuance.replaced-not-printed", old=serial.strip().upper(), serial=made.serial,
            batch=number,
        ) from error
    return Replaced(serial.strip().upper(), made, printed)
