"""Who is put out while a long piece of work is open is out of it, too: at its next line."""

import io
import sys
from collections.abc import Callable

import pytest

from cbi.operators.accounts import disable
from tests.team import Team, founded

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Meanwhile:
    """What is typed: lines of which the second comes only after something else has happened."""

    def __init__(self, lines: str, then: Callable[[], object]) -> None:
        self.lines, self.then, self.read_so_far = io.StringIO(lines), then, 0

    def isatty(self) -> bool:
        return False

    def readline(self, size: int = -1) -> str:
        self.read_so_far += 1
        if self.read_so_far == 2:
            self.then()
        return self.lines.readline(size)


@on_sqlite
@pytest.mark.parametrize(("who", "words", "told"), [
    ("amina", ("hand-over",), "Your login is over"),
    ("kassa", ("--as", "kassa", "till", "--store", "magnum-1"), "The operator kassa is disabled"),
])
def test_who_is_put_out_in_the_middle_does_no_more(
    team: Team, monkeypatch: pytest.MonkeyPatch, who: str, words: tuple[str, ...], told: str,
) -> None:
    assert team.adds("aigul", "kassa", "field") == 0
    founded(team)
    assert team("aigul", "store", "add", "magnum-1", "--retailer", "magnum", "--city", "almaty",
                "--name", "en=One") == 0
    assert team("aigul", "operator", "role", "kassa", "--role", "cashier", "--store",
                "magnum-1") == 0, team.err
    assert team.signs_in("kassa", first=True) in (0, 3)
    team("bolat", "operator", "confirm", "kassa")
    assert team.signs_in(who) == 0, team.err
    admin = team.session("aigul")
    monkeypatch.setattr(sys, "stdin", Meanwhile("rubbish\nmore\n", lambda: disable(admin, who)))
    team(who, *words)
    assert told in team.out + team.err
