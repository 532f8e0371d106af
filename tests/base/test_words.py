"""What steers a terminal is refused where it is typed and replaced where it is shown."""

import json

import pytest

from cbi.base.errors import UsageError
from cbi.base.words import alike, escaped_in_json, typed, visible, visible_lines

STEERING = ["\x1b[2J", "\x00", "\x07", "\r", "\n", "\x7f", "\x9b31m", "\u2028", "\u202e", "\ud800"]
HARMLESS = ["Гульнара", "زهرا\u200cگل", "Қ Ә Ұ", "\u2067فرید\u2069", "a b", "naïve", "é"]


@pytest.mark.parametrize("steering", STEERING)
def test_what_steers_is_refused_and_replaced(steering: str) -> None:
    words = f"Corner{steering}shop"
    with pytest.raises(UsageError, match=r"base\.control-character") as refused:
        typed(words)
    assert refused.value.facts["place"] == 7
    assert not set(str(refused.value.facts["text"])) & {"\x1b", "\n", "\u202e"}
    assert visible(words).startswith("Corner\ufffd")
    if steering != "\n":
        assert "\ufffd" in visible_lines(words)


@pytest.mark.parametrize("words", HARMLESS)
def test_what_names_need_stays(words: str) -> None:
    assert typed(words) == visible(words) == visible_lines(words) == words


def test_json_stays_exact_and_steers_nothing() -> None:
    value = {"name": "".join(STEERING), "other": "زهرا"}
    shown = escaped_in_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(shown) == value
    assert visible_lines(shown) == shown
    assert "زهرا" in shown


@pytest.mark.parametrize("other", ["Ｒ１２", "r12", " R\u200b12 ", "R1\u00ad2", "R\ufeff12", "R₁₂"])
def test_a_number_is_alike_whatever_its_dress(other: str) -> None:
    assert alike(other) == "R12"
