"""Operators of a test's own: passphrases that are quick to hash, a login's file, and a team."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from cbi.context import StoragePaths
from cbi.operators.accounts import add_operator, first_operator
from cbi.operators.stretching import Stretching
from tests.conftest import World
from tests.postgres import drop
from tests.team import Team

QUICK = Stretching(passes=1, memory_kib=64, lanes=1)
ADMIN = "an owl at seven"
AIGUL = "four grey horses"
GIVEN = "given by the admin"
_numbers = itertools.count(1)


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


@pytest.fixture
def team(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest,
) -> Iterator[Team]:
    """A practice ledger that Aigul founded; Bolat is its manager, Amina its field officer."""
    for name in ("CBI_KEYRING", "CBI_AS", "CBI_PASSPHRASE_FILE", "CBI_VAULT"):
        monkeypatch.delenv(name, raising=False)
    ledger = str(tmp_path / "ledger.db")
    if engine == "postgresql":
        base, _, query = request.getfixturevalue("postgres_url").partition("?")
        ledger = f"{base.rsplit('/', 1)[0]}/confirming{next(_numbers)}?{query}"
    keyring = str(tmp_path / "keyring.json")
    for name, value in (("LEDGER", ledger), ("KEYRING", keyring), ("LANG", "en"),
                        ("PASSPHRASE", "the words of aigul")):
        monkeypatch.setenv(f"CBI_{name}", value)
    made = Team(tmp_path, capsys, monkeypatch, StoragePaths.of(ledger, keyring=keyring))
    assert made("aigul", "init", "--practice", "--operator", "aigul", "--role", "admin",
                "--role", "finance", "--role", "field") == 0
    yield made
    for office in made.opened:
        office.close()
    if engine == "postgresql":
        for database in (made.places.ledger, made.places.vault):
            drop(database)
