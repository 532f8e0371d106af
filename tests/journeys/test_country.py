"""An office in another country: everything a profile decides, through the command line."""

from pathlib import Path

import pytest

from cbi.base.data import data_folder
from tests.journeys.conftest import LedgerContext


@pytest.fixture
def dushanbe(office: LedgerContext) -> LedgerContext:
    """A practice ledger in Tajikistan, its first programme and places."""
    office.env["CBI_PASSPHRASE"] = "seven green apples"
    made = office("init", "--profile", "tj", "--practice", "--role", "all", "--json")
    assert made.code == 0, made.err
    assert made.json["country"] == "TJ"
    assert office("city", "add", "dushanbe", "--name", "en=Dushanbe").code == 0
    added = office("programme", "add", "TJ26", "--name", "Tajikistan 2026", "--budget", "100000")
    assert added.code == 0, added.err
    return office


def test_money_and_time_are_the_countrys(dushanbe: LedgerContext) -> None:
    shown = dushanbe("programme", "show", "TJ26", "--json").json
    assert (shown["currency"], shown["zone"], shown["language"]) == (
        "TJS", "Asia/Dushanbe", "fa")


def test_a_retailers_number_is_the_countrys(dushanbe: LedgerContext) -> None:
    added = dushanbe("retailer", "add", "somon", "--name", "Somon", "--number", "020025789")
    assert added.code == 0, added.err
    refused = dushanbe("retailer", "add", "x", "--name", "X", "--number", "061211600012")
    assert refused.code == 2
    assert "TIN" in refused.err
    assert "9 digits" in refused.err


def test_a_list_is_read_as_it_is_written_there(dushanbe: LedgerContext) -> None:
    (dushanbe.folder / "list.csv").write_text(
        "Name;Sex;Birth date;City;Phone;TIN\n"
        "Gul Ahmadi;f;1990-05-06;Dushanbe;918 12 34 56;020025789\n"
        "Omid Ahmadi;m;1988-05-06;Dushanbe;918 12 34 57;02002578\n", "utf-8")
    ended = dushanbe("people", "import", "list.csv", "--dry-run", "--json")
    assert ended.json["new"] == 1, ended.err
    assert [one["code"] for one in ended.json["problems"]] == ["enrolment.national-length"]


def test_a_person_is_enrolled_and_found_by_the_countrys_numbers(dushanbe: LedgerContext) -> None:
    ended = dushanbe(
        "enroll", "--name", "Gul Ahmadi", "--sex", "f", "--birth", "1990", "--city", "Dushanbe",
        "--phone", "918 12 34 56", "--document", "national-number 020025789", "--language", "fa",
        "--consent", "signature", "--consent-version", "1", "--json", "--yes",
    )
    assert ended.code == 0, ended.err
    for asked in ("918123456", "020025789"):
        found = dushanbe("people", "find", asked, "--json").json
        assert len(found) == 1, asked


def test_a_profile_of_ones_own(office: LedgerContext) -> None:
    words = (data_folder() / "profiles" / "tj.toml").read_text("utf-8")
    (office.folder / "kg.toml").write_text(
        words.replace('"TJ" # ISO', '"KG" # ISO').replace("TJS", "KGS"), "utf-8")
    office.env["CBI_PASSPHRASE"] = "seven green apples"
    made = office("init", "--profile", "kg.toml", "--json")
    assert made.json["country"] == "KG", made.err


def test_a_wrong_profile_makes_nothing(office: LedgerContext) -> None:
    words = (data_folder() / "profiles" / "tj.toml").read_text("utf-8")
    (office.folder / "own.toml").write_text(words.replace('"TJS"', '"TJX"'), "utf-8")
    office.env["CBI_PASSPHRASE"] = "seven green apples"
    refused = office("init", "--profile", "own.toml")
    assert refused.code == 6
    assert "own.toml: money.currency" in refused.err
    assert office("init", "--profile", "atlantis").code == 4
    assert not list(Path(office.folder).glob("ledger.db*"))


def test_check_finds_a_profile_changed_from_outside(dushanbe: LedgerContext) -> None:
    import sqlite3

    assert dushanbe("check").code == 0
    with sqlite3.connect(dushanbe.folder / "ledger.db") as connection:
        connection.execute("DROP TRIGGER country_profile_no_update")
        connection.execute("UPDATE country_profile SET content = replace(content, 'TJS', 'USD')")
    connection.close()
    ended = dushanbe("check")
    assert ended.code != 0
    assert "country_profile" in ended.out + ended.err
