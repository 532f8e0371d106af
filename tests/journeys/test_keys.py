"""A keyring whose keys are not the ledger's own: said so, and nothing is done with it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from cbi.operators.keyring import public_half, read_keyring, write_keyring
from tests.journeys.test_founding import found

COMMANDS = {
    "lookup": ("verify", "0000-0000-0000-0001"),
    "codes": ("keys", "export", "--for", "office", "-o", "copy.json"),
    "people": ("people", "find", "Aigul"), "seal": ("seal",),
}


def exchange(path: Path, name: str, *, also_public: bool = False) -> None:
    """Put another key under this name, in a keyring that is whole otherwise."""
    ring = read_keyring(path)
    key = os.urandom(32)
    path.unlink()
    write_keyring(replace(
        ring, keys={**ring.keys, name: key},
        seal_public=public_half(key) if also_public else ring.seal_public,
    ), path)


@pytest.mark.parametrize("name", [*COMMANDS, "seal and its public half"])
def test_a_key_of_another_ledger_is_named_and_not_used(office, name):
    found(office, "--role", "all")
    key = name.partition(" ")[0]
    own = (office.folder / "keyring.json").read_bytes()
    exchange(office.folder / "keyring.json", key, also_public=key != name)
    for line in (COMMANDS[key], ("city", "add", "almaty", "--name", "en=Almaty")):
        ended = office(*line)
        assert (line[0], ended.code) == (line[0], 7), ended.err
        assert f"another key than this ledger's ({key})" in ended.err
        assert len(ended.err.splitlines()) == 1
    (office.folder / "keyring.json").write_bytes(own)
    assert office("city", "list", "--json").json == []


def test_a_tills_keyring_is_compared_in_what_it_holds(office):
    found(office, "--role", "all")
    kept = office.folder / "till.json"
    secret = str(office.folder / "admin.txt")
    assert office("keys", "export", "--for", "till", "-o", str(kept)).code == 0
    ended = office("login", "aigul", "--passphrase-file", secret, "--keyring", str(kept))
    assert ended.code == 0, ended.err
    assert office("verify", "0000-0000-0000-0001", "--keyring", str(kept)).code == 1
    exchange(kept, "lookup")
    ended = office("verify", "0000-0000-0000-0001", "--keyring", str(kept))
    assert (ended.code, "(lookup)" in ended.err) == (7, True)
