"""The keyring's file: its owner's alone, whole or refused, and one clear line for each refusal."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from cbi.base.canonical import canonical_json
from cbi.base.errors import CbiError, Conflict, Unusable, UsageError
from cbi.operators.keyring import MADE, Keyring, make_keyring, read_keyring, write_keyring
from cbi.operators.stretching import KEY_BYTES
from tests.operators.conftest import QUICK

LEDGER = bytes(range(16))
ON_WINDOWS = sys.platform == "win32"


@pytest.fixture
def ring() -> Keyring:
    return make_keyring(LEDGER, random.Random(1).randbytes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Unusable) as caught:
        work()
    assert caught.value.exit_code == 7
    return caught.value.code


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the file says as a program would, with a fitting checksum."""
    told = json.loads(path.read_text("utf-8"))
    change(told)
    told.pop("check", None)
    told["check"] = hashlib.sha256(canonical_json(told)).hexdigest()
    path.write_text(json.dumps(told), "utf-8")


def test_it_holds_four_keys_that_differ_and_the_seals_public_half(ring: Keyring) -> None:
    assert tuple(ring.keys) == MADE
    assert len(set(ring.keys.values())) == 4
    assert all(len(key) == 32 for key in ring.keys.values())
    signer = Ed25519PrivateKey.from_private_bytes(ring.need("seal"))
    assert signer.public_key().public_bytes_raw() == ring.seal_public


def test_written_and_read_it_is_the_same(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path)
    assert read_keyring(path) == ring
    assert read_keyring(path, ledger_id=LEDGER) == ring


@pytest.mark.skipif(ON_WINDOWS, reason="a mode says nothing on Windows")
def test_it_is_its_owners_alone_whatever_the_umask(ring: Keyring, path: Path) -> None:
    before = os.umask(0)
    try:
        write_keyring(ring, path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["keyring.json"]


def test_it_is_never_written_over(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path)
    before = path.read_bytes()
    with pytest.raises(Conflict) as caught:
        write_keyring(make_keyring(LEDGER, random.Random(2).randbytes), path)
    assert caught.value.code == "operators.keyring-there"
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_leaves_nothing(ring: Keyring, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    code = refused(lambda: write_keyring(ring, blocked / "keyring.json"))
    assert code == "operators.keyring-unwritable"


def test_a_write_that_fails_half_way_leaves_nothing(
    ring: Keyring, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refused(lambda: write_keyring(ring, path)) == "operators.keyring-unwritable"
    assert list(path.parent.iterdir()) == []


def test_a_tills_keyring_holds_the_lookup_key_alone(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, only=("lookup",))
    till = read_keyring(path, ledger_id=LEDGER)
    assert till.keys == {"lookup": ring.need("lookup")}
    content = path.read_text("utf-8")
    for name in ("codes", "people", "seal"):
        assert ring.need(name).hex() not in content
        with pytest.raises(Unusable) as caught:
            till.need(name)
        assert (caught.value.code, caught.value.facts) == ("operators.key-missing", {"key": name})


@pytest.mark.parametrize("only", [(), ("shop",), ("lookup", "shop")])
def test_only_keys_that_exist_are_given_out(
    ring: Keyring, path: Path, only: tuple[str, ...],
) -> None:
    with pytest.raises(UsageError):
        write_keyring(ring, path, only=only)
    assert not path.exists()


def test_a_key_that_a_till_lacks_cannot_be_given_out_from_it(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, only=("lookup",))
    till = read_keyring(path)
    code = refused(lambda: write_keyring(till, path.with_name("b"), only=("codes",)))
    assert code == "operators.key-missing"


def test_printed_it_shows_no_key(ring: Keyring) -> None:
    for shown in (repr(ring), str(ring), f"{ring}", f"{[ring]}"):
        assert "***" in shown
        for key in ring.keys.values():
            assert key.hex() not in shown
            assert repr(key) not in shown


def test_under_a_passphrase_nothing_of_a_key_stands_in_the_file(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, passphrase="an owl at seven", stretching=QUICK)
    content = path.read_text("utf-8")
    assert not any(key.hex() in content for key in ring.keys.values())
    assert read_keyring(path, passphrase=lambda: "an owl at seven") == ring


def test_the_passphrase_is_asked_only_where_there_is_one(ring: Keyring, path: Path) -> None:
    def nobody() -> str:
        raise AssertionError("asked")

    write_keyring(ring, path)
    assert read_keyring(path, passphrase=nobody) == ring


def test_a_composed_and_a_decomposed_passphrase_are_the_same(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, passphrase="й over the hills", stretching=QUICK)
    assert read_keyring(path, passphrase=lambda: "й over the hills") == ring


def test_a_wrong_passphrase_is_refused(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, passphrase="an owl at seven", stretching=QUICK)
    code = refused(lambda: read_keyring(path, passphrase=lambda: "an owl at eight"))
    assert code == "operators.keyring-passphrase-wrong"


def test_under_a_passphrase_with_nobody_to_ask_it_is_refused(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, passphrase="an owl at seven", stretching=QUICK)
    assert refused(lambda: read_keyring(path)) == "operators.keyring-under-passphrase"


def test_another_ledgers_keyring_is_refused_before_its_passphrase_is_asked(
    ring: Keyring, path: Path
) -> None:
    write_keyring(ring, path, passphrase="an owl at seven", stretching=QUICK)
    code = refused(lambda: read_keyring(path, ledger_id=bytes(16)))
    assert code == "operators.keyring-of-another-ledger"


def test_a_missing_keyring_is_refused(path: Path) -> None:
    assert refused(lambda: read_keyring(path)) == "operators.keyring-missing"


@pytest.mark.skipif(ON_WINDOWS, reason="a mode says nothing on Windows")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_keyring_that_lies_open_is_refused_with_what_to_type(
    ring: Keyring, path: Path, mode: int
) -> None:
    write_keyring(ring, path)
    path.chmod(mode)
    with pytest.raises(Unusable) as caught:
        read_keyring(path)
    assert caught.value.code == "operators.keyring-lies-open"
    command = str(caught.value.facts["command"])
    subprocess.run(command, shell=True, check=True)
    assert read_keyring(path) == ring


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b'{"format": "cbi keyring 1"}', b"x" * 70_000,
])
def test_what_is_no_keyring_is_refused(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    assert refused(lambda: read_keyring(path)) == "operators.keyring-damaged"


def set_key(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda told: told["keys"].__setitem__(name, value)


@pytest.mark.parametrize("change", [
    set_key("lookup", "00" * 31), set_key("lookup", "00" * 33), set_key("lookup", ""),
    set_key("lookup", "zz" * 32), set_key("lookup", 7), set_key("shop", "00" * 32),
    set_key("till", "00" * 32), lambda told: told.update(machine="till 1"),
    lambda told: told.update(keys={}), lambda told: told.update(keys=[]),
    lambda told: told.pop("keys"), lambda told: told.update(keys="lookup"),
    lambda told: told.update(ledger="00" * 15), lambda told: told.update(ledger=None),
    lambda told: told.update(seal_public="00" * 31), lambda told: told.update(format="other"),
], ids=lambda _: "part")
def test_parts_that_cannot_be_are_damage(
    ring: Keyring, path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    write_keyring(ring, path)
    rewrite(path, change)
    assert refused(lambda: read_keyring(path)) == "operators.keyring-damaged"


@pytest.mark.parametrize("change", [
    {"memory_kib": 2**40}, {"memory_kib": 0}, {"passes": 0}, {"lanes": 1000}, {"passes": "3"},
    {"salt": "zz"}, {"nonce": ""}, {"box": None},
], ids=lambda _: "cost")
def test_a_sealed_part_that_cannot_be_is_damage(
    ring: Keyring, path: Path, change: dict[str, object]
) -> None:
    write_keyring(ring, path, passphrase="an owl at seven", stretching=QUICK)
    rewrite(path, lambda told: told["sealed"].update(change))
    code = refused(lambda: read_keyring(path, passphrase=lambda: "an owl at seven"))
    assert code == "operators.keyring-damaged"


def test_a_sealed_keyring_is_bound_to_its_ledger(ring: Keyring, path: Path) -> None:
    write_keyring(ring, path, passphrase="an owl at seven", stretching=QUICK)
    rewrite(path, lambda told: told.update(ledger=bytes(16).hex()))
    code = refused(
        lambda: read_keyring(path, ledger_id=bytes(16), passphrase=lambda: "an owl at seven")
    )
    assert code == "operators.keyring-passphrase-wrong"


@settings(max_examples=200)
@given(st.data())
def test_any_changed_byte_is_noticed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A key with one wrong digit would make every voucher unknown: it must never be read."""
    made = make_keyring(LEDGER, random.Random(1).randbytes)
    path = tmp_path_factory.mktemp("keys") / "keyring.json"
    write_keyring(made, path)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    outcome: Keyring | str
    try:
        outcome = read_keyring(path)
    except CbiError as error:
        outcome = error.code
    assert outcome in (made, "operators.keyring-damaged")


def test_reading_a_plain_keyring_loads_the_standard_library_alone(
    ring: Keyring, path: Path,
) -> None:
    write_keyring(ring, path)
    program = (
        "import sys, pathlib; from cbi.operators.keyring import read_keyring;"
        "read_keyring(pathlib.Path(sys.argv[1]));"
        "print(sorted({name.partition('.')[0] for name in sys.modules} "
        "- set(sys.stdlib_module_names) - {'cbi', '__main__'}))"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", program, str(path)], capture_output=True, text=True,
        check=True,
    )
    loaded = {name for name in json.loads(told.stdout.replace("'", '"')) if name[0] != "_"}
    assert not loaded & {"cryptography", "argon2", "sqlalchemy", "sqlmodel", "typer", "cffi"}


def test_keys_are_32_bytes() -> None:
    assert KEY_BYTES == 32
