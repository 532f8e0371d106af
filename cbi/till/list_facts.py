"""What the ledger knows of a shop's list's rows, asked for many of them at a time.

On a server each question is a way there and back: a row alone asked six.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.keyboards import readings
from cbi.ledger.vouchers.late import brought_to
from cbi.ledger.vouchers.named_days import Datable, datable
from cbi.ledger.vouchers.reading import Lookup, Voucher, by_hashes, look_up
from cbi.storage import ReadTransaction
from cbi.storage.listed import read_in


class EarlierUse(NamedTuple):
    """A redemption of a voucher on a receipt, and the id of its reversal."""

    voucher: bytes
    receipt: str
    seq: int
    amount_minor: int
    occurred_at: int
    reversal: bytes | None


@dataclass(slots=True)
class ReceiptUse:
    """What a receipt has been used for, and its total where it is known."""

    total_minor: int | None
    used_minor: int


class _StoredReceipt(NamedTuple):
    """The same as the ledger has it, with its number."""

    number: str
    total_minor: int | None
    used_minor: int


class ListFacts:
    """Facts about the rows that were gathered last; of receipts, about all."""

    def __init__(self, tx: ReadTransaction, lookup_key: bytes, store: str) -> None:
        self._tx, self._key, self._store = tx, lookup_key, store
        self._found: dict[str, Lookup | None] = {}
        self._given: Mapping[bytes, Datable] = {}
        self._uses: dict[tuple[bytes, str], list[EarlierUse]] = {}
        self._receipts: dict[str, ReceiptUse] = {}
        self._waiting = brought_to(tx, store)

    def gather(self, rows: Sequence[tuple[str, str]]) -> None:
        """Ask about these rows: the code of each as it was written, and its receipt."""
        self._found = self._looked_up({code for code, _ in rows})
        vouchers = [one.voucher for one in self._found.values() if one and one.voucher]
        self._given = datable(self._tx, [voucher.code_hash for voucher in vouchers])
        self._uses = defaultdict(list)
        for use in read_in(
            self._tx, EarlierUse,
            "SELECT e.voucher, e.receipt, e.seq, e.amount_minor, e.occurred_at, r.id AS reversal "
            "FROM entry e LEFT JOIN entry r ON r.reverses = e.id WHERE e.voucher IN ({}) "
            "AND e.kind = 'redeem' AND e.store = :store ORDER BY e.seq",
            sorted({voucher.id for voucher in vouchers}), store=self._store,
        ):
            self._uses[use.voucher, use.receipt].append(use)
        new = {receipt for _, receipt in rows} - self._receipts.keys()
        for known in read_in(
            self._tx, _StoredReceipt, "SELECT number, total_minor, used_minor FROM receipt "
            "WHERE store = :store AND number IN ({})", sorted(new), store=self._store,
        ):
            self._receipts[known.number] = ReceiptUse(known.total_minor, known.used_minor)

    def look_up(self, code: str) -> Lookup | None:
        """The voucher of a gathered row's code, as `reading.look_up` finds it."""
        return self._found[code]

    def receipt(self, number: str) -> ReceiptUse:
        """What a receipt of the gathered rows has been used for; the caller goes on counting."""
        return self._receipts.setdefault(number, ReceiptUse(None, 0))

    def given(self, voucher: Voucher) -> Datable | None:
        """When a voucher of the gathered rows was handed over."""
        return self._given.get(voucher.code_hash)

    def uses(self, voucher: Voucher, receipt: str) -> list[EarlierUse]:
        """What a voucher of the gathered rows was used for on a receipt before, in order."""
        return self._uses.get((voucher.id, receipt), [])

    def may_wait(self, voucher: Voucher) -> bool:
        """Whether any sale of it at this store was brought in late."""
        return voucher.id in self._waiting

    def _looked_up(self, codes: set[str]) -> dict[str, Lookup | None]:
        """Codes that stand as they were printed are looked up together, any others one by one."""
        read = {code: next(readings(code), None) for code in sorted(codes)}
        hashes = {
            code: code_hash(one.code, self._key)
            for code, one in read.items() if one is not None and not one.keyboards
        }
        known = by_hashes(self._tx, list(hashes.values()))
        return {
            code: Lookup(known[hashes[code]], one)
            if one is not None and hashes.get(code) in known
            else look_up(self._tx, code, self._key)
            for code, one in read.items()
        }
