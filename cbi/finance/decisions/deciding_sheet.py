"""Decisions filled into the Exceptions sheet of a workbook and brought back.

Only cells that were changed count: the sheet says of each exception what was decided when it was
written, by whom and when. Where the ledger knows of something newer, the copy is stale and refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from cbi.base.clock import at
from cbi.base.errors import BadFile, Conflict, NotFound, UsageError
from cbi.files import Cell, Row, Table, cell_name, read_tables, text_of
from cbi.finance.decisions.deciding import DecisionSaid, check_words, decide_in
from cbi.finance.intake.statements import held, statement
from cbi.finance.reading.values.amounts import signed_amount
from cbi.finance.reconciliation.exceptions import VERDICTS, ExceptionView, exception
from cbi.messages import texts
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

_NEEDED = ("exception", "claimed", "redeemed", "decision", "reason", "decided-by", "decided-at")
_LANGUAGES = ("en", "ru")
_ROWS_LOOKED = 20


@dataclass(frozen=True, slots=True)
class _Filled:
    """A row of the sheet: the exception, what stands in its cells, and the row's decision cell."""

    reference: str
    place: str
    claimed: Cell
    redeemed: Cell
    decision: str
    reason: str
    decided_by: str
    decided_at: Cell


def decide_by_sheet(session: OperatorSession, path: Path) -> list[ExceptionView]:
    """Take over the decisions that were filled in or changed, all in one transaction.

    Raises:
        BadFile: there is no Exceptions sheet in it.
        Conflict: the copy is stale, or nothing in it was changed.
        UsageError: a decision cannot be read, has no reason, or cannot be on its exception.
    """
    filled = list(_filled(read_tables(path), path))

    def work(tx: WriteTransaction) -> list[ExceptionView]:
        for number in sorted({one.reference.partition("/")[0] for one in filled}):
            held(tx, number)
        changed = [(one, *found) for one in filled if (found := _changed(tx, one)) is not None]
        if not changed:
            raise Conflict("finance.sheet-unchanged", file=path.name)
        made: list[ExceptionView] = []
        for said in dict.fromkeys(said for _, _, said in changed):
            check_words(session, said.verdict, said.reason)
            views = [view for _, view, its in changed if its == said]
            made += decide_in(tx, session, views, said)
        return made

    return session.ledger.transact(work)


def _filled(tables: Sequence[Table], path: Path) -> Iterator[_Filled]:
    known = False
    for table in tables:
        for index, row in enumerate(table.rows[:_ROWS_LOOKED]):
            columns = _columns(row)
            if columns is None:
                continue
            known = True
            for line in table.rows[index + 1 :]:
                cells = {name: line.at(place)
                         for name, place in columns.items()}
                if "/" in text_of(cells["exception"]):
                    yield _Filled(
                        text_of(cells["exception"]).upper(),
                        cell_name(line.number, columns["decision"]), cells["claimed"],
                        cells["redeemed"], text_of(cells["decision"]), text_of(cells["reason"]),
                        text_of(cells["decided-by"]), cells["decided-at"],
                    )
            break
    if not known:
        raise BadFile("finance.sheet-missing", file=path.name)


def _columns(row: Row) -> dict[str, int] | None:
    """Where a heading row has what is needed, in any of our languages."""
    for language in _LANGUAGES:
        words = texts(language, "workbook")
        found = {
            name: index for index, cell in enumerate(row.cells) for name in _NEEDED
            if text_of(cell) == words.get(f"column-{name}")
        }
        if len(found) == len(_NEEDED):
            return found
    return None


def _changed(tx: ReadTransaction, one: _Filled) -> tuple[ExceptionView, DecisionSaid] | None:
    """The exception and what is newly said of it; None where its cell was not changed."""
    if not one.decision:
        return None
    try:
        view = exception(tx, one.reference)
    except NotFound as gone:
        raise Conflict("finance.sheet-stale", reference=one.reference, cell=one.place) from gone
    verdict = verdict_of(one.decision)
    if verdict is None:
        raise UsageError("finance.sheet-decision", text=one.decision, cell=one.place,
                         known=", ".join(VERDICTS))
    is_same = verdict == view.verdict and one.reason == (view.reason or "")
    if is_same:
        return None
    zone = statement(tx, view.statement).zone
    amounts = [(one.claimed, view.claimed_minor), (one.redeemed, view.redeemed_minor)]
    if _moment(one.decided_at) != _stood(view.decided_at, zone) \
            or one.decided_by != (view.decided_by or "") \
            or any(_minor(cell, view.currency) != minor for cell, minor in amounts):
        raise Conflict("finance.sheet-stale", reference=one.reference, cell=one.place)
    if not one.reason:
        raise UsageError("finance.sheet-reason", reference=one.reference, cell=one.place)
    return view, DecisionSaid(verdict, one.reason)


def verdict_of(words: str) -> str | None:
    """The verdict that a word means, in any of our languages."""
    return _verdicts().get(words.strip().casefold())


@cache
def _verdicts() -> dict[str, str]:
    known = {verdict: verdict for verdict in VERDICTS}
    for language in _LANGUAGES:
        words = texts(language, "finance")
        for verdict in VERDICTS:
            for name in (f"verdict-{verdict}", f"say-{verdict}"):
                if name in words:
                    known[words[name].casefold()] = verdict
    return known


def _moment(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return text_of(cell)[:19].replace("T", " ")


def _stood(instant: int | None, zone: str) -> str:
    return "" if instant is None else f"{at(instant, zone):%Y-%m-%d %H:%M:%S}"


def _minor(cell: Cell, currency: str) -> int | None:
    if text_of(cell) in ("", "0"):
        return 0
    try:
        return signed_amount(cell, currency)
    except UsageError:
        return None
