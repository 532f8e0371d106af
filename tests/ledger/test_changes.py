"""What happens to vouchers between printing and closing, and reversals: states, lines, the log."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.base.money import show_amount
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.reading import Voucher, by_serial, by_serial_or_code, journal
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators import log
from tests.conftest import World
from tests.there import there
from tests.vouchers import in_hand, issued

STORE = "magnum-almaty-1"
FACE = 1_500_000
AFTER_THE_END = instant_on("2022-10-01", 0, "Asia/Almaty")


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """The tests' world; after every test here, every rule of the ledger holds."""
    yield world
    with world.ledger.read() as tx:
        assert [finding for finding in check_ledger(tx) if finding.wrong] == []


def refused(code: str, kind: type[CbiError] = CbiError) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def voucher(world: World, serial: str) -> Voucher:
    with world.ledger.read() as tx:
        return by_serial(tx, serial)


def kinds(world: World, serial: str) -> list[str]:
    with world.ledger.read() as tx:
        return [line.kind for line in journal(tx, by_serial(tx, serial).id)]


def logged(world: World, action: str) -> list[tuple[str, str]]:
    with world.ledger.read() as tx:
        return [(line.operator, line.object) for line in log.entries(tx, action=action)]


def spend(
    world: World, code: str, amount: int = FACE, receipt: str = "R1", by: str = "cashier2",
) -> Answer:
    return redeem(world.session(by), Redeem(
        code=code, amount_minor=amount, store=STORE, receipt=receipt
    ))


def test_handing_over_is_all_or_none(world: World) -> None:
    first, second = issued(world, [FACE] * 2)
    with refused("ledger.voucher-unknown", NotFound):
        changes.hand_over(world.session("field1"), [first.serial, "KZ22-R1-999999"])
    assert voucher(world, first.serial).state == "issued"
    assert changes.hand_over(world.session("field1"), [first.serial, second.serial]) == 2
    with refused("ledger.voucher-state", Conflict):
        changes.hand_over(world.session("field1"), [first.serial])


def test_a_voucher_is_found_by_serial_or_code_in_any_spelling(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    key = partial(world.keys.need, "lookup")
    with world.ledger.read() as tx:
        by_hand = by_serial_or_code(tx, f" {serial.lower()} ", lambda: b"no key is asked for")
        assert by_hand is not None
        assert by_hand == by_serial_or_code(tx, code.lower(), key)
        for nothing in ("KZ22-R1-999999", "", "0000-0000-0000-0000"):
            assert by_serial_or_code(tx, nothing, key) is None


@pytest.mark.parametrize(
    ("change", "kind", "state"),
    [(changes.block, "block", "blocked"), (changes.void, "void", "void")],
)
def test_a_change_is_one_line_and_one_line_of_the_log(
    world: World, change: Callable[..., Voucher], kind: str, state: str,
) -> None:
    serial = in_hand(world, [FACE])[0].serial
    session = world.session("manager1")
    assert change(session, serial, " stolen ").state == state
    assert kinds(world, serial) == ["issue", "hand-over", kind]
    assert logged(world, f"voucher.{kind}") == [("manager1", serial)]


@pytest.mark.parametrize("change", [changes.block, changes.void, changes.replace])
def test_a_change_needs_a_reason(world: World, change: Callable[..., Voucher]) -> None:
    serial = in_hand(world, [FACE])[0].serial
    with refused("ledger.reason-missing", UsageError):
        change(world.session("manager1"), serial, "  ")
    assert kinds(world, serial) == ["issue", "hand-over"]


def test_blocking_holds_for_handed_over_vouchers_and_unblocking_for_blocked_ones(
    world: World,
) -> None:
    serial = issued(world, [FACE])[0].serial
    session = world.session("field1")
    with refused("ledger.voucher-state", Conflict):
        changes.block(session, serial, "lost")
    changes.hand_over(session, [serial])
    with refused("ledger.voucher-state", Conflict):
        changes.unblock(session, serial, "found")
    changes.block(session, serial, "lost")
    with refused("ledger.voucher-state", Conflict):
        changes.block(session, serial, "lost again")
    assert changes.unblock(session, serial, "found").state == "active"


def test_voiding_closes_what_remains_once(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    spend(world, code, 600_000)
    after = changes.void(world.session("manager1"), serial, "left the country")
    assert (after.spent_minor, after.closed_minor, after.balance_minor) == (600_000, 900_000, 0)
    with refused("ledger.voucher-state", Conflict):
        changes.void(world.session("manager1"), serial, "again")


def test_a_voucher_used_up_cannot_be_voided_or_replaced(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    spend(world, code)
    for change in (changes.void, changes.replace):
        with refused("ledger.voucher-used-up", Conflict):
            change(world.session("manager1"), serial, "mistake")


def test_field_staff_void_and_extend_nothing(world: World) -> None:
    serial = in_hand(world, [FACE])[0].serial
    with refused("operators.role-missing", NotAllowed):
        changes.void(world.session("field1"), serial, "mistake")
    with refused("operators.role-missing", NotAllowed):
        changes.extend(world.session("field1"), serial, "2022-12-31", "delay")


def test_extending_lets_a_voucher_be_spent_later_the_last_day_whole(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    world.clock.now = AFTER_THE_END
    assert verify(world.session("cashier2"), code).answer == "expired"
    after = changes.extend(world.session("manager1"), serial, " 2022-10-31 ", "shop was closed")
    assert after.valid_until == "2022-10-31"
    world.clock.now = instant_on("2022-10-31", 23, "Asia/Almaty", 58)
    assert spend(world, code).answer == "ok"


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2022-09-30", "ledger.extend-not-later"), ("2022-01-01", "ledger.extend-not-later"),
        ("31/12/2022", "ledger.date-unreadable"), ("2022-02-30", "ledger.date-unreadable"),
        ("9999-12-31", "ledger.date-unreadable"), ("tomorrow", "ledger.date-unreadable"),
    ],
)
def test_a_date_that_is_not_later_or_no_date_is_refused(
    world: World, until: str, code: str,
) -> None:
    serial = in_hand(world, [FACE])[0].serial
    with refused(code, UsageError):
        changes.extend(world.session("manager1"), serial, until, "delay")


def test_expiring_closes_what_is_over_and_leaves_the_rest(world: World) -> None:
    over, used, longer, waiting = in_hand(world, [FACE] * 4)
    spend(world, over.code, 500_000)
    spend(world, used.code, receipt="R2")
    changes.extend(world.session("manager1"), longer.serial, "2022-12-31", "delay")
    changes.block(world.session("field1"), waiting.serial, "lost")
    assert changes.expire_due(world.session("finance1")) == []
    world.clock.now = AFTER_THE_END
    assert changes.expire_due(world.session("finance1")) == [over.serial, waiting.serial]
    assert [voucher(world, one.serial).state for one in (over, used, longer, waiting)] == [
        "expired", "active", "active", "expired"
    ]
    assert voucher(world, over.serial).closed_minor == 1_000_000
    assert changes.expire_due(world.session("finance1")) == []
    assert verify(world.session("cashier2"), over.code).answer == "expired"


def test_the_last_day_is_not_expired_at_a_minute_to_midnight(world: World) -> None:
    in_hand(world, [FACE])
    world.clock.step = 0
    world.clock.now = AFTER_THE_END - 1
    assert changes.expire_due(world.session("manager1")) == []
    world.clock.now = AFTER_THE_END
    assert len(changes.expire_due(world.session("manager1"))) == 1


def test_replacing_kills_the_old_code_and_issues_what_remained(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    spend(world, code, 400_000)
    new = changes.replace(world.session("field1"), serial, "torn")
    assert (new.face_minor, new.generation, new.state) == (1_100_000, 1, "issued")
    old = voucher(world, serial)
    assert (old.state, old.successor, old.balance_minor) == ("void", new.id, 0)
    assert old.code_hash != new.code_hash
    assert logged(world, "voucher.replace") == [("field1", serial)]
    with refused("ledger.voucher-state", Conflict):
        changes.replace(world.session("field1"), serial, "torn again")
    third = changes.replace(world.session("field1"), new.serial, "lost")
    assert (third.generation, third.face_minor) == (2, 1_100_000)


def test_a_voucher_whose_last_day_is_over_is_not_replaced(world: World) -> None:
    serial = in_hand(world, [FACE])[0].serial
    world.clock.now = AFTER_THE_END
    with refused("ledger.voucher-over", Conflict):
        changes.replace(world.session("field1"), serial, "torn")


# Reversals.


def test_a_reversal_gives_the_amount_back_to_be_spent(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    done = spend(world, code, 600_000)
    back = reverse(
        world.session("manager1"), f" {there(done.redemption).lower()} ", "wrong customer"
    )
    assert (back.answer, back.balance_minor, back.amount_minor) == ("ok", FACE, 600_000)
    assert kinds(world, serial) == ["issue", "hand-over", "redeem", "reverse"]
    assert logged(world, "till.reverse") == [("manager1", done.redemption)]
    assert spend(world, code, FACE, "R2").answer == "ok"


def test_a_redemption_is_reversed_once(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    done = spend(world, code)
    reverse(world.session("manager1"), there(done.redemption), "mistake")
    with refused("ledger.reversed-already", Conflict):
        reverse(world.session("manager2"), there(done.redemption), "mistake")


def test_a_second_redemption_can_be_reversed_while_the_first_stays(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    spend(world, code, 100_000, "R1")
    second = spend(world, code, 200_000, "R2")
    reverse(world.session("manager1"), there(second.redemption), "mistake")
    assert voucher(world, serial).spent_minor == 100_000


@pytest.mark.parametrize("reference", ["", "KZ22-R1-000001", "KZ22-R1-000001/2", "/3", "x/3",
                                       "KZ22-R1-000001/99999999999999999999", "KZ22-R1-000001/-3"])
def test_what_is_no_redemption_cannot_be_reversed(world: World, reference: str) -> None:
    in_hand(world, [FACE])
    with refused("ledger.", NotFound):
        reverse(world.session("manager1"), reference, "mistake")


def test_a_reversal_needs_a_reason(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    with refused("ledger.reason-missing", UsageError):
        reverse(world.session("manager1"), there(spend(world, code).redemption), " ")


def test_who_redeemed_reverses_small_amounts_alone_and_large_ones_not(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    small = spend(world, first, 500_000, "R1")
    large = spend(world, second, 500_001, "R2")
    reverse(world.session("cashier2"), there(small.redemption), "mistake")
    with refused("ledger.reversal-needs-another", NotAllowed) as told:
        reverse(world.session("cashier2"), there(large.redemption), "mistake")
    assert told.value.facts["limit"] == show_amount(500_000, "KZT")
    reverse(world.session("manager1"), there(large.redemption), "mistake")


def test_a_single_person_office_reverses_alone(world: World) -> None:
    world.ledger.transact(lambda tx: tx.run("UPDATE programme SET duties_apart = 0"))
    _, code = in_hand(world, [FACE])[0]
    reverse(world.session("cashier2"), there(spend(world, code).redemption), "mistake")


def test_a_cashier_reverses_at_their_own_store_alone(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    elsewhere = redeem(world.session("cashier2"), Redeem(
        code=code, amount_minor=100, store="magnum-almaty-2", receipt="R1"
    ))
    with refused("ledger.store-not-yours", NotAllowed):
        reverse(world.session("cashier1"), there(elsewhere.redemption), "mistake")


@pytest.mark.parametrize(
    ("close", "state", "kind"),
    [
        (lambda world, serial: changes.void(world.session("manager1"), serial, "gone"),
         "void", "void"),
        (lambda world, serial: expire(world), "expired", "expire"),
    ],
)
def test_what_comes_back_on_a_closed_voucher_is_closed_at_once(
    world: World, close: Callable[[World, str], object], state: str, kind: str,
) -> None:
    serial, code = in_hand(world, [FACE])[0]
    done = spend(world, code, 600_000)
    close(world, serial)
    assert reverse(world.session("manager1"), there(done.redemption), "mistake").balance_minor == 0
    after = voucher(world, serial)
    assert (after.state, after.spent_minor, after.closed_minor) == (state, 0, FACE)
    assert kinds(world, serial)[-3:] == [kind, "reverse", kind]


def expire(world: World) -> None:
    world.clock.now = AFTER_THE_END
    changes.expire_due(world.session("manager1"))


def test_what_comes_back_after_the_last_day_expires_at_once(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    done = spend(world, code)
    world.clock.now = AFTER_THE_END + DAY_US
    assert reverse(world.session("manager1"), there(done.redemption), "mistake").balance_minor == 0
    assert voucher(world, serial).state == "expired"
    assert kinds(world, serial)[-2:] == ["reverse", "expire"]
    assert spend(world, code, receipt="R2").answer == "expired"


def test_what_comes_back_on_a_blocked_voucher_stays_blocked(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    done = spend(world, code, 600_000)
    changes.block(world.session("field1"), serial, "stolen")
    back = reverse(world.session("manager1"), there(done.redemption), "mistake")
    assert back.balance_minor == FACE
    assert spend(world, code, receipt="R2").answer == "blocked"


def test_what_comes_back_on_a_replaced_voucher_wakes_neither(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    done = spend(world, code, 600_000)
    new = changes.replace(world.session("field1"), serial, "torn")
    reverse(world.session("manager1"), there(done.redemption), "mistake")
    assert voucher(world, serial).state == "void"
    assert voucher(world, new.serial).balance_minor == 900_000
    assert spend(world, code, receipt="R2").answer == "replaced"


def test_a_change_on_a_voucher_that_moved_on_is_refused(world: World) -> None:
    """Read in one transaction, moved in another: the guard on the last line says no."""
    from cbi.ledger.journal import NewLine, post

    serial, code = in_hand(world, [FACE])[0]
    seen = voucher(world, serial)
    spend(world, code, 1)
    line = NewLine(id=b"\1" * 16, kind="block", operator="x", occurred_at=1, recorded_at=1,
                reason="late")
    with refused("ledger.voucher-moved-on", Conflict):
        world.ledger.transact(
            lambda tx: post(tx, world.session("manager1").vouching, seen, line, state="blocked")
        )
    assert kinds(world, serial)[-1] == "redeem"


def test_one_named_twice_hands_over_nothing(world: World) -> None:
    one, two = issued(world, [10_000] * 2)
    with pytest.raises(Conflict):
        changes.hand_over(world.session("field1"), [one.serial, two.serial, one.serial])
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM entry WHERE kind = 'hand-over'") == 0
