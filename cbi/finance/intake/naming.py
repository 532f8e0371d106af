"""Which voucher each line of a statement is about, and what a line that names none may have meant.

A serial and a code's hash are looked up; a receipt leads to what was redeemed on it. A line that
leads nowhere gets a cure where one thing alone speaks for one voucher: a code one slip away, a
serial one slip away with the redemption's amount, the receipt with the amount, the store with the
amount and the minute. A cure is a proposal; a person takes it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, overload

from cbi.base.clock import date_at, instant_on, minute_at
from cbi.finance.reading.lines.line_parts import ReadLine
from cbi.finance.reading.values.cells import Named
from cbi.finance.reading.values.receipts import receipt_key, receipt_tail, receipts_alike
from cbi.finance.reading.values.slips import serials_near
from cbi.ledger.journal import retailer_account
from cbi.storage import ReadTransaction

SLICE = 500
ID_BYTES = 16
ODD_MANY = 2_000
"""With more lines than these that lead nowhere, every redemption may be one of theirs."""
_AROUND_US = 31 * 86_400_000_000
CURES = ("name", "slip", "serial", "receipt", "minute")


class NamedVoucher(NamedTuple):
    """A voucher that lines name, and by what: its serial, or its code's hash."""

    id: bytes
    serial: str
    named: str | bytes


class Sold(NamedTuple):
    """A redemption at a retailer, by which a line may be known; the minute is the stores'."""

    entry: bytes
    voucher: bytes
    serial: str
    store: str
    receipt: str
    amount_minor: int
    occurred_at: int
    undone: bool


class Resolved(NamedTuple):
    """A line with what it names: `voucher`, `unknown` or `mistyped`; and its cure, if any."""

    line: ReadLine
    names: str
    voucher: bytes | None = None
    serial: str = ""
    cure: bytes | None = None
    cure_by: str = ""


class ResolvedLines(Sequence[Resolved]):
    """Lines with what they name, held small: of a usual one its voucher's id is kept beside it."""

    def __init__(self) -> None:
        self._held: list[ReadLine | Resolved] = []
        self._ids = bytearray()

    def add(self, one: Resolved) -> None:
        """Take in the next line."""
        line, names, voucher, serial, *_ = one
        if names == "voucher" and serial == line.named.shown and len(voucher or b"") == ID_BYTES:
            self._held.append(line)
            self._ids += voucher or b""
        else:
            self._held.append(one)
            self._ids += bytes(ID_BYTES)

    def stores(self) -> set[str | None]:
        """The texts of the lines' stores."""
        return {one.line.store if isinstance(one, Resolved) else one.store for one in self._held}

    def keys(self, odd: Callable[[Resolved], bytes]) -> Iterator[bytes]:
        """Of every line in its order the voucher's id; of one that is not usual what `odd` says."""
        ids, ends = self._ids, range(0, len(self._ids), ID_BYTES)
        for one, start in zip(self._held, ends, strict=True):
            yield odd(one) if isinstance(one, Resolved) else bytes(ids[start : start + ID_BYTES])

    def odd(self) -> Iterator[Resolved]:
        """Of the lines those that are not usual: all that lead nowhere, and some that don't."""
        return (one for one in self._held if isinstance(one, Resolved))

    def change_odd(self, anew: Callable[[Resolved], Sequence[Resolved]]) -> "ResolvedLines":
        """The same lines with each that is not usual as it is told anew, once or several times."""
        told = {place: anew(one) for place, one in enumerate(self._held)
                if isinstance(one, Resolved)}
        if any(len(several) > 1 for several in told.values()):
            made = ResolvedLines()
            parts = (told.get(place, (one,)) for place, one in enumerate(self))
            for number, one in enumerate(chain.from_iterable(parts), 1):
                made.add(one._replace(line=one.line._replace(line=number)))
            return made
        for place, (one,) in told.items():
            self._held[place] = one
        return self

    def among(self, vouchers: Collection[bytes]) -> set[bytes]:
        """Of these vouchers those that a line names."""
        ids, ends = self._ids, range(0, len(self._ids), ID_BYTES)
        usual = {one for start in ends if (one := bytes(ids[start : start + ID_BYTES])) in vouchers}
        odd = {one.voucher for one in self.odd() if one.voucher is not None}
        return usual | odd.intersection(vouchers)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Resolved]:
        return map(self.__getitem__, range(len(self._held)))

    @overload
    def __getitem__(self, place: int) -> Resolved: ...
    @overload
    def __getitem__(self, place: slice) -> list[Resolved]: ...
    def __getitem__(self, place: int | slice) -> Resolved | list[Resolved]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        held = self._held[place]
        if isinstance(held, Resolved):
            return held
        start = (place + len(self._held) if place < 0 else place) * ID_BYTES
        voucher = bytes(self._ids[start : start + ID_BYTES])
        return Resolved(held, "voucher", voucher, held.named.shown)


class DaysBilled(NamedTuple):
    """Whose statement, and the days (ISO text) and zone around which redemptions are looked for."""

    retailer: str
    first: str
    last: str
    zone: str


def resolve(
    tx: ReadTransaction, lines: Sequence[ReadLine], period: DaysBilled, stores: Mapping[str, str]
) -> ResolvedLines:
    """Every line with its voucher or its cure; `stores` are the codes of stores by their texts."""
    found, all_known = ResolvedLines(), True
    guesses = dict[object, NamedVoucher]()
    for start in range(0, len(lines), SLICE):
        part = lines[start : start + SLICE]
        named = [line.named for line in part]
        known = known_vouchers(tx, named)
        for line, name in zip(part, named, strict=True):
            told = [known.get(one.key) for one in (name, *name.parts)]
            if (voucher := told[0]) and all(one and one.id == voucher.id for one in told):
                found.add(Resolved(line, "voucher", voucher.id, voucher.serial))
            else:
                misnamed = name.kind == "mistyped" or any(told)
                found.add(Resolved(line, "mistyped" if misnamed else "unknown"))
                all_known = False
                keys = chain.from_iterable((one.key, *one.guesses) for one in (name, *name.parts))
                guesses |= {key: known[key] for key in keys if key in known}
    if all_known:
        return found
    return found.change_odd(_Curing(tx, found, period, stores, guesses).resolved())


def known_vouchers(
    tx: ReadTransaction, named: Iterable[Named]
) -> dict[object, NamedVoucher]:
    """Vouchers by the serial or the code's hash that lines name them by."""
    serials, hashes = set[str](), set[bytes]()
    for one in chain.from_iterable((one, *one.parts) for one in named):
        if one.kind == "serial":
            serials.add(one.shown)
        elif one.kind == "code":
            hashes.add(one.hashed)
        hashes.update(one.guesses)
    found = chain(_vouchers(tx, "serial", serials), _vouchers(tx, "code_hash", hashes))
    return {voucher.named: voucher for voucher in found}


def receipt_keys(receipt: str) -> set[str]:
    """What a receipt may be found by: its number, and the figures that it ends with."""
    return {receipt_key(receipt), receipt_tail(receipt)} - {""}


def _vouchers(
    tx: ReadTransaction, column: str, keys: Iterable[str] | Iterable[bytes]
) -> Iterator[NamedVoucher]:
    wanted: list[Any] = sorted(keys)
    for start in range(0, len(wanted), SLICE):
        places = {f"k{number}": key for number, key in enumerate(wanted[start : start + SLICE])}
        yield from tx.read(
            NamedVoucher,
            f"SELECT id, serial, {column} AS named FROM voucher WHERE {column} IN "
            f"({', '.join(':' + place for place in places)})",
            **places,
        )


class _Sought(NamedTuple):
    """By what redemptions may be those of lines that lead nowhere: receipts, vouchers whose serial
    is one slip away, amounts and days; None where so many are sought that each may be one.
    """

    receipts: set[str]
    vouchers: Collection[bytes]
    days: Collection[tuple[int, str]]

    @classmethod
    def of(
        cls, tx: ReadTransaction, lines: ResolvedLines, guessed: Iterable[NamedVoucher]
    ) -> "_Sought | None":
        """What these lines say of themselves; `guessed` are vouchers that they may mean."""
        odd = [one.line for one in lines.odd() if one.names != "voucher"]
        if len(odd) > ODD_MANY:
            return None
        near = {line.named.shown for line in odd if line.named.kind == "serial"}
        serials = set(chain.from_iterable(map(serials_near, near)))
        return cls(
            {key for line in odd if line.receipt for key in receipt_keys(line.receipt)},
            {voucher.id for voucher in chain(_vouchers(tx, "serial", serials), guessed)},
            {(line.amount_minor, line.date) for line in odd if line.minute and line.date},
        )


def _sold(tx: ReadTransaction, period: DaysBilled, sought: _Sought | None) -> list[Sold]:
    """What the retailer sold around the period and is sought, in the order of time."""
    found = [row for row in tx.tuples(
        "SELECT id, voucher, store, receipt, amount_minor, occurred_at FROM entry "
        "WHERE kind = 'redeem' AND credit = :account AND occurred_at >= :first "
        "AND occurred_at <= :last", account=retailer_account(period.retailer),
        first=instant_on(period.first, 0, period.zone) - _AROUND_US,
        last=instant_on(period.last, 23, period.zone) + _AROUND_US,
    ) if sought is None or row[1] in sought.vouchers
        or (sought.receipts and not sought.receipts.isdisjoint(receipt_keys(row[3])))
        or (sought.days and (row[4], date_at(row[5], period.zone)) in sought.days)]
    found.sort(key=lambda row: (row[5], row[0]))
    serials = {one.id: one.serial for one in _vouchers(tx, "id", {row[1] for row in found})}
    undone = {entry for entry, in tx.tuples(
        "SELECT reverses FROM entry WHERE reverses IS NOT NULL"
    )}
    return [
        Sold(entry, voucher, serials[voucher], store, receipt, amount, when, entry in undone)
        for entry, voucher, store, receipt, amount, when in found
    ]


class _Curing:
    """What the retailer sold around the period, by everything that a line may be known by."""

    def __init__(
        self, tx: ReadTransaction, lines: ResolvedLines, period: DaysBilled,
        stores: Mapping[str, str], guesses: Mapping[object, NamedVoucher],
    ) -> None:
        self._lines, self._stores, self._zone = lines, stores, period.zone
        self._by_receipt: dict[str, list[Sold]] = {}
        self._by_minute: dict[tuple[str, int, str], list[Sold]] = {}
        self._by_serial: dict[str, list[Sold]] = {}
        sold = _sold(tx, period, _Sought.of(tx, lines, guesses.values()))
        of_sold = {one.voucher for one in sold}
        self._claimed = lines.among(of_sold)
        for one in sold:
            for key in receipt_keys(one.receipt):
                self._by_receipt.setdefault(key, []).append(one)
            self._by_serial.setdefault(one.serial, []).append(one)
            minute = self._minute(one)
            self._by_minute.setdefault((one.store, one.amount_minor, minute), []).append(one)
        self._guesses = guesses
        self._taken: set[bytes] = set()

    def resolved(self) -> Callable[[Resolved], Sequence[Resolved]]:
        """How a line is told anew; one that is of a receipt's several vouchers becomes several."""
        exact: dict[int, Sold] = self._exact()

        def anew(one: Resolved) -> Sequence[Resolved]:
            if one.names == "voucher":
                return (one,)
            if one.line.named.kind == "receipt":
                return tuple(self._of_receipt(one, exact))
            cure, by = self._cure(one.line)
            return (one._replace(cure=cure, cure_by=by),)

        return anew

    def _exact(self) -> dict[int, Sold]:
        """Lines that name a receipt, each with its own redemption of that store and amount."""
        wanted: dict[tuple[str, str, int], list[ReadLine]] = {}
        for one in self._lines.odd():
            if one.line.named.kind == "receipt":
                key = (self._store(one.line), receipt_key(one.line.receipt or ""),
                       one.line.amount_minor)
                wanted.setdefault(key, []).append(one.line)
        found = dict[int, Sold]()
        for (store, receipt, amount), lines in wanted.items():
            sold = [one for one in self._on_receipt(receipt)
                    if one.amount_minor == amount and store in ("", one.store)]
            one_store = bool(store) or len({one.store for one in sold}) == 1
            if sold and len(lines) >= len(sold) and one_store:
                for place, line in enumerate(lines):
                    sale = sold[min(place, len(sold) - 1)]
                    found[line.line] = sale
                    self._taken.add(sale.entry)
        return found

    def _of_receipt(self, one: Resolved, exact: Mapping[int, Sold]) -> Iterator[Resolved]:
        line = one.line
        if sold := exact.get(line.line):
            yield one._replace(names="voucher", voucher=sold.voucher, serial=sold.serial)
            return
        store = self._store(line)
        there = self._on_receipt(line.receipt or "")
        here = [sale for sale in there if store in ("", sale.store) and not sale.undone
                and sale.entry not in self._taken]
        if len(here) > 1 and sum(sale.amount_minor for sale in here) == line.amount_minor:
            for sale in here:  # a receipt that several vouchers paid
                self._taken.add(sale.entry)
                part = line._replace(amount_minor=sale.amount_minor)
                yield Resolved(part, "voucher", sale.voucher, sale.serial)
            return
        elsewhere = [sale for sale in there if sale.amount_minor == line.amount_minor]
        for several in (here, elsewhere):
            if len(several) == 1:
                sale, = several
                yield one._replace(names="voucher", voucher=sale.voucher, serial=sale.serial)
                return
        cure, by = self._cure(line)
        yield one._replace(cure=cure, cure_by=by)

    def _cure(self, line: ReadLine) -> tuple[bytes | None, str]:
        """The one voucher that a line may have meant, and what speaks for it."""
        if name := self._name_that_fits(line):
            return name, "name"
        slips = {self._guesses[one].id for one in line.named.guesses if one in self._guesses}
        if slips:
            return (slips.pop(), "slip") if len(slips) == 1 else (None, "")
        store = self._store(line)
        tries: list[tuple[str, Iterable[Sold]]] = []
        if line.named.kind == "serial":
            tries.append(("serial", (
                sale for serial in serials_near(line.named.shown)
                for sale in self._by_serial.get(serial, ()) if self._agrees(line, sale, store)
            )))
        if line.receipt and line.named.kind != "receipt":
            tries.append(("receipt", (
                sale for sale in self._on_receipt(line.receipt)
                if sale.amount_minor == line.amount_minor and store in ("", sale.store)
            )))
        if line.minute and line.date and store:
            key = (store, line.amount_minor, f"{line.date} {line.minute}")
            tries.append(("minute", self._by_minute.get(key, ())))
        for by, sales in tries:
            found = {sale.voucher for sale in sales if self._is_free(sale)}
            if len(found) == 1:
                return found.pop(), by
            if found:
                return None, ""
        return None, ""

    def _on_receipt(self, receipt: str) -> list[Sold]:
        """What was sold on a receipt, by its number or what it ends with."""
        return list(dict.fromkeys(
            sale for key in receipt_keys(receipt) for sale in self._by_receipt.get(key, ())
            if receipts_alike(receipt, sale.receipt)
        ))

    def _name_that_fits(self, line: ReadLine) -> bytes | None:
        """Of a line that names a voucher twice, and not the same one, which of both is meant: the
        one that is known, that no other line names, that was redeemed as the line says."""
        if not line.named.parts:
            return None
        told = {one.id: one for name in (line.named, *line.named.parts)
                if (one := self._guesses.get(name.key))}
        fits = set(told) - self._claimed or set(told)
        if len(fits) > 1:
            store = self._store(line)
            fits = {one for one in fits for sale in self._by_serial.get(told[one].serial, ())
                    if self._agrees(line, sale, store)}
        return fits.pop() if len(fits) == 1 else None

    def _agrees(self, line: ReadLine, sale: Sold, store: str) -> bool:
        """Whether a redemption bears out a serial that is one slip away: its amount, and its
        receipt or its store and day, whichever the line tells."""
        if sale.amount_minor != line.amount_minor or store not in ("", sale.store):
            return False
        if line.receipt:
            return receipts_alike(line.receipt, sale.receipt)
        return line.date is not None and self._minute(sale).startswith(line.date)

    def _is_free(self, sale: Sold) -> bool:
        return not sale.undone and sale.entry not in self._taken \
            and sale.voucher not in self._claimed

    def _minute(self, sale: Sold) -> str:
        return minute_at(sale.occurred_at, self._zone)

    def _store(self, line: ReadLine) -> str:
        return self._stores.get(line.store or "", "")
