"""A keyring whose keys are not the ledger's own: said so, and nothing is done with it."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cbi.operators.keyring import public_half, read_keyring, write_keyring
from tests.journeys.conftest import LedgerContext
from tests.journeys.test_founding import found
from tests.journeys.test_killed import killed

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
def test_a_key_of_another_ledger_is_named_and_not_used(office: LedgerContext, name: str) -> None:
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


def test_a_tills_keyring_is_compared_in_what_it_holds(office: LedgerContext) -> None:
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


OWL, HORSES = "an owl at seven", "four grey horses"
at_a_terminal = pytest.mark.skipif(os.name != "posix", reason="Windows has no pseudo-terminal")


def said(office: LedgerContext, action: str) -> list[Any]:
    """The details of what the log says was done."""
    with closing(sqlite3.connect(office.folder / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT detail FROM log WHERE action = ? ORDER BY seq", [action])
        return [json.loads(detail) for detail, in rows]


def locked(office: LedgerContext) -> bool:
    return "sealed" in json.loads((office.folder / "keyring.json").read_text())


@at_a_terminal
def test_a_keyrings_passphrase_is_put_on_changed_and_taken_off(office: LedgerContext) -> None:
    found(office, "--role", "all")
    keys = read_keyring(office.folder / "keyring.json").keys
    ended = office("keys", "passphrase", "--new-passphrase-file", office.secret("owl", OWL))
    assert (ended.code, locked(office)) == (0, True), ended.err
    assert (office.folder / "keyring.json").stat().st_mode & 0o777 == 0o600
    assert not any(key.hex() in (office.folder / "keyring.json").read_text()
                   for key in keys.values())
    add = ("city", "add", "almaty", "--name", "en=Almaty")
    assert office(*add).code == 7
    assert office.answering(*add, answers=("not the owl",)).code == 7
    assert office.answering(*add, answers=(OWL,)).code == 0
    ended = office.answering("keys", "passphrase", answers=(OWL, HORSES, HORSES))
    assert (ended.code, locked(office)) == (0, True), ended.err
    assert office.answering("store", "list", answers=()).code == 0
    assert office.answering("seal", answers=(OWL,)).code == 7
    assert office.answering("seal", answers=(HORSES,)).code == 0
    ended = office.answering("keys", "passphrase", "--remove", "--yes", answers=(HORSES,))
    assert (ended.code, locked(office)) == (0, False), ended.err
    assert read_keyring(office.folder / "keyring.json").keys == keys
    assert office("whoami", "--json").json["operator"] == "aigul"
    assert said(office, "keys.passphrase") == [
        {"removed": False}, {"removed": False}, {"removed": True},
    ]
    assert office("check").code == 0


@at_a_terminal
@pytest.mark.parametrize(("words", "answers", "code"), [
    (("--new-passphrase-file", "short.txt"), (OWL,), 2),
    ((), (OWL, HORSES, "four grey mares"), 2), ((), ("not the owl",), 7),
    (("--remove",), (OWL, "n"), 0), (("--remove", "--new-passphrase-file", "owl.txt"), (), 2),
], ids=["short", "differ", "wrong", "no", "both"])
def test_what_is_no_new_passphrase_leaves_the_keyring_as_it_was(
    office: LedgerContext, words: tuple[str, ...], answers: tuple[str, ...], code: int,
) -> None:
    found(office)
    office.secret("short", "nine char")
    office("keys", "passphrase", "--new-passphrase-file", office.secret("owl", OWL))
    before = (office.folder / "keyring.json").read_bytes()
    ended = office.answering("keys", "passphrase", *words, answers=answers)
    assert ended.code == code, ended.err
    assert (office.folder / "keyring.json").read_bytes() == before
    assert len(said(office, "keys.passphrase")) == 1


def test_who_is_no_admin_changes_no_passphrase_of_a_keyring(office: LedgerContext) -> None:
    found(office, "--role", "manager")
    ended = office("keys", "passphrase", "--new-passphrase-file", office.secret("owl", OWL))
    assert (ended.code, locked(office)) == (3, False)


def test_a_tills_keyring_comes_under_a_passphrase_too(office: LedgerContext) -> None:
    found(office, "--role", "all")
    till, owl = str(office.folder / "till.json"), office.secret("owl", OWL)
    assert office("keys", "export", "-o", till).code == 0
    kept = read_keyring(Path(till))
    secret = str(office.folder / "admin.txt")
    office("login", "aigul", "--passphrase-file", secret, "--keyring", till)
    ended = office("keys", "passphrase", "--new-passphrase-file", owl, "--keyring", till)
    assert ended.code == 0, ended.err
    assert read_keyring(Path(till), passphrase=lambda: OWL) == kept
    assert not locked(office)
    assert office("check").code == 0


@at_a_terminal
@pytest.mark.parametrize("point", ["os:fsync:1", "os:replace:1", "os:replace:1:after"])
def test_killed_while_its_passphrase_changes_a_keyring_is_the_old_or_the_new_and_told_of(
    office: LedgerContext, point: str
) -> None:
    found(office)
    keys, secret = read_keyring(office.folder / "keyring.json"), office.secret("owl", OWL)
    before = (office.folder / "keyring.json").read_bytes()
    killed(office, point, "keys", "passphrase", "--new-passphrase-file", secret)
    after = point.endswith("after")
    assert ((office.folder / "keyring.json").read_bytes() == before) is not after
    assert read_keyring(office.folder / "keyring.json", passphrase=lambda: OWL) == keys
    assert len(said(office, "keys.passphrase")) == 1


@at_a_terminal
@pytest.mark.parametrize("point", [
    "cbi.operators.log:record:1", "cbi.operators.log:record:1:after",
    "cbi.operators.owner_only:write_new:1", "os:replace:1", "os:replace:1:after",
])
def test_an_export_of_keys_that_is_killed_is_never_one_that_nobody_told_of(
    office: LedgerContext, point: str,
) -> None:
    found(office)
    killed(office, point, "keys", "export", "-o", "till.json")
    written, told = list(office.folder.glob("*till.json*")), said(office, "keys.export")
    assert told or not written
    assert len(told) == ("log" not in point)
