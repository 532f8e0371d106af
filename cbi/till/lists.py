"""`redeem --list`: paper vouchers that a shop collected and sent in, taken off row by row.

Looking first changes nothing and says what each row would get. Carrying out asks the ledger as a
till does, two hundred rows under one commit, each a request of its own made from store, receipt and
code: so a second upload finds every row done, and an upload that was cut off is simply made
again. A row counts on the day it happened, whenever it is recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path

from cbi.base.clock import date_at, instant_on
from cbi.base.errors import Conflict, UsageError
from cbi.base.logs import Log
from cbi.files import Problem
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.failed_lookups import is_throttled, note_guesses
from cbi.ledger.vouchers.late import LATE, Lateness, LateSale, Sale, bring_in
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.redeeming_together import answered_together
from cbi.ledger.vouchers.stores import retailer_of
from cbi.messages.catalogue import text
from cbi.messages.figures import moment_words
from cbi.operators.log import entries, record_by
from cbi.operators.operator_session import OperatorSession
from cbi.storage import WriteTransaction
from cbi.storage.listed import SLICE
from cbi.till.judging import Judge, request_of, sale_of
from cbi.till.sheet import ListRow, ShopList, read_list
from cbi.till.words import told

logger = Log(__name__)

ACTION, GUESSED = "till.redeem-list", "till.guesses"
NOON = (12, 0, 0)
TOGETHER = 200
"""Rows under one commit: on paper nobody waits for one of them, and at a till for all of them a few
hundredths of a second."""
FINE = ("ok", "redeemed", "before")
"""Answers of which nobody need hear."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One row and what became of it, or would.

    `answer` is a till's answer, or `redeemed` (done now), `before` (the same was done before),
    `reversed` (done before and reversed since), `repeated` (twice in this file), `unreadable`,
    `late` (would wait for a manager), `waits` (does), `late-refused` (by one).
    The code shows by its last four characters alone. Amounts in minor units.
    """

    row: int
    receipt: str
    code_ends: str
    answer: str
    serial: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    occurred_at: int | None = None
    zone: str = "UTC"
    problems: tuple[Problem, ...] = ()
    said: Answer | None = None
    asked: Redeem | None = field(default=None, repr=False)
    late: Lateness | None = None
    waits: LateSale | None = None
    brings: Sale | None = None
    why: str = LATE

    @property
    def in_trouble(self) -> bool:
        """Whether somebody must look at it."""
        return self.answer not in FINE

    def describe(self, language: str, *, store: str = "") -> str:
        """What is wrong or done, in a sentence or several, without the place."""
        if self.problems:
            return " ".join(Problem(p.code, facts=p.facts).describe(language)
                            for p in self.problems)
        return _sentence(self, language, store)


@dataclass(frozen=True, slots=True)
class ListResult:
    """A list looked at (`done` false) or carried out. `digest` names the file's bytes."""

    file: str
    sheet: str | None
    digest: str
    store: str
    currency: str
    lines: tuple[ListLine, ...]
    warnings: tuple[Problem, ...] = ()
    done: bool = False

    def count(self, *answers: str) -> int:
        """How many rows have one of these answers."""
        return sum(line.answer in answers for line in self.lines)

    def amount(self, *answers: str) -> int:
        """The amounts (minor units) of the rows with one of these answers."""
        return sum(line.amount_minor or 0 for line in self.lines if line.answer in answers)

    @property
    def troubles(self) -> tuple[ListLine, ...]:
        """The rows that somebody must look at."""
        return tuple(line for line in self.lines if line.in_trouble)

    def problems(self, language: str, *, store: str = "") -> list[str]:
        """One plain line for each row in trouble: sheet, row, column, what, what to do."""
        shown = []
        for line in self.troubles:
            found = line.problems or (Problem("", self.sheet, line.row),)
            if line.problems:
                shown += [problem.describe(language) for problem in found]
                continue
            place = found[0].place(language)
            words = line.describe(language, store=store)
            shown.append(f"{place[:1].upper()}{place[1:]}: {words}")
        return shown


def preview(
    session: OperatorSession, path: Path, store: str, decimal: str | None = None
) -> ListResult:
    """What carrying out this list would do; nothing changes but the count of guesses: each unknown
    code is one, once a file.

    `decimal` is the decimal mark of the shop's amounts, where it is known.

    Raises:
        BadFile: the file cannot be read, or lacks a column.
        NotFound: no such store.
        NotAllowed: this operator may not take lists, or not of this store.
        Conflict: this operator or store must wait after too many guesses, and the file is new.
    """
    session.require(ACTION)
    retailer = retailer_of(session, store)
    listed = replace(read_list(path), decimal=decimal)
    with session.ledger.read() as tx:
        now = session.clock()
        judge = Judge(tx, session.keys.need("lookup"), store.strip().lower(), retailer, now)
        counted = bool(entries(tx, action=GUESSED, object=listed.digest, limit=1))
        if not counted and is_throttled(tx, session.operator.name, judge.store, now):
            raise Conflict(
                "redeem-list.throttled", operator=session.operator.name, store=judge.store
            )
        lines = tuple(_all_looked_at(judge, listed, now))
    if judge.unknown and not counted:
        _count_guesses(session, judge.store, listed.digest, len(judge.unknown))
    logger.info("%s rows judged, %s unknown codes", len(lines), len(judge.unknown))
    return ListResult(
        listed.file, listed.sheet, listed.digest, judge.store, judge.currency, lines,
        listed.warnings,
    )


def carry_out(
    session: OperatorSession, seen: ListResult, *, progress: Callable[[int], None] | None = None
) -> ListResult:
    """Redeem the rows that a preview found good, and let the late ones wait for a manager; the
    ledger's own answer to each is what counts.

    Raises:
        NotAllowed: this operator may not take lists.
        Unusable: the ledger went away; what was redeemed until then stands, make the upload again.
    """
    session.require(ACTION)
    lines: list[ListLine] = []
    for good, rows in groupby(seen.lines, key=lambda line: line.asked is not None):
        while part := list(islice(rows, TOGETHER)):
            lines += _redeemed(session, part) if good else _brought_in(session, part)
            if progress is not None:
                progress(len(lines))
    result = replace(seen, lines=tuple(lines), done=True)
    if result.count("redeemed"):
        _note(session, result)
    return result


def _count_guesses(session: OperatorSession, store: str, digest: str, count: int) -> None:
    """Count a file's unknown codes and say so in the log, so that the same file counts once."""

    def work(tx: WriteTransaction) -> None:
        note_guesses(tx, session, store, count)
        record_by(
            tx, session, action=GUESSED, object=digest, detail={"store": store, "unknown": count},
        )

    session.ledger.transact(work)


def _all_looked_at(judge: Judge, listed: ShopList, now: int) -> Iterator[ListLine]:
    """The rows in order, with what the ledger knows of many of them at a time."""
    for start in range(0, len(listed.rows), SLICE):
        rows = listed.rows[start : start + SLICE]
        judge.gather([(row.code, row.receipt) for row in rows])
        for row in rows:
            yield _looked_at(judge, listed, row, now)


def _looked_at(judge: Judge, listed: ShopList, row: ListRow, now: int) -> ListLine:
    """A row's likely answer; what cannot be read or cannot be is a problem at its column."""
    judged = judge.voucher(row.code)
    line = ListLine(
        row.number, row.receipt, code_ends(row.code), judged.answer or "unreadable",
        serial=judged.serial, currency=judged.currency, zone=judged.zone, problems=row.problems,
    )
    if row.problems:
        return replace(line, answer="unreadable")
    column = "amount"
    try:
        amount_minor = listed.amount(row.amount, judged.currency)
        column = "total"
        total_minor = listed.amount(row.total, judged.currency) if row.total else None
        column = "date"
        occurred_at = _occurred(row, judged.zone, now)
        line = replace(line, amount_minor=amount_minor, occurred_at=occurred_at)
        if judged.answer is not None:
            return line
        column = "total"
        if judge.totals_differ(row.receipt, total_minor):
            raise UsageError("redeem-list.totals-differ", receipt=row.receipt)
        column = "amount"
        asked = Redeem(
            code=row.code, amount_minor=amount_minor, store=judge.store, receipt=row.receipt,
            receipt_total_minor=total_minor, occurred_at=occurred_at,
            request=request_of(judge.store, row.receipt, judged.code_hash), looked_up=True,
        )
        found = judge.answer(judged, asked)
    except (UsageError, Conflict) as error:
        column = "date" if error.code == "ledger.before-hand-over" else column
        problem = listed.problem(row.number, column, error.code, **error.facts)
        return replace(line, answer="unreadable", problems=(problem,))
    return replace(
        line, answer=found.answer, said=found.said, late=found.late, waits=found.sale,
        asked=asked if found.answer == "ok" else None,
        why=found.why, brings=sale_of(judged.voucher, asked)
        if found.answer == LATE and judged.voucher is not None else None,
    )


def _brought_in(session: OperatorSession, lines: Sequence[ListLine]) -> list[ListLine]:
    """Lines that are not asked for: the late ones wait, the others are as they were."""
    return [
        line if line.brings is None
        else replace(line, answer="waits", waits=bring_in(session, line.brings, line.why))
        for line in lines
    ]


def _redeemed(session: OperatorSession, lines: Sequence[ListLine]) -> list[ListLine]:
    """Lines with the ledger's answer to each: under one commit, and alone what that did not take.
    """
    asked = [line.asked for line in lines if line.asked is not None]
    answers = answered_together(
        session.ledger, [(session, one) for one in asked], action=ACTION
    )
    done = []
    for line, one, said in zip(lines, asked, answers, strict=True):
        try:
            done.append(_answered(
                line, one, said if isinstance(said, Answer) else redeem(session, one, action=ACTION)
            ))
        except (UsageError, Conflict) as error:
            found = Problem.of(error, sheet=None, row=line.row, column=None)
            done.append(replace(line, answer="unreadable", problems=(found,)))
    return done


def _answered(line: ListLine, asked: Redeem, said: Answer) -> ListLine:
    """The line with the ledger's answer to it."""
    if said.answer == "ok":
        name = "before" if said.replayed else "redeemed"
    elif said.answer == "receipt-used" and said.amount_minor == asked.amount_minor \
            and said.redemption is not None:
        name = "before"
    else:
        name = said.answer
    return replace(line, answer=name, said=said, serial=said.serial or line.serial)


def _occurred(row: ListRow, zone: str, now: int) -> int:
    """When it happened; without a time of day it counts at noon, today at the latest now.

    Raises:
        UsageError: that is still to come.
    """
    assert row.day is not None, "a row without problems has a day"  # noqa: S101
    hour, minute, second = row.clock or NOON
    at = instant_on(row.day.isoformat(), hour, zone, minute) + second * 1_000_000
    if row.clock is None and at > now >= instant_on(row.day.isoformat(), 0, zone):
        return now
    if at > now:
        raise UsageError("ledger.in-the-future", receipt=row.receipt)
    return at


def _note(session: OperatorSession, result: ListResult) -> None:
    """One line of the log for the whole list."""

    def work(tx: WriteTransaction) -> None:
        record_by(
            tx, session, action=ACTION, object=result.store,
            detail={
                "list": result.digest, "rows": len(result.lines),
                "redeemed": result.count("redeemed"), "waits": result.count("waits"),
                "amount_minor": result.amount("redeemed"),
            },
        )

    session.ledger.transact(work)


def _sentence(line: ListLine, language: str, store: str) -> str:
    said = line.said
    if line.answer == LATE or line.waits is not None:
        return _late(line, language)
    if line.answer in ("before", "reversed") and said is not None:
        when = moment_words(said.when_at or 0, said.zone or line.zone, language)
        return text(f"redeem-list.{line.answer}", language, when=when,
                    redemption=said.redemption or "")
    if line.answer in ("ok", "repeated"):
        return text(f"redeem-list.{line.answer}", language)
    if line.answer == "used-up" and said is not None and said.when_at is None:
        return text("redeem-list.used-up-here", language)
    if said is None:
        return told(Answer(answer=line.answer), language, store=store)
    done = "redeemed" if line.answer == "redeemed" else ""
    return told(said, language, store=store, done=done)


def _late(line: ListLine, language: str) -> str:
    """That a row came in late: what would become of it, or did."""
    sale = line.waits
    if sale is None:
        if line.late is not None:
            return text("redeem-list.late", language, **line.late._asdict())
        day = date_at(line.occurred_at or 0, line.zone)
        return text("redeem-list.late-expired", language, day=day)
    day, brought = (date_at(at, sale.zone) for at in (sale.occurred_at, sale.brought_at))
    return text(
        f"redeem-list.{line.answer}", language, number=sale.number, day=day, brought=brought,
        by=sale.decided_by or sale.brought_by, reason=sale.reason or "",
    )


def code_ends(code: str) -> str:
    """What may be shown of a code: its last four characters."""
    plain = "".join(code.split()).replace("-", "")
    return f"…{plain[-4:].upper()}" if plain else ""

