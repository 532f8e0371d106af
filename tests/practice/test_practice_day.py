"""A practice ledger starts in the morning of its day, whatever the hour and the offset today."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbi.base.clock import SECOND_US, at, instant_on
from cbi.base.errors import UsageError
from cbi.bootstrap import Founding, create_ledger
from cbi.context import StoragePaths

ALMATY = "Asia/Almaty"
TODAY = instant_on("2026-11-29", 0, "UTC")


def starts(folder: Path, now: int, practice_day: str) -> str:
    """The wall-clock time in Almaty at which such a ledger's clock starts."""
    paths = replace(StoragePaths.of(str(folder / "ledger.db")), sessions=folder)
    made = create_ledger(
        paths, Founding(operator="dana", passphrase="a long passphrase", practice=True,
                        roles=frozenset({"admin"}), practice_day=practice_day),
        clock=lambda: now,
    )
    try:
        behind_us = made.identity.behind_us or 0
        return at(now - behind_us, ALMATY).strftime("%Y-%m-%d %H:%M")
    finally:
        made.close()


@settings(max_examples=8, deadline=None)
@given(second=st.integers(0, 86_399))
def test_at_any_hour_of_today_the_day_starts_at_nine(
    tmp_path_factory: pytest.TempPathFactory, second: int
) -> None:
    now = TODAY + second * SECOND_US
    assert starts(tmp_path_factory.mktemp("at"), now, "2022-08-16") == "2022-08-16 09:00"


@pytest.mark.parametrize("second", [0, 66_540], ids=["05:00 there", "23:29 there"])
def test_where_the_offset_has_changed_since_it_is_still_that_day(
    tmp_path: Path, second: int
) -> None:
    """Kazakhstan's clocks went from UTC+6 to UTC+5 in 2024: late here was tomorrow there."""
    assert starts(tmp_path, TODAY + second * SECOND_US, "2022-08-16") == "2022-08-16 09:00"


def test_today_before_nine_starts_now(tmp_path: Path) -> None:
    assert starts(tmp_path, TODAY, "2026-11-29") == "2026-11-29 05:00"


@pytest.mark.parametrize("day", ["2026-11-30", "16 August", ""])
def test_a_day_to_come_or_no_day_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(UsageError):
        starts(tmp_path, TODAY, day)
    assert list(tmp_path.glob("*.db")) == []
