"""Backups and the way back, an older copy put back, and names that must not come back."""

import shutil
import sqlite3

import pytest

from tests.journeys.conftest import LedgerContext

NAME = "Palwasha Invented-Stanikzai"


@pytest.fixture
def staffed(office: LedgerContext) -> LedgerContext:
    """An office of one, with one person enrolled."""
    return with_one_person(office)


def with_one_person(office: LedgerContext) -> LedgerContext:
    """Found it, and enrol one person."""
    office("init", "--operator", "aigul", "--role", "all", "--passphrase-file",
           office.secret("aigul", "a passphrase to begin with"))
    office("city", "add", "almaty", "--name", "en=Almaty")
    ended = office(
        "enroll", "--name", NAME, "--father", "Invented", "--birth", "1990-05-12", "--sex", "f",
        "--city", "Almaty", "--household-size", "1", "--language", "fa", "--consent", "signature",
        "--consent-version", "1", "--document", "tazkira 1399050200417", "--phone",
        "+77011234567", "--yes", "--json",
    )
    assert ended.code == 0, ended.err
    return office


def number_of(office: LedgerContext) -> str:
    return str(office("people", "list", "--json").json[0]["number"])


def elsewhere(office: LedgerContext, name: str) -> dict[str, str]:
    """The environment of a second place with this office's keyring."""
    folder = office.folder / name
    folder.mkdir()
    shutil.copy(office.folder / "keyring.json", folder / "keyring.json")
    return {"CBI_LEDGER": str(folder / "ledger.db")}


def test_a_backup_is_checked_and_comes_back_elsewhere(staffed: LedgerContext) -> None:
    assert staffed("backup", "copy.db").code == 0
    assert staffed("backup", "copy.db").code == 5
    there = elsewhere(staffed, "second")
    assert staffed("restore", "copy.db", **there).code == 0
    assert staffed("check", **there).code == 0
    assert staffed("restore", "copy.db", **there).code == 5


def test_a_ledger_in_which_a_rule_is_broken_has_its_backups_and_check_says_it_of_each(
    staffed: LedgerContext,
) -> None:
    by_hand = sqlite3.connect(staffed.folder / "ledger.db")
    by_hand.execute("UPDATE city SET kato = '999'")
    by_hand.commit()
    by_hand.close()
    assert staffed("backup", "copy.db").code == 0
    there = elsewhere(staffed, "second")
    assert staffed("restore", "copy.db", **there).code == 0
    for place in ({}, there):
        assert staffed("check", **place).code == 1


def test_what_is_no_backup_is_refused_and_leaves_nothing(staffed: LedgerContext) -> None:
    (staffed.folder / "rubbish.db").write_bytes(b"SQLite format 3\0" + b"\x07" * 5000)
    there = elsewhere(staffed, "second")
    ended = staffed("restore", "rubbish.db", **there)
    assert ended.code in (6, 7)
    assert len(ended.err.strip().splitlines()) == 1
    assert not (staffed.folder / "second" / "ledger.db").exists()


def unsealed_in(office: LedgerContext, **env: str) -> list[str]:
    """What `check` says that no seal holds yet."""
    ended = office("check", "--json", **env)
    assert ended.code == 0, ended.out
    (rule,) = [one for one in ended.json if one["rule"] == "all-sealed"]
    return [one["where"] for one in rule["told"]]


def test_reading_and_giving_out_personal_data_seals_the_log(staffed: LedgerContext) -> None:
    number = number_of(staffed)
    for town, *line in (
        ("astana", "people", "show", number, "--why", "asked"),
        ("semey", "people", "find", "Palwasha Stanikzai"),
        ("shymkent", "people", "export", number, "-o", "held.json"),
    ):
        staffed("city", "add", town, "--name", f"en={town.title()}")
        assert unsealed_in(staffed) == ["log"]
        ended = staffed(*line)
        assert ended.code == 0, ended.err
        assert unsealed_in(staffed) == [], line
    assert any(one["action"] == "ledger.seal" for one in staffed("log", "--json").json)


def test_a_machine_without_the_signing_key_reads_and_check_says_what_is_not_sealed(
    staffed: LedgerContext,
) -> None:
    number = number_of(staffed)
    assert staffed("seal").code == 0
    assert staffed("keys", "export", "--for", "office", "-o", "office.json").code == 0
    there = {"CBI_KEYRING": str(staffed.folder / "office.json")}
    assert NAME in staffed("people", "show", number, "--why", "asked", **there).out
    assert unsealed_in(staffed) == ["log"]


def test_an_older_copy_put_back_is_found_by_a_checkpoint_kept_elsewhere(
    staffed: LedgerContext,
) -> None:
    assert staffed("backup", "copy.db").code == 0
    staffed("city", "add", "astana", "--name", "en=Astana")
    sealed = staffed("seal", "-o", "kept-elsewhere.txt", "--json").json
    there = elsewhere(staffed, "second")
    staffed("restore", "copy.db", **there)
    words = ("check", "--checkpoint", "kept-elsewhere.txt", "--key", sealed["key"])
    assert staffed(*words).code == 0
    assert staffed("check", **there).code == 0
    ended = staffed(*words, **there)
    assert ended.code == 1
    assert "older copy" in ended.out


def test_who_was_erased_does_not_come_back_with_a_backup(staffed: LedgerContext) -> None:
    number = number_of(staffed)
    assert NAME in staffed("people", "show", number, "--why", "test").out
    assert staffed("backup", "copy.db").code == 0
    ended = staffed("people", "erase", number, "--reason", "asked for", "--yes")
    assert ended.code == 0, ended.err
    assert NAME not in staffed("people", "show", number, "--why", "test").out
    there = elsewhere(staffed, "second")
    ended = staffed("restore", "copy.db", "--newest", str(staffed.folder / "ledger.db"), **there)
    assert ended.code == 0, ended.err
    assert "1" in ended.out
    staffed("login", "aigul", "--passphrase-file", str(staffed.folder / "aigul.txt"), **there)
    shown = staffed("people", "show", number, "--why", "test", **there)
    assert NAME not in shown.out + shown.err
    assert staffed("check", **there).code == 0


def test_a_stolen_ledger_without_its_keyring_opens_nothing(staffed: LedgerContext) -> None:
    number = number_of(staffed)
    (staffed.folder / "keyring.json").unlink()
    for words in (("people", "show", number, "--why", "test"), ("people", "find", "Palwasha")):
        ended = staffed(*words)
        assert ended.code == 7
        assert "Palwasha" not in ended.out
    for name in ("ledger.db", "ledger.db-wal", "vault.db", "vault.db-wal"):
        path = staffed.folder / name
        if path.exists():
            content = path.read_bytes()
            for told in (b"Palwasha", b"1399050200417", b"77011234567"):
                assert told not in content


def test_a_till_gets_the_lookup_key_and_one_of_its_own(staffed: LedgerContext) -> None:
    import json

    assert staffed("keys", "export", "--for", "till", "-o", "till.json").code == 0
    told = json.loads((staffed.folder / "till.json").read_text("utf-8"))
    assert list(told["keys"]) == ["lookup", "till"]
    assert told["machine"].startswith("till ")
    ended = staffed("people", "find", "Palwasha", "--keyring", "till.json")
    assert ended.code == 3  # a login vouched for by the office's keyring is none on a till's


def test_an_office_gets_no_seal_key_and_what_it_writes_is_vouched_for(
    staffed: LedgerContext,
) -> None:
    import json

    for more, keys in ((), ["lookup", "codes", "people"]), (
        ("--with-seal",), ["lookup", "codes", "people", "seal"]
    ):
        name = f"office{len(more)}.json"
        ended = staffed("keys", "export", "--for", "office", "-o", name, *more)
        assert ended.code == 0, ended.err
        told = json.loads((staffed.folder / name).read_text("utf-8"))
        assert list(told["keys"]) == keys
    ended = staffed("retailer", "add", "bazar", "--name", "Bazar", "--keyring", "office0.json")
    assert ended.code == 0, ended.err
    assert staffed("seal", "--keyring", "office0.json").code == 7
    ended = staffed("check")
    assert ended.code == 0, ended.out


def test_a_ledger_from_the_future_is_refused_and_one_of_today_needs_no_upgrade(
    staffed: LedgerContext,
) -> None:
    import sqlite3
    from contextlib import closing

    assert staffed("upgrade").code == 0
    with closing(sqlite3.connect(staffed.folder / "ledger.db", isolation_level=None)) as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("batch", "list"), ("upgrade",)):
        ended = staffed(*words)
        assert ended.code == 7
        assert len(ended.err.strip().splitlines()) == 1
