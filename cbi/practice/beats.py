"""What a story is made of: lines that somebody types, and things that happen in the world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cbi.operators.operator_session import OperatorSession


class StoryClock:
    """A clock that a story sets; it moves on a little at each look and never runs back."""

    STEP_US = 1_000

    def __init__(self, start_us: int) -> None:
        self._now_us = start_us

    def __call__(self) -> int:
        """The story's present instant in microseconds UTC."""
        self._now_us += self.STEP_US
        return self._now_us

    def reach(self, instant_us: int) -> None:
        """Go forward to an instant, if it is not past."""
        self._now_us = max(self._now_us, instant_us)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line that an operator types at an instant. `quiet`: carried out without its output.

    `ends` are the exit codes with which the story goes on.
    """

    by: str
    words: tuple[str, ...]
    at: int
    quiet: bool = False
    ends: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A heading or a sentence of the story: a key of the catalogue and its facts."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Happens:
    """Something that is done in the world outside, told by a sentence; `total` steps of work."""

    key: str
    work: Callable[[Callable[[int], None]], Mapping[str, object]]
    at: int
    total: int = 1


Beat = TypedLine | ToldLine | Happens


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a story plays: the folder of its files, its clock, and the session of each operator."""

    folder: Path
    clock: StoryClock
    session: Callable[[str], OperatorSession]
    people: int
    seed: int = 2022
