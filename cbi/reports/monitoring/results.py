"""What households answered: shares with their intervals, by city and in all; small counts kept
back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cbi.files.workbook import Column, Sheet, write_workbook
from cbi.files.writing import write_csv
from cbi.messages import text
from cbi.messages.figures import date_words, decimal_figures
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import cities
from cbi.programmes.rounds import programme_of
from cbi.reports.as_of import AsOf, as_of
from cbi.reports.monitoring.drawing import DrawnSample, drawn_sample
from cbi.reports.monitoring.questions import (
    DONE,
    OUTCOMES,
    QUESTIONS,
    MonitoringQuestion,
    answer_words,
    question_words,
)
from cbi.reports.monitoring.sizing import interval, margin, weighted
from cbi.reports.monitoring.taking import HouseholdVisit, interviews, member_keys
from cbi.reports.suppression import LEAST, Published, published

ERASED = "erased"
"""Visits of which nothing is left: who was asked there was erased since."""
COLUMNS = ("city", "question", "answer", "answered", "count", "share", "low", "high")
QUESTION_WIDE = 72
"""A question's column, in characters: the longest is on one line."""


@dataclass(frozen=True, slots=True)
class MonitoringAnswer:
    """An answer of a city, or with no city of all: how many gave it of how many who answered, its
    share of households with its interval. None is kept back."""

    city: str
    question: str
    answer: str
    answered: int | None
    count: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class MonitoringResults:
    """A sample's answers, what came of its visits, and how far off a share may be at most."""

    sample: DrawnSample
    seen: AsOf
    outcomes: dict[str, int]
    margin: float
    answers: tuple[MonitoringAnswer, ...]
    places: dict[str, str]

    def record(self) -> dict[str, object]:
        """As plain values."""
        return {
            "sample": self.sample.number, "round": self.sample.round,
            "as_of": self.seen.record(), "drawn": len(self.sample.members),
            "households": self.sample.households, "outcomes": self.outcomes,
            "confidence_percent": self.sample.confidence_percent,
            "margin": round(self.margin, 4),
            "answers": [{name: getattr(one, name) for name in COLUMNS} for one in self.answers],
        }


def monitoring_results(
    session: OperatorSession, number: str, *, least: int = LEAST, asked: str | None = None,
    language: str = "en",
) -> MonitoringResults:
    """Count a sample's answers.

    Raises:
        NotAllowed: this operator may not read the ledger.
        NotFound: no such sample or seal.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found = drawn_sample(tx, number)
        seen = as_of(tx, asked, session.clock(), programme_of(tx, found.round).zone)
        visits = interviews(tx, found, member_keys(session, found), seen.until)
        places = {one.code: one.name(language) for one in cities(tx)}
    told = {home: one for home, one in visits.items() if one is not None}
    outcomes = {one: sum(it.outcome == one for it in told.values()) for one in OUTCOMES}
    outcomes[ERASED] = len(visits) - len(told)
    city_of = {one.household: one.city for one in found.members}
    by_city: dict[str, list[HouseholdVisit]] = {city: [] for city in found.cities}
    for home, one in told.items():
        if one.outcome == DONE:
            by_city[city_of[home]].append(one)
    counted = tuple(
        answer for asked_for in QUESTIONS for answer in _answers(found, asked_for, by_city, least)
    )
    return MonitoringResults(
        found, seen, {one: count for one, count in outcomes.items() if count},
        _margin(found, by_city), counted, places,
    )


def _margin(found: DrawnSample, by_city: dict[str, list[HouseholdVisit]]) -> float:
    """How far off a share of all households may be, with those who were interviewed."""
    asked = [len(by_city[city]) for city in found.cities]
    worth = weighted(asked, asked, list(found.cities.values()))[1] if found.each_city \
        else sum(asked)
    return margin(worth, found.households, found.confidence_percent)


def _answers(
    found: DrawnSample, asked: MonitoringQuestion, by_city: dict[str, list[HouseholdVisit]],
    least: int,
) -> list[MonitoringAnswer]:
    """A question's answers by city, then of all cities together."""
    names = list(found.cities)
    counts = [
        [sum(one.answers.get(asked.key) == answer for one in by_city[city])
         for answer in asked.answers] for city in names
    ]
    if not any(map(sum, counts)):
        return []
    table = published(counts, least)
    made = [
        _answer(found, city, (asked.key, answer), table.cell(row, place), table.row_total(row))
        for row, city in enumerate(names) if sum(counts[row])
        for place, answer in enumerate(asked.answers)
    ]
    return made + [
        _of_all(found, table, (asked.key, answer), place)
        for place, answer in enumerate(asked.answers)
    ]


def _answer(
    found: DrawnSample, city: str, what: tuple[str, str], count: int | None, of: int | None
) -> MonitoringAnswer:
    if count is None or of is None:
        return MonitoringAnswer(city, *what, of, None, None, None, None)
    low, high = interval(count / of, of, found.cities[city], found.confidence_percent)
    return MonitoringAnswer(city, *what, of, count, count / of, low, high)


def _of_all(
    found: DrawnSample, table: Published, what: tuple[str, str], place: int
) -> MonitoringAnswer:
    """Of every city drawn by itself each answer stands for as many as its city has; with that and
    the sum, a single city kept back could be worked out, so it is not told where any is."""
    asked, everybody = [sum(row) for row in table.counts], sum(map(sum, table.counts))
    of = None if 0 < everybody < table.least else everybody
    count = table.column_total(place)
    column = [row[place] for row in table.counts]
    if found.each_city and any(table.cell(row, place) is None for row in range(len(column))):
        return MonitoringAnswer("", *what, of, count, None, None, None)
    if count is None or of is None:
        return MonitoringAnswer("", *what, of, None, None, None, None)
    share, worth = weighted(column, asked, list(found.cities.values())) if found.each_city \
        else (count / of, float(of))
    low, high = interval(share, worth, found.households, found.confidence_percent)
    return MonitoringAnswer("", *what, of, count, share, low, high)


def write_results(told: MonitoringResults, path: Path, *, language: str = "en") -> None:
    """Write them: CSV with keys if the name says so, else a workbook in words.

    Raises:
        BadFile: the file cannot be written.
    """
    if path.suffix.lower() == ".csv":
        write_csv(path, COLUMNS, (
            ["" if value is None else value for value in _values(one)] for one in told.answers
        ))
        return
    kinds = ("text", "text", "text", "count", "count", "share", "share", "share")
    columns = [
        Column(_say(f"column-{name}", language), kind,
               width=QUESTION_WIDE if name == "question" else None)
        for name, kind in zip(COLUMNS, kinds, strict=True)
    ]
    rows = (
        [told.places.get(one.city, one.city) or _say("all-cities", language),
         question_words(one.question, language), answer_words(one.answer, language),
         *("*" if value is None else value for value in _values(one)[3:])]
        for one in told.answers
    )
    title = _say("results-title", language, sample=told.sample.number, round=told.sample.round)
    write_workbook(
        path, [Sheet(told.sample.number, columns, rows, title=(
            title, head(told, language), _say("results-note", language)))],
        title=title, language=language, made_at=told.seen.at,
    )


def head(told: MonitoringResults, language: str) -> str:
    """How many were drawn and asked, and how sure that makes what they said."""
    return _say(
        "results-head", language, day=date_words(told.seen.day, language),
        asked=told.outcomes.get(DONE, 0), drawn=len(told.sample.members), of=told.sample.households,
        margin=decimal_figures(told.margin * 100, language, places=1),
        confidence=told.sample.confidence_percent,
    )


def _values(one: MonitoringAnswer) -> Sequence[object]:
    return [
        round(value, 4) if isinstance(value, float) else value
        for value in (getattr(one, name) for name in COLUMNS)
    ]


def _say(key: str, language: str, **facts: object) -> str:
    return text(f"monitoring.{key}", language, **facts)
