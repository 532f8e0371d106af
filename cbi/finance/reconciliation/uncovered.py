"""What tills took without a connection and no voucher covered, as finance meets it.

The retailer bills the whole sale; the ledger holds what the voucher covered. The rest is borne as
the programme's terms said, and stands beside each reconciliation of its days.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.finance.intake.statements import statements
from cbi.finance.tables import Statement
from cbi.ledger.vouchers.offline_conflicts import OfflineConflict, offline_conflicts
from cbi.storage import ReadTransaction


class UncoveredRest(NamedTuple):
    """How many sales, how much was taken, and who bears what of it was not posted (minor units)."""

    sales: int
    amount_minor: int
    retailer_minor: int
    programme_minor: int


def uncovered(tx: ReadTransaction, about: Statement) -> list[OfflineConflict]:
    """The conflicts of a statement's retailer in its period and currency."""
    found = offline_conflicts(tx)
    stores = _retailers(tx) if found else {}
    return [
        one for one in found
        if stores.get(one.store) == about.retailer and _is_of(one, about)
    ]


def rest_of(found: Sequence[OfflineConflict]) -> UncoveredRest:
    """What conflicts come to."""
    def borne(by: str) -> int:
        return sum(one.rest_minor for one in found if one.charged_to == by)

    return UncoveredRest(
        len(found), sum(one.amount_minor for one in found), borne("retailer"), borne("programme")
    )


def unreconciled(tx: ReadTransaction) -> int:
    """How many conflicts came in after the last reconciliation of their day, or before any."""
    found = offline_conflicts(tx)
    if not found:
        return 0
    stores, known = _retailers(tx), statements(tx)
    return sum(not any(
        bill.withdrawn_at is None and bill.retailer == stores.get(one.store)
        and bill.reconciled_at is not None and bill.reconciled_at >= one.uploaded_at
        and _is_of(one, bill) for bill in known
    ) for one in found)


def _is_of(one: OfflineConflict, bill: Statement) -> bool:
    day = date_at(one.occurred_at, bill.zone)
    return one.currency in (None, bill.currency) \
        and bill.period_from <= day <= bill.period_until


def _retailers(tx: ReadTransaction) -> dict[str, str]:
    return dict(tx.tuples("SELECT code, retailer FROM store"))
