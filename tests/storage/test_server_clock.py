"""The server's clock, told by machines whose own is wrong, set, asleep or drifting."""

from pathlib import Path

import pytest

from cbi.base.clock import DAY_US, system_clock
from cbi.base.ids import new_id
from cbi.context import LedgerContext, StoragePaths
from cbi.storage import ConstraintViolation
from cbi.storage.server_clock import AGAIN_AFTER_US, ServerClock
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import World
from tests.vouchers import in_hand

HOUR_US = 3_600_000_000


class Machine:
    """A server, and a machine whose clock is wrong."""

    def __init__(self, wrong_us: int) -> None:
        self.true, self.wrong, self.steady, self.asked = 10**15, wrong_us, 5, 0
        self.clock = ServerClock(self.ask, lambda: self.true + self.wrong, lambda: self.steady)

    def ask(self) -> int:
        self.asked += 1
        return self.true

    def passes(self, true_us: int, steady_us: int | None = None) -> None:
        self.true += true_us
        self.steady += true_us if steady_us is None else steady_us


@pytest.mark.parametrize("wrong_us", [0, 800 * DAY_US, -40 * DAY_US])
def test_the_servers_instant_is_told_and_seldom_asked_for(wrong_us: int) -> None:
    machine = Machine(wrong_us)
    for _ in range(100):
        machine.passes(AGAIN_AFTER_US // 1_000)
        assert machine.clock() == machine.true
    assert machine.asked == 1


def test_a_machine_that_is_set_asleep_or_drifting_asks_again() -> None:
    machine = Machine(HOUR_US)
    assert machine.clock() == machine.true
    machine.wrong = -HOUR_US  # set
    assert machine.clock() == machine.true
    machine.passes(8 * HOUR_US, 0)  # asleep: the steady clock stood still
    assert machine.clock() == machine.true
    machine.passes(AGAIN_AFTER_US + 1)
    machine.wrong += 100_000  # drifted
    assert machine.clock() == machine.true
    assert machine.asked == 4


def test_a_file_has_no_clock_of_its_own(tmp_path: Path) -> None:
    assert SqliteDatabase(tmp_path / "x.db").clock(system_clock) is system_clock


def test_every_office_works_at_the_servers_instant(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The composition root hands out the server's clock, whatever this machine's says."""
    if world.ledger.engine != "postgresql":
        pytest.skip("a server's clock")
    monkeypatch.setattr(
        "cbi.context.ledger_context.system_clock", lambda: system_clock() + 800 * DAY_US
    )
    with world.ledger.write() as tx:
        tx.insert("practice_clock", [{"number": 1, "behind_us": 0}])
    office = LedgerContext(StoragePaths.of(world.ledger.place))
    assert abs(office.clock() - system_clock()) < 60_000_000
    with office.ledger.read():
        assert abs(office.clock() - system_clock()) < 60_000_000
    office.close()


def test_no_database_user_writes_a_line_from_the_servers_future(world: World) -> None:
    if world.ledger.engine != "postgresql":
        pytest.skip("a server's clock")
    (paper,) = in_hand(world, [1_000])
    plant = (
        "INSERT INTO entry (voucher, seq, id, kind, amount_minor, operator, occurred_at,"
        " recorded_at, reason, hash, vouched_by, mac) SELECT id, last_seq + 1,"
        " :id, 'block', 0, 'x', 1, 1, 'x', last_hash, 'office', last_hash FROM voucher"
        " WHERE serial = :serial"
    )

    def write(days: float) -> None:
        made = new_id(int(system_clock() + days * DAY_US), world.entropy)
        with world.ledger.write() as tx:
            tx.run(plant, id=made, serial=paper.serial)
            raise ZeroDivisionError  # nothing is kept

    for days in (1.01, 3, 800):
        with pytest.raises(ConstraintViolation, match="from the future"):
            write(days)
    with pytest.raises(ZeroDivisionError):
        write(0.99)
