"""The lines that a first programme is made of: each is shown as it is typed, and carried out.

An answer in the conversation and an entry of an `office.toml` make the same lines. A new account's
first passphrase is made here, goes to the line by a file that lives as long as the line, and stands
on its slip afterwards.
"""

import io
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.operators.owner_only import write_new

LINE_STYLE = "bold green"
LETTERS = "abcdefghkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LETTERS = 4, 4
BYTES_EACH = 2


class Slip(NamedTuple):
    """What a new operator is given on paper."""

    name: str
    passphrase: str
    roles: tuple[str, ...]
    stores: tuple[str, ...]


@dataclass(slots=True)
class Typist:
    """Carries lines out as somebody would type them, and keeps the slips of new accounts."""

    context: CommandContext
    places: Globals
    """Where the ledger of the new office stands."""
    slips: list[Slip] = field(default_factory=list)

    def types(
        self, *words: str, quiet: bool = False, told: bool = False,
        places: Mapping[str, str] | None = None,
    ) -> int:
        """Show a line (not a quiet one) and carry it out; its exit code.

        What it tells besides is shown only where it is asked for: it would name next steps in the
        middle of the conversation. A refusal is always seen.
        """
        if not quiet:
            self.shows(*words)
        return self._run([*self._placed(places or {}), *words], told=told)

    def types_secretly(self, option: str, secret: str, *words: str) -> int:
        """A line that asks for a secret, which it gets from a file; only the line is shown."""
        self.shows(*words)
        with tempfile.TemporaryDirectory(prefix="cbi-start-") as folder:
            file = Path(folder) / "secret.txt"
            write_new(file, f"{secret}\n".encode())
            return self._run([*self._placed({}), *words, option, str(file)], told=False)

    def adds_operator(self, name: str, roles: Sequence[str], stores: Sequence[str] = ()) -> int:
        """A new account with a first passphrase made here."""
        words = ["operator", "add", name]
        words += [word for role in roles for word in ("--role", role)]
        words += [word for store in stores for word in ("--store", store)]
        passphrase = self._passphrase()
        code = self.types_secretly("--new-passphrase-file", passphrase, *words)
        if code == 0:
            self.slips.append(Slip(name, passphrase, tuple(roles), tuple(stores)))
        return code

    def shows(self, *words: str) -> None:
        """The line as it is typed."""
        show.give(f"  $ {shlex.join(('cbi', *words))}", style=LINE_STYLE)

    def _run(self, words: list[str], *, told: bool) -> int:
        from cbi.cli.run import run

        with nullcontext() if told else redirect_stdout(io.StringIO()):
            return run([*words, "--yes"], context=CommandContext(
                Globals(language=self.context.language), clock=self.context.clock,
                entropy=self.context.entropy, sessions=self.context.sessions,
            ))

    def _placed(self, places: Mapping[str, str]) -> list[str]:
        known = {
            "ledger": self.places.ledger, "vault": self.places.vault,
            "keyring": self.places.keyring, **places,
        }
        return [word for name, value in known.items() if value for word in (f"--{name}", value)]

    def _passphrase(self) -> str:
        """Letters that nobody takes for others, in groups that are easily read out."""
        drawn = self.context.entropy(GROUPS * GROUP_LETTERS * BYTES_EACH)
        letters = [
            LETTERS[int.from_bytes(drawn[at : at + BYTES_EACH]) % len(LETTERS)]
            for at in range(0, len(drawn), BYTES_EACH)
        ]
        return "-".join(
            "".join(letters[at : at + GROUP_LETTERS])
            for at in range(0, len(letters), GROUP_LETTERS)
        )


def named(name: str, names: Mapping[str, str]) -> list[str]:
    """The options of names by language."""
    return [
        word for language, text in names.items() for word in (f"--{name}", f"{language}={text}")
    ]


def by_script(name: str) -> dict[str, str]:
    """A name typed once, under the language that its script is mostly of."""
    from cbi.people.names.scripts import script_of

    language = {"Cyrl": "ru", "Arab": "fa"}.get(script_of(name), "en")
    return {language: name} if language == "en" else {language: name, "en": latin(name)}


def latin(name: str) -> str:
    """A name in Latin letters, as good as letters alone tell; a soft sign has no letter."""
    from anyascii import anyascii

    return anyascii(name).replace("'", "").title()


def code_of(name: str) -> str:
    """A code made of a name: small Latin letters, digits and dashes."""
    from anyascii import anyascii

    plain = anyascii(name).lower().replace("'", "")
    return "-".join("".join(one if one.isalnum() else " " for one in plain).split())


def round_line(
    programme: str, code: str, days: tuple[str, str], rules: Sequence[str], takers: Sequence[str]
) -> list[str]:
    """The line that adds a round."""
    words = ["round", "add", code, "--programme", programme, "--from", days[0], "--until", days[1]]
    words += [word for rule in rules for word in ("--entitlement", rule)]
    return words + [word for taker in takers for word in ("--retailer", taker)]


def later(day: str, days: int) -> str:
    """A day so many days after another (ISO text)."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
