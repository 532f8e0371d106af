"""The letter to a retailer about a statement: what is accepted, what is not and why, what we ask.

It speaks to the retailer in their language, of their own file's rows. It names serials, receipts,
stores and days: no person, no code, no other retailer, and not the reasons that our people wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.clock import DAY_US, date_at
from cbi.base.errors import Conflict, UsageError
from cbi.finance.decisions.billed import Billed, BilledLine
from cbi.finance.intake.statements import statement
from cbi.finance.letters.files import check_ending, write_letter
from cbi.finance.letters.words import checkpoint_words, is_day, retailer_facts, store_names
from cbi.finance.reconciliation.exceptions import (
    ASK,
    WAIVE,
    ExceptionView,
    accepted_parts,
    exceptions,
    is_taken,
)
from cbi.finance.reconciliation.findings import TOTAL_DIFFERS
from cbi.finance.reconciliation.matching import AMOUNT_DIFFERS, IMPOSSIBLE_DAY, MATCHED
from cbi.finance.reconciliation.streams import NOT_CREDITED, UNBILLED
from cbi.finance.scope import scope_of
from cbi.finance.settling.contract_words import contract_name
from cbi.finance.settling.contracts import terms_of
from cbi.finance.tables import Claim, LeftOut, Statement
from cbi.messages import text
from cbi.messages.figures import amount_figures, date_words
from cbi.operators.operator_session import OperatorSession
from cbi.paper.blocks import Block, FactLines, Letter, LetterTable, TableColumn, Words
from cbi.storage import ReadTransaction

STANDINGS = ("accepted", "disputed", "open")
ANSWER_DAYS = 14
"""How long a retailer has to answer, if nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAsked:
    """How a letter is wanted: by whom we are, under which contract, by when to answer (ISO text).

    `language` is the retailer's.
    """

    language: str = "en"
    organisation: str = ""
    contract: str = ""
    answer_by: str | None = None


@dataclass(frozen=True, slots=True)
class LetterMade:
    """A letter that was written; claimed = accepted + disputed + open, in minor units."""

    path: Path
    statement: str
    retailer: str
    currency: str
    claimed_minor: int
    accepted_minor: int
    disputed_minor: int
    open_minor: int
    answer_by: str


class LineStanding(NamedTuple):
    """How a line of the bill stands now; `view` is what was found of it, if anything."""

    line: BilledLine
    view: ExceptionView | None
    accepted_minor: int
    disputed_minor: int

    @property
    def open_minor(self) -> int:
        """What nobody has decided."""
        return self.line.claimed_minor - self.accepted_minor - self.disputed_minor


@dataclass(slots=True)
class _Sums:
    """Lines and amounts of each standing."""

    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STANDINGS, 0))
    minor: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STANDINGS, 0))

    def add(self, one: LineStanding) -> None:
        amounts = (one.accepted_minor, one.disputed_minor, one.open_minor)
        for name, amount in zip(STANDINGS, amounts, strict=True):
            self.lines[name] += bool(amount)
            self.minor[name] += amount


def make_letter(
    session: OperatorSession, number: str, path: Path, asked: LetterAsked | None = None
) -> LetterMade:
    """Write the letter about a statement, as PDF or workbook by its file's ending.

    Raises:
        NotAllowed: this operator may not read finance's books.
        NotFound: no such statement.
        Conflict: it was withdrawn, or not reconciled yet.
        UsageError: another ending, or a day to answer by that is over or no day.
        BadFile: the file cannot be written.
    """
    session.require("finance.read")
    check_ending(path)
    how, now = asked or LetterAsked(), session.clock()
    with session.ledger.read() as tx:
        about = _sendable(tx, number)
        today = date_at(now, about.zone)
        by = how.answer_by or date_at(now + ANSWER_DAYS * DAY_US, about.zone)
        if not is_day(by) or by < today:
            raise UsageError("letter.answer-day", text=by)
        writer = _Writer(tx, about, how, store_names(tx, about.retailer, how.language))
        letter = writer.letter(today, by)
    write_letter(path, letter, made_at=now, zone=about.zone)
    minor = writer.sums.minor
    return LetterMade(
        path, about.number, about.retailer, about.currency, about.claimed_minor,
        minor["accepted"], minor["disputed"], minor["open"], by,
    )


def _sendable(tx: ReadTransaction, number: str) -> Statement:
    found = statement(tx, number)
    if found.withdrawn_at is not None:
        raise Conflict("finance.statement-withdrawn", statement=found.number,
                       other=found.replaced_by or "–")
    if found.reconciled_at is None:
        raise Conflict("finance.not-reconciled", statement=found.number)
    return found


def standing_of(
    line: BilledLine, view: ExceptionView | None, part_minor: int | None
) -> LineStanding:
    """What of a line is accepted and what is disputed, by settlements and decisions. Pure."""
    claimed = line.claimed_minor
    if line.settlement or line.rejected_minor:
        return LineStanding(line, view, line.accepted_minor, line.rejected_minor)
    if line.outcome == MATCHED:
        return LineStanding(line, view, claimed, 0)
    if view is None or not is_taken(line.outcome, claimed, line.redeemed_minor, view.verdict):
        return LineStanding(line, view, 0, 0)
    payable = min(claimed, line.redeemed_minor)
    accepted = min(payable, part_minor or payable)
    return LineStanding(line, view, accepted, claimed - accepted)


def why_not(one: LineStanding) -> str:
    """Why a line is not accepted whole, by the end of its key (`letter.why-…`). Pure."""
    kind, view, line = one.line.outcome, one.view, one.line
    if view is None or kind == MATCHED:
        return "rejected" if one.disputed_minor else "changed"
    if kind == AMOUNT_DIFFERS:
        return f"{kind}-over" if line.claimed_minor > line.redeemed_minor else f"{kind}-under"
    return f"{kind}-{view.detail['why']}" if kind == IMPOSSIBLE_DAY else kind


@dataclass(slots=True)
class _Writer:
    """What the letter is made from, and its words in the retailer's language."""

    tx: ReadTransaction
    about: Statement
    how: LetterAsked
    stores: Mapping[str, str]
    sums: _Sums = field(default_factory=_Sums)

    def say(self, key: str, **facts: object) -> str:
        return text(f"letter.{key}", self.how.language, **facts)

    def amount(self, amount_minor: int) -> str:
        return amount_figures(amount_minor, self.about.currency, self.how.language)

    def day(self, iso: str) -> str:
        return date_words(iso, self.how.language)

    def store(self, code: str | None) -> str:
        """A store by its name where we know it, else as their file has it."""
        return self.stores.get(code or "", code or "")

    def _stores_of(self, view: ExceptionView) -> dict[str, str]:
        told = (name for name in ("store", "told_store") if name in view.detail)
        return {name: self.store(str(view.detail[name])) for name in told}

    def letter(self, today: str, answer_by: str) -> Letter:
        """The whole letter."""
        views = exceptions(self.tx, statement=self.about.number)
        lines = self._odd_lines(views)
        title = self.say("title", statement=self.about.number)
        practice = bool(self.tx.value("SELECT practice FROM ledger_identity"))
        blocks: list[Block] = [
            *([Words(self.say("practice"), "heading")] if practice else []),
            Words(title, "title"), self._facts(today), *self._summary(),
            *self._lines_table(lines, "disputed"), *self._lines_table(lines, "open"),
            *self._redemptions(views, UNBILLED), *self._redemptions(views, NOT_CREDITED),
            *self._totals(views), *self._left_out(),
        ]
        if self.sums.minor["disputed"] or self.sums.minor["open"]:
            blocks.append(Words(self.say("answer-by", day=self.day(answer_by)), "heading"))
            blocks.append(Words(self.say("answer-how", statement=self.about.number)))
        else:
            blocks.append(Words(self.say("no-answer"), "heading"))
        blocks += checkpoint_words(self.tx, self.how.language)
        return Letter(title, self.say("sheet-letter"), blocks, self.how.language,
                      self.about.currency, practice)

    def _facts(self, today: str) -> FactLines:
        """Who writes to whom about what."""
        about, seller = self.about, retailer_facts(self.tx, self.about.retailer, self.how.language)
        scope = scope_of(self.tx, statement_number=about.number)
        names = ", ".join(one.name for one in scope.programmes)
        period = f"{self.day(about.period_from)} – {self.day(about.period_until)}"
        lines = [
            (self.say("to"), seller.name), *([("", seller.number)] if seller.number else []),
            (self.say("from"), self.how.organisation or names),
            *([(self.say("programme"), names)] if self.how.organisation else []),
            *([(self.say("contract"), named)] if (named := self._contract()) else []),
            (self.say("date"), self.day(today)), (self.say("file"), about.file),
            (self.say("period"), period),
        ]
        return FactLines(lines)

    def _contract(self) -> str:
        """The contract that was named, or the one whose terms the bill follows."""
        terms = terms_of(self.tx, self.about)
        known = contract_name(terms, self.how.language) if terms else ""
        return self.how.contract or known

    def _odd_lines(self, views: Sequence[ExceptionView]) -> list[LineStanding]:
        """The lines that are not accepted whole; all are added up."""
        found = {(one.line, one.rule): one for one in views if one.line is not None}
        parts = accepted_parts(self.tx, self.about.id)
        odd = []
        for line in Billed.of(self.tx, self.about).lines(self.tx):
            view = found.get((line.line, line.outcome))  # else it changed since it was looked at
            one = standing_of(line, view, None if view is None else parts.get(view.id))
            self.sums.add(one)
            if one.accepted_minor != line.claimed_minor:
                odd.append(one)
        return odd

    def _summary(self) -> list[Block]:
        columns = (TableColumn("", 5), TableColumn(self.say("column-lines"), 2, "count"),
                   TableColumn(self.say("column-amount"), 3, "amount"))
        rows: list[Sequence[object]] = [
            (self.say(f"sum-{name}"), self.sums.lines[name], self.sums.minor[name])
            for name in STANDINGS
        ]
        rows.append((self.say("sum-claimed"), self.about.line_count, self.about.claimed_minor))
        more = [Words(self.say("sum-in-part"), "small")] \
            if sum(self.sums.lines.values()) != self.about.line_count else []
        return [Words(self.say("currency", currency=self.about.currency), "small"),
                LetterTable(columns, rows, strong=1), *more]

    def _lines_table(self, lines: Sequence[LineStanding], which: str) -> list[Block]:
        """The disputed lines, or those that are open, each with its reason."""
        here = [one for one in lines if (one.disputed_minor if which == "disputed"
                                         else one.open_minor)]
        if not here:
            return []
        columns = (
            TableColumn(self.say("column-row"), 3), TableColumn(self.say("column-date"), 3, "date"),
            TableColumn(self.say("column-store"), 4.6), TableColumn(self.say("column-receipt"), 3),
            TableColumn(self.say("column-voucher"), 4.4),
            TableColumn(self.say("column-why"), 0, "folded"),
            TableColumn(self.say("column-claimed"), 3, "amount"),
            TableColumn(self.say("column-accepted"), 3, "amount"),
        )
        places = _places(self.tx, self.about, here)
        rows = [
            (place_shown(one.line), one.line.date, self.store(one.line.store), one.line.receipt,
             one.line.shown, self._why(one, places), one.line.claimed_minor, one.accepted_minor)
            for one in here
        ]
        return [Words(self.say(f"heading-{which}"), "heading"), LetterTable(columns, rows)]

    def _why(self, one: LineStanding, places: Mapping[int, str]) -> str:
        """Why a line is not accepted, and what we ask."""
        view, line, kind = one.view, one.line, why_not(one)
        if view is None or line.outcome == MATCHED:
            return self.say(f"why-{kind}")
        first_row = places.get(int(view.detail.get("first_line", 0)), "–")
        told = {**view.detail, **self._stores_of(view), "first_row": first_row}
        words = self.say(f"why-{kind}", **told, claimed=self.amount(line.claimed_minor),
                         redeemed=self.amount(line.redeemed_minor))
        if one.open_minor and "cure_serial" in view.detail:
            words += " " + self.say("cure", serial=view.detail["cure_serial"])
        if one.open_minor:
            words += " " + self.say("asked" if view.verdict == ASK else "undecided")
        return words

    def _redemptions(self, views: Sequence[ExceptionView], rule: str) -> list[Block]:
        """Redemptions that no bill names, or reversals that no bill takes off."""
        here = [one for one in views if one.rule == rule and one.verdict != WAIVE]
        if not here:
            return []
        columns = (
            TableColumn(self.say("column-voucher"), 5), TableColumn(self.say("column-store"), 5),
            TableColumn(self.say("column-receipt"), 4),
            TableColumn(self.say("column-amount"), 3, "amount"),
        )
        rows: list[Sequence[object]] = [
            (one.serial, self.store(str(one.detail["store"])), one.detail["receipt"],
             abs(one.redeemed_minor))
            for one in here
        ]
        whole = sum(abs(one.redeemed_minor) for one in here)
        rows.append((self.say("sum"), "", "", whole))
        return [Words(self.say(f"heading-{rule}"), "heading"), Words(self.say(f"about-{rule}")),
                LetterTable(columns, rows, strong=1)]

    def _totals(self, views: Sequence[ExceptionView]) -> list[Block]:
        """That the file's own total is another than its lines come to."""
        return [
            Words(self.say("total-differs", stated=self.amount(one.claimed_minor),
                           summed=self.amount(one.redeemed_minor)))
            for one in views if one.rule == TOTAL_DIFFERS
        ]

    def _left_out(self) -> list[Block]:
        """Rows of the file that are no line of the bill; with them it states what it states."""
        rows = self.tx.all(
            select(LeftOut).where(LeftOut.statement == self.about.id).order_by(col(LeftOut.number))
        )
        if not rows:
            return []
        columns = (TableColumn(self.say("column-row"), 3),
                   TableColumn(self.say("column-amount"), 3, "amount"),
                   TableColumn(self.say("column-why"), 8))
        told = [
            (_row_of(one.sheet, one.file_row), one.amount_minor, self.say(f"left-{one.kind}"))
            for one in rows
        ]
        return [Words(self.say("heading-left"), "heading"), LetterTable(columns, told)]


def place_shown(line: BilledLine) -> str:
    """Where a line stands in the retailer's file."""
    return _row_of(line.sheet, line.file_row)


def _row_of(sheet: str | None, row: int) -> str:
    return f"{sheet}, {row}" if sheet else str(row)


def _places(
    tx: ReadTransaction, about: Statement, lines: Sequence[LineStanding]
) -> dict[int, str]:
    """Where in the file those lines stand that others are said to repeat."""
    wanted = {
        int(one.view.detail["first_line"]) for one in lines
        if one.view is not None and "first_line" in one.view.detail
    }
    if not wanted:
        return {}
    return {
        line: _row_of(sheet, row) for line, sheet, row in tx.all(
            select(Claim.line, Claim.sheet, Claim.file_row).where(Claim.statement == about.id)
        ) if line in wanted
    }
