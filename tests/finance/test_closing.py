"""A month is closed when it is over, by a controller; what comes later is late."""

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import Conflict, NotAllowed, UsageError
from cbi.finance.closing import close
from cbi.ledger.invariants import check_ledger
from cbi.ledger.periods import late_items
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.vouchers import in_hand


def on(world: World, day: str) -> None:
    world.clock.now = instant_on(day, 9, ZONE)


def test_a_month_is_closed_when_it_is_over_and_by_a_controller(world: World) -> None:
    in_hand(world, [1_500_000])
    controller = world.session("controller1")
    with pytest.raises(Conflict, match="period-not-over"):
        close(controller, "2022-08")
    on(world, "2022-09-01")
    for name in ("manager1", "finance1", "admin1", "auditor1"):
        with pytest.raises(NotAllowed):
            close(world.session(name), "2022-08")
    with pytest.raises(UsageError, match="period-unreadable"):
        close(controller, "2022-13")
    assert close(controller, "2022-08").ends_at == instant_on("2022-09-01", 0, ZONE)
    with pytest.raises(Conflict, match="period-closed-already"):
        close(controller, "2022-08")
    with pytest.raises(Conflict, match="period-behind"):
        close(controller, "2022-07")


def test_what_is_undecided_holds_a_month_up_unless_a_reason_stays_with_it(world: World) -> None:
    in_hand(world, [1_500_000])
    taken_in(world, [line("KZ22-R1-900001", "100")])
    on(world, "2022-09-02")
    controller = world.session("controller1")
    with pytest.raises(Conflict) as refused:
        close(controller, "2022-08", " ")
    assert refused.value.code == "finance.period-undecided"
    assert refused.value.facts["statements"] == "MAGNUM-S1"
    made = close(controller, "2022-08", "the shop answers in a week")
    assert made.despite == "the shop answers in a week"
    with world.ledger.read() as tx:
        assert [one for one in check_ledger(tx) if one.wrong] == []


def test_later_lines_of_a_closed_month_are_late_and_count_in_the_next(world: World) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    bought(world, first, 100_000, "1")
    on(world, "2022-09-01")
    close(world.session("controller1"), "2022-08")
    with world.ledger.read() as tx:
        assert late_items(tx) == []
    bought(world, second, 300_000, "2", day="2022-08-30")
    bought(world, second, 200_000, "3", day="2022-09-01", hour=0)
    with world.ledger.read() as tx:
        late, = late_items(tx)
    assert (late.serial, late.amount_minor) == (second.serial, 300_000)
    assert late.occurred_at == instant_on("2022-08-30", 11, ZONE)
    assert late.counted_at == instant_on("2022-09-01", 0, ZONE) < late.recorded_at
    on(world, "2022-10-01")
    close(world.session("controller1"), "2022-09")
    bought(world, second, 50_000, "4", day="2022-09-29")
    with world.ledger.read() as tx:
        assert [one.counted_at for one in late_items(tx)] == [
            instant_on("2022-09-01", 0, ZONE), instant_on("2022-10-01", 0, ZONE),
        ]
