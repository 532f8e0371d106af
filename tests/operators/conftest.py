"""Operators of a test's own: passphrases that are quick to hash, and a login's file."""

from pathlib import Path

import pytest

from cbi.operators.accounts import add_operator, first_operator
from cbi.operators.stretching import Stretching
from tests.conftest import World

QUICK = Stretching(passes=1, memory_kib=64, lanes=1)
ADMIN = "an owl at seven"
AIGUL = "four grey horses"
GIVEN = "given by the admin"


@pytest.fixture
def office(world: World) -> World:
    """The world with a first admin `admin1` and a cashier `aigul` of the shop in Almaty."""
    with world.ledger.write() as tx:
        first_operator(
            tx, "admin1", ADMIN, roles={"admin"}, now=world.clock(), entropy=world.entropy,
            stretching=QUICK,
        )
    add_operator(
        world.session("admin1"), "aigul", {"cashier"}, stores=["magnum-almaty-1"], passphrase=AIGUL,
        must_change=False, stretching=QUICK,
    )
    return world


@pytest.fixture
def login_file(tmp_path: Path) -> Path:
    """Where a login is kept."""
    return tmp_path / "logins" / "ledger.session.json"
