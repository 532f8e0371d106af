"""Taking a list back before anybody of it is approved: whole, or some rows, or a wrong city.

Nothing was given out by then, so the records are destroyed as if they had not been made: their rows
can be enrolled anew without a word. That they were there, by whom and when, stays in the log.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cbi.base.errors import Conflict, UsageError
from cbi.enrolment.importing.remembering import KeptFate, KeptRun, fates_kept, run_named
from cbi.files import Column, Sheet, write_workbook
from cbi.messages import text
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import PersonFacts, people, take_back

PEOPLE_MAX = 1_000_000
_RANGE = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?\Z")
_REASON_WIDTH, _PERSON_WIDTH = 60, 16


@dataclass(frozen=True, slots=True)
class Undoing:
    """Who of a list would be taken back; `approved_count` are those for whom it is too late."""

    list_hash: str
    numbers: tuple[str, ...]
    approved_count: int


def undoing(session: OperatorSession, list_name: str, only: Sequence[str] = ()) -> Undoing:
    """Who of a list can be taken back. `only` narrows it: `city=almaty`, `rows=2-40`, one after the
    other.

    Raises:
        UsageError: too little of the list's hash, or no such filter.
        NotFound: no such list.
        Conflict: the beginning fits two lists, or nobody of it can be taken back.
    """
    session.require("people.enrol")
    with session.ledger.read() as tx:
        run = run_named(tx, list_name)
        there = people(tx, list_hash=run.list_hash, limit=PEOPLE_MAX)
        fates = fates_kept(tx, run.id)
    chosen = [one for one in there if _is_meant(one, fates, only)]
    waiting = tuple(one.number for one in chosen if one.approved_at is None)
    if not waiting:
        raise Conflict("enrolment.undo-nobody", approved=len(chosen))
    return Undoing(run.list_hash, waiting, len(chosen) - len(waiting))


def undo(session: OperatorSession, shown: Undoing) -> int:
    """Take these people back; returns how many.

    Raises:
        Conflict: one of them was approved meanwhile.
        Unusable: another program holds the vault open; again, then.
    """
    return take_back(session, shown.numbers, text("enrolment.taken-back"))


def write_fates(
    session: OperatorSession, list_name: str, path: Path, *, language: str = "en"
) -> tuple[KeptRun, list[KeptFate]]:
    """Write what became of every row of a list to a workbook, by number and reason, no names.

    Raises:
        NotFound: no such list.
        BadFile: the file cannot be written.
    """
    session.require("people.read")
    with session.ledger.read() as tx:
        run = run_named(tx, list_name)
        fates = fates_kept(tx, run.id)
    headings = [
        Column(text(f"enrolment.fates-{name}", language), kind, width=width)
        for name, kind, width in (
            ("sheet", "text", None), ("row", "count", None), ("fate", "text", _PERSON_WIDTH),
            ("person", "text", _PERSON_WIDTH), ("reason", "text", _REASON_WIDTH),
        )
    ]
    rows = [
        [one.sheet, one.row, text(f"enrolment.fate-{one.fate}", language), one.person or "",
         _reason(one, language)]
        for one in fates
    ]
    write_workbook(
        path, [Sheet(text("enrolment.fates-title", language), headings, rows)],
        title=text("enrolment.fates-title", language), language=language, private=True,
    )
    return run, fates


def _is_meant(
    one: PersonFacts, fates: Sequence[KeptFate], only: Sequence[str]
) -> bool:
    for told in only:
        name, equals, value = told.partition("=")
        if not equals or name not in ("city", "rows"):
            raise UsageError("enrolment.undo-only", text=told)
        if name == "city" and one.city != value.strip():
            return False
        if name == "rows" and one.number not in _of_rows(fates, value):
            return False
    return True


def _of_rows(fates: Sequence[KeptFate], value: str) -> set[str]:
    wanted: set[int] = set()
    for part in value.split(","):
        found = _RANGE.match(part.strip())
        if found is None:
            raise UsageError("enrolment.undo-only", text=f"rows={value}")
        wanted.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    return {one.person for one in fates if one.person and one.row in wanted}


def _reason(one: KeptFate, language: str) -> str:
    """The reason's words, with nothing in the places of what stood in the row."""
    return text(one.reason, language, **dict.fromkeys(_FACTS, "…")) if one.reason else ""


_FACTS = (
    "text", "near", "name", "digits", "most", "least", "version", "first", "date", "other", "year",
    "city", "witness",
)
