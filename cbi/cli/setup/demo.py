"""`cbi demo`: the practice campaign, every line of it carried out as somebody would type it."""

import io
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cbi.app import Office, Places, is_postgres
from cbi.base.clock import system_clock
from cbi.base.errors import Conflict, Unusable
from cbi.base.ids import Entropy
from cbi.cli import show
from cbi.cli.globals import Globals
from cbi.cli.here import Here, here_of
from cbi.cli.run import run
from cbi.cli.setup.demo_end import tell_the_end
from cbi.founding import Founding, found
from cbi.operators.accounts import operator_of
from cbi.operators.desk import Desk
from cbi.operators.owner_only import write_new
from cbi.operators.permissions import ROLES
from cbi.practice.beats import Beat, Happens, Stage, StoryClock, Told, Typed
from cbi.practice.cast import CAST, NEWCOMER, Member
from cbi.practice.sample import sample_folder
from cbi.practice.story import Story

app = typer.Typer(add_completion=False, rich_markup_mode=None)

CHAPTER_STYLE, LINE_STYLE = "bold cyan", "bold green"
COPIED = ("cities.json", "retailers.json", "stores.json")


@app.command("demo", help="help-demo.help")
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option("--dir", help="help-demo.dir")] = Path("demo"),
    people: Annotated[int, typer.Option(min=20, max=20_000, help="help-demo.people")] = 1200,
    seed: Annotated[int, typer.Option(help="help-demo.seed")] = 2022,
) -> None:
    here = here_of(ctx)
    _refuse_to_overwrite(here, folder)
    with ExitStack() as stack:
        player = Player(here, folder, people, seed, stack)
        for beat in player.story.beats():
            player.play(beat)
        office = player.leave_to_the_newcomer()
        tell_the_end(here, office, player.stage)
        office.close()


class Player:
    """Carries out a story: a desk and a sign-in for each of its operators."""

    def __init__(
        self, here: Here, folder: Path, people: int, seed: int, stack: ExitStack
    ) -> None:
        self.here = here
        self.entropy = _seeded(seed)
        self.sessions = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = here.settings.ledger or str(folder / "ledger.db")
        self.settings = Globals(
            ledger=ledger, vault=here.settings.vault, language=here.language,
            keyring=here.settings.keyring or str(folder / "keyring.json"),
        )
        self.clock = StoryClock(0)
        self.stage = Stage(folder, self.clock, self._desk, people, seed)
        self.story = Story(self.stage)
        self.clock.reach(self.story.at("2022-08-01", 8))
        self._desks: dict[str, Office] = {}
        self._ends_at: dict[str, int] = {}
        self._prepare(folder)
        stack.callback(self._close)

    def play(self, beat: Beat) -> None:
        """One beat: told, or carried out.

        Raises:
            Unusable: a line did not end as the story needs it.
        """
        match beat:
            case Told():
                self._tell(beat)
            case Typed():
                self._type(beat)
            case Happens():
                self.clock.reach(beat.at)
                with self.here.progress(f"{beat.key}-progress", beat.total) as progress:
                    facts = beat.work(progress)
                self.here.line(beat.key, **facts)

    def leave_to_the_newcomer(self) -> Office:
        """The clock goes on from the story's end, and the newcomer is signed in."""
        office = self._office(NEWCOMER)
        office.set_practice_clock(office.ledger.clock(system_clock)() - self.clock())
        office = Office(replace(office.places, sessions=None), ask=self.here.secret)
        office.start_session(office.by_passphrase(NEWCOMER, Member(NEWCOMER, ()).passphrase))
        return office

    def _prepare(self, folder: Path) -> None:
        kept = folder / "passphrases"
        kept.mkdir(parents=True, exist_ok=True)
        newcomer = Member(NEWCOMER, ROLES)
        write_owner_only(kept / "first.txt", "practice, first day 2022")
        for member in (newcomer, *CAST):
            write_owner_only(kept / f"{member.name}.txt", member.passphrase)
        for name in COPIED:
            shutil.copyfile(sample_folder() / name, folder / name)
        self._say_line(NEWCOMER, ("init", "--practice", "--operator", NEWCOMER, "--role", "all"))
        found(self._places(NEWCOMER), Founding(
            operator=NEWCOMER, passphrase=newcomer.passphrase, roles=frozenset(ROLES),
            practice=True,
        ), clock=self.clock, entropy=self.entropy).close()

    def _places(self, name: str) -> Places:
        places = Places.of(
            self.settings.ledger, vault=self.settings.vault, keyring=self.settings.keyring
        )
        return replace(places, sessions=self.sessions / name)

    def _office(self, name: str) -> Office:
        if name not in self._desks:
            self._desks[name] = Office(
                self._places(name), clock=self.clock, entropy=self.entropy
            )
        return self._desks[name]

    def _desk(self, name: str) -> Desk:
        self._come_to_work(name)
        office = self._office(name)
        return office.desk(office.signed_in())

    def _come_to_work(self, name: str) -> None:
        """A login lasts a day's work: whoever signed on once signs in again each morning."""
        office = self._office(name)
        if not office.session_file.exists() or self._ends_at.get(name, 0) > self.clock():
            return
        with office.ledger.read() as tx:
            operator = operator_of(tx, name)
        self._ends_at[name] = office.start_session(operator)

    def _tell(self, told: Told) -> None:
        if self.here.json:
            return
        words = self.here.say(told.key, **told.facts)
        if told.heading:
            show.put(f"\n━━ {words}", style=CHAPTER_STYLE)
        else:
            show.put(words)

    def _type(self, line: Typed) -> None:
        self.clock.reach(line.at)
        self._come_to_work(line.by)
        here = Here(
            self.settings, clock=self.clock, entropy=self.entropy,
            sessions=self.sessions / line.by,
        )
        if line.quiet or self.here.json:
            with _hushed() as said:
                code = run(line.words, here=here)
        else:
            said = None
            self._say_line(line.by, line.words)
            code = run(line.words, here=here)
        if code not in line.ends:
            detail = said.getvalue().strip() if said is not None else ""
            raise Unusable(
                "demo.stopped", line=shlex.join(("cbi", *line.words)), exit=code, detail=detail
            )

    def _say_line(self, by: str, words: tuple[str, ...]) -> None:
        if not self.here.json:
            show.give(f"\n{by} $", style=LINE_STYLE, end="")
            show.give(f" {shlex.join(('cbi', *words))}")

    def _close(self) -> None:
        for office in self._desks.values():
            office.close()


def write_owner_only(path: Path, secret: str) -> None:
    """A new file that holds a secret, for its owner alone."""
    write_new(path, f"{secret}\n".encode())


def _refuse_to_overwrite(here: Here, folder: Path) -> None:
    """A second run destroys nothing and says how to go on."""
    if (folder / "keyring.json").exists() or (folder / "ledger.db").exists():
        raise Conflict("demo.there-already", folder=str(folder))
    if folder.is_symlink() or (folder.exists() and not _is_empty(folder)):
        raise Conflict("demo.folder-used", folder=str(folder))
    ledger = here.settings.ledger
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
