"""What a retailer's file would become as a statement; nothing is written."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlmodel import col, select

from cbi.base.clock import date_at, typed_day
from cbi.base.errors import BadFile, Conflict, UsageError
from cbi.files import Problem, Table, column_letter, read_table, read_tables
from cbi.finance.intake.billing import AboutRetailer, about_retailer
from cbi.finance.intake.naming import DaysBilled, Resolved, ResolvedLines, resolve
from cbi.finance.intake.several import split_several
from cbi.finance.intake.store_names import StoreNames
from cbi.finance.reading.lines.line_parts import LeftLine, Reading, ReadLine, ReadLines
from cbi.finance.reading.understanding import ColumnShown, Understood, understood
from cbi.finance.tables import Statement
from cbi.ledger.journal import retailer_account
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import retailers
from cbi.places.profile import profile_of
from cbi.storage import Database, ReadTransaction

STORES_NAMED = 5
COLUMNS_NAMED = 12
OPEN_LAYOUTS = ("finance.columns-near", "finance.no-heading")
"""Refusals that knowing how the last file was read may spare."""
VOUCHERS_ASKED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What a person may say of a statement: its period (ISO dates) where the lines have no dates,
    its currency where the retailer works in several, one sheet of its file, the heading or letter
    of columns by field, the decimal mark of its amounts, and the order of its dates' figures
    (`dmy` or `mdy`).
    """

    period_from: str | None = None
    period_until: str | None = None
    currency: str | None = None
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    dates: str | None = None


@dataclass(frozen=True, slots=True)
class StatementPreview:
    """What a file would become. `problems` keep it out until a person agrees to leave those rows
    out, `warnings` do not.

    `columns` are the letters of the columns read, by field, `shown` the same with their headings
    and first values; `named` counts the lines whose voucher we know, do not know, and cannot read;
    `left` are rows that are no claims. `stated_minor` = the lines + `left_minor` where all adds up.
    """

    retailer: str
    currency: str
    zone: str
    file: str
    digest: str
    period_from: str
    period_until: str
    claimed_minor: int
    stated_minor: int | None
    columns: Mapping[str, str]
    named: Mapping[str, int]
    resolved: ResolvedLines
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    left: tuple[LeftLine, ...]
    left_minor: int
    shown: tuple[ColumnShown, ...]

    @property
    def lines(self) -> list[ReadLine]:
        """The lines as they were read."""
        return [one.line for one in self.resolved]


def preview(
    session: OperatorSession, path: Path, retailer: str, how: HowToRead | None = None
) -> StatementPreview:
    """What a retailer's file would become as a statement; nothing is written.

    Raises:
        BadFile: it cannot be read, or no row of it heads a voucher's and an amount's column.
        NotFound: no such retailer.
        Conflict: its content was taken in before, the retailer takes no vouchers, or it is another
            firm's or in another currency.
        UsageError: the period, the currency or a column is not known and must be said.
    """
    session.require("statement.import")
    how = how or HowToRead()
    with session.ledger.read() as tx:
        about = about_retailer(tx, retailer, how.currency)
        money = profile_of(tx).money
        names = StoreNames.of(tx, about.code)
        remembered = _remembered(tx, about.code)
    today = date_at(session.clock(), about.zone)
    tables = read_tables(path) if how.sheet is None else [read_table(path, sheet=how.sheet)]
    reading = Reading(
        currency=about.currency, money=money, lookup=lambda: session.keys.need("lookup"),
        rounds=about.rounds, decimal=how.decimal, dates=how.dates,
        likely=lambda day: about.opens <= day <= min(about.closes, today),
        is_store=lambda text: bool(names.whole(text)),
        in_short=lambda text: bool(names.told(text)), unsaid_year=about.year_of,
        receipts_known=lambda texts: _receipts_known(session.ledger, about.code, texts),
        amounts_known=lambda amounts: _amounts_known(session.ledger, about.code, amounts),
    )
    told = _understood(tables, how.columns, remembered, reading)
    about.refuse_other_firm(told.numbers)
    if not told.read.lines and not told.read.problems:
        raise BadFile("finance.no-lines", file=tables[0].file)
    days = _period(told, how) if told.read.lines else ("–", "–")
    with session.ledger.read() as tx:
        return _previewed(tx, about, tables[0].file, told, (*days, today))


def _understood(
    tables: Sequence[Table], asked: Mapping[str, str], remembered: Mapping[str, str],
    reading: Reading,
) -> Understood:
    """The file by its own headings and content; what they leave open, as this retailer's last one
    was read.

    Raises:
        UsageError: it would be read by another column than the last one, which it still has.
    """
    try:
        made = understood(tables, asked, reading)
    except (UsageError, BadFile) as error:
        if not remembered or asked or error.code not in OPEN_LAYOUTS:
            raise
        try:
            return understood(tables, remembered, reading)
        except (UsageError, BadFile):
            raise error from None
    layout = made.layouts[0]
    for name in ("voucher", "amount") if not asked else ():
        then, now = remembered.get(name), layout.columns.get(name)
        if then and now is not None and then in layout.headings and layout.headings[now] != then:
            raise UsageError("finance.columns-changed", field=name, then=then,
                             now=layout.headings[now], letter=column_letter(now))
    return made


def _receipts_known(ledger: Database, retailer: str, texts: Sequence[str]) -> int:
    """How many of these texts are receipts that the retailer's stores took vouchers on."""
    places = {f"k{number}": text for number, text in enumerate(texts)}
    if not places:
        return 0
    with ledger.read() as tx:
        known = {number for number, in tx.tuples(
            "SELECT r.number FROM receipt r JOIN store s ON s.code = r.store "
            "WHERE s.retailer = :retailer AND r.number IN "
            f"({', '.join(':' + place for place in places)})", retailer=retailer, **places,
        )}
    return sum(text in known for text in texts)


def _amounts_known(ledger: Database, retailer: str, amounts: Sequence[int]) -> int:
    """How many of these amounts the retailer's stores took off vouchers."""
    with ledger.read() as tx:
        known = {amount for amount, in tx.tuples(
            "SELECT DISTINCT amount_minor FROM entry WHERE kind = 'redeem' AND credit = :account",
            account=retailer_account(retailer),
        )} if amounts else set()
    return sum(amount in known for amount in amounts)


def _previewed(
    tx: ReadTransaction, about: AboutRetailer, file: str, told: Understood,
    days: tuple[str, str, str],
) -> StatementPreview:
    """What was understood, with the voucher of every line; `days` are the period's, and today."""
    read, (first, last, today) = told.read, days
    names = StoreNames.of(tx, about.code)
    codes = {text: names.told(text) for text in {line.store for line in read.lines}}
    known_stores = {text: code for text, code in codes.items() if text and code}
    split_several(tx, read, about, codes, column=told.layouts[0].letters().get("voucher"))
    digest = content_digest(about.code, read)
    refuse_known(tx, digest)
    resolved = resolve(
        tx, read.lines, DaysBilled(about.code, first, last, about.zone), known_stores
    ) if read.lines else ResolvedLines()
    odd = Counter(one.names for one in resolved.odd())
    named = {name: odd[name] for name in ("voucher", "unknown", "mistyped")}
    named["voucher"] += len(resolved) - odd.total()
    unknown = sorted(text for text, code in codes.items() if text and not code)
    return StatementPreview(
        about.code, about.currency, about.zone, file, digest, first, last, read.claimed_minor,
        read.stated_minor, told.layouts[0].letters(), named, resolved, tuple(read.problems),
        (*read.warnings, *_notes(told, unknown, _whose(tx, unknown), about, today),
         *_overlaps(tx, about, resolved)),
        tuple(read.left), read.left_minor, tuple(told.shown),
    )


def content_digest(retailer: str, read: ReadLines) -> str:
    """A digest (hex) of what a statement says, the same however its file was saved."""
    digest = sha256(f"statement\x1f{retailer}".encode())
    for line in read.lines:
        name = line.named.hashed.hex() or line.named.shown
        digest.update(
            f"\n{name}\x1f{line.date}\x1f{line.store}\x1f{line.receipt}\x1f{line.amount_minor}"
            .encode()
        )
    for one in read.left:
        digest.update(f"\n{one.kind}\x1f{one.shown}\x1f{one.amount_minor}".encode())
    return digest.hexdigest()


def refuse_known(tx: ReadTransaction, digest: str) -> None:
    """The same content is taken in once.

    Raises:
        Conflict: a statement says the same.
    """
    number = tx.first(
        select(Statement.number).where(Statement.digest == bytes.fromhex(digest))
    )
    if number is not None:
        raise Conflict("finance.statement-known", statement=number)


def _whose(tx: ReadTransaction, unknown: Sequence[str]) -> str:
    """The retailer that has a store of each of these names, if one alone has; else nothing."""
    having = [
        one.code for one in retailers(tx)
        if unknown and all(map(StoreNames.of(tx, one.code).whole, unknown))
    ]
    return having[0] if len(having) == 1 else ""


def _period(told: Understood, how: HowToRead) -> tuple[str, str]:
    """The period as a person or the letterhead said it, else the first and last day billed."""
    days = [line.date for line in told.read.lines if line.date is not None]
    said = told.period or (min(days, default=None), max(days, default=None))
    first = _day(how.period_from) or said[0]
    last = _day(how.period_until) or said[1]
    if first is None or last is None:
        raise UsageError("finance.period-needed")
    if first > last:
        raise UsageError("finance.period-backwards", first=first, last=last)
    return first, last


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return typed_day(text)
    except ValueError as error:
        raise UsageError("ledger.date-unreadable", text=text) from error


def _notes(
    told: Understood, unknown: Sequence[str], whose: str, about: AboutRetailer, today: str
) -> Iterator[Problem]:
    """What a person should look at, though all of it could be read."""
    sheet = told.shown[0].sheet
    if told.read.stated_minor is None:
        yield Problem("finance.total-missing", sheet=sheet)
    unread = [
        f"{column_letter(index)} “{told.layouts[0].headings[index][:30]}”"
        for index in told.layouts[0].unread
    ]
    if unread:
        yield Problem("finance.columns-unread", sheet=sheet, facts={
            "columns": ", ".join(unread[:COLUMNS_NAMED])
        })
    if told.layouts[0].named_by == "receipt":
        yield Problem("finance.by-receipts", sheet=sheet)
    if unknown:
        yield Problem(f"finance.stores-{'anothers' if whose else 'unknown'}", facts={
            "stores": ", ".join(unknown[:STORES_NAMED]), "count": len(unknown), "theirs": whose,
            "retailer": about.code,
        })
    odd = [line for line in told.read.lines if line.date is not None
           and not about.opens <= line.date <= min(about.closes, today)]
    if odd:
        yield Problem("finance.days-unlikely", odd[0].sheet, odd[0].row, None, {
            "count": len(odd), "date": odd[0].date, "first": about.opens, "last": about.closes,
        })


def _overlaps(
    tx: ReadTransaction, about: AboutRetailer, resolved: Sequence[Resolved]
) -> Iterator[Problem]:
    """The retailer's other statements that name vouchers of this one, and how many lines."""
    others = select(Statement.id).where(Statement.retailer == about.code)
    if tx.first(others.where(col(Statement.withdrawn_at).is_(None))) is None:
        return
    vouchers = sorted({one.voucher for one in resolved if one.voucher is not None})
    found: Counter[str] = Counter()
    for start in range(0, len(vouchers), VOUCHERS_ASKED):
        places = {f"k{number}": voucher for number, voucher in enumerate(
            vouchers[start : start + VOUCHERS_ASKED]
        )}
        found.update({number: int(count) for number, count in tx.tuples(
            "SELECT s.number, count(*) FROM statement s JOIN claim c ON c.statement = s.id "
            "WHERE s.retailer = :retailer AND s.withdrawn_at IS NULL AND c.voucher IN "
            f"({', '.join(':' + place for place in places)}) GROUP BY s.number",
            retailer=about.code, **places,
        )})
    for number, count in sorted(found.items()):
        yield Problem("finance.overlaps", facts={"statement": number, "count": count})


def _remembered(tx: ReadTransaction, retailer: str) -> dict[str, str]:
    """The headings by field under which the retailer's last statement was read."""
    last = tx.first(
        select(Statement.columns).where(Statement.retailer == retailer)
        .order_by(col(Statement.imported_at).desc(), col(Statement.number).desc()).limit(1)
    )
    found: dict[str, str] = json.loads(last or "{}")
    return found
