"""What a command works with: who is signed in, the reader's language, ways to show and ask.

Made once for a line. The ledger opens on first use, so a command that needs no sign-in opens none.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cbi.base.clock import Clock, at, minute_at
from cbi.base.errors import BadFile, UsageError
from cbi.base.ids import Entropy, system_entropy
from cbi.base.money import Amount, show_amount
from cbi.base.words import typed, visible
from cbi.cli import show
from cbi.cli.globals import Globals
from cbi.cli.views.screen import is_screen
from cbi.context import LedgerContext, StoragePaths
from cbi.messages import text
from cbi.messages.figures import as_said
from cbi.operators.operator_session import Operator, OperatorSession

if TYPE_CHECKING:
    from cbi.cli.views.tree import Branch
    from cbi.reports.as_of import AsOf

LINE_LETTERS_MAX, LINES_MAX = 1_000, 5_000
"""What is read of standard input: a line, and how many of them; more comes as a list."""


class CommandContext:
    """One line's surroundings."""

    def __init__(
        self, settings: Globals, *, clock: Clock | None = None,
        entropy: Entropy = system_entropy, sessions: Path | None = None,
    ) -> None:
        self.settings = settings
        self.language = settings.language or "en"
        self.json = settings.json
        self.clock = clock
        self.entropy = entropy
        self.sessions = sessions

    def for_line(self, settings: Globals) -> "CommandContext":
        """The same surroundings for another line, whose own global options hold first."""
        said = {name: value for name, value in asdict(settings).items() if value}
        return CommandContext(
            replace(self.settings, **said), clock=self.clock, entropy=self.entropy,
            sessions=self.sessions,
        )

    @cached_property
    def paths(self) -> StoragePaths:
        """Where ledger, vault and keyring stand."""
        known = self.settings
        paths = StoragePaths.of(
            known.ledger, vault=known.vault, keyring=known.keyring, read_from=known.read_from
        )
        return replace(paths, sessions=self.sessions)

    @cached_property
    def ledger_context(self) -> LedgerContext:
        """The ledger, opened; nobody needs to be signed in."""
        opened = LedgerContext(
            self.paths, clock=self.clock, entropy=self.entropy, ask=self._asking
        )
        if self.paths.read_from:
            self._say_how_old(opened)
        return opened

    def _say_how_old(self, opened: LedgerContext) -> None:
        """Say that this is not the ledger itself, and up to when it knows."""
        newest = opened.ledger.newest_change()
        told = "" if newest is None else at(newest, "UTC").strftime("%Y-%m-%d %H:%M:%S UTC")
        key = "cli.read-from-standby" if told else "cli.read-from"
        show.put(self.say(key, place=opened.ledger.place, newest=told), err=True)

    @property
    def _asking(self) -> Callable[[str], str] | None:
        """What asks for the keyring's passphrase; None where nobody is there to type it."""
        return self.secret if sys.stdin.isatty() else None

    def ledger_context_at(self, ledger: Path, vault: Path) -> LedgerContext:
        """An office over copies in the making, with the keyring of the place they are made for."""
        there = replace(self.paths, ledger=str(ledger), vault=str(vault))
        ledger_context = LedgerContext(
            there, clock=self.clock, entropy=self.entropy, ask=self._asking
        )
        ledger_context.paths = replace(
            there, keyring=self.paths.keyring_for(ledger_context.identity.ledger_id)
        )
        return ledger_context

    @cached_property
    def session(self) -> OperatorSession:
        """The session of who is signed in, or of `--as` with a passphrase."""
        name = self.settings.operator
        if name is None:
            return self.ledger_context.session(self.ledger_context.signed_in())
        return self.ledger_context.session(
            self.ledger_context.by_passphrase(name, self.passphrase())
        )

    def session_again(self) -> OperatorSession:
        """The session, its login or account looked at once more: who works for hours may be out by
        now, or have other roles.
        """
        now = None if self.settings.operator is None else self.session.operator
        self.__dict__.pop("session", None)
        if now is not None:
            self.__dict__["session"] = self.ledger_context.session(self.ledger_context.as_now(now))
        return self.session

    def second_person(self, name: str, file: Path | None, *, option: str) -> Operator:
        """Somebody beside who is signed in, if the passphrase they enter here is theirs.

        Raises:
            NotAllowed: it is not, or they may not sign in.
            UsageError: there is no file of it, and nobody to ask.
        """
        words = read_secret(file) if file else self.secret("cli.ask-second", option=option)
        return self.proved(name, words)

    def proved(self, name: str, passphrase: str) -> Operator:
        """The operator of this name, if the passphrase is theirs."""
        return self.ledger_context.by_passphrase(name, passphrase)

    @cached_property
    def zone(self) -> str:
        """The time zone in which instants are shown: the first programme's."""
        with self.ledger_context.ledger.read() as tx:
            return str(tx.value("SELECT zone FROM programme ORDER BY code LIMIT 1") or "UTC")

    @cached_property
    def duties_apart(self) -> bool:
        """Whether another operator goes on with what one began: unless no programme asks for it."""
        with self.session.ledger.read() as tx:
            kept = tx.value("SELECT count(*) FROM programme WHERE duties_apart = 1")
            return bool(kept or not tx.value("SELECT count(*) FROM programme"))

    def close(self) -> None:
        """Let go of what was opened."""
        if "ledger_context" in self.__dict__:
            self.ledger_context.close()

    def say(self, key: str, /, **facts: object) -> str:
        """A text of the catalogue in the reader's language."""
        return text(key, self.language, **facts)

    def next_step(self, key: str, /, **facts: object) -> str:
        """A text that tells who goes on; in a one-person office it tells of nobody else."""
        return self.say(key if self.duties_apart else f"{key}-alone", **facts)

    def amount(self, amount_minor: int, currency: str) -> Amount:
        """An amount, which sentences and screens write in the reader's language."""
        return show_amount(amount_minor, currency)

    def instant(self, instant_us: int | None) -> str:
        """An instant for people, to the minute, in the programme's zone."""
        if instant_us is None:
            return ""
        return minute_at(instant_us, self.zone)

    def line(self, key: str, /, **facts: object) -> None:
        """A line for people; nothing with `--json`."""
        if not self.json:
            show.put(self.say(key, **facts))

    def seen(self, when: "AsOf") -> None:
        """As of when a report shows things; nothing with `--json`."""
        if not self.json:
            show.put(when.words(self.language))

    def exact(self, words: str) -> None:
        """Words that are copied as they are, never folded; nothing with `--json`."""
        if not self.json:
            show.give(words)

    def show(self, value: object, *lines: str) -> None:
        """A result: the lines for people, or the value as JSON."""
        if self.json:
            show.give_json(value)
            return
        for line in lines:
            show.put(line)

    def tree(self, value: object, root: str, branches: Sequence["Branch"], *lines: str) -> None:
        """What belongs to what: a tree on a screen, the same as lines elsewhere, or JSON."""
        if self.json or not is_screen():
            self.show(value, *lines)
            return
        from cbi.cli.views.tree import show_tree

        show_tree(root, branches)

    def table(
        self, rows: Sequence[object], columns: Sequence[str], *, headings: str,
        shown: Callable[[Any], Sequence[str]] | None = None, later: Sequence[str] = (),
    ) -> None:
        """A table of records: people see `columns`, headed by `<headings>.column-<name>`.

        `shown` makes a record's cells where its own values are not fit to be seen. `later` are the
        ranks of columns that a screen shows only if there is room, each the names of those that
        come in together. With `--json`, an array of the whole records.
        """
        if self.json:
            show.give_json(list(rows))
            return
        titles = [self.say(f"{headings}.column-{name}") for name in columns]
        cells = [
            list(shown(row)) if shown else [show.as_text(show.field(row, name)) for name in columns]
            for row in rows
        ]
        if not cells:
            show.put(self.say("cli.nothing"))
            return
        ranks = {name: rank for rank, names in enumerate(later, 1) for name in names.split()}
        self.grid(titles, cells, ranks=[ranks.get(name, 0) for name in columns])

    def grid(
        self, titles: Sequence[str], rows: Sequence[Sequence[str]], *, ranks: Sequence[int] = (),
    ) -> None:
        """Rows under titles: as a terminal can hold them, tab-separated where there is none.

        Amounts have the reader's currency word on a terminal, and the code of ISO 4217 elsewhere.
        A column of rank 0 always shows; later ones as there is room.
        """
        seen = is_screen()
        rows = [[visible(as_said(cell, self.language) if seen else cell) for cell in cells]
                for cells in rows]
        if not seen:
            for cells in (titles, *rows):
                show.give("\t".join(cells))
            return
        from cbi.cli.views.listing import show_listing

        show_listing(titles, rows, ranks or [0] * len(titles),
                     lambda names: self.say("cli.left-out", columns=names))

    def confirmed(self, key: str, /, **facts: object) -> bool:
        """Ask yes or no; `--yes` says yes. Whoever says no is told that nothing was done.

        Raises:
            UsageError: nobody is there to ask.
        """
        agreed = self.agreed(key, **facts)
        if not agreed:
            self.line("cli.nothing-done")
        return agreed

    def agreed(self, key: str, /, **facts: object) -> bool:
        """Ask yes or no, where no is an answer like any other; `--yes` says yes.

        Raises:
            UsageError: nobody is there to ask.
        """
        if self.settings.yes:
            return True
        if not sys.stdin.isatty():
            raise UsageError("cli.needs-yes")
        return self.says_yes(key, **facts)

    def says_yes(self, key: str, /, **facts: object) -> bool:
        """Ask yes or no at the terminal, whatever `--yes` says."""
        reply = self.ask(f"{self.say(key, **facts)} {self.say('cli.yes-no')}")
        return reply.strip().casefold() in self.say("cli.yes-words").split()

    def ask(self, words: str, *, default: str = "") -> str:
        """Ask for a line, on standard error so that standard output stays clean.

        Raises:
            UsageError: nobody is there to ask.
        """
        if not sys.stdin.isatty():
            raise UsageError("cli.nobody-to-ask", what=words)
        if is_screen(err=True):
            from cbi.cli.views.prompt import ask

            return typed(ask(words, default=default))
        show.give(f"{words} [{default}] " if default else f"{words} ", err=True, end="")
        return typed(input()) or default

    def secret(self, key: str, *, option: str = "--passphrase-file") -> str:
        """Ask for a secret; nothing is echoed. `option` names a file where nobody can be asked.

        Raises:
            UsageError: nobody is there to ask.
        """
        if not sys.stdin.isatty():
            raise UsageError("cli.secret-missing", what=self.say(key), option=option)
        import getpass

        return getpass.getpass(f"{self.say(key)} ")

    def secret_twice(
        self, key: str, *, option: str = "--passphrase-file",
        accepted: Callable[[str], str] | None = None,
    ) -> str:
        """A new secret, typed twice; one that will not do is asked anew before the second entry.

        Raises:
            UsageError: the two differ, or nobody is there to ask.
        """
        first = self.secret(key, option=option)
        while accepted is not None:
            try:
                first = accepted(first)
                break
            except UsageError as refused:
                show.put(self.say(refused.code, **refused.facts), err=True)
                first = self.secret(key, option=option)
        if self.secret("cli.ask-again") != first:
            raise UsageError("cli.passphrases-differ")
        return first

    def passphrase(self, key: str = "cli.ask-passphrase") -> str:
        """The operator's passphrase: from the file, the environment, or asked."""
        if self.settings.passphrase_file is not None:
            return read_secret(Path(self.settings.passphrase_file))
        return os.environ.get("CBI_PASSPHRASE") or self.secret(key)

    @contextmanager
    def progress(self, key: str, total: int, **facts: object) -> Iterator[Callable[[int], None]]:
        """A progress bar; the block calls what it gets with how much is done. Plain lines without
        a terminal, nothing with `--json`.
        """
        label = self.say(key, **facts)
        if self.json:
            yield lambda _: None
        elif is_screen(err=True):
            from cbi.cli.views.progress import bar

            with bar(label, total, lambda time: self.say("cli.time-left", time=time)) as tell:
                yield tell
        else:
            yield show.progress_lines(label, total)


def command_context(ctx: typer.Context) -> CommandContext:
    """The surroundings of the line that is being carried out."""
    found = ctx.find_root().obj
    if not isinstance(found, CommandContext):
        raise TypeError("a command runs inside cbi.cli.run")
    return found


def typed_line() -> str:
    """One line of standard input, if it can be one that a person or a scanner types.

    Raises:
        BadFile: it is no text, or longer than any such line.
    """
    return next(typed_lines(), "")


def typed_lines() -> Iterator[str]:
    """The lines of standard input, one after the other, none longer than anybody types.

    Raises:
        BadFile: they are no text, one is too long, or there are too many.
    """
    for number in range(1, LINES_MAX + 2):
        try:
            line = sys.stdin.readline(LINE_LETTERS_MAX + 1)
        except UnicodeDecodeError as error:
            raise BadFile("cli.input-unreadable", line=number) from error
        if not line:
            return
        if number > LINES_MAX:
            raise BadFile("cli.input-too-many", most=LINES_MAX)
        if len(line) > LINE_LETTERS_MAX:
            raise BadFile("cli.input-too-long", line=number, most=LINE_LETTERS_MAX)
        yield visible(line.strip())


def read_secret(path: Path) -> str:
    """The first line of a file that holds a secret.

    Raises:
        BadFile: it cannot be read, or is empty.
    """
    try:
        words = path.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile("cli.secret-file-unreadable", file=str(path)) from error
    if not words:
        raise BadFile("cli.secret-file-unreadable", file=str(path))
    return words
