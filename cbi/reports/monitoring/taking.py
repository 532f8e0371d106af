"""Answers taken back in: from the workbook as it was filled in, or as Kobo exports them.

Answers are personal data: each visit is sealed under the key of whom it was asked, and ends with
that key. All of a file or nothing of it. What is known already is not written again; where a
household's answers changed, the newer ones count and the older stay on record.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import col, select

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import BadFile, Conflict, UsageError
from cbi.files import Row, Table, cell_name, read_tables, text_of
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.reading import person_keys
from cbi.people.records.sealing import NONCE_BYTES, note_of, open_sealed, seal
from cbi.reports.monitoring.drawing import DrawnSample, drawn_sample
from cbi.reports.monitoring.questions import DONE, QUESTIONS, answers, headings
from cbi.reports.tables import MonitoringInterview
from cbi.storage import ReadTransaction, WriteTransaction

_ROWS_LOOKED = 20
_LENGTH = 900
"""Who refused is not told by the length of what is sealed."""


class HouseholdVisit(NamedTuple):
    """What came of a visit, and the answers by question."""

    outcome: str
    answers: Mapping[str, str]


class TakenAnswers(NamedTuple):
    """How many visits a file told anew, how many were known, and how many are still to make."""

    sample: str
    new: int
    known: int
    open: int


def take_answers(session: OperatorSession, number: str, path: Path) -> TakenAnswers:
    """Take a filled-in form in.

    Raises:
        NotAllowed: this operator may not take answers in.
        NotFound: no such sample.
        BadFile: no such form is in the file.
        UsageError: a cell holds what is no answer, or a household that was not drawn.
        Conflict: the file says two different things of a household.
    """
    session.require("monitoring.take")
    with session.ledger.read() as tx:
        homes = {one.household for one in drawn_sample(tx, number).members}
    said = _read(path, homes)

    def work(tx: WriteTransaction) -> TakenAnswers:
        found = drawn_sample(tx, number)
        keys = member_keys(session, found)
        for gone in (home for home in said if home not in keys):
            raise Conflict("monitoring.erased", household=gone)
        before = interviews(tx, found, keys)
        new = {home: one for home, one in said.items() if before.get(home) != one}
        now, by = session.clock(), session.operator.name
        tx.add(*(
            MonitoringInterview(
                id=(row_id := session.new_id()), sample=found.number, household=home,
                sealed=_sealed(session, keys[home], row_id, one), taken_by=by, taken_at=now,
            ) for home, one in new.items()
        ))
        if new:
            record_by(
                tx, session, action="monitoring.take", object=found.number, at=now,
                detail={"new": len(new), "known": len(said) - len(new)},
            )
        still = drawn_sample(tx, found.number).open
        return TakenAnswers(found.number, len(new), len(said) - len(new), still)

    return session.ledger.transact(work)


class MemberKey(NamedTuple):
    """Whom a household was asked through, and that person's key."""

    person: str
    key: bytes


def member_keys(session: OperatorSession, found: DrawnSample) -> dict[str, MemberKey]:
    """By household; none where who was to be asked was erased since."""
    keys = person_keys(session, [one.person for one in found.members])
    return {one.household: MemberKey(one.person, keys[one.person])
            for one in found.members if one.person in keys}


def interviews(
    tx: ReadTransaction, found: DrawnSample, keys: Mapping[str, MemberKey],
    until: int | None = None,
) -> dict[str, HouseholdVisit | None]:
    """The newest of each household, by its number, None where it was erased with its person;
    `until`: of what was taken in before."""
    wanted = select(MonitoringInterview).where(MonitoringInterview.sample == found.number)
    if until is not None:
        wanted = wanted.where(col(MonitoringInterview.taken_at) < until)
    return {
        one.household: _opened(keys.get(one.household), one)
        for one in tx.all(wanted.order_by(
            col(MonitoringInterview.taken_at), col(MonitoringInterview.id)))
    }


def _sealed(
    session: OperatorSession, whose: MemberKey, row_id: bytes, one: HouseholdVisit
) -> bytes:
    """A visit as it is kept, as long as any other."""
    told: dict[str, JsonValue] = {"outcome": one.outcome, "answers": dict(one.answers)}
    told["rest"] = " " * (_LENGTH - len(canonical_json(told)))
    return seal(whose.key, session.entropy(NONCE_BYTES), told, note_of(whose.person, row_id))


def _opened(whose: MemberKey | None, row: MonitoringInterview) -> HouseholdVisit | None:
    if whose is None:
        return None
    told: Any = open_sealed(
        whose.key, row.sealed, note_of(whose.person, row.id), number=whose.person)
    return HouseholdVisit(told["outcome"], told["answers"])


def _read(path: Path, homes: set[str]) -> dict[str, HouseholdVisit]:
    said: dict[str, HouseholdVisit] = {}
    for place, home, one in _rows(path):
        if home not in homes:
            raise UsageError("monitoring.not-drawn", household=home, cell=place)
        if said.setdefault(home, one) != one:
            raise Conflict("monitoring.said-twice", household=home, cell=place)
    return said


def _rows(path: Path) -> Iterator[tuple[str, str, HouseholdVisit]]:
    """Every row that says something: the cell of its household, the household, what it says."""
    for table in read_tables(path):
        for index, row in enumerate(table.rows[:_ROWS_LOOKED]):
            columns = _columns(row)
            if {"household", "outcome"} <= set(columns):
                for line in table.rows[index + 1:]:
                    one = _interview(line, columns, table)
                    if one is not None:
                        yield one
                return
    raise BadFile("monitoring.no-form", file=path.name)


def _columns(row: Row) -> dict[str, int]:
    """Where the columns stand: by key or words, behind a group's name or not."""
    known = headings()
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        words = text_of(cell).casefold()
        key = known.get(words) or known.get(words.rpartition("/")[2])
        if key is not None:
            found.setdefault(key, index)
    return found


def _interview(
    line: Row, columns: Mapping[str, int], table: Table
) -> tuple[str, str, HouseholdVisit] | None:
    cells = {key: text_of(line.cells[place]) if place < len(line.cells) else ""
             for key, place in columns.items()}
    places = {key: cell_name(line.number, place) for key, place in columns.items()}
    home = cells.pop("household")
    told = {key: _answer(key, words, places[key]) for key, words in cells.items() if words}
    if not home or not told:
        return None
    outcome = told.pop("outcome", "")
    if not outcome:
        raise UsageError("monitoring.no-outcome", household=home, cell=places["outcome"])
    if outcome != DONE and told:
        raise UsageError("monitoring.answers-without-talk", household=home,
                         cell=places[next(iter(told))])
    ordered = {one.key: told[one.key] for one in QUESTIONS if one.key in told}
    return places["household"], home, HouseholdVisit(outcome, ordered)


def _answer(key: str, words: str, place: str) -> str:
    known = answers(key)
    found = known.get(words.casefold())
    if found is None:
        raise UsageError("monitoring.no-answer", text=words, cell=place,
                         known=", ".join(dict.fromkeys(known.values())))
    return found
