"""Backups that could not be made: refused by name, and never counted as made."""

import errno
from pathlib import Path

import pytest

from cbi.base.clock import DAY_US
from cbi.operators.log import record_by
from tests.conftest import World
from tests.issuance.given import enrolled
from tests.lines import TypedIn


@pytest.mark.parametrize("failing", [
    "cbi.storage.making._list_places", "cbi.storage.making._place",
])
def test_a_backup_that_found_no_room_is_refused_and_counts_as_none(
    world: World, cbi: TypedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    enrolled(world)
    file = tmp_path / "shelf" / "copy.db"
    with monkeypatch.context() as disk:
        disk.setattr(failing, full)
        code, _, err = cbi("backup", str(file), who="admin1")
    assert (code, list(file.parent.iterdir())) == (7, [])
    assert err.startswith(f"cbi: The disk of {file} is full")
    world.clock.now += 8 * DAY_US
    assert "No backup in 8 days" in cbi("waiting", who="admin1")[1]
    assert cbi("backup", str(file), who="admin1")[0] == 0
    assert "backup" not in cbi("waiting", who="admin1")[1]


def test_a_backup_of_an_earlier_build_counts(world: World, cbi: TypedIn) -> None:
    """It wrote one line a backup, under the name that no build gives to a beginning."""
    enrolled(world)
    world.clock.now += 8 * DAY_US
    assert "No backup" in cbi("waiting", who="admin1")[1]
    session = world.session("admin1")
    world.ledger.transact(
        lambda tx: record_by(tx, session, action="ledger.backup", object="copy.db")
    )
    assert "backup" not in cbi("waiting", who="admin1")[1]
    world.clock.now += 8 * DAY_US
    assert "The last backup is 8 days old" in cbi("waiting", who="admin1")[1]
