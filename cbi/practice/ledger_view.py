"""What the practice campaign reads off a ledger: vouchers that can be spent, what was redeemed."""

from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.practice.bills import Redeemed
from cbi.practice.shops import Spendable
from cbi.storage.transactions import ReadTransaction


class _InHand(NamedTuple):
    """A voucher that can be spent, its code sealed."""

    serial: str
    code_sealed: bytes
    category: str
    left_minor: int
    city: str


class _RedeemedRow(NamedTuple):
    """A redemption, and how many reversals and settlements it has."""

    serial: str
    retailer: str
    store: str
    occurred_at: int
    receipt: str
    amount_minor: int
    undone: int
    settled: int


def spendables(tx: ReadTransaction, codes_key: bytes, round_code: str) -> list[Spendable]:
    """The vouchers of a round that are in somebody's hand, by serial; `codes_key` opens them.

    Raises:
        Unusable: the key is another ledger's.
    """
    from cbi.ledger.vouchers.codes import open_code

    found = tx.read(
        _InHand,
        "SELECT serial, code_sealed, category, face_minor - spent_minor AS left_minor, city"
        " FROM voucher WHERE round = :round AND state = 'active' AND spent_minor < face_minor"
        " ORDER BY serial", round=round_code,
    )
    return [
        Spendable(one.serial, open_code(one.code_sealed, codes_key), one.category,
                  one.left_minor, one.city)
        for one in found
    ]


def redemptions(tx: ReadTransaction, first: str, last: str, zone: str) -> list[Redeemed]:
    """Every redemption that happened from `first` to `last` (ISO text, in `zone`), by time."""
    rows = tx.read(
        _RedeemedRow,
        "SELECT voucher.serial, store.retailer, entry.store, entry.occurred_at, entry.receipt,"
        " entry.amount_minor,"
        " (SELECT count(*) FROM entry undone WHERE undone.reverses = entry.id) AS undone,"
        " (SELECT count(*) FROM settlement_line WHERE settlement_line.entry = entry.id) AS settled"
        " FROM entry JOIN voucher ON voucher.id = entry.voucher"
        " JOIN store ON store.code = entry.store"
        " WHERE entry.kind = 'redeem' ORDER BY entry.occurred_at, voucher.serial, entry.seq"
    )
    found = [
        Redeemed(
            row.serial, row.retailer, row.store, date_at(row.occurred_at, zone), row.receipt,
            row.amount_minor, bool(row.undone), bool(row.settled),
        )
        for row in rows
    ]
    return [one for one in found if first <= one.day <= last]


def never_spent(tx: ReadTransaction, round_code: str) -> list[str]:
    """Serials of a round that were never redeemed, not even by mistake; expired ones too."""
    return [serial for serial, in tx.tuples(
        "SELECT serial FROM voucher WHERE round = :round"
        " AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.voucher = voucher.id"
        " AND entry.kind = 'redeem') ORDER BY serial", round=round_code,
    )]
