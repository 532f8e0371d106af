"""A shift is closed once, holds every line of its cashier once, and adds up."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from cbi.base.errors import CbiError
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.digests import vouching_keys
from cbi.operators.operator_session import OperatorSession
from cbi.operators.row_rules import unvouched, wrong_rows
from cbi.till.closing import (
    ClosedShift,
    OpenShift,
    ShiftCount,
    close_shift,
    closed_shifts,
    open_shifts,
)
from cbi.till.rules import shifts_add_up
from tests.conftest import World
from tests.finance.test_identities import past_the_triggers
from tests.vouchers import Paper, in_hand

STORE = "magnum-almaty-1"


def take(world: World, paper: Paper, amount: int, receipt: str) -> str:
    told = redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=amount, store=STORE, receipt=receipt, request=receipt,
    ))
    assert told.answer == "ok"
    return str(told.redemption)


def shown(world: World) -> OpenShift | None:
    with world.ledger.read() as tx:
        found = open_shifts(tx, STORE, "cashier1", world.clock())
    assert len(found) <= 1
    return found[0] if found else None


def counted(shift: OpenShift, request: str, minor: int | None = None) -> ShiftCount:
    return ShiftCount(request, shift.currency, shift.until, shift.receipts, shift.amount_minor,
                   shift.receipts, shift.amount_minor if minor is None else minor)


def close(world: World, request: str, minor: int | None = None) -> ClosedShift:
    shift = shown(world)
    assert shift is not None
    return close_shift(world.session("cashier1"), STORE, counted(shift, request, minor))


def refused(code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(CbiError, match=code.replace(".", r"\."))


def all_holds(world: World) -> None:
    with world.ledger.read() as tx:
        keys = vouching_keys(world.keys)
        found = [*check_ledger(tx, keys=keys), shifts_add_up(tx)]
        assert [one for one in found if one.wrong] == []
        assert [*wrong_rows(tx), *unvouched(tx, keys)] == []


def test_a_shift_is_closed_once_and_what_comes_later_is_on_the_next(world: World) -> None:
    first, second = in_hand(world, [10_000_00, 10_000_00])
    assert shown(world) is None
    take(world, first, 4_000_00, "1")
    undone = take(world, second, 1_000_00, "2")
    reverse(world.session("cashier1"), undone, "wrong goods")
    shift = shown(world)
    assert shift is not None
    assert (shift.number, shift.receipts, shift.amount_minor, len(shift.lines)) \
        == (1, 1, 4_000_00, 3)
    closed = close_shift(world.session("cashier1"), STORE, counted(shift, "a", 3_999_00))
    assert (closed.name, closed.difference_minor) == (f"{STORE}/cashier1/1", -1_00)
    later = take(world, first, 500_00, "3")
    again = close_shift(world.session("cashier1"), STORE, counted(shift, "a", 3_999_00))
    assert again == closed, "asked again it is told, and nothing is counted twice"
    with refused("till-shift.request-used"):
        close_shift(world.session("cashier1"), STORE, counted(shift, "a", 1))
    with refused("till-shift.changed"):
        close_shift(world.session("cashier1"), STORE, counted(shift, "b"))
    assert (close(world, "b").number, shown(world)) == (2, None)
    with refused("till-shift.nothing"):
        close_shift(world.session("cashier1"), STORE, counted(shift, "c"))
    reverse(world.session("manager1"), later, "asked for by the shop")
    back = close(world, "c", 0)
    assert (back.number, back.receipts, back.amount_minor) == (3, 0, -500_00)
    with world.ledger.read() as tx:
        found = closed_shifts(tx, store=STORE)
        assert sum(one.amount_minor for one in found) == 4_000_00
        assert tx.value("SELECT count(*) FROM till_shift_line") == 5
        assert tx.value("SELECT count(*) FROM log WHERE action = 'till.shift'") == 3
    all_holds(world)


def test_a_first_shift_begins_with_its_day_and_a_later_one_where_the_last_was_closed(
    world: World,
) -> None:
    paper, = in_hand(world, [10_000_00])
    take(world, paper, 1_00, "1")
    world.clock.now += 24 * 3_600_000_000
    take(world, paper, 2_00, "2")
    assert close(world, "a").amount_minor == 2_00
    take(world, paper, 3_00, "3")
    world.clock.now += 2 * 24 * 3_600_000_000
    take(world, paper, 4_00, "4")
    assert close(world, "b").amount_minor == 7_00
    all_holds(world)


def test_another_cashiers_lines_and_another_stores_are_none_of_it(world: World) -> None:
    paper, = in_hand(world, [10_000_00])
    take(world, paper, 1_00, "1")
    with world.ledger.read() as tx:
        assert open_shifts(tx, STORE, "cashier2", world.clock()) == []
        assert open_shifts(tx, "magnum-almaty-2", "cashier1", world.clock()) == []
    for name in ("manager1", "finance1", "auditor1"):
        with refused("operators.role-missing"):
            close_shift(world.session(name), STORE, ShiftCount("a", "KZT", b"", 0, 0, 0, 0))


def test_closed_on_two_devices_at_once_it_is_closed_once(world: World) -> None:
    paper, = in_hand(world, [10_000_00])
    take(world, paper, 1_00, "1")
    shift = shown(world)
    assert shift is not None
    desks = []
    for ledger in (world.ledger, world.again()):
        mine = world.session("cashier1")
        desks.append(OperatorSession(
            ledger, mine.operator, mine.clock, mine.entropy, mine.open_keys, mine.open_vault, "t"
        ))

    def one(place: int) -> str:
        try:
            return close_shift(desks[place], STORE, counted(shift, f"request {place}")).name
        except CbiError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(one, (0, 1)))
    desks[1].ledger.close()
    assert told == [f"{STORE}/cashier1/1", "till-shift.nothing"]
    all_holds(world)


@pytest.mark.parametrize("attack", [
    "UPDATE till_shift SET amount_minor = amount_minor + 1",
    "UPDATE till_shift SET receipts = 0",
    "UPDATE till_shift SET operator = 'cashier2'",
    "DELETE FROM till_shift_line",
    "DELETE FROM till_shift",
])
def test_a_shift_that_was_tampered_with_shows(world: World, attack: str) -> None:
    paper, = in_hand(world, [10_000_00])
    take(world, paper, 1_00, "1")
    close(world, "a")
    past_the_triggers(world, attack)
    with world.ledger.read() as tx:
        assert shifts_add_up(tx).wrong
