"""Hand-overs that a laptop without connection tells of afterwards, by the rule of every hand-over.

Each is judged by itself: what may be handed over is, at the instant that it is told of, and what
may not comes back with the reason.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cbi.base.errors import CbiError, Conflict, NotFound
from cbi.distribution.handover import GivenVoucher, check_proxy, check_waiting, put_on_record
from cbi.issuance.eligibility import refuse_barred
from cbi.ledger.clocks import recorded_now
from cbi.ledger.vouchers.changes import hand_over_in
from cbi.ledger.vouchers.reading import Voucher, by_serial
from cbi.operators.operator_session import OperatorSession
from cbi.storage.transactions import ReadTransaction, WriteTransaction


class ToldHandOver(NamedTuple):
    """One hand-over as it is told: of which voucher, by whom, how, when (microseconds UTC)."""

    serial: str
    given_by: str
    acknowledged: str
    occurred_at: int


def hand_over_told(
    tx: WriteTransaction, session: OperatorSession, told: Sequence[ToldHandOver], digest: bytes
) -> list[bytes | CbiError]:
    """Hand over what can be, in the caller's transaction: of each the id of its evidence, or why
    not. `digest` names the file that told of them.
    """
    now = recorded_now(tx, session.clock())
    fates: list[bytes | CbiError] = []
    good: dict[int, GivenVoucher] = {}
    for place, one in enumerate(told):
        try:
            voucher = _judged(tx, one, now)
        except (Conflict, NotFound) as refused:
            fates.append(refused)
            continue
        hand_over_in(tx, session, [one.serial], occurred_at=min(one.occurred_at, now))
        good[place] = GivenVoucher(voucher, one.given_by, one.acknowledged)
        fates.append(b"")
    if good:
        evidence = put_on_record(tx, session, list(good.values()), digest)
        for place, made in zip(good, evidence, strict=True):
            fates[place] = made
    return fates


def _judged(tx: ReadTransaction, one: ToldHandOver, now: int) -> Voucher:
    voucher = by_serial(tx, one.serial)
    check_waiting(tx, voucher, now)
    check_proxy(tx, voucher, one.acknowledged)
    refuse_barred(tx, voucher.beneficiary, voucher.serial)
    return voucher
