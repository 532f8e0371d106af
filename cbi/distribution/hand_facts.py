"""What the ledger knows of a list's vouchers to hand over, asked for many of them at a time."""

from collections.abc import Sequence
from typing import NamedTuple

from cbi.distribution.naming import voucher_named
from cbi.ledger.vouchers.issuing import round_zone
from cbi.ledger.vouchers.reading import Voucher, by_serials
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.beneficiaries import barred
from cbi.storage.listed import read_in
from cbi.storage.transactions import WriteTransaction


class _Giver(NamedTuple):
    voucher: bytes
    given_by: str


class _Issued(NamedTuple):
    voucher: bytes
    issued_at: int


class HandFacts:
    """Facts about the items that were gathered last; of a round's day, about all."""

    def __init__(self, tx: WriteTransaction, session: OperatorSession) -> None:
        self._tx, self._session = tx, session
        self._vouchers: dict[str, Voucher] = {}
        self._barred: dict[str, str] = {}
        self._givers: dict[bytes, str] = {}
        self._issued: dict[bytes, int] = {}
        self._zones: dict[str, str] = {}
        self._opened: dict[tuple[str, str], int | None] = {}

    def gather(self, items: Sequence[str]) -> None:
        """Ask about the vouchers with these serials; what is no serial is asked for by itself."""
        self._barred, self._givers, self._issued = {}, {}, {}
        self._vouchers = by_serials(self._tx, [text.strip().upper() for text in items])
        self._hear_of(list(self._vouchers.values()))

    def voucher(self, text: str) -> Voucher:
        """The voucher that an item names, held for this transaction.

        Raises:
            NotFound: none.
        """
        known = self._vouchers.get(text.strip().upper())
        if known is None:
            known = voucher_named(self._tx, self._session, text)
            self._hear_of([known])
        return known

    def barred(self, voucher: Voucher) -> str | None:
        """Why its person may be given nothing any more, in one word."""
        return self._barred.get(voucher.beneficiary)

    def last_giver(self, voucher: Voucher) -> str | None:
        """Who handed it over, the last time."""
        return self._givers.get(voucher.id)

    def issued_at(self, voucher: Voucher) -> int:
        """When the ledger took its first line."""
        return self._issued[voucher.id]

    def zone(self, voucher: Voucher) -> str:
        """Its programme's time zone."""
        if voucher.round not in self._zones:
            self._zones[voucher.round] = round_zone(self._tx, voucher.round)
        return self._zones[voucher.round]

    def opened_at(self, voucher: Voucher, day: str) -> int | None:
        """When the operator took out what is given of its round that day; None: nothing is out."""
        key = (voucher.round, day)
        if key not in self._opened:
            self._opened[key] = self._tx.value(
                "SELECT max(opened_at) FROM distribution WHERE distributor = :giver AND day = :day"
                " AND round = :round AND state = 'open'",
                giver=self._session.operator.name, day=day, round=voucher.round,
            )
        return self._opened[key]

    def _hear_of(self, vouchers: Sequence[Voucher]) -> None:
        ids = [voucher.id for voucher in vouchers]
        self._barred |= barred(self._tx, [voucher.beneficiary for voucher in vouchers])
        self._issued |= dict(read_in(
            self._tx, _Issued,
            "SELECT voucher, recorded_at AS issued_at FROM entry WHERE seq = 1"
            " AND voucher IN ({})", ids,
        ))
        self._givers |= dict(read_in(
            self._tx, _Giver,
            "SELECT voucher, given_by FROM hand_over WHERE voucher IN ({})"
            " ORDER BY given_at, id", ids,
        ))
