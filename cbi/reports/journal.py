"""The journal for bookkeepers, in Beancount's language: every value-moving line, every payment.

Issuing turns funds into a debt to beneficiaries (`Liabilities:Vouchers`), redeeming turns that into
a debt to a retailer, paying settles it from the bank; expire and void give the rest back,
honour takes back what expired and had been spent in time. The
balances asserted at the end come from the voucher rows and the settlements, not from the lines
written above them: a journal that disagrees with the ledger is refused by whoever loads it.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TextIO

from sqlmodel import select

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.money import EXPONENTS
from cbi.base.words import visible
from cbi.files.writing import atomic_file
from cbi.finance.identities import retailer_balances
from cbi.ledger.journal import FUNDS, VOUCHERS
from cbi.ledger.sealing import latest_checkpoint
from cbi.places.tables import RetailerRow
from cbi.programmes.programmes import programmes
from cbi.programmes.tables import Programme
from cbi.storage import ReadTransaction

BANK = "Assets:Bank"
MOVES = ("issue", "redeem", "reverse", "expire", "void", "honour")
_UNFIT = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """How our accounts are called in the books; `{code}` is a programme's or retailer's code.

    Give your chart's names: funds might be `Expenses:307420-Vouchers:{code}`.
    """

    funds: str = "Expenses:Vouchers:{code}"
    vouchers: str = "Liabilities:Vouchers:{code}"
    retailer: str = "Liabilities:Retailers:{code}"
    waived: str = "Income:Waived:{code}"
    bank: str = BANK


@dataclass(frozen=True, slots=True)
class Posted:
    """What was written: how many transactions, and the balances asserted (minor units)."""

    transactions: int
    balances: dict[tuple[str, str], int]

    def record(self) -> dict[str, object]:
        """The same as plain values."""
        balances = [
            {"account": account, "currency": currency, "balance": balance}
            for (account, currency), balance in sorted(self.balances.items())
        ]
        return {"transactions": self.transactions, "balances": balances}


@dataclass(slots=True)
class _Journal:
    out: TextIO
    zone: str
    accounts: Accounts
    currencies: dict[str, str]
    transactions: int = 0
    last_day: str = ""
    sums: dict[tuple[str, str], int] = field(default_factory=dict)

    def post(self, day: str, words: tuple[str, str], legs: list[tuple[str, int]], currency: str,
             more: Iterator[str]) -> None:
        """One transaction whose legs (account, minor units) sum to nothing."""
        payee, narration = map(quoted, words)
        lines = [f"{day} * {payee} {narration}", *(f"  {line}" for line in more)]
        for account, amount_minor in legs:
            lines.append(f"  {account}  {decimal(amount_minor, currency)} {currency}")
            key = (account, currency)
            self.sums[key] = self.sums.get(key, 0) + amount_minor
        self.out.write("\n".join(lines) + "\n\n")
        self.transactions += 1
        self.last_day = max(self.last_day, day)


def write_journal(tx: ReadTransaction, path: Path, *, accounts: Accounts | None = None) -> Posted:
    """Write the whole ledger's journal to a file, whole or not at all.

    Raises:
        BadFile: it cannot be written.
    """
    with atomic_file(path) as file:
        out = io.TextIOWrapper(file, "utf-8", newline="\n")
        posted = journal_to(tx, out, accounts=accounts or Accounts())
        out.flush()
        out.detach()
    return posted


def journal_to(tx: ReadTransaction, out: TextIO, *, accounts: Accounts) -> Posted:
    """Write the journal to a stream, line by line, however long the ledger is."""
    owners = programmes(tx)
    zone = owners[0].zone if owners else "UTC"
    book = _Journal(out, zone, accounts, {owner.code: owner.currency for owner in owners})
    _head(tx, book, owners)
    for line in tx.read_each(_ValueLine, _LINES):
        _line(book, line)
    for waived in tx.read(_WaivedRow, _WAIVED):
        _waiver(book, waived)
    for paid in tx.read(_PaymentRow, _PAID):
        _payment(book, paid)
    balances = _owed(tx, book)
    if book.last_day:
        _assertions(book, balances)
    return Posted(book.transactions, balances)


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


class _PaymentRow(NamedTuple):
    """A payment, with its settlement."""

    reference: str
    amount_minor: int
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
_PAID = """
SELECT p.reference, p.amount_minor, p.paid_at, s.number, s.retailer, t.currency
FROM payment p JOIN settlement s ON s.id = p.settlement JOIN statement t ON t.id = s.statement
ORDER BY p.paid_at, p.reference
"""
_OUTSTANDING = """
SELECT r.programme, v.currency, sum(v.face_minor - v.closed_minor) AS bound_minor,
       sum(v.face_minor - v.spent_minor - v.closed_minor) AS outstanding_minor
FROM voucher v JOIN round r ON r.code = v.round GROUP BY r.programme, v.currency
"""


def _head(tx: ReadTransaction, book: _Journal, owners: list[Programme]) -> None:
    """The title, the seal it was made under, and every account opened."""
    title = ", ".join(owner.name for owner in owners) or "cbi"
    book.out.write(f"; {_plain(title)}: the journal of a ledger of cbi.\n")
    for line in latest_checkpoint(tx).splitlines():
        book.out.write(f"; {line}\n" if line else ";\n")
    book.out.write(f"\noption \"title\" {quoted(title)}\n")
    for currency in sorted(set(book.currencies.values())):
        book.out.write(f'option "operating_currency" "{currency}"\n')
    book.out.write("\n")
    first = tx.value("SELECT min(recorded_at) FROM entry")
    day = date_at(first, book.zone) if first is not None else "1970-01-01"
    names = [book.accounts.bank]
    for owner in owners:
        ours = (book.accounts.funds, book.accounts.vouchers)
        names += [_named(name, owner.code) for name in ours]
    for code in tx.all(select(RetailerRow.code).order_by(RetailerRow.code)):
        theirs = (book.accounts.retailer, book.accounts.waived)
        names += [_named(name, code) for name in theirs]
    for name in dict.fromkeys(names):
        book.out.write(f"{day} open {name}\n")
    book.out.write("\n")


def _line(book: _Journal, row: _ValueLine) -> None:
    legs = [
        (_account(book, row.debit, row.programme), row.amount_minor),
        (_account(book, row.credit, row.programme), -row.amount_minor),
    ]
    facts = {"entry": f"{row.serial}/{row.seq}", "city": row.city,
             "category": row.category, "store": row.store, "receipt": row.receipt,
             "operator": row.operator}
    book.post(
        date_at(row.recorded_at, book.zone), (row.serial, row.kind), legs,
        row.currency, _meta(facts),
    )


def _waiver(book: _Journal, row: _WaivedRow) -> None:
    amount_minor = int(row.waived_minor)
    legs = [
        (_named(book.accounts.retailer, row.retailer), amount_minor),
        (_named(book.accounts.waived, row.retailer), -amount_minor),
    ]
    book.post(
        date_at(row.made_at, book.zone), (row.retailer, "waived"), legs, row.currency,
        _meta({"settlement": row.number}),
    )


def _payment(book: _Journal, row: _PaymentRow) -> None:
    legs = [
        (_named(book.accounts.retailer, row.retailer), row.amount_minor),
        (book.accounts.bank, -row.amount_minor),
    ]
    book.post(
        date_at(row.paid_at, book.zone), (row.retailer, "payment"), legs, row.currency,
        _meta({"settlement": row.number, "reference": row.reference}),
    )


def _owed(tx: ReadTransaction, book: _Journal) -> dict[tuple[str, str], int]:
    """What every account must stand at, from the rows and the settlements."""
    owed: Counter[tuple[str, str]] = Counter()
    names = book.accounts
    for row in tx.read(_Outstanding, _OUTSTANDING):
        code, currency = row.programme, row.currency
        owed[_named(names.funds, code), currency] += int(row.bound_minor)
        owed[_named(names.vouchers, code), currency] -= int(row.outstanding_minor)
    for one in retailer_balances(tx):
        owing = one.unsettled_minor + one.payable_minor
        owed[_named(names.retailer, one.retailer), one.currency] -= owing
        owed[_named(names.waived, one.retailer), one.currency] -= one.waived_minor
        owed[names.bank, one.currency] -= one.paid_minor
    return dict(owed)


def _assertions(book: _Journal, balances: dict[tuple[str, str], int]) -> None:
    """Beancount checks a balance at the beginning of its day: so on the day after the last."""
    noon = instant_on(book.last_day, 12, book.zone)
    day = date_at(noon + DAY_US, book.zone)
    for (account, currency), amount_minor in sorted(balances.items()):
        book.out.write(
            f"{day} balance {account}  {decimal(amount_minor, currency)} {currency}\n"
        )


def decimal(amount_minor: int, currency: str) -> str:
    """Minor units as an exact decimal: `15000.00`."""
    exponent = EXPONENTS.get(currency, 2)
    whole, fraction = divmod(abs(amount_minor), 10**exponent)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}.{fraction:0{exponent}d}" if exponent else f"{sign}{whole}"


def quoted(words: str) -> str:
    """A text in Beancount's quotes, on one line."""
    plain = _plain(words).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _plain(words: str) -> str:
    return visible(" ".join(words.split()))


def _meta(facts: dict[str, str | None]) -> Iterator[str]:
    return (f"{name}: {quoted(value)}" for name, value in facts.items() if value)


def _account(book: _Journal, ours: str, programme: str) -> str:
    if ours == FUNDS:
        return _named(book.accounts.funds, programme)
    if ours == VOUCHERS:
        return _named(book.accounts.vouchers, programme)
    return _named(book.accounts.retailer, ours.removeprefix("retailer:"))


def _named(template: str, code: str) -> str:
    """An account's name: a part of it begins with a capital letter or a digit."""
    part = _UNFIT.sub("-", code).strip("-") or "X"
    return template.format(code=part[:1].upper() + part[1:])
