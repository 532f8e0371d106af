"""`cbi till`: a till that stays open. Scan, answer, amount, receipt, next; totals at the end.

Each redemption's request is made of store, receipt and code: a till that was killed is opened again
and given the same, and nothing is taken twice.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from cbi.base.errors import BadFile, CbiError, UsageError
from cbi.base.money import parse_amount
from cbi.base.words import typed
from cbi.cli import show
from cbi.cli.cashier import CodeWay, Store, answer_words, show_answer
from cbi.cli.command_context import LINE_LETTERS_MAX, CommandContext, command_context
from cbi.cli.slips import SlipFormat
from cbi.cli.views.screen import is_screen
from cbi.files.devices import open_device
from cbi.ledger.vouchers import redeeming
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.code_ways import check_code_way
from cbi.ledger.vouchers.reversing import reverse
from cbi.ledger.vouchers.stores import retailer_of
from cbi.messages import LANGUAGES, RIGHT_TO_LEFT, text
from cbi.messages.figures import amount_figures, digits
from cbi.till.shift import Shift, ShiftTotal
from cbi.till.typed import as_printed, is_code, scanned, store_for, typed_redeem
from cbi.till.words import as_is, record_of, store_name

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-till.help")

SAME_RECEIPT = "="
STORES_ASKED_MAX = 20


class _Asked(NamedTuple):
    """What a cashier said of a sale, as typed."""

    amount: str
    receipt: str = ""
    total: str = ""


@app.callback(invoke_without_command=True, help="help-till.help")
def till(
    ctx: typer.Context, store: Store = None, code_way: CodeWay = None,
    slips: Annotated[
        Path | None, typer.Option("--slips", metavar="PATH", help="help-till.slips")
    ] = None,
    form: SlipFormat = "roll-58",
) -> None:
    if ctx.invoked_subcommand is None:
        context = command_context(ctx)
        context.session.require("till.redeem")
        check_code_way(code_way)
        printer = None if slips is None else SlipPrinter(slips, form).looked_at()
        TerminalTill(context, _store(context, store), code_way, printer).work()


class SlipPrinter(NamedTuple):
    """Where each redemption's slip is sent as a receipt printer takes it: its device."""

    path: Path
    form: str

    def looked_at(self) -> "SlipPrinter":
        """The same; one that is switched off is told at the first slip.

        Raises:
            BadFile: it is a file.
        """
        with suppress(OSError):
            open_device(self.path).close()
        return self

    def prints(self, context: CommandContext, redemption: str, store: str) -> None:
        """Send a slip.

        Raises:
            BadFile: it cannot be sent there; the redemption stands.
        """
        from cbi.till.slips import slip_of, write_slip

        session, language = context.session, context.language
        slip = slip_of(session, redemption, store, language)
        try:
            with open_device(self.path) as printer:
                write_slip(printer, slip, language, form=self.form, raster=True,
                           now=session.clock())
        except OSError as error:
            raise BadFile("till-terminal.slip-not-sent", path=str(self.path),
                          redemption=redemption) from error


class TerminalTill:
    """One cashier at one store, from opening to the totals."""

    def __init__(
        self, context: CommandContext, store: str, code_way: str | None,
        printer: SlipPrinter | None = None,
    ) -> None:
        self.context, self.store, self.code_way = context, store, code_way
        self.printer = printer
        self.shift, self.receipt = Shift(), ""
        self.told: list[dict[str, object]] = []
        self._undo, self._totals = (set(_words(name)) for name in ("undo-words", "total-words"))

    def work(self) -> None:
        """Answer line after line until there is none, or the cashier interrupts."""
        context = self.context
        if sys.stdin.isatty():
            with context.session.ledger.read() as tx:
                name = store_name(tx, self.store, context.language)
            context.line("till-terminal.open", store=name)
        try:
            while (line := self._line("scan")) is not None:
                self._heed(line)
        except KeyboardInterrupt:
            show.give("", err=True)
            context.line("till-terminal.interrupted")
        if context.json:
            context.show({"answers": self.told, "totals": self._sums()})
        else:
            self._add_up()

    def _heed(self, line: str) -> None:
        """One line of the cashier's; what is refused is said, and the till goes on."""
        try:
            words = typed(line).split()
            first = words[0].casefold() if words else ""
            if not words:
                return
            if first in self._undo:
                self._take_back(" ".join(words[1:]))
            elif first in self._totals:
                self._add_up()
            else:
                self._scan(words)
        except CbiError as error:
            self._complain(error)

    def _scan(self, words: Sequence[str]) -> None:
        code, rest = scanned(words)
        session = self.context.session_again()
        answer = redeeming.verify(session, code, self.store)
        self._tell(answer)
        if answer.answer != "ok":
            return
        code = answer.read_as.code if answer.read_as else code
        asked = _Asked(rest[0], " ".join(rest[1:])) if rest else self._asked_amount(answer)
        if asked is not None and not asked.receipt:
            asked = asked._replace(receipt=self._asked_receipt())
        if asked is not None and asked.receipt:
            self._redeem(code, asked)

    def _asked_amount(self, answer: Answer) -> "_Asked | None":
        """What the customer pays, asked until it can be taken; None where nothing is.

        A receipt's square may be scanned first: its number and total are kept.
        """
        receipt, total = "", ""
        while True:
            said = self._line("amount", most=self._figures(answer))
            if not said:
                self.context.line("till-terminal.nothing")
                return None
            if "://" in said:
                receipt, found = as_printed(self.context.session, said, None)
                total = found or ""
            elif self._meant_otherwise(said):
                return None
            elif self._can_be_taken(said, answer):
                return _Asked(said, receipt, total)

    def _can_be_taken(self, amount: str, answer: Answer) -> bool:
        """Whether the amount is one, and not more than is left; else it is said why."""
        try:
            minor = parse_amount(amount, answer.currency or "")
        except CbiError as error:
            self._complain(error)
            return False
        if minor > (answer.balance_minor or 0):
            self._tell(answer._replace(answer="too-much", amount_minor=minor, read_as=None))
            return False
        return True

    def _asked_receipt(self) -> str:
        key = "receipt-again" if self.receipt else "receipt"
        said = self._line(key, receipt=as_is(self.receipt, self.context.language)) or ""
        if said == SAME_RECEIPT and self.receipt:
            return self.receipt
        if not said:
            self.context.line("till-terminal.nothing")
        return "" if self._meant_otherwise(said) else said

    def _meant_otherwise(self, said: str) -> bool:
        """Whether this is the next voucher, or a word to the till, and not what was asked for."""
        words = said.split()
        otherwise = bool(words) and (
            words[0].casefold() in self._undo | self._totals or is_code(said)
        )
        if otherwise:
            self.context.line("till-terminal.nothing")
            self._heed(said)
        return otherwise

    def _redeem(self, code: str, said: "_Asked") -> None:
        session = self.context.session_again()
        asked = typed_redeem(session, code, said.amount, store=self.store, receipt=said.receipt,
                             total=said.total or None)._replace(code_way=self.code_way)
        try:
            answer = redeeming.redeem(session, asked)
        except KeyboardInterrupt:
            self.context.line("till-terminal.doubt")
            raise
        self.receipt = asked.receipt
        self.shift.add(answer)
        self._tell(answer, done="redeemed")
        if self.printer is not None and answer.answer == "ok" and answer.redemption:
            self.printer.prints(self.context, answer.redemption, self.store)

    def _take_back(self, reason: str) -> None:
        last = self.shift.last
        if last is None or last.redemption is None:
            self.context.line("till-terminal.nothing-to-undo")
            return
        why = reason or self.context.say("till-terminal.undo-reason")
        answer = reverse(self.context.session_again(), last.redemption, why)
        self.shift.undo()
        self._tell(answer, done="reversed")

    def _tell(self, answer: Answer, *, done: str = "") -> None:
        words = answer_words(self.context, answer, done=done)
        if self.context.json:
            self.told.append(record_of(answer, words))
        else:
            show_answer(self.context, answer, words, done=bool(done))

    def _complain(self, error: CbiError) -> None:
        words = text(error.code, self.context.language, **error.facts)
        self.told.append({"answer": "refused", "code": error.code, "words": words})
        show.put(f"cbi: {words}", err=sys.stdin.isatty() or self.context.json, style="yellow")

    def _line(self, key: str, **facts: object) -> str | None:
        """The next line, asked for where somebody is there; None at the end."""
        if not sys.stdin.isatty():
            return _piped()
        try:
            return self.context.ask(self.context.say(f"till-terminal.{key}", **facts)).strip()
        except EOFError:
            show.give("", err=True)
            return None
        except UsageError as error:
            self._complain(error)
            return ""

    def _figures(self, answer: Answer) -> str:
        return amount_figures(
            answer.balance_minor or 0, answer.currency or "", self.context.language
        )

    def _sums(self) -> dict[str, list[ShiftTotal]]:
        return {
            "taken": self.shift.taken(), "before": self.shift.before(),
            "undone": self.shift.taken_back(),
        }

    def _add_up(self) -> None:
        lines = list(self._total_lines())
        title = self.context.say("till-terminal.totals")
        if not is_screen():
            for line in lines:
                show.put(line)
            return
        from cbi.cli.views.answer import draw_totals

        draw_totals(title, "\n".join(lines), to_left=self.context.language in RIGHT_TO_LEFT)

    def _total_lines(self) -> Iterator[str]:
        language = self.context.language
        for name, sums in self._sums().items():
            for one in sums:
                yield self.context.say(
                    f"till-terminal.total-{name}", count=digits(str(one.vouchers), language),
                    amount=amount_figures(one.amount_minor, one.currency, language),
                )
        if not self.shift.taken():
            yield self.context.say("till-terminal.total-none")


def _words(name: str) -> Iterator[str]:
    """The words that a cashier may say something with, in any of the languages."""
    for language in LANGUAGES:
        yield from text(f"till-terminal.{name}", language).casefold().split()


def _piped() -> str | None:
    try:
        line = sys.stdin.readline(LINE_LETTERS_MAX + 1)
    except UnicodeDecodeError as error:
        raise BadFile("cli.input-unreadable", line="–") from error
    if len(line) > LINE_LETTERS_MAX:
        raise BadFile("cli.input-too-long", line="–", most=LINE_LETTERS_MAX)
    return line.strip() if line else None


def _store(context: CommandContext, store: str | None) -> str:
    """The store: named, the cashier's only one, or asked for."""
    own = sorted(context.session.operator.stores) or _every_store(context)
    if store is None and len(own) != 1 and sys.stdin.isatty():
        shown = ", ".join(f"{number} {code}" for number, code in enumerate(own, 1))
        said = context.ask(context.say("till-terminal.ask-store", stores=shown)).strip()
        number = int(said) if said.isdecimal() and len(said) < 4 else 0
        store = own[number - 1] if 0 < number <= len(own) else said
    found = store_for(context.session, store)
    retailer_of(context.session, found)
    return found.strip().lower()


def _every_store(context: CommandContext) -> list[str]:
    """The programme's stores, where they are few enough to be named in a question."""
    from cbi.places.places import stores

    with context.session.ledger.read() as tx:
        found = [store.code for store in stores(tx) if store.closed_at is None]
    return found if len(found) <= STORES_ASKED_MAX else []
