"""Tables as a small terminal shows them."""

from hypothesis import given
from hypothesis import strategies as st

from cbi.cli.show import GAP, NARROWEST, fitted, fold

NAMES = "Edris Ahmadzai / Идрис Ахмадзай / \u2068ادریس احمدزی\u2069"


def test_a_wide_cell_is_folded_between_words_and_keeps_a_name_of_another_direction_whole():
    assert fold(NAMES, 24) == [
        "Edris Ahmadzai / Идрис", "Ахмадзай / \u2068ادریس احمدزی\u2069",
    ]
    assert any("\u2068ادریس احمدزی\u2069" in line for line in fold(NAMES, 15))
    assert fold("", 5) == [""]


def test_the_widest_column_gives_way_first():
    assert fitted([13, 66, 10], 60) == [13, 33, 10]
    assert fitted([5, 7], 80) == [5, 7]


@given(st.lists(st.integers(1, 200), min_size=1, max_size=8), st.integers(20, 200))
def test_columns_fit_or_are_as_narrow_as_they_may_be(widths, room):
    fits = fitted(widths, room)
    assert all(fit <= wide for fit, wide in zip(fits, widths, strict=True))
    assert sum(fits) + len(GAP) * (len(fits) - 1) <= room or max(fits) <= NARROWEST


@given(st.text(alphabet="ab аб", max_size=60), st.integers(5, 30))
def test_folding_loses_no_word(cell, wide):
    assert " ".join(fold(cell, wide)).split() == cell.split()
