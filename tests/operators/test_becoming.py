"""Who writes to the database alone becomes nobody: what was planted opens nothing, and shows."""

import hashlib
import json

import pytest

from cbi.app import Office, Places, check_everything
from cbi.base.errors import NotAllowed
from cbi.founding import Founding, found
from cbi.operators.accounts import add_operator
from cbi.operators.digests import Vouching, tell, vouching_keys, with_till_key
from cbi.storage.following import row_digest
from tests.conftest import TestClock
from tests.ledger.tampering import tampering

ADMIN, CASHIER = "admin passphrase", "cashier passphrase"
STRANGER = Vouching("codes", b"not the ledger's")


@pytest.fixture
def office(tmp_path):
    """A founded ledger with an admin, and a field officer who is signed in."""
    places = Places.of(str(tmp_path / "ledger.db"))
    places = Places(ledger=places.ledger, vault=places.vault, sessions=tmp_path)
    founding = Founding(
        operator="dana", passphrase=ADMIN, roles=frozenset({"admin", "manager"}), practice=True
    )
    clock = TestClock()
    made = found(places, founding, clock=clock)
    add_operator(
        made.desk(made.signed_in()), "aigul", {"field"}, passphrase=CASHIER, must_change=False
    )
    made.close()
    fresh = Office(places, clock=clock)
    fresh.start_session(fresh.by_passphrase("aigul", CASHIER))
    yield fresh
    fresh.close()


def wrong(office) -> set[str]:
    with office.ledger.read() as tx:
        found = check_everything(tx, keys=vouching_keys(office.keys))
    return {f"{one.name} {row.where.split()[0]}" for one in found for row in one.wrong}


def test_a_founded_ledger_holds(office):
    assert wrong(office) == set()
    assert office.signed_in().roles == {"field"}


def test_a_planted_role_opens_nothing_and_shows(office):
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'manager')")
    assert office.signed_in().roles == {"field"}
    assert office.by_passphrase("aigul", CASHIER).roles == {"field"}
    assert wrong(office) == {"rows-as-said operator_role"}


def test_a_planted_role_with_a_line_of_digests_by_a_stranger_is_not_honoured(office):
    row = {"operator": "aigul", "role": "manager"}
    with tampering(office) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('aigul', 'manager')")
    told = {"operator_role": {"aigul/manager": row_digest(row, frozenset())}}
    office.ledger.transact(lambda tx: tell(tx, told, STRANGER))
    assert office.signed_in().roles == {"field"}
    assert wrong(office) == {"rows-vouched row_digest"}


def test_a_tills_key_gives_no_role(office, monkeypatch):
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


def test_a_copied_passphrase_opens_no_other_account(office):
    with tampering(office) as run:
        run("UPDATE operator SET passphrase_hash = "
            "(SELECT passphrase_hash FROM operator WHERE name = 'aigul') WHERE name = 'dana'")
    with pytest.raises(NotAllowed) as refused:
        office.by_passphrase("dana", CASHIER)
    assert refused.value.code == "operators.not-as-said"
    assert wrong(office) == {"rows-as-said operator"}


def test_a_planted_session_is_nobodys(office):
    token = b"\7" * 32
    with tampering(office) as run:
        run("INSERT INTO operator_login (token_hash, operator, started_at, ends_at) "
            "VALUES (?, 'dana', 1, 9000000000000000)", hashlib.sha256(token).digest())
    office.session_file.write_text(json.dumps({"token": token.hex()}))
    with pytest.raises(NotAllowed) as refused:
        office.signed_in()
    assert refused.value.code == "operators.session-over"
    assert wrong(office) == {"rows-as-said operator_login"}


def test_a_session_given_another_name_is_nobodys(office):
    with tampering(office) as run:
        run("UPDATE operator_login SET operator = 'dana' WHERE operator = 'aigul'")
    with pytest.raises(NotAllowed):
        office.signed_in()
    assert wrong(office) == {"rows-as-said operator_login"}


def test_an_account_opened_again_behind_our_back_stays_closed(office):
    with tampering(office) as run:
        run("UPDATE operator SET disabled_at = NULL, must_change = 1 - must_change")
    with pytest.raises(NotAllowed):
        office.by_passphrase("aigul", CASHIER)
    assert wrong(office) == {"rows-as-said operator"}
