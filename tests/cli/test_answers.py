"""A till's answers on a screen: the sign, the word and the colour of each, in every language."""

import sys
from typing import Protocol

import pytest

from cbi.ledger.vouchers import changes
from cbi.messages import LANGUAGES, text
from tests.conftest import World
from tests.lines import typed_by
from tests.screen import Shown
from tests.vouchers import in_hand, issued

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals there", allow_module_level=True)

from cbi.ledger.vouchers.answers import ANSWERS, Answer
from cbi.till.signs import AGAIN, NO, sign_of
from tests.screen import STYLE, screen

GREEN, RED, YELLOW, CYAN = "\x1b[1;32m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m"


@pytest.fixture
def engine() -> str:
    """What is drawn is no matter of the engine."""
    return "sqlite"


class Till(Protocol):
    """Types a line as a cashier; gives the exit code and the screen."""

    def __call__(self, *words: str, wide: int = ...) -> tuple[int, Shown]: ...


@pytest.fixture
def till(world: World, capsys: pytest.CaptureFixture[str]) -> Till:
    """Types a line as a cashier before a screen of a width; gives the exit code and the screen."""
    typed = typed_by(world, capsys, "cashier1")

    def on_screen(*words: str, wide: int = 80) -> tuple[int, Shown]:
        with screen(wide, 24) as shown:
            code, _, err = typed(*words)
        assert not err
        return code, shown

    return on_screen


def test_each_answer_has_its_sign_word_and_colour(world: World, till: Till) -> None:
    good, stopped = in_hand(world, [1_500_000, 1_500_000])
    changes.block(world.session("field1"), stopped.serial, "lost")
    bought = ("redeem", good.code, "4500", "--receipt", "R1")
    for words, code, told in (
        (("verify", good.code), 0, f"{GREEN} ✓ GOOD"),
        (("verify", stopped.code), 1, f"{RED} ✗ DO NOT ACCEPT"),
        (("verify", "ABC"), 1, f"{YELLOW} ! CHECK AGAIN"),
        (bought, 0, f"{GREEN} ✓ DONE"),
        (bought, 0, f"{CYAN} = DONE BEFORE"),
        (("reverse", f"{good.serial}/3", "--reason", "returned"), 0, f"{GREEN} ✓ DONE"),
    ):
        ended, shown = till(*words)
        assert ended == code
        assert told in shown.raw
    assert good.serial in shown.lines[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_the_word_is_there_and_nothing_is_wider_than_the_screen(
    world: World, till: Till, language: str,
) -> None:
    (paper,) = issued(world, [1_500_000])
    for wide in (80, 40):
        code, shown = till("verify", paper.code, "--lang", language, wide=wide)
        assert code == 1
        assert shown.widest <= wide
        assert text(f"till.{NO.word}", language) in shown.raw
        assert text("till.sign-no", language) != "till.sign-no"


def test_no_color_leaves_the_sign_and_the_word(
    world: World, till: Till, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with screen(80, 24) as shown:
        monkeypatch.setenv("NO_COLOR", "1")
        till("verify", "ABC")
    (paper,) = in_hand(world, [1_500_000])
    _, coloured = till("verify", paper.code)
    assert any("32" in style for style in STYLE.findall(coloured.raw))
    assert "3" not in "".join(STYLE.findall(shown.raw)).replace("[0m", "")


def test_every_fixed_answer_has_a_sign() -> None:
    signs = {name: sign_of(Answer(name), done=False).mark for name in ANSWERS}
    assert {name for name, mark in signs.items() if mark == "✓"} == {"ok"}
    assert sign_of(Answer("receipt-used", redemption="S/3"), done=True) == NO
    assert sign_of(Answer("receipt-used"), done=True) == AGAIN
