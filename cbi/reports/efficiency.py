"""What it costs to bring aid: each ratio with both of its numbers, so that nobody need believe it.

What a programme spends besides vouchers is not in the ledger: whoever asks says it. What reached
people is: the value that was redeemed in the period, as of its closing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.files.workbook import Column, Sheet, Typed, write_workbook
from cbi.files.writing import write_csv
from cbi.messages import text
from cbi.messages.figures import amount_figures, date_words, decimal_figures, plain_figures
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.tables import Programme
from cbi.reports.against_months import ToldTable, detail_of
from cbi.reports.as_of import AsOf, bounds
from cbi.reports.giving_out import Periods, check_period, last_day, months_seen, seen_of
from cbi.reports.journal_forms import decimal
from cbi.reports.overview import chosen_programme
from cbi.reports.reached import Reached, first_month, population, reached_by_row, together
from cbi.reports.suppression import LEAST
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class Ratio:
    """One number over another; None is kept back. Amounts are in minor units."""

    name: str
    upper: int
    lower: int | None
    lower_is_amount: bool

    @property
    def value(self) -> float | None:
        """The one by the other; None where there is nothing to divide by."""
        return self.upper / self.lower if self.lower else None


@dataclass(frozen=True, slots=True)
class Efficiency:
    """A period's costs and what they brought."""

    currency: str
    first: str
    last: str
    seen: AsOf
    costs: tuple[tuple[str, int], ...]
    ratios: tuple[Ratio, ...]

    def record(self) -> dict[str, object]:
        """As plain values."""
        return {
            "from": self.first, "until": self.last, "currency": self.currency,
            "as_of": self.seen.record(),
            "costs": [{"name": name, "amount_minor": amount} for name, amount in self.costs],
            "ratios": [{"ratio": one.name, "upper": one.upper, "lower": one.lower,
                        "value": one.value} for one in self.ratios],
        }

    def days(self, language: str) -> dict[str, str]:
        """The period's days and the day as of which it is told, in words."""
        return {name: date_words(day, language) for name, day in (
            ("first", self.first), ("last", self.last), ("day", self.seen.day))}

    def cells(self, one: Ratio, language: str) -> list[str]:
        """A ratio in words: what it is, one number, the other, the one by the other."""
        value = "–" if one.value is None else (
            decimal_figures(one.value, language, places=3) if one.lower_is_amount
            else amount_figures(round(one.value), self.currency, language))
        lower = "*" if one.lower is None else (
            amount_figures(one.lower, self.currency, language) if one.lower_is_amount
            else plain_figures(one.lower, self.currency, language, scaled=False))
        return [_say(f"ratio-{one.name}", language),
                amount_figures(one.upper, self.currency, language), lower, value]

    def values(self, one: Ratio, language: str) -> list[object]:
        """The same as a workbook holds it: figures that can be reckoned with."""
        value: object = "–" if one.value is None else (
            one.value if one.lower_is_amount else round(one.value))
        return [_say(f"ratio-{one.name}", language), one.upper,
                Typed("amount" if one.lower_is_amount else "count",
                      "*" if one.lower is None else one.lower),
                Typed("number" if one.lower_is_amount else "amount", value)]


def named_costs(given: Sequence[str], currency: str) -> tuple[tuple[str, int], ...]:
    """Costs by name in minor units, from `staff=1200000`.

    Raises:
        UsageError: one of them names no amount.
    """
    costs = []
    for written in given:
        name, equals, amount = written.rpartition("=")
        if not (name.strip() and equals):
            raise UsageError("reports.cost-unreadable", text=written)
        costs.append((name.strip(), parse_amount(amount, currency)))
    return tuple(costs)


def efficiency(
    session: OperatorSession, period: tuple[str, str], given: Sequence[str], *,
    programme_code: str | None = None, asked: str | None = None, least: int = LEAST,
) -> Efficiency:
    """What a period's costs brought.

    Raises:
        NotAllowed: this operator may not read the books.
        UsageError: no period, or none that is told where small counts are kept back; no costs, or
            one that cannot be read.
        Conflict: small counts are kept back, and the period's last month is not closed.
    """
    session.require("finance.read")
    if not given:
        raise UsageError("reports.cost-missing")
    with session.ledger.read() as tx:
        found = chosen_programme(tx, programme_code)
        now, begins = session.clock(), first_month(tx, found)
        bounds(*period, found.zone)
        check_period(*period, Periods.PROGRAMME, least, begins=begins)
        seen = seen_of(tx, period, found.zone, least, now=now, asked=asked)
        costs = named_costs(given, found.currency)
        reached = _reached(tx, found, seen, period)
        months = [_reached(tx, found, then, (f"{month}-01", last_day(month)))
                  for month, then in months_seen(tx, period, found.zone, least, now)
                  if month >= begins]
    spent = sum(amount for _, amount in costs)
    people, homes = (_told(reached, months, least, kind) for kind in ("people", "households"))
    redeemed = reached.redeemed_minor
    return Efficiency(found.currency, *period, seen, costs, (
        Ratio("cost-transferred", spent, redeemed, lower_is_amount=True),
        Ratio("cost-whole", spent, spent + redeemed, lower_is_amount=True),
        Ratio("cost-person", spent, people, lower_is_amount=False),
        Ratio("cost-household", spent, homes, lower_is_amount=False),
        Ratio("transferred-person", redeemed, people, lower_is_amount=False),
    ))


def _reached(
    tx: ReadTransaction, found: Programme, seen: AsOf, period: tuple[str, str]
) -> Reached:
    return together(reached_by_row(
        tx, seen, found, population(tx, seen), bounds(*period, found.zone)).values())


def _told(whole: Reached, months: Sequence[Reached], least: int, kind: str) -> int | None:
    """How many people or households, unless that, beside the months, tells of few."""
    def table(one: Reached) -> ToldTable:
        return ToldTable({("", 0): frozenset(getattr(one, kind))})

    count = len(getattr(whole, kind))
    if 0 < count < least:
        return None
    safe = not months or detail_of(
        table(whole), [table(one) for one in months], least).together
    return count if safe else None


def write_efficiency(told: Efficiency, path: Path, *, language: str = "en") -> None:
    """Write it: CSV if the name says so, else a workbook.

    Raises:
        BadFile: the file cannot be written.
    """
    if path.suffix.lower() == ".csv":
        write_csv(path, ["ratio", "upper", "lower", "value"], (
            [one.name, decimal(one.upper, told.currency),
             "" if one.lower is None else decimal(one.lower, told.currency)
             if one.lower_is_amount else one.lower,
             "" if one.value is None else f"{one.value:.4f}" if one.lower_is_amount
             else decimal(round(one.value), told.currency)]
            for one in told.ratios))
        return
    columns = [Column(_say(f"column-{name}", language), kind) for name, kind in (
        ("ratio", "text"), ("upper", "amount"), ("lower", "amount"), ("value", "amount"))]
    title = _say("title", language, **told.days(language))
    costs = ", ".join(f"{name}: {amount_figures(amount, told.currency, language)}"
                      for name, amount in told.costs)
    write_workbook(
        path, [Sheet(_say("sheet", language), columns,
                     [told.values(one, language) for one in told.ratios],
                     title=(title, _say("costs", language, costs=costs)), currency=told.currency)],
        title=title, language=language,
    )


def _say(key: str, language: str, **facts: object) -> str:
    return text(f"efficiency.{key}", language, **facts)
