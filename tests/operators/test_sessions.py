"""Logins that last: a file of one's own, a hash in the ledger, and every way in which one ends."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cbi.base.errors import NotAllowed, Unusable
from cbi.messages import text
from cbi.operators.accounts import (
    change_passphrase,
    disable,
    enable,
    reset_passphrase,
    set_roles,
    sign_in,
)
from cbi.operators.log import entries
from cbi.operators.operator_session import Operator
from cbi.operators.passphrases import PassphraseChange
from cbi.operators.sessions import LASTS_US, end_session, session_operator, start_session
from tests.conftest import World
from tests.operators.conftest import AIGUL, GIVEN, QUICK
from tests.rows import all_rows, one_row

HOUR_US = 3_600_000_000


@pytest.fixture
def signed_in(office: World, login_file: Path) -> World:
    """Aigul is signed in at `login_file`."""
    log_in(office, login_file)
    return office


def log_in(world: World, path: Path) -> int:
    operator = sign_in(world.ledger, "aigul", AIGUL, clock=world.clock)
    return start_session(
        world.ledger, operator, clock=world.clock, entropy=world.entropy, path=path,
        origin="till 4",
    )


def who(world: World, path: Path) -> Operator | None:
    return session_operator(world.ledger, path, clock=world.clock)


def is_over(world: World, path: Path) -> bool:
    with pytest.raises(NotAllowed) as refused:
        who(world, path)
    return refused.value.code == "operators.session-over"


def test_who_signed_in_is_known_with_roles_and_stores(signed_in: World, login_file: Path) -> None:
    assert who(signed_in, login_file) == Operator(
        "aigul", frozenset({"cashier"}), frozenset({"magnum-almaty-1"})
    )


def test_without_a_file_nobody_is_signed_in(office: World, login_file: Path) -> None:
    assert who(office, login_file) is None


def test_the_ledger_keeps_the_tokens_hash_alone(signed_in: World, login_file: Path) -> None:
    told = json.loads(login_file.read_text("utf-8"))
    with signed_in.ledger.read() as tx:
        row = one_row(tx, "SELECT * FROM operator_login")
        logged = str(all_rows(tx, "SELECT * FROM log"))
    assert row is not None
    assert row["token_hash"] == hashlib.sha256(bytes.fromhex(told["token"])).digest()
    assert told["operator"] == "aigul"
    assert told["ends_at"] == row["ends_at"] == row["started_at"] + LASTS_US
    assert told["token"] not in str(row) + logged
    assert row["token_hash"].hex() not in logged


def test_it_lasts_twelve_hours_and_no_longer(signed_in: World, login_file: Path) -> None:
    assert LASTS_US == 12 * HOUR_US
    ends_at = json.loads(login_file.read_text("utf-8"))["ends_at"]
    signed_in.clock.now = ends_at - 2_000_000
    assert who(signed_in, login_file) is not None
    signed_in.clock.now = ends_at - 1_000_000  # the clock moves a second on at each look
    assert is_over(signed_in, login_file)


def test_what_is_over_says_how_to_sign_in_again() -> None:
    for language in ("en", "ru"):
        assert "cbi login" in text("operators.session-over", language)
        assert "cbi login" in text("operators.not-signed-in", language)


def test_moving_the_end_in_the_file_gains_nothing(signed_in: World, login_file: Path) -> None:
    told = json.loads(login_file.read_text("utf-8"))
    told |= {"ends_at": told["ends_at"] + 10 * LASTS_US, "operator": "admin1"}
    login_file.write_text(json.dumps(told), "utf-8")
    found = who(signed_in, login_file)
    assert found is not None
    assert found.name == "aigul"
    signed_in.clock.now += LASTS_US
    assert is_over(signed_in, login_file)


@pytest.mark.skipif(sys.platform == "win32", reason="a mode says nothing on Windows")
def test_the_file_is_its_owners_alone(signed_in: World, login_file: Path) -> None:
    assert login_file.stat().st_mode & 0o777 == 0o600
    assert login_file.parent.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a mode says nothing on Windows")
def test_a_file_that_lies_open_is_refused_with_what_to_type(
    signed_in: World, login_file: Path,
) -> None:
    login_file.chmod(0o640)
    with pytest.raises(Unusable) as refused:
        who(signed_in, login_file)
    assert refused.value.code == "operators.session-lies-open"
    subprocess.run(str(refused.value.facts["command"]), shell=True, check=True)
    assert who(signed_in, login_file) is not None


def test_a_file_that_is_none_of_ours_is_over(signed_in: World, login_file: Path) -> None:
    token = "00" * 32
    for content in ("", "{", "[]", "7", '{"token": 7}', '{"token": "zz"}', '{"token": "00"}',
                    json.dumps({"operator": "aigul", "token": token, "ends_at": 2**60})):
        login_file.write_text(content, "utf-8")
        assert is_over(signed_in, login_file)


def test_signing_out_ends_it_and_takes_the_file_away(signed_in: World, login_file: Path) -> None:
    copy = login_file.read_bytes()
    assert end_session(signed_in.ledger, login_file, clock=signed_in.clock) == "aigul"
    assert not login_file.exists()
    assert who(signed_in, login_file) is None
    login_file.write_bytes(copy)
    login_file.chmod(0o600)
    assert is_over(signed_in, login_file)


def test_signing_out_twice_or_without_a_login_does_no_harm(office: World, login_file: Path) -> None:
    assert end_session(office.ledger, login_file, clock=office.clock) is None
    log_in(office, login_file)
    copy = login_file.read_bytes()
    end_session(office.ledger, login_file, clock=office.clock)
    login_file.write_bytes(copy)
    assert end_session(office.ledger, login_file, clock=office.clock) is None
    assert not login_file.exists()


def test_signing_in_again_ends_the_login_before(signed_in: World, login_file: Path) -> None:
    before = login_file.read_bytes()
    log_in(signed_in, login_file)
    assert who(signed_in, login_file) is not None
    login_file.write_bytes(before)
    assert is_over(signed_in, login_file)


def test_two_machines_are_two_logins(signed_in: World, login_file: Path) -> None:
    other = login_file.with_name("other.json")
    log_in(signed_in, other)
    end_session(signed_in.ledger, login_file, clock=signed_in.clock)
    assert who(signed_in, other) is not None


ENDINGS: dict[str, Callable[[World], object]] = {
    "disabled": lambda world: disable(world.session("admin1"), "aigul"),
    "disabled and enabled again": lambda world: (
        disable(world.session("admin1"), "aigul"), enable(world.session("admin1"), "aigul"),
    ),
    "given a new passphrase": lambda world: reset_passphrase(
        world.session("admin1"), "aigul", GIVEN, stretching=QUICK
    ),
    "changed the passphrase": lambda world: change_passphrase(
        world.ledger, "aigul", PassphraseChange(AIGUL, "her very own one"), clock=world.clock
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_login_ends_when_the_operator_is(
    signed_in: World, login_file: Path, ending: str
) -> None:
    other = login_file.with_name("other.json")
    log_in(signed_in, other)
    ENDINGS[ending](signed_in)
    assert is_over(signed_in, login_file)
    assert is_over(signed_in, other)


def test_a_login_that_was_on_its_way_when_its_operator_was_disabled_is_over(
    office: World, login_file: Path
) -> None:
    operator = sign_in(office.ledger, "aigul", AIGUL, clock=office.clock)
    disable(office.session("admin1"), "aigul")
    start_session(
        office.ledger, operator, clock=office.clock, entropy=office.entropy, path=login_file
    )
    assert is_over(office, login_file)


def test_new_roles_hold_at_once(signed_in: World, login_file: Path) -> None:
    set_roles(signed_in.session("admin1"), "aigul", ["finance"])
    assert who(signed_in, login_file) == Operator("aigul", frozenset({"finance"}))


def test_logins_and_logouts_are_logged(signed_in: World, login_file: Path) -> None:
    end_session(signed_in.ledger, login_file, clock=signed_in.clock, origin="till 4")
    with signed_in.ledger.read() as tx:
        lines = [*entries(tx, action="operator.logout"), *entries(tx, action="operator.login")]
    assert [(line.operator, line.object, line.action, line.origin) for line in lines] == [
        ("aigul", "aigul", "operator.logout", "till 4"),
        ("aigul", "aigul", "operator.login", "till 4"),
    ]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(office: World, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(Unusable) as refused:
        log_in(office, blocked / "login.json")
    assert refused.value.code == "operators.session-unwritable"


def test_a_login_is_read_with_the_standard_library_alone() -> None:
    program = (
        "import sys, cbi.operators.sessions;"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    heavy = {"cryptography", "argon2", "sqlalchemy", "sqlmodel", "typer", "rich", "psycopg"}
    assert not set(told.stdout.split()) & heavy
