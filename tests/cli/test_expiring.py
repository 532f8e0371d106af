"""`expire` as it is typed: first who has sent nothing since the last day, then the question."""

from cbi.base.clock import instant_on
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from tests.conftest import ZONE, World
from tests.lines import TypedIn
from tests.rows import all_rows
from tests.vouchers import in_hand


def states(world: World) -> list[str]:
    with world.ledger.read() as tx:
        return [row["state"] for row in all_rows(tx, "SELECT state FROM voucher ORDER BY serial")]


def test_it_says_who_has_sent_nothing_with_amounts_and_asks(world: World, cbi: TypedIn) -> None:
    first, _ = in_hand(world, [1_500_000, 1_500_000])
    redeem(world.session("cashier1"), Redeem(
        code=first.code, amount_minor=500_000, store="magnum-almaty-1", receipt="R1"))
    assert cbi("expire")[0] == 0
    world.clock.now = instant_on("2022-10-02", 9, ZONE)
    code, out, _ = cbi("expire")
    assert code == 2
    assert "magnum has sent no list and no bill since 2022-09-30" in out
    assert "2 vouchers" in out
    assert "25,000\u00a0tenge" in out
    assert states(world) == ["active", "active"]
    assert cbi("--yes", "expire")[0] == 0
    assert states(world) == ["expired", "expired"]


def test_whoever_was_heard_of_since_is_not_named(world: World, cbi: TypedIn) -> None:
    first, _ = in_hand(world, [1_500_000, 1_500_000])
    world.clock.now = instant_on("2022-10-02", 9, ZONE)
    redeem(world.session("cashier1"), Redeem(
        code=first.code, amount_minor=500_000, store="magnum-almaty-1", receipt="R1",
        occurred_at=instant_on("2022-09-29", 9, ZONE)))
    _, out, _ = cbi("expire")
    assert "magnum" not in out
