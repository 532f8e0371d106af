"""The team that founds a practice ledger through the command line, on both engines."""

import itertools
from collections.abc import Iterator

import pytest

from cbi.context import StoragePaths
from tests.team import Team

_numbers = itertools.count(1)


@pytest.fixture
def team(engine, tmp_path, capsys, monkeypatch, request) -> Iterator[Team]:
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
