"""Calendar days as people type them."""

import pytest

from cbi.base.clock import typed_day


@pytest.mark.parametrize(("typed", "day"), [
    ("2022-08-16", "2022-08-16"), (" 16.08.2022 ", "2022-08-16"), ("1.9.2022", "2022-09-01"),
    ("31.02.2022", None), ("08.16.2022", None), ("16.08.22", None), ("16/08/2022", None),
    ("", None), ("tomorrow", None),
])
def test_a_day_is_read_as_it_is_written_here(typed: str, day: str | None) -> None:
    if day is None:
        with pytest.raises(ValueError):
            typed_day(typed)
    else:
        assert typed_day(typed) == day
