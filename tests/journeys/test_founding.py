"""From nothing to a ledger with a team, and what stands in the way."""

import os
import stat
import sys

import pytest

from tests.journeys.conftest import Ended, LedgerContext


def found(office: LedgerContext, *more: str) -> Ended:
    secret = office.secret("admin", "a passphrase to begin with")
    return office("init", "--operator", "aigul", "--passphrase-file", secret, *more)


def test_a_ledger_is_founded_and_its_founder_is_signed_in(office: LedgerContext) -> None:
    ended = found(office)
    assert ended.code == 0, ended.err
    me = office("whoami", "--json").json
    assert (me["operator"], me["roles"]) == ("aigul", ["admin"])
    assert sorted(one.name for one in office.folder.glob("*.db")) == ["ledger.db", "vault.db"]


@pytest.mark.skipif(sys.platform == "win32", reason="0600 means nothing on Windows")
def test_what_holds_secrets_is_for_its_owner_alone(office: LedgerContext) -> None:
    found(office)
    for name in ("ledger.db", "vault.db", "keyring.json"):
        assert stat.S_IMODE((office.folder / name).stat().st_mode) == 0o600


def test_a_second_founding_overwrites_nothing(office: LedgerContext) -> None:
    found(office)
    before = (office.folder / "ledger.db").read_bytes()
    ended = found(office)
    assert ended.code == 5
    assert len(ended.err.splitlines()) == 1
    assert (office.folder / "ledger.db").read_bytes() == before


def test_a_founding_that_is_refused_leaves_nothing_behind(office: LedgerContext) -> None:
    secret = office.secret("admin", "short")
    ended = office("init", "--passphrase-file", secret)
    assert ended.code == 2
    assert not list(office.folder.glob("*.db"))
    assert not (office.folder / "keyring.json").exists()


def test_whoever_is_not_signed_in_is_told_how(office: LedgerContext) -> None:
    found(office)
    office("logout")
    ended = office("batch", "list")
    assert ended.code == 3
    assert "cbi login" in ended.err
    assert office("check").code == 0


def test_an_operator_made_by_another_chooses_a_passphrase_at_first_login(
    office: LedgerContext,
) -> None:
    found(office)
    first = office.secret("first", "the first passphrase")
    own = office.secret("own", "my own words")
    assert office("operator", "add", "field1", "--role", "field", "--new-passphrase-file",
                  first).code == 0
    refused = office("batch", "list", "--as", "field1", "--passphrase-file", first)
    assert refused.code == 3
    assert office("login", "field1", "--passphrase-file", first, "--new-passphrase-file",
                  own).code == 0
    assert office("whoami", "--json").json["operator"] == "field1"
    assert office("whoami", "--as", "field1", "--passphrase-file", first).code == 3


def test_a_missing_ledger_says_what_to_type(office: LedgerContext) -> None:
    ended = office("batch", "list")
    assert ended.code == 7
    assert "cbi init" in ended.err


def test_another_ledgers_keyring_is_refused_in_one_line(office: LedgerContext) -> None:
    found(office)
    found_elsewhere = office.folder / "other"
    office("init", "--operator", "other", "--passphrase-file",
           office.secret("other", "another passphrase"),
           CBI_LEDGER=str(found_elsewhere / "ledger.db"))
    ended = office("seal", "--keyring", str(found_elsewhere / "keyring.json"))
    assert ended.code == 7
    assert len(ended.err.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="0644 means nothing on Windows")
def test_a_keyring_that_others_may_read_is_refused_with_the_cure(office: LedgerContext) -> None:
    found(office)
    os.chmod(office.folder / "keyring.json", 0o644)
    ended = office("seal")
    assert ended.code == 7
    assert "chmod 600" in ended.err


def test_the_terminal_speaks_russian_in_help_answers_and_refusals(office: LedgerContext) -> None:
    found(office)
    assert "Полевые сотрудники" in office("--help", "--lang", "ru").out or "Список партий" in (
        office("batch", "--help", "--lang", "ru").out
    )
    ended = office("batch", "approve", "NO-SUCH", "--lang", "ru", "--yes")
    assert ended.code in (3, 4)
    assert any("а" <= letter <= "я" for letter in ended.err)


def test_a_slip_of_the_hand_gets_one_line_and_code_two(office: LedgerContext) -> None:
    for words in (("batch", "shw"), ("nothing",), ("batch", "show"), ("--lang", "xx", "whoami"),
                  ("verify",), ("--ledger",)):
        ended = office(*words)
        assert ended.code == 2, words
        assert len(ended.err.strip().splitlines()) == 1, ended.err
    ended = office("redeem", "0" * 16, "-5", "--store", "s", "--receipt", "1")
    assert (ended.code, "-5 is below nothing" in ended.err) == (2, True)


def test_global_options_may_stand_anywhere(office: LedgerContext) -> None:
    found(office)
    ends = [office(*words) for words in (
        ("--json", "whoami"), ("whoami", "--json"), ("whoami", "--json", "--lang=ru"),
    )]
    assert {one.json["operator"] for one in ends} == {"aigul"}


def test_an_earnest_ledger_has_the_machines_clock(office: LedgerContext) -> None:
    import sqlite3
    from contextlib import closing

    found(office)
    with closing(sqlite3.connect(office.folder / "ledger.db", isolation_level=None)) as ledger:
        ledger.execute("UPDATE practice_clock SET behind_us = 100000000000000")
        before = ledger.execute("SELECT max(at) FROM log").fetchone()[0]
    office("logout")
    with closing(sqlite3.connect(office.folder / "ledger.db", isolation_level=None)) as ledger:
        assert ledger.execute("SELECT max(at) FROM log").fetchone()[0] > before
