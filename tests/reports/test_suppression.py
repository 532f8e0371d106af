"""Small cells: what is kept back cannot be had from what is published, by any difference."""

import random

import pytest

from cbi.reports.suppression import all_differences, published

LEAST = 10


def drawn(seed: int) -> list[list[int]]:
    dice = random.Random(seed)
    rows, columns = dice.choice(((2, 2), (2, 3), (3, 3), (3, 4), (4, 3)))
    return [[dice.choice((0, 0, 1, 3, 7, 9, 10, 12, 15, 30, 80)) for _ in range(columns)]
            for _ in range(rows)]


def given_away(counts: list[list[int]], *, columns_too: bool, hide_more: bool = True) -> list[int]:
    """Groups of fewer people than the limit that an attacker gets by all differences."""
    made = published(counts, LEAST, columns_too=columns_too)
    if not hide_more:  # what keeping back small cells alone would have done
        made.hidden = {(row, column) for row, cells in enumerate(counts)
                       for column, count in enumerate(cells) if 0 < count < LEAST}
        made.rows_hidden = {row for row, cells in enumerate(counts) if 0 < sum(cells) < LEAST}
        made.columns_hidden = {
            column for column in range(len(counts[0]))
            if 0 < sum(row[column] for row in counts) < LEAST}
        made.columns_too = columns_too
    return [total for _, total in all_differences(made) if 0 < total < LEAST]


@pytest.mark.parametrize("columns_too", [True, False])
def test_no_difference_gives_a_small_group_away(columns_too: bool) -> None:
    leaks = 0
    for seed in range(150):
        counts = drawn(seed)
        assert given_away(counts, columns_too=columns_too) == [], counts
        leaks += bool(given_away(counts, columns_too=columns_too, hide_more=False))
    assert leaks > 50  # the attack finds what the small cells alone would have given away


def test_what_is_shown_is_right_and_not_more_is_kept_back_than_needed() -> None:
    counts = [[40, 50, 60], [20, 30, 40], [11, 12, 13]]
    made = published(counts)
    assert not made.hidden
    assert made.row_total(0) == 150
    made = published([[40, 3, 60], [20, 30, 40], [11, 12, 13]])
    assert (0, 1) in made.hidden
    assert 3 < len(made.hidden) + len(made.rows_hidden) + len(made.columns_hidden) <= 5
    for row, cells in enumerate(made.counts):
        for column, count in enumerate(cells):
            assert made.cell(row, column) in (None, count)


def test_a_column_that_is_not_written_is_not_to_be_had_either() -> None:
    made = published([[40, 50, 2]], columns_too=False, unwritten=frozenset({2}))
    assert len(made.hidden) == 1
    assert published([[40, 50, 0]], columns_too=False, unwritten=frozenset({2})).hidden == set()


def test_a_limit_of_none_keeps_nothing_back() -> None:
    assert published([[1, 2], [3, 4]], 0).hidden == set()
