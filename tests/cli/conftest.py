"""Typing lines in the tests' world."""

import io
import sys
from collections.abc import Iterable
from typing import Protocol

import pytest

from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.operators.accounts import sign_in
from cbi.operators.operator_session import Operator, OperatorSession
from tests.conftest import ZONE, World
from tests.lines import TypedIn


class WorldHere(CommandContext):
    """A line's surroundings in the tests' world, with somebody signed in."""

    def __init__(self, settings: Globals, world: World, name: str) -> None:
        super().__init__(settings)
        self.world, self.name = world, name

    def for_line(self, settings: Globals) -> "WorldHere":
        return WorldHere(settings, self.world, self.name)

    @property
    def session(self) -> OperatorSession:
        return self.world.session(self.name)

    def proved(self, name: str, passphrase: str) -> Operator:
        return sign_in(self.world.ledger, name, passphrase, clock=self.world.clock)

    @property
    def zone(self) -> str:
        """As the real one, it asks the ledger, which refuses that within another reading."""
        with self.session.ledger.read() as tx:
            tx.value("SELECT 1")
        return ZONE


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typing_in(world, capsys)


@pytest.fixture
def cbi_empty(empty_world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """The same on a ledger that holds nothing yet."""
    return typing_in(empty_world, capsys)


def typing_in(world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """What types lines into a world."""

    def typed(*words: str, who: str = "manager1", lang: str = "en") -> tuple[int, str, str]:
        code = run(["--lang", lang, *words], context=WorldHere(Globals(), world, who))
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


class Terminal(io.StringIO):
    """A keyboard on which these lines are typed."""

    def isatty(self) -> bool:
        return True


class AtTerminal(Protocol):
    """Types a command at a terminal, and then the answers, a line each."""

    def __call__(
        self, *words: str, answers: Iterable[str], **more: str
    ) -> tuple[int, str, str]: ...


@pytest.fixture
def at_terminal(cbi: TypedIn, monkeypatch: pytest.MonkeyPatch) -> AtTerminal:
    """Types a command at a terminal, and then the answers, a line each."""

    def typed(*words: str, answers: Iterable[str], **more: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in answers)))
            return cbi(*words, **{"who": "field1", **more})

    return typed
