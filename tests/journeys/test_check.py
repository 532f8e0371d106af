"""What `cbi check` says of what it cannot vouch for: unsealed lines, no keyring, no vault."""

import sqlite3
from contextlib import closing

import pytest

from tests.journeys.conftest import LedgerContext


@pytest.fixture
def sealed(office: LedgerContext) -> LedgerContext:
    """A ledger with one seal."""
    office("init", "--operator", "aigul", "--role", "all", "--passphrase-file",
           office.secret("aigul", "a passphrase to begin with"))
    office("city", "add", "almaty", "--name", "en=Almaty")
    assert office("seal").code == 0
    return office


def told(office: LedgerContext, *words: str) -> tuple[int, dict[str, list[str]]]:
    """By rule, what is told and breaks nothing; and whether all hold."""
    ended = office("check", "--json", *words)
    rules = {one["rule"]: [each["what"] for each in one["told"]] for one in ended.json}
    return ended.code, {name: what for name, what in rules.items() if what}


def forced(office: LedgerContext, *statements: str) -> None:
    """Done to the file past its triggers."""
    with closing(sqlite3.connect(office.folder / "ledger.db", isolation_level=None)) as ledger:
        triggers = ledger.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            ledger.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            ledger.execute(statement)
        for _, sql in triggers:
            ledger.execute(sql)


def test_what_no_seal_holds_is_told_since_when_and_is_no_error(sealed: LedgerContext) -> None:
    assert told(sealed) == (0, {})
    sealed("city", "add", "astana", "--name", "en=Astana")
    code, rules = told(sealed)
    assert code == 0
    assert set(rules) == {"all-sealed"}
    assert "log: 1 not sealed yet, the first since 20" in rules["all-sealed"][0]
    assert "not sealed yet" in sealed("check").out
    assert sealed("seal").code == 0
    assert told(sealed) == (0, {})


@pytest.mark.parametrize("gone", [
    ("DELETE FROM seal", "DELETE FROM leaf"),
    ("DELETE FROM seal WHERE size = (SELECT max(size) FROM seal)",
     "DELETE FROM leaf WHERE position >= (SELECT coalesce(max(size), 0) FROM seal)"),
], ids=["all", "last"])
def test_a_seal_that_the_log_speaks_of_and_is_gone_is_an_error(
    sealed: LedgerContext, gone: tuple[str, str],
) -> None:
    sealed("city", "add", "astana", "--name", "en=Astana")
    assert sealed("seal").code == 0
    forced(sealed, *gone)
    ended = sealed("check", "--json")
    assert ended.code == 1
    broken = {one["rule"] for one in ended.json if not one["holds"]}
    assert {"made-as-logged", "rows-as-said"} <= broken


def test_without_a_keyring_it_is_said_what_was_not_looked_at(sealed: LedgerContext) -> None:
    (sealed.folder / "keyring.json").rename(sealed.folder / "elsewhere.json")
    code, rules = told(sealed)
    assert code == 0
    assert "no keyring here" in rules["rows-vouched"][0]
    (sealed.folder / "vault.db").rename(sealed.folder / "elsewhere.db")
    assert "vault cannot be reached" in told(sealed)[1]["vault-stands"][0]


def test_an_office_misses_its_vault(sealed: LedgerContext) -> None:
    (sealed.folder / "vault.db").rename(sealed.folder / "elsewhere.db")
    ended = sealed("check", "--json")
    assert ended.code == 1
    assert {one["rule"] for one in ended.json if not one["holds"]} == {
        "vault-stands", "keys-of-the-living", "postings-of-somebody",
    }
