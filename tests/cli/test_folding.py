"""Lines folded to a screen: nothing lost, commands whole, no direction left open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cbi.cli.views.folding import apart, fold, folded, units

NAMES = "Edris Ahmadzai / Идрис Ахмадзай / \u2068ادریس احمدزی\u2069"
LETTERS = "ab аб اب漢\u00a0\u200c-…"


def test_a_cell_is_folded_between_words_and_a_name_of_another_direction_stays_whole() -> None:
    assert fold(NAMES, 24, chop=True) == [
        "Edris Ahmadzai / Идрис", "Ахмадзай / \u2068ادریس احمدزی\u2069",
    ]
    assert fold("", 5) == [""]


def test_a_name_wider_than_its_line_is_isolated_on_each() -> None:
    assert fold("\u2068ادریس احمدزی\u2069", 7, chop=True) == [
        "\u2068ادریس\u2069", "\u2068احمدزی\u2069",
    ]


def test_amounts_and_moments_are_not_parted() -> None:
    assert fold("left 6\u00a0850\u00a0000\u00a0KZT on 2022-08-16 11:44", 16, chop=True) == [
        "left", "6\u00a0850\u00a0000\u00a0KZT on", "2022-08-16 11:44",
    ]


@pytest.mark.parametrize("words", [
    'Decide with: cbi duplicates decide B-1 B-2 same --reason "seen, one of two"',
    "Leave it (cbi check), or see cbi batch list --json.",
    "Go on: \u2068cbi people approve B-002-755-049\u2069 – or wait",
    "  cbi --as amina --passphrase-file demo/amina.txt whoami",
])
@given(wide=st.integers(10, 90))
def test_a_command_is_never_parted(words: str, wide: int) -> None:
    lines = fold(words, wide)
    for command in (
        'cbi duplicates decide B-1 B-2 same --reason "seen, one of two"', "cbi check",
        "cbi batch list --json", "cbi people approve B-002-755-049",
        "cbi --as amina --passphrase-file demo/amina.txt whoami",
    ):
        if command in words:
            assert sum(command in line for line in lines) == 1


def test_a_sentence_about_cbi_is_no_command() -> None:
    assert units("Something in cbi itself failed.") == ["Something", "in", "cbi", "itself",
                                                        "failed."]


def test_all_lines_of_a_paragraph_stand_where_its_first_begins() -> None:
    assert folded("Left out:\n  one two three", 9) == "Left out:\n  one two\n  three"
    assert folded("✓ one two three", 9) == "✓ one two\n  three"


def test_a_complaint_about_a_command_is_folded_like_any_other() -> None:
    assert fold("cbi: cbi people find has no option --name. See: cbi people find --help", 40) == [
        "cbi: cbi people find has no option", "--name. See: cbi people find --help",
    ]


@given(st.text(alphabet=LETTERS, max_size=60), st.integers(5, 30))
def test_a_cell_loses_no_letter_and_stays_within_its_width(cell: str, wide: int) -> None:
    lines = fold(cell, wide, chop=True)
    assert "".join(lines).replace(" ", "") == cell.replace(" ", "")
    assert all(cell_len(line) <= wide for line in lines)


@given(st.text(alphabet=LETTERS, max_size=60), st.integers(5, 30))
def test_no_line_leaves_a_direction_open(cell: str, wide: int) -> None:
    for line in fold(apart(cell), wide, chop=True):
        depth = 0
        for letter in line:
            depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
            assert depth >= 0
        assert depth == 0


def test_what_runs_from_right_to_left_is_kept_apart_from_its_neighbours() -> None:
    assert apart("Semey (سِمِی) 5") == "Semey (\u2067سِمِی\u2069) 5"
    assert apart("آلما آتا") == "\u2067آلما آتا\u2069"
    assert apart("پل دراز، 21A") == "\u2067پل دراز، 21A\u2069"
    assert apart("آستانا, Tselinograd") == "\u2067آستانا\u2069, Tselinograd"
    assert apart(NAMES) == NAMES
    assert apart("Almaty") == "Almaty"
