"""`cbi demo`: the practice campaign, every line of it carried out as somebody would type it."""

import io
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.clock import system_clock
from cbi.base.errors import Conflict, Unusable
from cbi.base.ids import Entropy
from cbi.bootstrap import Founding, create_ledger
from cbi.cli import show
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.cli.setup.demo_end import tell_the_end
from cbi.context import LedgerContext, StoragePaths, is_postgres
from cbi.operators.accounts import operator_of
from cbi.operators.operator_session import OperatorSession
from cbi.operators.owner_only import write_new
from cbi.operators.permissions import ALL
from cbi.practice.beats import Beat, Happens, Stage, StoryClock, ToldLine, TypedLine
from cbi.practice.cast import CAST, NEWCOMER, CastMember
from cbi.practice.sample import sample_folder
from cbi.practice.story import CampaignStory

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SLOW_FROM, SECONDS_EACH = 3_000, 0.015
"""From how many people on it is said how long it takes, by the seconds that each of them takes on
a laptop: every stage grows as their number does."""
CHAPTER_STYLE, LINE_STYLE = "bold cyan", "bold green"
COPIED = ("cities.json", "retailers.json", "stores.json")


@app.command("demo", help="help-demo.help")
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option("--dir", help="help-demo.dir")] = Path("demo"),
    people: Annotated[int, typer.Option(min=20, max=100_000, help="help-demo.people")] = 1200,
    seed: Annotated[int, typer.Option(help="help-demo.seed")] = 2022,
) -> None:
    context = command_context(ctx)
    _refuse_to_overwrite(context, folder)
    if people >= SLOW_FROM:
        minutes = ceil(people * SECONDS_EACH / 60)
        context.line("demo.takes", people=people, minutes=minutes, folder=folder)
    with ExitStack() as stack:
        player = Player(context, folder, people, seed, stack)
        for beat in player.story.beats():
            player.play(beat)
        ledger_context = player.leave_to_the_newcomer()
        tell_the_end(context, ledger_context, player.stage)
        ledger_context.close()


class Player:
    """Carries out a story: a session and a sign-in for each of its operators."""

    def __init__(
        self, context: CommandContext, folder: Path, people: int, seed: int, stack: ExitStack
    ) -> None:
        self.context = context
        self.entropy = _seeded(seed)
        self.sessions = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = context.settings.ledger or str(folder / "ledger.db")
        self.settings = Globals(
            ledger=ledger, vault=context.settings.vault, language=context.language,
            keyring=context.settings.keyring or str(folder / "keyring.json"),
        )
        self.clock = StoryClock(0)
        self.stage = Stage(folder, self.clock, self._desk, people, seed)
        self.story = CampaignStory(self.stage)
        self.clock.reach(self.story.at("2022-08-01", 8))
        self._desks: dict[str, LedgerContext] = {}
        self._ends_at: dict[str, int] = {}
        self._prepare(folder)
        stack.callback(self._close)

    def play(self, beat: Beat) -> None:
        """One beat: told, or carried out.

        Raises:
            Unusable: a line did not end as the story needs it.
        """
        match beat:
            case ToldLine():
                self._tell(beat)
            case TypedLine():
                self._type(beat)
            case Happens():
                self.clock.reach(beat.at)
                with self.context.progress(f"{beat.key}-progress", beat.total) as progress:
                    facts = beat.work(progress)
                self.context.line(beat.key, **facts)

    def leave_to_the_newcomer(self) -> LedgerContext:
        """The clock goes on from the story's end, and the newcomer is signed in."""
        ledger_context = self._office(NEWCOMER)
        ledger_context.set_practice_clock(
            ledger_context.ledger.clock(system_clock)() - self.clock()
        )
        ledger_context = LedgerContext(
            replace(ledger_context.paths, sessions=None), ask=self.context.secret
        )
        ledger_context.start_session(
            ledger_context.by_passphrase(NEWCOMER, CastMember(NEWCOMER, ()).passphrase)
        )
        return ledger_context

    def _prepare(self, folder: Path) -> None:
        kept = folder / "passphrases"
        kept.mkdir(parents=True, exist_ok=True)
        newcomer = CastMember(NEWCOMER, tuple(sorted(ALL)))
        write_owner_only(kept / "first.txt", "practice, first day 2022")
        for member in (newcomer, *CAST):
            write_owner_only(kept / f"{member.name}.txt", member.passphrase)
        for name in COPIED:
            shutil.copyfile(sample_folder() / name, folder / name)
        self._say_line(NEWCOMER, ("init", "--practice", "--operator", NEWCOMER, "--role", "all"))
        create_ledger(self._paths(NEWCOMER), Founding(
            operator=NEWCOMER, passphrase=newcomer.passphrase, roles=ALL,
            practice=True,
        ), clock=self.clock, entropy=self.entropy).close()

    def _paths(self, name: str) -> StoragePaths:
        paths = StoragePaths.of(
            self.settings.ledger, vault=self.settings.vault, keyring=self.settings.keyring
        )
        return replace(paths, sessions=self.sessions / name)

    def _office(self, name: str) -> LedgerContext:
        if name not in self._desks:
            self._desks[name] = LedgerContext(
                self._paths(name), clock=self.clock, entropy=self.entropy
            )
        return self._desks[name]

    def _desk(self, name: str) -> OperatorSession:
        self._come_to_work(name)
        ledger_context = self._office(name)
        return ledger_context.session(ledger_context.signed_in())

    def _come_to_work(self, name: str) -> None:
        """A login lasts a day's work: whoever signed on once signs in again each morning."""
        ledger_context = self._office(name)
        if not ledger_context.session_file.exists() or self._ends_at.get(name, 0) > self.clock():
            return
        with ledger_context.ledger.read() as tx:
            operator = operator_of(tx, name)
        self._ends_at[name] = ledger_context.start_session(operator)

    def _tell(self, told: ToldLine) -> None:
        if self.context.json:
            return
        words = self.context.say(told.key, **told.facts)
        if told.heading:
            show.put(f"\n━━ {words}", style=CHAPTER_STYLE)
        else:
            show.put(words)

    def _type(self, line: TypedLine) -> None:
        self.clock.reach(line.at)
        self._come_to_work(line.by)
        context = CommandContext(
            self.settings, clock=self.clock, entropy=self.entropy,
            sessions=self.sessions / line.by,
        )
        if line.quiet or self.context.json:
            with _hushed() as said:
                code = run(line.words, context=context)
        else:
            said = None
            self._say_line(line.by, line.words)
            code = run(line.words, context=context)
        if code not in line.ends:
            detail = said.getvalue().strip() if said is not None else ""
            raise Unusable(
                "demo.stopped", line=shlex.join(("cbi", *line.words)), exit=code, detail=detail
            )

    def _say_line(self, by: str, words: tuple[str, ...]) -> None:
        if not self.context.json:
            show.give(f"\n{by} $", style=LINE_STYLE, end="")
            show.give(f" {shlex.join(('cbi', *words))}")

    def _close(self) -> None:
        for ledger_context in self._desks.values():
            ledger_context.close()


def write_owner_only(path: Path, secret: str) -> None:
    """A new file that holds a secret, for its owner alone."""
    write_new(path, f"{secret}\n".encode())


def _refuse_to_overwrite(context: CommandContext, folder: Path) -> None:
    """A second run destroys nothing and says how to go on."""
    if (folder / "keyring.json").exists() or (folder / "ledger.db").exists():
        raise Conflict("demo.there-already", folder=str(folder))
    if folder.is_symlink() or (folder.exists() and not _is_empty(folder)):
        raise Conflict("demo.folder-used", folder=str(folder))
    ledger = context.settings.ledger
    if ledger is not None and not is_postgres(ledger) and Path(ledger).exists():
        raise Conflict("storage.exists", path=ledger)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextmanager
def _hushed() -> Iterator[io.StringIO]:
    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said):
        yield said


def _seeded(seed: int) -> Entropy:
    """Randomness that a seed repeats: for a practice ledger alone, whose keys are no secret."""
    import random

    return random.Random(seed).randbytes  # noqa: S311
