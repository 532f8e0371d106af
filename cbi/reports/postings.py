"""What the books hold, for bookkeepers: every value-moving line, waiver and payment as a posting.

Issuing turns funds into a debt to beneficiaries (`Liabilities:Vouchers`), redeeming turns that into
a debt to a retailer, paying settles it from the bank, less what its contract takes off; expire and
void give the rest back, honour takes back what expired and had been spent in time. What every
account must stand at comes from the voucher rows and the settlements, not from the postings: each
checks the other.
"""

import heapq
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from sqlmodel import select

from cbi.base.clock import date_at
from cbi.base.errors import BadFile
from cbi.finance.grants.lines import allotted
from cbi.finance.identities import retailer_balances
from cbi.ledger.journal import FUNDS, VOUCHERS
from cbi.ledger.sealing import latest_checkpoint
from cbi.places.tables import RetailerRow
from cbi.programmes.programmes import programmes
from cbi.programmes.tables import Programme
from cbi.storage import ReadTransaction

MOVES = ("issue", "redeem", "reverse", "expire", "void", "honour")
_UNFIT = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """How our accounts are called in the books; `{code}` is a programme's or retailer's code.

    Give your chart's names: funds might be `Expenses:307420-Vouchers:{code}`, or `3397` for 1C.
    """

    funds: str = "Expenses:Vouchers:{code}"
    vouchers: str = "Liabilities:Vouchers:{code}"
    retailer: str = "Liabilities:Retailers:{code}"
    waived: str = "Income:Waived:{code}"
    discount: str = "Income:Discounts:{code}"
    fees: str = "Expenses:TransferFees"
    bank: str = "Assets:Bank"

    @classmethod
    def read(cls, path: Path) -> "Accounts":
        """The accounts that a TOML file names (`bank = "Assets:Bank:Halyk"`); the rest are ours.

        Raises:
            BadFile: it cannot be read, or names what is no account of ours.
        """
        try:
            told = tomllib.loads(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadFile("reports.accounts-unreadable", file=path.name, detail=error) from error
        known = [one.name for one in fields(cls)]
        for name, value in told.items():
            if name not in known or not isinstance(value, str) or not value.strip() \
                    or re.search(r"[{}]", value.replace("{code}", "")):
                raise BadFile("reports.accounts-unknown", file=path.name, name=name,
                              known=", ".join(known))
        return cls(**told)


class BookPosting(NamedTuple):
    """A transaction: legs (account, minor units of `currency`) that sum to nothing.

    `facts` are what else there is to say; None says nothing. `programme` is a voucher's.
    """

    day: str
    payee: str
    narration: str
    legs: tuple[tuple[str, int], ...]
    currency: str
    facts: dict[str, str | None]
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    """What stands above the postings: whose books, under which seal, with which accounts."""

    title: str
    checkpoint: str
    currencies: tuple[str, ...]
    zone: str
    first_day: str
    names: tuple[str, ...]


class _ValueLine(NamedTuple):
    """A line that moves value, with its voucher's facts."""

    kind: str
    seq: int
    amount_minor: int
    debit: str
    credit: str
    store: str | None
    receipt: str | None
    operator: str
    recorded_at: int
    serial: str
    city: str
    category: str
    currency: str
    programme: str


class _WaivedRow(NamedTuple):
    """What a settlement gave up of what was redeemed."""

    number: str
    retailer: str
    made_at: int
    currency: str
    waived_minor: int


class _TermsRow(NamedTuple):
    """What a contract takes off a settlement: its discount, and the transfer's fee it bears."""

    number: str
    retailer: str
    made_at: int
    currency: str
    discount_minor: int
    fee_minor: int


class _PaymentRow(NamedTuple):
    """A payment, with its settlement, and what the bank took for it."""

    reference: str
    amount_minor: int
    fee_minor: int
    paid_at: int
    number: str
    retailer: str
    currency: str


class _Outstanding(NamedTuple):
    """What a programme's vouchers bind, and what of it is still to be spent."""

    programme: str
    currency: str
    bound_minor: int
    outstanding_minor: int


_LINES = f"""
SELECT e.kind, e.seq, e.amount_minor, e.debit, e.credit, e.store, e.receipt, e.operator,
       e.recorded_at, v.serial, v.city, v.category, v.currency, r.programme
FROM entry e JOIN voucher v ON v.id = e.voucher JOIN round r ON r.code = v.round
WHERE e.kind IN ({", ".join(f"'{kind}'" for kind in MOVES)}) ORDER BY e.recorded_at, e.id
"""
_WAIVED = """
SELECT s.number, s.retailer, s.made_at, v.currency, sum(l.waived_minor) AS waived_minor
FROM settlement s JOIN settlement_line l ON l.settlement = s.id
JOIN entry e ON e.id = l.entry JOIN voucher v ON v.id = e.voucher
GROUP BY s.number, s.retailer, s.made_at, v.currency HAVING sum(l.waived_minor) <> 0
ORDER BY s.made_at, s.number
"""
_TERMS = """
SELECT s.number, s.retailer, s.made_at, t.currency, s.discount_minor, s.fee_minor
FROM settlement s JOIN statement t ON t.id = s.statement
WHERE s.discount_minor <> 0 OR s.fee_minor <> 0 ORDER BY s.made_at, s.number
"""
_PAID = """
SELECT p.reference, p.amount_minor, p.fee_minor, p.paid_at, s.number, s.retailer, t.currency
FROM payment p JOIN settlement s ON s.id = p.settlement JOIN statement t ON t.id = s.statement
ORDER BY p.paid_at, p.reference
"""
_FEES = """
SELECT t.currency, sum(p.fee_minor) FROM payment p
JOIN settlement s ON s.id = p.settlement JOIN statement t ON t.id = s.statement
GROUP BY t.currency
"""
_OUTSTANDING = """
SELECT r.programme, v.currency, sum(v.face_minor - v.closed_minor) AS bound_minor,
       sum(v.face_minor - v.spent_minor - v.closed_minor) AS outstanding_minor
FROM voucher v JOIN round r ON r.code = v.round GROUP BY r.programme, v.currency
"""


def books(
    tx: ReadTransaction, accounts: Accounts, owners: Sequence[Programme] | None = None
) -> Books:
    """Whose books these are, and every account that may be posted to."""
    owners = programmes(tx) if owners is None else owners
    zone = owners[0].zone if owners else "UTC"
    first = tx.value("SELECT min(recorded_at) FROM entry")
    names = [accounts.bank, accounts.fees]
    for owner in owners:
        names += [named(one, owner.code) for one in (accounts.funds, accounts.vouchers)]
    for code in tx.all(select(RetailerRow.code).order_by(RetailerRow.code)):
        names += [named(one, code) for one in (
            accounts.retailer, accounts.waived, accounts.discount)]
    return Books(
        ", ".join(owner.name for owner in owners) or "cbi", latest_checkpoint(tx),
        tuple(sorted({owner.currency for owner in owners})), zone,
        date_at(first, zone) if first is not None else "1970-01-01", tuple(dict.fromkeys(names)),
    )


def postings(
    tx: ReadTransaction, about: Books, accounts: Accounts, *, daily: bool = False
) -> Iterator[BookPosting]:
    """Every posting, day after day: lines as they were recorded (or a day's of one kind as one),
    then that day's waivers, what contracts take off, payments and what the bank took for them.
    """
    parts = _grant_parts(tx)
    money = sorted(_by_grant(_money(tx, about, accounts), parts), key=_day_of)
    lines = _by_grant(_each(about, accounts, tx.read_each(_ValueLine, _LINES)), parts)
    yield from heapq.merge(_days(lines) if daily else lines, money, key=_day_of)


_day_of = attrgetter("day")


def _money(tx: ReadTransaction, about: Books, accounts: Accounts) -> Iterator[BookPosting]:
    """Waivers, what contracts take off, payments and what the bank took for them."""
    for waived in tx.read(_WaivedRow, _WAIVED):
        amount_minor = int(waived.waived_minor)
        yield BookPosting(
            date_at(waived.made_at, about.zone), waived.retailer, "waived",
            ((named(accounts.retailer, waived.retailer), amount_minor),
             (named(accounts.waived, waived.retailer), -amount_minor)),
            waived.currency, {"settlement": waived.number},
        )
    for terms in tx.read(_TermsRow, _TERMS):
        for kind, minor in (("discount", terms.discount_minor), ("fee", terms.fee_minor)):
            if minor:
                yield _taken_off(about, accounts, terms, (kind, minor))
    for paid in tx.read(_PaymentRow, _PAID):
        day = date_at(paid.paid_at, about.zone)
        told: dict[str, str | None] = {"settlement": paid.number, "reference": paid.reference}
        yield BookPosting(
            day, paid.retailer, "payment",
            ((named(accounts.retailer, paid.retailer), paid.amount_minor),
             (accounts.bank, -paid.amount_minor)), paid.currency, told,
        )
        if paid.fee_minor:
            yield BookPosting(
                day, paid.retailer, "transfer fee",
                ((accounts.fees, paid.fee_minor), (accounts.bank, -paid.fee_minor)),
                paid.currency, told,
            )


def _taken_off(
    about: Books, accounts: Accounts, terms: _TermsRow, taken: tuple[str, int]
) -> BookPosting:
    """A contract's discount, or the fee that the retailer bears: less is owed to it."""
    kind, minor = taken
    against = accounts.fees if kind == "fee" else named(accounts.discount, terms.retailer)
    return BookPosting(
        date_at(terms.made_at, about.zone), terms.retailer, f"contract {kind}",
        ((named(accounts.retailer, terms.retailer), minor), (against, -minor)),
        terms.currency, {"settlement": terms.number},
    )


def _each(
    about: Books, accounts: Accounts, lines: Iterable[_ValueLine]
) -> Iterator[BookPosting]:
    for row in lines:
        yield BookPosting(
            date_at(row.recorded_at, about.zone), row.serial, row.kind,
            ((_account(accounts, row.debit, row.programme), row.amount_minor),
             (_account(accounts, row.credit, row.programme), -row.amount_minor)),
            row.currency,
            {"entry": f"{row.serial}/{row.seq}", "city": row.city, "category": row.category,
             "store": row.store, "receipt": row.receipt, "operator": row.operator},
            row.programme,
        )


Parts = Mapping[tuple[str, str, str], Mapping[str, int]]
"""By kind, line, settlement or transfer, and its settlement: what of it each grant pays."""
_OF_KIND = {"reverse": "redeem", "honour": "expire", "waived": "waive", "payment": "pay",
            "contract discount": "discount", "contract fee": "fee", "transfer fee": "bank-fee"}
_BY_LINE = frozenset({"issue", "redeem", "expire", "void"})


def _grant_parts(tx: ReadTransaction) -> Parts:
    """What grants pay of every posting."""
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for one in allotted(tx):
        minor = abs(one.amount_minor) if one.kind in _BY_LINE else one.amount_minor
        key = (one.kind, one.reference, one.settlement)
        found.setdefault(key, Counter())[one.grant] += minor
    return found


def _by_grant(written: Iterable[BookPosting], parts: Parts) -> Iterator[BookPosting]:
    """Each posting as one for each grant that pays of it, and one for what no grant pays."""
    for one in written:
        facts = one.facts
        settlement = facts.get("settlement") or ""
        reference = facts.get("entry") or facts.get("reference")
        key = (_OF_KIND.get(one.narration, one.narration), reference or settlement,
               settlement if reference and "entry" not in facts else "")
        rest = one.legs[0][1]
        for grant, minor in parts.get(key, {}).items():
            if minor:
                rest -= minor
                yield _part(one, minor, grant)
        if rest or key not in parts:
            yield _part(one, rest, None)


def _part(one: BookPosting, minor: int, grant: str | None) -> BookPosting:
    """The same posting over a part of its amount."""
    (first, _), (second, _) = one.legs
    facts = one.facts if grant is None else {**one.facts, "grant": grant}
    return one._replace(legs=((first, minor), (second, -minor)), facts=facts)


@dataclass(slots=True)
class _Day:
    """A day's lines in the making, added up by kind, accounts and grant."""

    day: str
    count: Counter[tuple[str, ...]] = field(default_factory=Counter)
    minor: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def posted(self) -> Iterator[BookPosting]:
        """One posting of each kind."""
        for key in sorted(self.count):
            programme, kind, debit, credit, currency, grant = key
            yield BookPosting(
                self.day, programme, kind, ((debit, self.minor[key]), (credit, -self.minor[key])),
                currency, {"lines": str(self.count[key]), "grant": grant or None},
            )


def _days(lines: Iterable[BookPosting]) -> Iterator[BookPosting]:
    here = _Day("")
    for one in lines:
        if one.day != here.day:
            yield from here.posted()
            here = _Day(one.day)
        (debit, minor), (credit, _) = one.legs
        key = (one.programme, one.narration, debit, credit, one.currency,
               one.facts.get("grant") or "")
        here.count[key] += 1
        here.minor[key] += minor
    yield from here.posted()


def owed(tx: ReadTransaction, accounts: Accounts) -> dict[tuple[str, str], int]:
    """What every account must stand at, from the rows and the settlements."""
    sums: Counter[tuple[str, str]] = Counter()
    for row in tx.read(_Outstanding, _OUTSTANDING):
        code, currency = row.programme, row.currency
        sums[named(accounts.funds, code), currency] += int(row.bound_minor)
        sums[named(accounts.vouchers, code), currency] -= int(row.outstanding_minor)
    for one in retailer_balances(tx):
        owing = one.unsettled_minor + one.payable_minor
        sums[named(accounts.retailer, one.retailer), one.currency] -= owing
        sums[named(accounts.waived, one.retailer), one.currency] -= one.waived_minor
        sums[named(accounts.discount, one.retailer), one.currency] -= one.discount_minor
        sums[accounts.fees, one.currency] -= one.fee_minor
        sums[accounts.bank, one.currency] -= one.paid_minor
    for currency, fees in tx.tuples(_FEES):
        sums[accounts.fees, currency] += int(fees)
        sums[accounts.bank, currency] -= int(fees)
    return dict(sums)


def _account(accounts: Accounts, ours: str, programme: str) -> str:
    if ours == FUNDS:
        return named(accounts.funds, programme)
    if ours == VOUCHERS:
        return named(accounts.vouchers, programme)
    return named(accounts.retailer, ours.removeprefix("retailer:"))


def named(template: str, code: str) -> str:
    """An account's name: a part of it begins with a capital letter or a digit."""
    part = _UNFIT.sub("-", code).strip("-") or "X"
    return template.replace("{code}", part[:1].upper() + part[1:])
