"""Finance's workbook: cover, summary, register, statement, exceptions, journal, void and replaced.

Making one seals the ledger first and carries the checkpoint, so that a copy of the root lives where
we cannot reach it. It holds pseudonyms and serials: no name, no code. The same ledger at the same
instant gives the same bytes, and so does a later one that is asked how things stood then.
"""

import hashlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from cbi.base.clock import at
from cbi.base.money import show_amount
from cbi.files import Sheet, Typed
from cbi.files.workbook import WrittenSheet, write_and_tell
from cbi.finance.decisions.billed import Billed
from cbi.finance.rewinding import Stood, programmes_then, rewound
from cbi.finance.scope import Scope, scope_of
from cbi.finance.workbook.breakdowns import charts
from cbi.finance.workbook.grant_sheet import grants_sheet, sums_by_month
from cbi.finance.workbook.proof import COPY, put_under_seal, seal_sheet
from cbi.finance.workbook.sheets import (
    BookWords,
    exception_lines,
    journal,
    register,
    statement_lines,
    void_and_replaced,
)
from cbi.finance.workbook.summary import Facts, cover, summary
from cbi.finance.workbook.summary_page import SummaryPage
from cbi.ledger.sealing import last_seal, seal_in_slices, seals
from cbi.ledger.tables import Seal
from cbi.messages import text
from cbi.operators.confirming import standings
from cbi.operators.operator_session import OperatorSession
from cbi.operators.permissions import PERMISSIONS
from cbi.operators.stretch_words import told
from cbi.programmes.loosening import approvals_loosened, loosened
from cbi.storage import ReadTransaction

SIGNATURE = "_" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a workbook is asked to be about; nothing given means everything."""

    statement: str | None = None
    programme: str | None = None
    round: str | None = None
    stood: Stood | None = None
    """The instant as of which the books are wanted; none: as they stand."""


    def read(self, live: ReadTransaction) -> tuple[ReadTransaction, Scope]:
        """The books as they are wanted, and what of them."""
        tx = rewound(live, self.stood)
        scope = scope_of(
            tx, statement_number=self.statement, programme_code=self.programme,
            round_code=self.round,
        )
        return tx, replace(
            scope, programmes=programmes_then(live, self.stood, scope.programmes))


@dataclass(frozen=True, slots=True)
class WorkbookMade:
    """A workbook that was written: its run id, the cut-off (microseconds UTC), whether its
    identities hold, the checkpoint it carries, and in a sentence each the sheets that go over
    several.
    """

    path: Path
    run: str
    cut_off_at: int
    balanced: bool
    checkpoint: str
    split: tuple[str, ...] = ()


def make_workbook(
    session: OperatorSession, path: Path, wanted: Wanted | None = None, *, language: str = "en"
) -> WorkbookMade:
    """Seal, and write finance's workbook of a statement, a round, a programme or everything.

    An auditor writes nothing, so an auditor's workbook carries the newest checkpoint there is.

    Raises:
        NotAllowed: this operator may not read finance's books.
        NotFound: what was asked for does not exist.
        BadFile: the file cannot be written.
    """
    session.require("finance.read")
    wanted = wanted or Wanted()
    if may_seal(session) and wanted.stood is None:
        seal_in_slices(session, "workbook")
    now = session.clock() if wanted.stood is None else wanted.stood.at
    making = _Making(session, wanted, language, now)
    with closing(making.sheets()) as sheets:  # a refusal half-way leaves nothing being read
        write_and_tell(
            path, sheets, making.written, title=text("workbook.title", language),
            language=language, made_at=making.now,
        )
    return WorkbookMade(
        path, making.run, making.now, making.balanced, making.checkpoint, making.split)


def may_seal(session: OperatorSession) -> bool:
    """Whether this operator may seal; an auditor writes nothing."""
    return bool(PERMISSIONS["ledger.seal"] & session.operator.roles)


@dataclass(slots=True)
class _Making:
    """A workbook while it is made; what is told of it in the end."""

    session: OperatorSession
    wanted: Wanted
    language: str
    now: int
    written: list[WrittenSheet] = field(default_factory=list)
    run: str = ""
    balanced: bool = True
    checkpoint: str = ""
    split: tuple[str, ...] = ()

    def sheets(self) -> Generator[Sheet, None, None]:
        """The sheets as they are written: the long ones first, because the summary ties them; at
        the end, with nothing being read any more, the proof.
        """
        with self.session.ledger.read() as live:
            tx, scope = self.wanted.read(live)
            sealed, newest = _sealed_before(tx), last_seal(tx)
            words = BookWords(tx, scope, self.language, _titles(tx, scope, self.language))
            facts = Facts.of(words, [Billed.of(tx, one) for one in scope.statements])
            self.run, self.balanced = _run_id(sealed, scope, self.now), facts.balanced
            self.checkpoint = "" if newest is None else newest.checkpoint
            yield from register(words)
            yield from statement_lines(words, facts.bills)
            yield from exception_lines(words)
            yield from journal(words)
            yield from void_and_replaced(words)
            granted = sums_by_month(words)
            if granted:
                yield from grants_sheet(words, granted)
            self.split = words.on_sheets()
            page = SummaryPage(words, granted=granted)
            yield summary(page, facts, self.written, self.now)
            yield charts(page)
            lines = _cover_lines(self.session, words, sealed, run=self.run, now=self.now)
            yield cover(words, lines, facts)
        if may_seal(self.session):
            made = put_under_seal(self.session, self.run, [one.print for one in self.written])
            self.checkpoint = made.checkpoint
            yield seal_sheet(text("workbook.sheet-seal", self.language), made.proof)


def _sealed_before(tx: ReadTransaction) -> Seal | None:
    """The newest seal, but none that a workbook's own digest made."""
    return next((one for one in reversed(seals(tx)) if not one.reason.startswith(COPY)), None)


def _titles(tx: ReadTransaction, scope: Scope, language: str) -> tuple[str, ...]:
    """What stands above the rows of every sheet: whose books, and whether they are practice."""
    named = ", ".join(one.name for one in scope.programmes)
    asked = ", ".join(scope.filters.values())
    titles = [f"{named} · {asked}" if asked else named]
    if tx.value("SELECT practice FROM ledger_identity"):
        titles.append(text("workbook.practice", language))
    return tuple(titles)


def _run_id(sealed: Seal | None, scope: Scope, now: int) -> str:
    """Names a workbook by what it was made from."""
    told = [sealed.root.hex() if sealed else "", *scope.filters.items(), *scope.rounds, now]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _cover_lines(
    session: OperatorSession, words: BookWords, sealed: Seal | None, *, run: str, now: int
) -> list[tuple[str, object]]:
    scope = words.scope
    lines: list[tuple[str, object]] = [
        ("run", run), ("cut-off", Typed("moment", at(now, scope.zone))),
        ("zone", scope.zone), ("currency", scope.currency),
        *((f"filter-{name}", value) for name, value in scope.filters.items()),
        ("rounds", ", ".join(scope.rounds)), *_labelled("parts", words.on_sheets()),
    ]
    for bill in scope.statements:
        lines.append(("statement", words.say(
            "statement-of", statement=bill.number, retailer=bill.retailer, file=bill.file,
            first=bill.period_from, last=bill.period_until,
        )))
    lines += [
        *_labelled("duties", _duties(words)), *_labelled("accounts", _accounts(words)),
        ("prepared", session.operator.name),
        ("reviewed", SIGNATURE), ("approved", SIGNATURE),
    ]
    return [*lines, *_seal_lines(words, sealed)]


def _labelled(key: str, lines: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Lines of which the first alone is labelled."""
    for number, line in enumerate(lines):
        yield ("" if number else key), line


def _duties(words: BookWords) -> Iterator[str]:
    """How duties were kept, by the log: a rule that is tight again hides no stretch in which it was
    loosened.
    """
    told = [
        (owner, one) for owner in words.scope.programmes for one in loosened(words.tx, owner.code)
    ]
    if not any(one.rule == "duties_apart" for _, one in told):
        yield words.say("duties-apart")
    for owner, one in told:
        yield text(one.key, words.language, **one.facts(owner))
    for owner in words.scope.programmes:
        for key, facts in approvals_loosened(words.tx, owner):
            yield text(key, words.language, **facts)
    for owner in words.scope.programmes:
        yield words.say(
            f"duty-rules-{'despite' if owner.despite_allowed else 'no-despite'}",
            programme=owner.name, days=owner.lateness_days,
            reversal=show_amount(owner.reversal_alone_max_minor, owner.currency),
        )


def _accounts(words: BookWords) -> Iterator[str]:
    """What was done to accounts since these programmes began, who confirmed it, and who did not."""
    known = standings(words.tx)
    began = min(one.made_at for one in words.scope.programmes)
    for one in known.stretches:
        if one.until is None or one.until >= began:
            yield told(known, one, words.language, words.minute)


def _seal_lines(words: BookWords, sealed: Seal | None) -> Iterator[tuple[str, object]]:
    """The checkpoint, line by line as it must be typed off, and what came after it."""
    if sealed is None:
        yield "checkpoint", words.say("not-sealed")
        return
    after = words.tx.value(
        "SELECT count(*) FROM entry e WHERE e.recorded_at >= :at AND NOT EXISTS ("
        "SELECT 1 FROM leaf f WHERE f.kind = 'entry' AND f.object = e.id)", at=sealed.sealed_at,
    )
    yield "after-seal", str(int(after))
    for number, line in enumerate(sealed.checkpoint.split("\n")):
        yield ("" if number else "checkpoint"), line
    yield "", words.say("verify")
