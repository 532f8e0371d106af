"""`cbi start`: a first programme in one conversation, or from a file; it may be broken off.

Every answer becomes a line that could be typed, is shown as that line and carried out at once. At
the end a backup is made, brought back into a passing folder, and checked there.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cbi.base.clock import date_at, system_clock
from cbi.base.errors import CbiError, UsageError
from cbi.cli import show
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.globals import Globals
from cbi.cli.setup.slips import write_slips
from cbi.cli.setup.start_asking import TITLE_STYLE, Conversation
from cbi.cli.setup.start_file import last_lines, lines_of, people_of, read_office
from cbi.cli.setup.start_lines import Typist, code_of
from cbi.cli.setup.start_sheet import read_places
from cbi.context import is_postgres

app = typer.Typer(add_completion=False, rich_markup_mode=None)

FIRST_ROLES = ("admin", "manager")


@app.command("start", help="start.help")
def start(
    ctx: typer.Context,
    office: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.toml", help="start.from")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--places", metavar="FILE", help="start.places")
    ] = None,
    backup: Annotated[str | None, typer.Option(metavar="PATH", help="start.backup")] = None,
    slips: Annotated[Path | None, typer.Option(metavar="FILE", help="start.slips")] = None,
) -> None:
    context = command_context(ctx)
    if context.json:
        raise UsageError("start.no-json")
    said = {} if office is None else read_office(office)
    listed = {} if sheet is None else read_places(sheet)
    starter = Starter(context, said, asks=office is None)
    starter.founds()
    starter.adds(listed)
    try:
        starter.fills()
    finally:
        starter.leaves_slips(slips or Path(said.get("slips", "slips.html")))
    starter.backs_up(backup or said.get("backup"))
    starter.tells_the_end()


class Starter:
    """The parts of a start, in order; each passes over what is done."""

    def __init__(self, context: CommandContext, said: Mapping[str, Any], *, asks: bool) -> None:
        self.context, self.said, self.asks = context, said, asks
        known = context.settings
        self.places = Globals(
            ledger=context.paths.ledger, vault=known.vault, keyring=known.keyring,
            language=context.language,
        )
        self.typist = Typist(context, self.places)

    def founds(self) -> None:
        """The ledger with its first operator; or, where it stands, somebody signed in at it."""
        show.put(self.context.say("start.part-ledger"), style=TITLE_STYLE)
        place = self.places.ledger or ""
        if not is_postgres(place) and Path(place).exists():
            show.put(self.context.say("start.goes-on", ledger=place))
            self._signs_in()
            return
        profile, name = self._who()
        passphrase = self._first_passphrase(name)
        words = ["init", "--profile", profile, "--operator", name]
        words += [word for role in self._first_roles() for word in ("--role", role)]
        if self.places.keyring is None:
            words.append("--keys-apart")
        self._must(self.typist.types_secretly("--passphrase-file", passphrase, *words))

    def adds(self, listed: Mapping[str, Any]) -> None:
        """The places that a sheet names and the ledger lacks."""
        for line in lines_of(listed, self._there()):
            self._must(self.typist.types(*line))

    def fills(self) -> None:
        """Places, people, the programme and its first round: asked, or as the file says."""
        if self.asks:
            talk = Conversation(
                self.context, self.typist, self._there, self._cities,
                date_at((self.context.clock or system_clock)(), "UTC"),
            )
            for part in (talk.places, talk.people, talk.programme, talk.round):
                part()
            return
        self.adds(self.said)
        for code in people_of(self.said, self._there(), self.typist):
            self._must(code)
        for line in last_lines(self.said, self._there()):
            self._must(self.typist.types(*line))

    def leaves_slips(self, path: Path) -> None:
        """The first passphrases on paper; a file that is there is never overwritten."""
        if not self.typist.slips:
            return
        number, place = 2, path
        while place.exists():
            place, number = path.with_stem(f"{path.stem}-{number}"), number + 1
        write_slips(place, self.typist.slips, self._ledger(), self.context.language)
        show.put(self.context.say("start.slips-written", path=place))

    def backs_up(self, folder: str | None) -> None:
        """A first backup, and the proof that it can be brought back."""
        show.put(f"\n{self.context.say('start.part-backup')}", style=TITLE_STYLE)
        if folder is None and self.asks:
            usual = str(Path.home() / "cbi-backups")
            folder = self.context.ask(f"{self.context.say('start.ask-backup')}:", default=usual)
        if not folder:
            show.put(self.context.say("start.no-backup"))
            return
        at = date_at((self.context.clock or system_clock)(), "UTC")
        file, number = Path(folder) / f"{at}.db", 2
        while file.exists():
            file, number = Path(folder) / f"{at}-{number}.db", number + 1
        self._must(self.typist.types("backup", str(file), told=True))
        self._tries_it_out(file)

    def tells_the_end(self) -> None:
        """What is there now, and what comes next."""
        show.put(f"\n{self.context.say('start.part-end')}", style=TITLE_STYLE)
        show.put(self.context.say("start.keys", keyring=self._keyring()))
        if self.context.settings.ledger and not is_postgres(self.places.ledger or ""):
            show.put(self.context.say("start.from-now-on"))
            show.give(f"  {show.setting('CBI_LEDGER', self._ledger())}")
        show.put(self.context.say("start.end", name=self._name()))

    def _tries_it_out(self, file: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="cbi-start-") as folder:
            place = {
                "ledger": str(Path(folder) / "ledger.db"), "vault": str(Path(folder) / "vault.db"),
                "keyring": self._keyring(),
            }
            self._must(self.typist.types("restore", str(file), quiet=True, places=place))
            self._must(self.typist.types("check", quiet=True, places=place))
        show.put(self.context.say("start.restored"))

    def _who(self) -> tuple[str, str]:
        from cbi.places.profile_files import read_profile

        usual = read_profile().path.stem
        if not self.asks:
            return self.said.get("profile", usual), self.said.get("operator", "admin")
        show.put(self.context.say("start.tell-ledger", ledger=self.places.ledger))
        profile = ""
        while not profile:
            asked = self.context.ask(f"{self.context.say('start.ask-profile')}:", default=usual)
            try:
                read_profile(asked)
                profile = asked
            except CbiError as refused:  # before a name and a passphrase are typed for nothing
                show.put(self.context.say(refused.code, **refused.facts), err=True)
        name = ""
        while not name:
            name = code_of(self.context.ask(f"{self.context.say('start.ask-you')}:"))
        return profile, name

    def _first_passphrase(self, name: str) -> str:
        from cbi.cli.setup.ledger import new_passphrase

        return new_passphrase(self.context, name)

    def _first_roles(self) -> list[str]:
        return list(self.said.get("roles", FIRST_ROLES))

    def _signs_in(self) -> None:
        context = self._reading()
        try:
            context.session.require("ledger.read")
        except CbiError:
            name = self.said.get("operator") or self.context.ask(
                self.context.say("help-operators.ask-name")
            )
            self._must(self.typist.types("login", name))
        finally:
            context.close()

    def _reading(self) -> CommandContext:
        return CommandContext(
            self.places, clock=self.context.clock, entropy=self.context.entropy,
            sessions=self.context.sessions,
        )

    def _there(self) -> dict[str, set[str]]:
        """The codes and names that the ledger has, by kind."""
        from cbi.operators.accounts import operators
        from cbi.places import places
        from cbi.programmes import programmes, rounds

        context = self._reading()
        try:
            with context.ledger_context.ledger.read() as tx:
                return {
                    "city": {one.code for one in places.cities(tx)},
                    "retailer": {one.code for one in places.retailers(tx)},
                    "store": {one.code for one in places.stores(tx)},
                    "operator": {one.name for one in operators(tx)},
                    "programme": {one.code for one in programmes.programmes(tx)},
                    "round": {one.code for one in rounds.rounds(tx)},
                }
        finally:
            context.close()

    def _cities(self) -> dict[str, str]:
        """The cities by code, as who answers calls them."""
        from cbi.places import places

        context = self._reading()
        try:
            with context.ledger_context.ledger.read() as tx:
                return {one.code: one.name(self.context.language) for one in places.cities(tx)}
        finally:
            context.close()

    def _name(self) -> str:
        """Who is signed in: the name made of what they typed."""
        context = self._reading()
        try:
            return context.session.operator.name
        finally:
            context.close()

    def _ledger(self) -> str:
        """Where the ledger is, from whichever folder somebody types."""
        place = self.places.ledger or ""
        return place if not place or is_postgres(place) else str(Path(place).resolve())

    def _keyring(self) -> str:
        context = self._reading()
        try:
            return str(context.paths.keyring_for(context.ledger_context.identity.ledger_id))
        finally:
            context.close()

    def _must(self, code: int) -> None:
        """A line of a file that is refused ends the start; its words were shown.

        Raises:
            typer.Exit: it did not end well.
        """
        if code != 0:
            show.put(self.context.say("start.stopped"), err=True)
            raise typer.Exit(code)
