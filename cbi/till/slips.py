"""A redemption's slip, as a file or for a receipt printer; printed again, it is the same."""

from io import BytesIO
from typing import BinaryIO

from cbi.base.clock import at
from cbi.base.money import show_amount
from cbi.ledger.vouchers.reading import by_serial
from cbi.messages.figures import as_said, moment_words
from cbi.operators.operator_session import OperatorSession
from cbi.paper.raster import print_pages
from cbi.paper.slip import RedemptionSlip, draw_slip
from cbi.storage.transactions import ReadTransaction
from cbi.till.day import DayLine, redemption_at, zone_of
from cbi.till.words import as_is, store_name

RASTER = ".prn"


def slip_of(session: OperatorSession, redemption: str, store: str, language: str) -> RedemptionSlip:
    """What the slip of a redemption at this store says.

    Raises:
        NotFound: there is none such here.
    """
    session.require("till.redeem")
    with session.ledger.read() as tx:
        line = redemption_at(tx, redemption, store)
        left = _left_after(tx, line)
        return RedemptionSlip(
            store=store_name(tx, store, language),
            when=moment_words(line.recorded_at, zone_of(tx), language),
            receipt=as_is(line.receipt, language),
            taken=as_said(show_amount(line.amount_minor, line.currency), language),
            left=as_said(show_amount(left, line.currency), language),
            redemption=f"{line.serial}/{line.seq}",
        )


def write_slip(
    out: BinaryIO, slip: RedemptionSlip, language: str, *, form: str, raster: bool, now: int
) -> None:
    """Write a slip, as a PDF or as a receipt printer takes it; `now` is microseconds UTC.

    Raises:
        UsageError: the format is none of a roll.
    """
    drawn = BytesIO()
    draw_slip(drawn, slip, language, form=form, created=at(now, "UTC"))
    if raster:
        print_pages(out, drawn.getvalue(), form.strip().lower())
    else:
        out.write(drawn.getvalue())


def _left_after(tx: ReadTransaction, line: DayLine) -> int:
    """What was left on the voucher by this line, whatever came later."""
    voucher = by_serial(tx, line.serial)
    gone = int(tx.value(
        "SELECT coalesce(sum(CASE WHEN kind IN ('reverse', 'honour') THEN -amount_minor "
        "WHEN kind = 'issue' THEN 0 ELSE amount_minor END), 0) "
        "FROM entry WHERE voucher = :voucher AND seq <= :seq", voucher=voucher.id, seq=line.seq,
    ))
    return voucher.face_minor - gone
