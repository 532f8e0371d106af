"""How many people a cell counts, in one number or in parts; what is not clear is refused."""

import pytest

from cbi.base.errors import UsageError
from cbi.enrolment.values.counts import band_of, each_once, kind_of, read_count, read_part


@pytest.mark.parametrize(("cell", "count"), [
    ("4 чел.", 4), ("6 человек", 6), ("5 kişi", 5), ("۵ نفر", 5), ("1 взр.", 1), ("2+3", 5),
    ("1 + 0", 1), ("2 взр + 3 дет", 5), ("1 взрослый, 2 детей", 3), ("взр 2, дет 3", 5),
    ("2 adults and 3 children", 5), ("5 (2M/3F)", 5), ("4 (2 взр., 2 дет.)", 4), ("M-2, F-3", 5),
    ("5: 2 взр 3 дет", 5), ("2 взр+3 дет=5", 5), ("2 мужчин, 2 женщин, 3 детей", 7),
])
def test_people_counted_in_words_and_parts_are_one_number(cell: str, count: int) -> None:
    assert read_count(cell, 99) == count


@pytest.mark.parametrize("cell", [
    "3-4", "2/3", "2, 3", "4+", "4?", "5 (2M/2F)", "3 дет", "2 + 1 pregnant", "2 муж 3 жен 1 дет",
    "2 взр + 3 взр", "many",
])
def test_what_may_count_somebody_twice_or_not_at_all_is_refused(cell: str) -> None:
    with pytest.raises(UsageError):
        read_count(cell, 99)


def test_a_part_may_be_nobody() -> None:
    assert [read_part(cell, 99) for cell in ("0", "-", None, "2 чел")] == [0, 0, 0, 2]


def test_bands_of_ages_are_added_where_they_follow_on_one_another() -> None:
    def whole(*labels: str) -> bool:
        return each_once([kind_of(label.casefold().split(), band_of(label)) for label in labels])

    assert whole("0-5", "6-17", "18-59", "60+")
    assert whole("Male 0-17", "Male 18+", "Female 0-17", "Female 18+")
    assert not whole("0-5", "6-17", "18-59")
    assert not whole("0-5", "5-17", "18+")
    assert not whole("Male 0-17", "Male 18+", "Female 0-17")
    assert band_of("0-23 months") is None
