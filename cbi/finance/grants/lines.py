"""What each grant paid for, line by line: every issue, redemption, expiry and payment allotted.

`allotted` is the one query for reports and journals. Nothing of it is stored: it follows from the
journal and from how the round was funded, which does not change once something of it is issued.
`allotting` is the rule.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.finance.allotting import Fund, Held, apportioned
from cbi.finance.grants.grants import fund_of
from cbi.finance.grants.tables import RoundGrant
from cbi.programmes.rounds import programme_of
from cbi.storage import ReadTransaction

KINDS = ("issue", "redeem", "expire", "void", "settle", "waive", "discount", "fee", "pay",
         "bank-fee")
"""`discount` and `fee` are what a contract takes off what was settled; the rest is what is paid.
`bank-fee` is what the bank took for a transfer."""
Whose = tuple[str, str]
"""A grant and a round; two empty words for what no grant pays."""
NOBODY: Whose = ("", "")


class Allotted(NamedTuple):
    """What of a line a grant pays for; `kind` is one of `KINDS`, a reversal a redemption below
    zero, `reference` the line (`SERIAL/SEQ`), the settlement or the transfer, `settlement` what a
    transfer paid."""

    grant: str
    round: str
    kind: str
    day: str
    reference: str
    amount_minor: int
    settlement: str = ""


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
    waived_minor: int
    discount_minor: int
    made_at: int


class _Made(NamedTuple):
    """A settlement's own sums."""

    number: str
    accepted_minor: int
    discount_minor: int
    fee_minor: int
    payable_minor: int
    made_at: int


class _PaidPart(NamedTuple):
    """A payment of a settlement."""

    number: str
    reference: str
    amount_minor: int
    left_minor: int
    fee_minor: int
    paid_at: int


_LINES = """
SELECT e.id, e.voucher, v.serial, e.seq, e.kind, e.amount_minor, e.reverses, e.recorded_at
FROM entry e JOIN voucher v ON v.id = e.voucher
WHERE v.round = :round AND e.amount_minor > 0 ORDER BY e.recorded_at, e.seq, v.serial
"""
_SETTLED = """
SELECT l.entry, s.number, l.settled_minor, l.waived_minor, l.discount_minor, s.made_at
FROM settlement_line l
JOIN settlement s ON s.id = l.settlement JOIN entry e ON e.id = l.entry
JOIN voucher v ON v.id = e.voucher WHERE v.round IN (SELECT round FROM round_grant)
ORDER BY s.made_at, s.number, l.entry
"""
_MADE = """
SELECT number, accepted_minor, discount_minor, fee_minor, payable_minor, made_at FROM settlement
ORDER BY made_at, number
"""
_PAID = """
SELECT s.number, p.reference, p.amount_minor, p.left_minor, p.fee_minor, p.paid_at FROM payment p
JOIN settlement s ON s.id = p.settlement ORDER BY s.made_at, s.number, p.part
"""


@dataclass(slots=True)
class _Walk:
    """What was allotted on the way: to each redemption and reversal; of each settlement what it
    pays of whose, and of that how much was paid."""

    zones: dict[str, str] = field(default_factory=dict)
    parts: dict[bytes, dict[Whose, int]] = field(default_factory=dict)
    net: dict[str, Counter[Whose]] = field(default_factory=lambda: defaultdict(Counter))
    payable: dict[str, int] = field(default_factory=dict)
    paid: dict[str, Counter[Whose]] = field(default_factory=lambda: defaultdict(Counter))

    def day(self, whose: Whose, at: int) -> str:
        """The day of an instant where a round is held."""
        return date_at(at, self.zones[whose[1]])


def allotted(tx: ReadTransaction) -> Iterator[Allotted]:
    """Every line of every round that grants pay for, each with what each grant pays of it."""
    walk = _Walk()
    for code, in list(tx.tuples("SELECT DISTINCT round FROM round_grant ORDER BY round")):
        walk.zones[code] = programme_of(tx, code).zone
        yield from _round(tx, str(code), walk)
    yield from _settlements(tx, walk)
    yield from _payments(tx, walk)


def fund_from(rows: Sequence[RoundGrant]) -> Fund:
    """A round's fund of which nothing is given yet."""
    shares = tuple(row.share for row in rows if row.share is not None)
    return Fund(shares) if shares else Fund((), tuple(row.limit_minor for row in rows))


def _round(tx: ReadTransaction, code: str, walk: _Walk) -> Iterator[Allotted]:
    rows = fund_of(tx, code)
    names, fund = [row.grant_code for row in rows], fund_from(rows)
    held: dict[bytes, Held] = {}
    for line in tx.read_each(_Line, _LINES, round=code):
        taken = walk.parts.get(line.reverses or b"", {})
        kind, sign, parts = _moved(line, fund, held, [taken.get((name, code), 0) for name in names])
        if line.kind in ("redeem", "reverse"):
            walk.parts[line.id] = {(name, code): part for name, part in zip(
                names, parts, strict=True)}
        for name, part in zip(names, parts, strict=True):
            if part:
                yield Allotted(name, code, kind, walk.day((name, code), line.recorded_at),
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


def _settlements(tx: ReadTransaction, walk: _Walk) -> Iterator[Allotted]:
    """A settlement's lines follow their redemptions; its fee follows what of it each pays."""
    for row in tx.read_each(_SettledPart, _SETTLED):
        own = walk.parts[row.entry]
        for kind, minor in (("settle", row.settled_minor), ("waive", row.waived_minor),
                            ("discount", row.discount_minor)):
            for whose, part in _shared(minor, own):
                walk.net[row.number][whose] += {"settle": part, "discount": -part}.get(kind, 0)
                if part:
                    yield Allotted(*whose, kind, walk.day(whose, row.made_at), row.number, part)
    for made in tx.read(_Made, _MADE):
        net = walk.net.get(made.number)
        if net is None:
            continue
        net[NOBODY] = made.accepted_minor - made.discount_minor - sum(net.values())
        for whose, part in list(_shared(made.fee_minor, net)):
            net[whose] -= part
            if part and whose != NOBODY:
                yield Allotted(*whose, "fee", walk.day(whose, made.made_at), made.number, part)
        walk.payable[made.number] = made.payable_minor


def _payments(tx: ReadTransaction, walk: _Walk) -> Iterator[Allotted]:
    """A payment follows what its settlement pays of each grant, and the last makes it whole."""
    for row in tx.read_each(_PaidPart, _PAID):
        due = walk.net.get(row.number)
        if due is None:
            continue
        so_far = dict(due)
        if row.left_minor:
            above = {whose: max(0, one) for whose, one in due.items()}
            so_far = dict(_shared(walk.payable[row.number] - row.left_minor, above))
        now = Counter({whose: part - walk.paid[row.number][whose]
                       for whose, part in so_far.items()})
        walk.paid[row.number].update(now)
        fees = dict(_shared(row.fee_minor, {whose: max(0, part) for whose, part in now.items()}))
        for whose in now:
            for kind, part in (("pay", now[whose]), ("bank-fee", fees[whose])):
                if part and whose != NOBODY:
                    yield Allotted(*whose, kind, walk.day(whose, row.paid_at), row.reference,
                                   part, row.number)


def _shared(minor: int, weights: Mapping[Whose, int]) -> Iterator[tuple[Whose, int]]:
    """An amount, which may be below zero, shared out by weights; the sum is the amount."""
    sign = -1 if minor < 0 else 1
    parts = apportioned(abs(minor), [max(0, one) for one in weights.values()])
    yield from zip(weights, (sign * part for part in parts), strict=True)
