"""Who writes to the database alone becomes nobody: what was planted opens nothing, and shows."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cbi.base.errors import NotAllowed
from cbi.bootstrap import Founding, create_ledger
from cbi.context import (
    PRACTICE_STRETCHING,
    LedgerContext,
    StoragePaths,
    check_everything,
    open_database,
)
from cbi.operators.accounts import add_operator
from cbi.operators.digests import Vouching, tell, vouching_keys, with_till_key
from cbi.operators.keyring import read_keyring, write_keyring
from cbi.operators.log import record
from cbi.operators.operator_session import Operator
from cbi.operators.roster import operator_of
from cbi.storage.following import row_digest
from cbi.storage.lock import WriterLock
from tests.conftest import TestClock
from tests.ledger.tampering import tampering

ADMIN, CASHIER = "admin passphrase", "cashier passphrase"
STRANGER = Vouching("codes", b"not the ledger's")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[LedgerContext]:
    """A founded ledger with an admin, and a field officer who is signed in."""
    paths = StoragePaths.of(str(tmp_path / "ledger.db"))
    paths = StoragePaths(ledger=paths.ledger, vault=paths.vault, sessions=tmp_path)
    founding = Founding(
        operator="dana", passphrase=ADMIN, roles=frozenset({"admin", "manager"}), practice=True
    )
    clock = TestClock()
    made = create_ledger(paths, founding, clock=clock)
    add_operator(
        made.session(made.signed_in()), "aigul", {"field"}, passphrase=CASHIER, must_change=False
    )
    made.close()
    fresh = LedgerContext(paths, clock=clock)
    fresh.start_session(fresh.by_passphrase("aigul", CASHIER))
    yield fresh
    fresh.close()


def wrong(office: LedgerContext) -> set[str]:
    with office.ledger.read() as tx:
        checked = check_everything(tx, keys=vouching_keys(office.keys))
    return {f"{one.name} {row.where.split()[0]}" for one in checked for row in one.wrong}


def test_a_founded_ledger_holds(office: LedgerContext) -> None:
    assert wrong(office) == set()
    assert office.signed_in().roles == {"field"}


def test_a_planted_role_opens_nothing_and_shows(office: LedgerContext) -> None:
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'manager')")
    assert office.signed_in().roles == {"field"}
    assert office.by_passphrase("aigul", CASHIER).roles == {"field"}
    assert wrong(office) == {"rows-as-said operator_role"}


def test_a_planted_training_honours_no_role_and_shows(office: LedgerContext) -> None:
    office.ledger.transact(lambda tx: tx.insert("training_rule", [{
        "programme": "KZ22", "role": "field", "topic": "fraud", "made_by": "dana", "made_at": 1,
    }]))
    assert office.signed_in().roles == set()
    with tampering(office) as run:
        run("INSERT INTO training (operator, topic, day, trainer, made_by, made_at) "
            "VALUES ('aigul', 'fraud', '2022-08-01', 'dana', 'dana', 1)")
    assert office.signed_in().roles == set()
    assert wrong(office) == {"rows-as-said training"}


def test_a_planted_role_with_a_line_of_digests_by_a_stranger_is_not_honoured(
    office: LedgerContext,
) -> None:
    row = {"operator": "aigul", "role": "manager"}
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'manager')")
    told = {"operator_role": {"aigul/manager": row_digest(row, frozenset())}}
    office.ledger.transact(lambda tx: tell(tx, told, STRANGER))
    assert office.signed_in().roles == {"field"}
    assert wrong(office) == {"rows-vouched row_digest"}


def test_a_role_that_the_log_does_not_give_is_believed_nowhere(office: LedgerContext) -> None:
    """It has no office's key: what it believes is good for what a till does, and shows."""
    row = {"operator": "aigul", "role": "cashier"}
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'cashier')")
    told = {"operator_role": {"aigul/cashier": row_digest(row, frozenset())}}
    office.ledger.transact(lambda tx: tell(tx, told, STRANGER))
    made = with_till_key(office.keys, office.entropy)
    till = replace(made, keys={name: made.keys[name] for name in ("lookup", "till")})
    with office.ledger.read() as tx:
        assert operator_of(tx, "aigul", vouching_keys(till)).roles == {"field"}
        assert operator_of(tx, "aigul", vouching_keys(office.keys)).roles == {"field"}
    assert wrong(office) == {"rows-vouched row_digest"}


def test_a_tills_key_gives_no_role(office: LedgerContext, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"operator": "aigul", "role": "manager"}
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'manager')")
    told = {"operator_role": {"aigul/manager": row_digest(row, frozenset())}}
    made = with_till_key(office.keys, office.entropy)
    till = Vouching(made.machine, made.keys["till"])
    with pytest.raises(NotAllowed):
        office.ledger.transact(lambda tx: tell(tx, told, till))
    monkeypatch.setattr(Vouching, "must_be_an_offices", lambda *_: None)  # a program of his own
    office.ledger.transact(lambda tx: tell(tx, told, till))
    assert office.signed_in().roles == {"field"}
    assert wrong(office) == {"rows-vouched row_digest"}


def test_a_copied_passphrase_opens_no_other_account(office: LedgerContext) -> None:
    with tampering(office) as run:
        run("UPDATE operator SET passphrase_hash = "
            "(SELECT passphrase_hash FROM operator WHERE name = 'aigul') WHERE name = 'dana'")
    with pytest.raises(NotAllowed) as refused:
        office.by_passphrase("dana", CASHIER)
    assert refused.value.code == "operators.not-as-said"
    assert wrong(office) == {"rows-as-said operator"}


def test_a_planted_session_is_nobodys(office: LedgerContext) -> None:
    token = b"\7" * 32
    with tampering(office) as run:
        run("INSERT INTO operator_login (token_hash, operator, started_at, ends_at) "
            "VALUES (?, 'dana', 1, 9000000000000000)", hashlib.sha256(token).digest())
    office.session_file.write_text(json.dumps({"token": token.hex()}))
    with pytest.raises(NotAllowed) as refused:
        office.signed_in()
    assert refused.value.code == "operators.session-over"
    assert wrong(office) == {"rows-as-said operator_login"}


def test_a_session_given_another_name_is_nobodys(office: LedgerContext) -> None:
    with tampering(office) as run:
        run("UPDATE operator_login SET operator = 'dana' WHERE operator = 'aigul'")
    with pytest.raises(NotAllowed):
        office.signed_in()
    assert wrong(office) == {"rows-as-said operator_login"}


def test_an_account_opened_again_behind_our_back_stays_closed(office: LedgerContext) -> None:
    with tampering(office) as run:
        run("UPDATE operator SET disabled_at = NULL, must_change = 1 - must_change")
    with pytest.raises(NotAllowed):
        office.by_passphrase("aigul", CASHIER)
    assert wrong(office) == {"rows-as-said operator"}


@pytest.fixture
def locked(office: LedgerContext) -> Callable[..., LedgerContext]:
    """The same ledger, whose keyring stands under a passphrase that its staff know."""
    place = office.paths.keyring_for(office.identity.ledger_id)
    ring = read_keyring(place)
    office.close()

    def opened(passphrase: str = "shared by the office") -> LedgerContext:
        place.unlink()
        write_keyring(ring, place, passphrase=passphrase, stretching=PRACTICE_STRETCHING)
        return LedgerContext(office.paths, clock=TestClock(), ask=lambda _: passphrase)

    return opened


def write_something(office: LedgerContext, operator: Operator) -> None:
    session = office.session(operator)
    session.ledger.transact(lambda tx: record(
        tx, operator=operator.name, action="ledger.look", object="x", at=session.clock(), detail={},
        origin="",
    ))


def test_a_login_lasts_when_the_keyrings_passphrase_changes(
    locked: Callable[..., LedgerContext],
) -> None:
    for passphrase in ("shared by the office", "another one since"):
        fresh = locked(passphrase)
        operator = fresh.signed_in()
        assert operator.roles == {"field"}
        write_something(fresh, operator)
        assert fresh.signed_in() == operator
        fresh.close()


def planted_session(office: LedgerContext) -> None:
    token = b"\7" * 32
    with tampering(office) as run:
        run("INSERT INTO operator_login (token_hash, operator, started_at, ends_at) "
            "VALUES (?, 'dana', 1, 9000000000000000)", hashlib.sha256(token).digest())
    office.session_file.write_text(json.dumps({"token": token.hex()}))


def planted_role(office: LedgerContext) -> None:
    row = {"operator": "aigul", "role": "manager"}
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'manager')")
    stranger = open_database(office.paths.ledger)
    told = {"operator_role": {"aigul/manager": row_digest(row, frozenset())}}
    stranger.transact(lambda tx: tell(tx, told, STRANGER))
    stranger.close()


def test_a_role_planted_beside_a_locked_keyring_is_not_believed(
    locked: Callable[..., LedgerContext],
) -> None:
    fresh = locked()
    planted_role(fresh)
    assert fresh.signed_in().roles == {"field"}
    fresh.close()


def test_what_was_planted_beside_a_locked_keyring_writes_and_opens_nothing(
    locked: Callable[..., LedgerContext],
) -> None:
    fresh = locked()
    planted_session(fresh)
    operator = fresh.signed_in()
    assert "manager" in operator.roles
    with pytest.raises(NotAllowed):
        write_something(fresh, operator)
    with pytest.raises(NotAllowed):
        fresh.session(operator).keys.need("people")
    with fresh.ledger.read() as tx:
        assert not tx.value("SELECT count(*) FROM log WHERE action = 'ledger.look'")
    fresh.close()


def test_a_keyrings_passphrase_is_asked_before_anybody_waits_for_the_writers_lock(
    locked: Callable[..., LedgerContext],
) -> None:
    fresh = locked()
    operator = fresh.signed_in()
    asked = []

    def ask(_: object) -> str:
        asked.append(WriterLock(Path(f"{fresh.paths.ledger}.lock")).free())
        return "shared by the office"

    fresh._ask = ask
    write_something(fresh, operator)
    assert asked == [True]
    fresh.close()
