"""A retailer's figures as a page to send or a workbook: the same tables, worded once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cbi.base.clock import date_at
from cbi.files.workbook import Column, Sheet, write_workbook
from cbi.files.writing import atomic_file
from cbi.messages import text
from cbi.messages.figures import date_words, days_between, month_words, plain_figures
from cbi.reports.shops.retailer_sheet import RetailerSheet

WHOLE = frozenset({"number", "period", "paid-on", "month"})
"""Columns whose words are not parted."""
AMOUNTS = ("amount", "claimed", "accepted", "paid", "at-risk", "price")
COUNTS = ("sales", "days", "count", "open")
NUMBERS = (*AMOUNTS, *COUNTS)
"""Columns that stand to the right."""


@dataclass(frozen=True, slots=True)
class RetailerTable:
    """A table of the page: its name, its columns' keys, and cells: words and whole numbers, an
    amount in minor units."""

    name: str
    columns: tuple[str, ...]
    values: tuple[tuple[str | int | None, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    """The same in words."""


class _Words:
    """Texts and figures of one sheet in one language."""

    def __init__(self, told: RetailerSheet, language: str) -> None:
        self.told, self.language = told, language

    def say(self, key: str, **facts: object) -> str:
        """A text of the page."""
        return text(f"shops.{key}", self.language, **facts)

    def amount(self, minor: int | None) -> str:
        """An amount alone; nothing where there is none."""
        currency = self.told.programme.currency
        return "" if minor is None else plain_figures(minor, currency, self.language)

    def day(self, instant: int | None) -> str:
        """The date of an instant; nothing where it is to come."""
        if instant is None:
            return ""
        return date_words(date_at(instant, self.told.programme.zone), self.language)

    def store(self, code: str) -> str:
        """A store's name."""
        return self.told.stores.get(code) or code

    @property
    def head(self) -> str:
        """Whose figures these are, of which programme, as of when."""
        told = self.told
        return self.say("head", programme=told.programme.name,
                        day=date_words(told.seen.day, self.language),
                        currency=told.programme.currency)

    @property
    def paying(self) -> str:
        """How long bills waited for their payment."""
        days = self.told.days_to_pay
        return self.say("days-none") if days is None else self.say("days-said", days=round(days))


def retailer_tables(told: RetailerSheet, language: str) -> Iterator[RetailerTable]:
    """The tables that have anything in them."""
    words = _Words(told, language)
    for name, columns, values in _tables(words):
        if values:
            yield RetailerTable(name, columns, values, tuple(
                tuple(words.amount(value) if column in AMOUNTS and not isinstance(value, str)
                      else str(value) for column, value in zip(columns, row, strict=True))
                for row in values))


_Values = tuple[tuple[str | int | None, ...], ...]


def _tables(words: _Words) -> Iterator[tuple[str, tuple[str, ...], _Values]]:
    told, language = words.told, words.language
    yield "sold", ("store", "month", "sales", "amount"), tuple(
        (words.store(one.store), month_words(one.month, language), one.sales, one.amount_minor)
        for one in told.months)
    yield "bills", (
        "number", "period", "claimed", "accepted", "paid", "paid-on", "days"), tuple(
        (one.number, days_between(one.period_from, one.period_until, language),
         one.claimed_minor, one.accepted_minor, one.paid_minor, words.day(one.paid_at),
         one.days(told.seen.at)) for one in told.bills)
    yield "asked", ("number", "what", "count", "open", "at-risk"), tuple(
        (one.statement, text(f"finance.outcome-{one.rule}", language), one.questions, one.open,
         one.at_risk_minor) for one in told.disputes)
    yield "goods", ("store", "month", "item", "price", "stock"), tuple(
        (words.store(one.store), month_words(one.month, language), one.item, one.price_minor,
         words.say(f"stock-{one.stock}")) for one in told.notes)


def write_retailer(told: RetailerSheet, path: Path, *, language: str = "en") -> None:
    """Write the page, or a workbook if the name says so.

    Raises:
        BadFile: the file cannot be written.
    """
    words, tables = _Words(told, language), list(retailer_tables(told, language))
    if path.suffix.lower() == ".xlsx":
        write_workbook(
            path, [_sheet(words, one) for one in tables] or [_empty(words)],
            title=told.retailer.name, language=language, made_at=told.seen.at)
        return
    with atomic_file(path) as file:
        file.write(retailer_html(told, language=language).encode())


def retailer_html(told: RetailerSheet, *, language: str) -> str:
    """The page as text; the same figures and language give the same bytes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined,
    )
    return environment.get_template("retailer.html.jinja").render(
        told=told, w=_Words(told, language), tables=list(retailer_tables(told, language)),
        language=language, numbers=NUMBERS, whole=WHOLE,
    )


def _sheet(words: _Words, one: RetailerTable) -> Sheet:
    return Sheet(
        words.say(f"table-{one.name}"),
        [Column(words.say(f"column-{name}"), _kind(name)) for name in one.columns], one.values,
        title=_titles(words), currency=words.told.programme.currency,
    )


def _kind(column: str) -> str:
    return "amount" if column in AMOUNTS else "count" if column in COUNTS else "text"


def _empty(words: _Words) -> Sheet:
    return Sheet(words.say("table-sold"), [Column(words.say("nothing"))], [], title=_titles(words))


def _titles(words: _Words) -> Sequence[str]:
    return words.told.retailer.name, words.head, words.paying
