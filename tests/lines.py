"""Lines of the command line, typed in the tests' world by one of its operators."""

from typing import Protocol

import pytest

from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.operators.operator_session import OperatorSession
from tests.conftest import World


class Typed(Protocol):
    """Types a line; gives the exit code, standard output and standard error."""

    def __call__(self, *words: str, who: str = ...) -> tuple[int, str, str]: ...


class TypedIn(Protocol):
    """The same, in a language."""

    def __call__(self, *words: str, who: str = ..., lang: str = ...) -> tuple[int, str, str]: ...


class Told(Protocol):
    """Types a line that must be done; gives what it said."""

    def __call__(self, *words: str, who: str = ..., code: int = ...) -> str: ...


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


def typed_by(world: World, capsys: pytest.CaptureFixture[str], who: str) -> Typed:
    """Types lines as an operator; each gives the exit code, standard output, standard error."""

    def typed(*words: str, who: str = who) -> tuple[int, str, str]:
        code = run(["--lang", "en", *words], context=WorldHere(Globals(), world, who))
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed
