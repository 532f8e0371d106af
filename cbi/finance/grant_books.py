"""What each grant paid for, line by line: every issue, redemption, expiry and payment allotted.

`allotted` is the one query for reports and journals; `books` sums it up by month. Nothing of it is
stored: it follows from the journal and from how the round was funded, which does not change once
something of it is issued. `allotting` is the rule.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.finance.allotting import Fund, Held, apportioned, converted
from cbi.finance.grant_tables import Grant
from cbi.finance.grants import exponents, fund_of, rates
from cbi.programmes.rounds import programme_of
from cbi.storage import ReadTransaction

KINDS = ("issue", "redeem", "expire", "void", "settle", "pay")


class Allotted(NamedTuple):
    """What of a line a grant pays for; `kind` is one of `KINDS`, a reversal a redemption below
    zero, `reference` the line (`SERIAL/SEQ`), the settlement or the transfer."""

    grant: str
    round: str
    kind: str
    day: str
    reference: str
    amount_minor: int


class _Line(NamedTuple):
    """A line of a voucher's journal that moves value."""

    id: bytes
    voucher: bytes
    serial: str
    seq: int
    kind: str
    amount_minor: int
    reverses: bytes | None
    recorded_at: int


class _SettledPart(NamedTuple):
    """What of a redemption or reversal a settlement took."""

    entry: bytes
    number: str
    settled_minor: int
    made_at: int


class _PaidPart(NamedTuple):
    """A payment of a settlement."""

    number: str
    reference: str
    amount_minor: int
    left_minor: int
    paid_at: int


_LINES = """
SELECT e.id, e.voucher, v.serial, e.seq, e.kind, e.amount_minor, e.reverses, e.recorded_at
FROM entry e JOIN voucher v ON v.id = e.voucher
WHERE v.round = :round AND e.amount_minor > 0 ORDER BY e.recorded_at, e.seq, v.serial
"""
_SETTLED = """
SELECT l.entry, s.number, l.settled_minor, s.made_at FROM settlement_line l
JOIN settlement s ON s.id = l.settlement JOIN entry e ON e.id = l.entry
JOIN voucher v ON v.id = e.voucher WHERE v.round IN (SELECT round FROM round_grant)
ORDER BY s.made_at, s.number, l.entry
"""
_PAID = """
SELECT s.number, p.reference, p.amount_minor, p.left_minor, p.paid_at FROM payment p
JOIN settlement s ON s.id = p.settlement ORDER BY p.paid_at, s.number, p.part
"""


@dataclass(slots=True)
class _Walk:
    """What was allotted on the way: to each redemption and reversal, and to each settlement."""

    parts: dict[bytes, dict[tuple[str, str], int]] = field(default_factory=dict)
    settled: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(Counter))
    whole: Counter[str] = field(default_factory=Counter)
    paid: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))


def allotted(tx: ReadTransaction) -> Iterator[Allotted]:
    """Every line of every round that grants pay for, each with what each grant pays of it."""
    walk = _Walk()
    zones: dict[str, str] = {}
    for code, in list(tx.tuples("SELECT DISTINCT round FROM round_grant ORDER BY round")):
        zones[code] = programme_of(tx, code).zone
        yield from _round(tx, str(code), zones[code], walk)
    yield from _settlements(tx, walk, zones)
    yield from _payments(tx, walk, zones)


def _round(tx: ReadTransaction, code: str, zone: str, walk: _Walk) -> Iterator[Allotted]:
    rows = fund_of(tx, code)
    names = [row.grant_code for row in rows]
    shares = tuple(row.share for row in rows if row.share is not None)
    fund = Fund(shares) if shares else Fund((), tuple(row.limit_minor for row in rows))
    held: dict[bytes, Held] = {}
    for line in tx.read_each(_Line, _LINES, round=code):
        taken = walk.parts.get(line.reverses or b"", {})
        kind, sign, parts = _moved(line, fund, held, [taken.get((name, code), 0) for name in names])
        if line.kind in ("redeem", "reverse"):
            walk.parts[line.id] = {(name, code): part for name, part in zip(
                names, parts, strict=True)}
        for name, part in zip(names, parts, strict=True):
            if part:
                yield Allotted(name, code, kind, date_at(line.recorded_at, zone),
                               f"{line.serial}/{line.seq}", sign * part)


def _moved(
    line: _Line, fund: Fund, held: dict[bytes, Held], taken: list[int]
) -> tuple[str, int, list[int]]:
    """What a line is counted as, with which sign, and each grant's part; `taken` are those of the
    redemption that it reverses."""
    if line.kind == "issue":
        parts = fund.take(line.amount_minor)
        held[line.voucher] = Held.of(parts)
        return "issue", 1, parts
    about = held[line.voucher]
    if line.kind == "redeem":
        return "redeem", 1, about.spend(line.amount_minor)
    if line.kind == "reverse":
        about.give_back(taken)
        return "redeem", -1, taken
    if line.kind == "honour":
        return "expire", -1, about.reopen(line.amount_minor)
    parts = about.close(line.amount_minor)
    if line.kind == "void":
        fund.give_back(parts)
    return line.kind, 1, parts


def _settlements(
    tx: ReadTransaction, walk: _Walk, zones: Mapping[str, str]
) -> Iterator[Allotted]:
    for row in tx.read_each(_SettledPart, _SETTLED):
        own = walk.parts[row.entry]
        sign = -1 if row.settled_minor < 0 else 1
        parts = apportioned(abs(row.settled_minor), list(own.values()))
        for whose, part in zip(own, parts, strict=True):
            walk.settled[row.number][whose] += sign * part
            if part:
                yield Allotted(*whose, "settle", date_at(row.made_at, zones[whose[1]]),
                               row.number, sign * part)
    for number, accepted in tx.tuples("SELECT number, accepted_minor FROM settlement"):
        walk.whole[number] = int(accepted)


def _payments(
    tx: ReadTransaction, walk: _Walk, zones: Mapping[str, str]
) -> Iterator[Allotted]:
    """A payment follows what its settlement took of each grant, and the last makes it whole."""
    for row in tx.read_each(_PaidPart, _PAID):
        theirs = walk.settled.get(row.number)
        if not theirs:
            continue
        done, whose = walk.paid[row.number], list(theirs)
        own = sum(theirs.values())
        due = list(theirs.values())
        if row.left_minor and sum(due) > 0:
            so_far = (walk.whole[row.number] - row.left_minor) * own // walk.whole[row.number]
            due = apportioned(so_far, [max(0, one) for one in due])
        for name, now in zip(whose, due, strict=True):
            part = now - done[name]
            done[name] = now
            if part:
                yield Allotted(*name, "pay", date_at(row.paid_at, zones[name[1]]), row.reference,
                               part)


@dataclass(frozen=True, slots=True)
class GrantMonth:
    """A month of a grant: amounts by kind in the programme's currency; what was redeemed in the
    donor's too, where that month has a rate."""

    month: str
    amounts: Mapping[str, int]
    redeemed_donor_minor: int | None


@dataclass(frozen=True, slots=True)
class GrantBook:
    """A grant with what it paid for; `currency` is the programme's, amounts in its minor unit."""

    grant: Grant
    currency: str
    months: tuple[GrantMonth, ...]

    def total(self, kind: str) -> int:
        """All months' amount of a kind."""
        return sum(one.amounts.get(kind, 0) for one in self.months)

    @property
    def outstanding_minor(self) -> int:
        """What may still be spent of what was issued."""
        return self.total("issue") - sum(map(self.total, ("redeem", "expire", "void")))

    @property
    def redeemed_donor_minor(self) -> int | None:
        """What was redeemed in the donor's currency: the months' amounts as they were rounded."""
        told = [one.redeemed_donor_minor for one in self.months]
        return None if None in told else sum(one or 0 for one in told)

    @property
    def missing_rates(self) -> list[str]:
        """Months with redemptions and without a rate."""
        return [one.month for one in self.months if one.redeemed_donor_minor is None]


def books(tx: ReadTransaction, found: Sequence[Grant]) -> list[GrantBook]:
    """What each of these grants paid for, by month."""
    sums: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in allotted(tx):
        sums[one.grant][one.day[:7]][one.kind] += one.amount_minor
    return [_book(tx, one, sums.get(one.code, {})) for one in found]


def _book(
    tx: ReadTransaction, of: Grant, months: Mapping[str, Counter[str]]
) -> GrantBook:
    currency = str(tx.value("SELECT currency FROM programme WHERE code = :code", code=of.programme))
    known = rates(tx, of.currency, currency)
    told = []
    for month, amounts in sorted(months.items()):
        donor: int | None = amounts["redeem"]
        if of.currency != currency and amounts["redeem"]:
            rate = known.get(month)
            donor = None if rate is None else converted(
                amounts["redeem"], rate.millionths, exponents(currency, of.currency))
        told.append(GrantMonth(month, dict(amounts), donor))
    return GrantBook(of, currency, tuple(told))
