"""Whether a programme's tills may take vouchers without a connection, and within what bounds.

*Online only* until somebody says otherwise. Each word is a row of its own, so that what held when a
list was given out is known for good.
"""

from typing import NamedTuple

from cbi.base.errors import Conflict, UsageError
from cbi.base.money import AMOUNT_MINOR_MAX, plain_amount
from cbi.base.words import said
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.storage.transactions import ReadTransaction, WriteTransaction

RETAILER, PROGRAMME = "retailer", "programme"
CHARGED_TO = (RETAILER, PROGRAMME)
LIST_HOURS_MAX = 168


class OfflineBounds(NamedTuple):
    """How much may be taken without a connection (minor units of the programme's currency).

    `per_voucher` and `per_device` count from one list to the next, `per_day` on one device;
    a list is good for `list_hours`. `charged_to` bears what a voucher no longer covers where the
    till kept within these bounds; what went beyond them is always the retailer's.
    """

    per_voucher_minor: int
    per_device_minor: int
    per_day_minor: int
    list_hours: int
    charged_to: str = RETAILER


class OfflineTerms(NamedTuple):
    """What was said of a programme, and by whom; `allowed` is 0 for *online only*."""

    programme: str
    number: int
    allowed: int
    per_voucher_minor: int
    per_device_minor: int
    per_day_minor: int
    list_hours: int
    charged_to: str
    set_by: str
    set_at: int

    @property
    def bounds(self) -> OfflineBounds:
        """The bounds alone."""
        return OfflineBounds(*self[3:8])


_SELECT = f"SELECT {', '.join(OfflineTerms._fields)} FROM offline_terms"


def offline_terms(tx: ReadTransaction, programme: str, at: int) -> OfflineTerms | None:
    """What held at an instant (microseconds UTC); None where a programme was online only."""
    found = tx.read_one(
        OfflineTerms,
        f"{_SELECT} WHERE programme = :programme AND set_at <= :at ORDER BY number DESC LIMIT 1",
        programme=programme, at=at,
    )
    return found if found is not None and found.allowed else None


def set_offline(
    session: OperatorSession, programme: str, bounds: OfflineBounds | None, reason: str
) -> OfflineTerms | None:
    """Let a programme's tills work without a connection within bounds; None: online only.

    Raises:
        NotFound: no such programme.
        UsageError: no reason, or bounds that cannot be.
        Conflict: it is so already.
    """
    from cbi.programmes.programmes import programme as programme_of  # needs SQLModel

    session.require("programme.add")
    why = said(reason, "programme.reason-missing")
    if bounds is not None:
        _check(bounds)

    def work(tx: WriteTransaction) -> OfflineTerms | None:
        code, now = programme_of(tx, programme).code, session.clock()
        stands = offline_terms(tx, code, now)
        if (stands and stands.bounds) == bounds:
            raise Conflict("programme.set-already", programme=code)
        number: int = tx.value(
            "SELECT count(*) + 1 FROM offline_terms WHERE programme = :code", code=code
        )
        kept = bounds or (stands.bounds if stands else OfflineBounds(1, 1, 1, 1))
        made = OfflineTerms(
            code, number, int(bounds is not None), *kept, set_by=session.operator.name, set_at=now
        )
        tx.insert("offline_terms", [made._asdict()])
        record_by(
            tx, session, action="programme.offline", object=code, at=now,
            detail={"bounds": bounds._asdict() if bounds else "online only", "reason": why},
        )
        return made if bounds else None

    return session.ledger.transact(work)


def _check(bounds: OfflineBounds) -> None:
    for minor in bounds[:3]:
        if not 0 < minor <= AMOUNT_MINOR_MAX:
            raise UsageError("base.amount-not-positive", text=plain_amount(minor, ""))
    if not 0 < bounds.list_hours <= LIST_HOURS_MAX:
        raise UsageError(
            "programme.offline-hours", hours=bounds.list_hours, most=LIST_HOURS_MAX
        )
    if bounds.charged_to not in CHARGED_TO:
        raise UsageError(
            "programme.offline-charged", text=bounds.charged_to, known=", ".join(CHARGED_TO)
        )
