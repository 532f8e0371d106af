"""The progress report for a terminal: sections of bars, tables and lines, in words and figures.

The same numbers as the page's (`overview`), worded by the same `PageWords`; a view draws them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.places import City
from cbi.reports.charts import ChartColumn
from cbi.reports.overview import Overview, added_up
from cbi.reports.progress import (
    PageWords,
    Part,
    budget_parts,
    by_city,
    chart_of,
    compared,
    money_parts,
    open_line,
    told_complaints,
    told_waiting,
)
from cbi.reports.standing import ProgrammeGroup

STORES_SHOWN, DAYS_SHOWN = 12, 21
OPEN_SHOWN = 24


class BarLine(NamedTuple):
    """A bar: what it is called, its pieces in percent of the longest, the figures beside it."""

    label: str
    parts: Sequence[Part]
    figures: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section: a title, and of bars, a table and sentences those that it has."""

    title: str
    bars: Sequence[BarLine] = ()
    titles: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[str] = ()
    legend: bool = False


def progress_sections(
    view: Overview, *, language: str, cities: Iterable[City]
) -> Iterator[Section]:
    """All sections, in the order of the page."""
    words = PageWords(view, language)
    names = {city.code: city.name(language) for city in cities}
    say = words.say
    yield Section(
        f"{view.programme.name} · {words.as_of(view)}",
        [BarLine(part.words, (_part(part.kind, part.percent, part.words),), part.amount)
         for part in money_parts(words, view.groups)],
        lines=[say("handed-people", count=words.count(view.people_handed_over),
                   all=words.count(view.people))], legend=True,
    )
    yield Section(say("budget"), [
        BarLine(part.words, (_part(part.kind, part.percent, part.words),), part.amount)
        for part in budget_parts(words, view)
    ], lines=words.budget(view))
    if view.seen.kind == "now":
        yield Section(say("attention"), lines=_waiting(words, view))
    if view.complaints:
        yield Section(say("complaints"), lines=[
            f"{kind}: {figures}" for kind, figures in told_complaints(words, view)])
    yield Section(say("by-city"), [
        BarLine(one.name, one.parts,
                f"{words.share(one.redeemed, one.issued)} · {words.amount(one.issued)}")
        for one in by_city(words, view, names)
    ], legend=True)
    yield Section(say("category"), list(_categories(words, view)), legend=True)
    yield from _sold(words, view)
    yield Section(say("rounds-compared"), titles=_round_titles(words), rows=[
        [str(one[name]) for name in ("code", "people", "planned", "issued", "handed", "redeemed",
                                     "share", "outstanding", "lost")]
        for one in (compared(words, figures) for figures in view.by_round)
    ], lines=[say("rounds-note")])
    yield _sex_age(words, view)
    yield _open(words, view, names)


def _part(kind: str, percent: float, words: str) -> Part:
    return Part(kind, percent, words, "")


def _waiting(words: PageWords, view: Overview) -> list[str]:
    if not view.waiting:
        return [words.say("attention-none")]
    told = (told_waiting(words, one) for one in view.waiting)
    return [f"{one['words']} {one['command']}" for one in told]


def _round_titles(words: PageWords) -> list[str]:
    return [words.head(key) for key in (
        "round", "tile-people", "planned", "issued", "handed-over", "redeemed", "share",
        "outstanding", "tile-closed",
    )]


def _categories(words: PageWords, view: Overview) -> Iterator[BarLine]:
    by: dict[str, list[ProgrammeGroup]] = {}
    for group in view.groups:
        by.setdefault(group.balance.category, []).append(group)
    largest = max((added_up(groups, "issued_minor") for groups in by.values()), default=1)
    for category, groups in sorted(by.items()):
        issued = added_up(groups, "issued_minor")
        share = words.share(added_up(groups, "redeemed_minor"), issued)
        yield BarLine(words.category(category), money_parts(words, groups, largest),
                      f"{share} · {words.amount(issued)}")


def _sold(words: PageWords, view: Overview) -> Iterator[Section]:
    """Stores and days."""
    chart = chart_of(view)
    if chart is None:
        yield Section(words.say("by-day"), lines=[words.say("no-days")])
        return
    most = max(use.amount_minor for use in view.stores[:1]) if view.stores else 1
    yield Section(words.say("by-store"), [
        BarLine(use.store.name(words.language),
                (_part("redeemed", use.amount_minor * 100 / most, ""),),
                words.amount(use.amount_minor))
        for use in view.stores[:STORES_SHOWN]
    ])
    columns: Sequence[ChartColumn] = chart.columns[-DAYS_SHOWN:]
    top = max(column.total for column in columns) or 1
    yield Section(words.say("by-week" if chart.weekly else "by-day"), [
        BarLine(words.day(column.date), (_part("redeemed", column.total * 100 / top, ""),),
                f"{words.amount(column.total)} · {words.count(column.count)}")
        for column in columns
    ])


def _sex_age(words: PageWords, view: Overview) -> Section:
    most = max((one.people for one in view.by_sex_age), default=0) or 1
    return Section(words.say("sex-age"), [
        BarLine(words.band(cell), (_part("redeemed", cell.people * 100 / most, ""),),
                f"{words.count(cell.people)} · {words.share(cell.people, view.reached)}")
        for cell in view.by_sex_age
    ], lines=[words.say("sex-age-note")])


def _open(words: PageWords, view: Overview, names: dict[str, str]) -> Section:
    if not view.open:
        return Section(words.say("open"), lines=[words.say("open-none")])
    titles = [words.head(key) for key in (
        "state", "city", "count", "tile-people", "amount", "last-day", "days-left")]
    told = (open_line(words, one, names) for one in view.open[:OPEN_SHOWN])
    rows = [[str(one[name]) for name in (
        "what", "city", "vouchers", "people", "amount", "last_day", "days_left")] for one in told]
    return Section(words.say("open"), titles=titles, rows=rows, lines=[words.say("open-note")])
