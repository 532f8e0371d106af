"""Trees, progress and questions on a screen."""

import sys

import pytest

from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.ledger.vouchers import changes
from cbi.people import persons
from tests.conftest import World
from tests.lines import TypedIn
from tests.people.test_duplicates import najib
from tests.vouchers import in_hand

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals there", allow_module_level=True)

from cbi.cli.views.progress import KNOWN_AFTER_S, duration, seconds_left
from tests.screen import screen


@pytest.fixture
def engine() -> str:
    """What is drawn is no matter of the engine."""
    return "sqlite"


@pytest.mark.parametrize("wide", [80, 40])
def test_a_story_is_a_tree_of_days(world: World, cbi: TypedIn, wide: int) -> None:
    (paper,) = in_hand(world, [1_500_000])
    changes.block(
        world.session("field1"), paper.serial, "lost on the way to the market, as she says"
    )
    with screen(wide, 24) as shown:
        code, _, _ = cbi("explain", paper.serial)
    assert code == 0
    assert shown.widest <= wide
    assert shown.lines[0].startswith(f"Voucher {paper.serial}: ")
    days = [line for line in shown.lines if line[2:3] == "─" and line.split()[1].startswith("20")]
    assert days
    told = " ".join(" ".join(line.strip("│├└─ ") for line in shown.lines).split())
    assert "lost on the way to the market, as she says" in told


def test_in_a_pipe_the_story_is_lines(world: World, cbi: TypedIn) -> None:
    (paper,) = in_hand(world, [1_500_000])
    code, out, _ = cbi("explain", paper.serial)
    assert code == 0
    assert not set(out) & set("│├└─")


def test_a_household_is_a_tree_of_its_people(world: World, cbi: TypedIn) -> None:
    (number,) = persons.enrol(world.session("field1"), [najib("a:1")]).numbers
    with screen(40, 20) as shown:
        code, _, _ = cbi("people", "households", "show", number)
    assert code == 0
    assert shown.lines[0].startswith("Household H-")
    assert shown.lines[1] == f"└── {number}, the head"


def test_an_estimate_is_told_when_it_is_one_and_rounded_as_it_deserves() -> None:
    assert seconds_left(50, 100, KNOWN_AFTER_S / 2) is None
    assert seconds_left(1, 100, 60) is None
    assert seconds_left(50, None, 60) is None
    assert seconds_left(50, 100, 31) == 35
    assert seconds_left(10, 100, 60) == 540
    assert seconds_left(100, 100, 60) == 0
    assert duration(35) == "0:35"
    assert duration(3_720) == "1:02:00"


@pytest.mark.parametrize("wide", [80, 40])
def test_progress_says_what_is_done_of_how_much(wide: int) -> None:
    context = CommandContext(Globals(language="ru"))
    with screen(wide, 20, stream="stderr") as shown, \
            context.progress("help-care.checking", 1_200) as tell:
        tell(600)
    assert "600/1\u00a0200" in shown.raw
    assert context.say("help-care.checking") in " ".join(shown.lines)


def test_what_is_said_meanwhile_stays_in_its_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    context = CommandContext(Globals())
    with screen(80, 20, stream="stderr") as shown, context.progress("help-care.checking", 10):
        context.line("cli.nothing")
    assert capsys.readouterr().out == "Nothing to show.\n"
    assert "Nothing to show" not in shown.raw


def test_progress_of_an_unknown_length_claims_none() -> None:
    with screen(80, 20, stream="stderr") as shown, \
            CommandContext(Globals()).progress("help-duplicates.searching", 0) as tell:
        tell(600)
    assert "600" in shown.raw
    assert "600/" not in shown.raw


def test_a_question_shows_the_usual_answer_and_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    context = CommandContext(Globals())
    monkeypatch.setattr("sys.stdin", Terminal())
    answers = iter(["", "Astana"])
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    with screen(40, 20, stream="stderr") as shown:
        first = context.ask("In which city does this household live?", default="Almaty")
        second = context.ask("In which city?", default="Almaty")
    assert (first, second) == ("Almaty", "Astana")
    assert "household live? [Almaty]" in " ".join(" ".join(shown.lines).split())


class Terminal:
    """Standard input where somebody types."""

    def isatty(self) -> bool:
        return True
