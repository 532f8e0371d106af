"""A device is paired once, in time, by who has the code; and is out as soon as it is revoked."""

import pytest

from cbi.base.clock import MINUTE_US
from cbi.base.errors import CbiError
from cbi.operators.digests import vouching_keys
from cbi.operators.row_rules import unvouched, wrong_rows
from cbi.till import devices
from cbi.till.devices import Offer, StoredDevice, claim, device_of, offer, revoke
from tests.conftest import World

STORE = "magnum-almaty-1"


def paired(world: World, code: str, credential: bytes = b"c" * 32) -> StoredDevice:
    key = world.keys.need("lookup")
    return world.ledger.transact(lambda tx: claim(
        tx, code, credential, now=world.clock(), key=key, origin="test"
    ))


def known(world: World, credential: bytes = b"c" * 32) -> str:
    with world.ledger.read() as tx:
        return device_of(tx, credential, vouching_keys(world.keys)).number


def refused(code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(CbiError, match=code.replace(".", r"\."))


def offered(world: World) -> Offer:
    return offer(world.session("admin1"), " Magnum-Almaty-1 ")


def test_paired_once_and_revoked(world: World) -> None:
    made = offered(world)
    assert made.number == f"{STORE}/1"
    with refused("till-devices.code-unknown"):
        paired(world, "ZZZZ-ZZZZ")
    assert paired(world, f" {made.code.lower()} ").store == STORE
    assert known(world) == made.number
    with refused("till-devices.code-unknown"):
        paired(world, made.code, b"d" * 32)
    with refused("till-devices.not-paired"):
        known(world, b"d" * 32)
    revoke(world.session("manager1"), made.number)
    with refused("till-devices.not-paired"):
        known(world)
    with refused("till-devices.revoked-already"):
        revoke(world.session("manager1"), made.number)
    with refused("till-devices.unknown"):
        revoke(world.session("manager1"), "magnum-almaty-1/7")
    with world.ledger.read() as tx:
        assert [one.number for one in devices.devices(tx, STORE)] == [made.number]
        assert devices.devices(tx, "other-almaty-1") == []
        assert [*wrong_rows(tx), *unvouched(tx, vouching_keys(world.keys))] == []


def test_a_code_is_good_for_ten_minutes(world: World) -> None:
    made = offered(world)
    world.clock.now += 11 * MINUTE_US
    with refused("till-devices.code-unknown"):
        paired(world, made.code)


def test_a_revoked_offer_pairs_nobody(world: World) -> None:
    made = offered(world)
    revoke(world.session("admin1"), made.number)
    with refused("till-devices.code-unknown"):
        paired(world, made.code)


def test_who_may_offer(world: World) -> None:
    for name in ("cashier1", "field1", "finance1", "auditor1"):
        with refused("operators.role-missing"):
            offer(world.session(name), STORE)
    with refused("ledger.store-unknown"):
        offer(world.session("admin1"), "nowhere")
    with refused("operators.unknown"):
        offer(world.session("admin1"), STORE, "nobody")


def test_one_put_in_by_hand_is_no_till(world: World) -> None:
    """A row that the program did not write, or a claim moved to it, opens nothing."""
    import hashlib

    made = offered(world)
    paired(world, made.code)
    with world.ledger.write() as tx:
        tx.following = None
        tx.insert("till_claim", [{
            "device": b"x" * 16, "credential_hash": hashlib.sha256(b"mine").digest(),
            "claimed_at": world.clock(),
        }])
        tx.run(
            "INSERT INTO till_device (id, number, store, pairing_hash, pair_until, made_by, "
            "made_at) SELECT :new, 'magnum-almaty-2/9', 'magnum-almaty-2', :hash, pair_until, "
            "made_by, made_at FROM till_device", new=b"x" * 16, hash=b"y" * 32,
        )
    with refused("till-devices.not-paired"):
        known(world, b"mine")
    with world.ledger.read() as tx:
        assert {row.what for row in wrong_rows(tx)} == {"check.row-planted"}
