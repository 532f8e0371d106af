"""A PIN is chosen by its owner, guessed at slowly, and kept nowhere in the clear."""

import pytest

from cbi.base.clock import MINUTE_US
from cbi.base.errors import CbiError, NotAllowed
from cbi.operators.passphrases import is_right
from cbi.operators.pins import (
    MISSES_MAX,
    forgive_pin,
    note_wrong_pin,
    read_pin,
    set_pin,
    take_pin_try,
)
from tests.conftest import World
from tests.rows import all_rows


def refused(code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(CbiError, match=code.replace(".", r"\."))


@pytest.mark.parametrize("text", ["12345", "1234567890123", "12a456", "", "-123456"])
def test_what_is_no_pin(text: str) -> None:
    with refused("operators.pin-unreadable"):
        read_pin(text)


@pytest.mark.parametrize("text", ["000000", "123456", "9876543"])
def test_what_everybody_tries(text: str) -> None:
    with refused("operators.pin-easy"):
        read_pin(text)


def test_any_digits_will_do() -> None:
    assert read_pin(" ۴۱۹ ۲۷۵ ") == "419275"


def test_a_pin_is_guessed_at_slowly_and_locked(world: World) -> None:
    set_pin(world.session("cashier1"), "419275")
    ledger, clock = world.ledger, world.clock
    for _ in range(MISSES_MAX):
        try:
            ledger.transact(lambda tx: take_pin_try(tx, "cashier1", clock()))
        except NotAllowed:
            clock.now += 6 * MINUTE_US
            ledger.transact(lambda tx: take_pin_try(tx, "cashier1", clock()))
    clock.now += 60 * MINUTE_US
    with refused("operators.pin-locked"):
        ledger.transact(lambda tx: take_pin_try(tx, "cashier1", clock()))
    set_pin(world.session("cashier1"), "58 31 46")
    row = ledger.transact(lambda tx: take_pin_try(tx, "cashier1", clock()))
    assert row is not None
    assert is_right(row.pin_hash, "583146")
    assert not is_right(row.pin_hash, "419275")
    ledger.transact(lambda tx: forgive_pin(tx, "cashier1"))
    ledger.transact(lambda tx: note_wrong_pin(tx, "cashier1", now=clock(), origin="test"))
    with ledger.read() as tx:
        told = f"{all_rows(tx, 'SELECT * FROM log')}{all_rows(tx, 'SELECT * FROM row_digest')}"
        assert tx.value("SELECT misses FROM operator_pin") == 0
    assert "583146" not in told
    assert "argon2" not in told


def test_only_a_cashier_has_one(world: World) -> None:
    with refused("operators.role-missing"):
        set_pin(world.session("manager1"), "419275")
    assert world.ledger.transact(lambda tx: take_pin_try(tx, "nobody", 1)) is None
