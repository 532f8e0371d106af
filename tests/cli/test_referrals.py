"""Referrals: kept, followed and erased by `protection`; to everybody else they are not there."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cbi.base.clock import DAY_US
from cbi.base.errors import Unusable
from cbi.operators.row_rules import wrong_rows
from cbi.people.persons import enrol
from cbi.people.records.reading import person_key
from cbi.people.records.sealing import open_sealed
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import ROLES, World
from tests.lines import TypedIn
from tests.people.given import somebody, zahra
from tests.reports.campaign import closed
from tests.rows import all_rows

ROLES.setdefault("shelter1", {"protection"})
ROLES.setdefault("everybody1", {
    "field", "cashier", "finance", "controller", "manager", "auditor", "admin"})
WORDS, TO = "her husband's brother keeps her passport", "Korgau shelter"
PASSPHRASE = "seven quiet rivers run"
TOLD = ("--kind", "trafficking", "--to", TO, "--text", WORDS, "--consent")


class Desk:
    """What whoever keeps referrals types with: their key and its passphrase."""

    def __init__(self, cbi: TypedIn, world: World) -> None:
        self.cbi, self.world = cbi, world
        self.key, self.words = world.folder / "protection.json", world.folder / "words.txt"
        self.words.write_text(PASSPHRASE + "\n", "utf-8")
        code, _, err = cbi("referral", "key", "-o", str(self.key), "--new-passphrase-file",
                           str(self.words), who="shelter1")
        assert code == 0, err

    def __call__(self, *words: str, who: str = "shelter1", lang: str = "en",
                 ) -> tuple[int, str, str]:
        return self.cbi(*words, "--key", str(self.key), "--key-passphrase-file", str(self.words),
                        who=who, lang=lang)

    def told(self, *words: str) -> Any:
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    return tuple(enrol(world.session("field1"), [zahra(), somebody(1), somebody(2)]).numbers)


@pytest.fixture
def desk(cbi: TypedIn, world: World) -> Desk:
    return Desk(cbi, world)


def every_row(world: World) -> dict[str, list[dict[str, Any]]]:
    """Everything that stands in ledger and vault."""
    found: dict[str, list[dict[str, Any]]] = {}
    for database in (world.ledger, world.vault):
        with database.read() as tx:
            names = tx.tuples(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                if tx.engine == "sqlite" else
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            found |= {name: all_rows(tx, f"SELECT * FROM {name}") for (name,) in names}
    return found


def test_a_referral_from_its_opening_to_its_end(
    desk: Desk, world: World, numbers: tuple[str, ...]
) -> None:
    made = desk.told("referral", "add", numbers[0], *TOLD)
    named = made["id"][:8]
    assert made["person"] == numbers[0]
    desk.told("referral", "update", named, "--state", "accepted", "--text", "a bed is free")
    code, out, _ = desk("referral", "show", named)
    assert code == 0
    for words in ("Zahra Haidari", "+77015550142", TO, WORDS, "a bed is free", "with consent"):
        assert words in out
    desk.told("referral", "close", named, "--outcome", "helped", "--text", "safe",
              "--keep-until", "2022-08-25")
    assert desk("referral", "update", named, "--text", "more")[0] == 5
    assert desk.told("referral", "list", "--open") == []
    assert desk("referral", "erase", "--due", "--yes")[1] == "None is due.\n"
    world.clock.now += 10 * 86_400_000_000
    assert "cbi referral erase --due" in desk("referral", "list")[1]
    assert desk.told("referral", "erase", "--due", "--yes") == {"erased": 1}
    assert desk.told("referral", "list") == []
    with world.ledger.read() as tx:
        assert list(wrong_rows(tx)) == []


def test_no_other_role_gets_anywhere_with_the_key_in_hand(
    desk: Desk, numbers: tuple[str, ...]
) -> None:
    named = desk.told("referral", "add", numbers[0], *TOLD)["id"][:8]
    lines = (
        ("add", numbers[1], *TOLD), ("list",), ("show", named), ("update", named, "--text", "x"),
        ("close", named, "--outcome", "helped"), ("erase", named, "--yes"),
    )
    for who in ("everybody1", "admin1", "auditor1", "manager1", "field1", "finance1",
                "controller1", "cashier1"):
        for line in lines:
            code, out, _ = desk("referral", *line, who=who)
            assert (code, out) == (3, ""), (who, line)
        assert desk("report", "referrals", who=who)[0] == 3
        assert desk.cbi("referral", "key", "-o", str(desk.world.folder / "mine.json"), "--anew",
                        "--new-passphrase-file", str(desk.words), who=who)[0] == 3


def test_the_role_without_the_key_or_its_passphrase_opens_nothing(
    desk: Desk, cbi: TypedIn, world: World, numbers: tuple[str, ...]
) -> None:
    desk.told("referral", "add", numbers[0], *TOLD)
    assert cbi("referral", "list", who="shelter1")[0] == 2
    other = world.folder / "other.txt"
    other.write_text("eight quiet rivers run\n", "utf-8")
    line = ("referral", "list", "--key", str(desk.key), "--key-passphrase-file")
    assert cbi(*line, str(other), who="shelter1")[0] == 7
    fresh = world.folder / "fresh.json"
    made = ("referral", "key", "-o", str(fresh), "--new-passphrase-file", str(desk.words))
    assert cbi(*made, who="shelter1")[0] == 5
    assert cbi(*made, "--anew", who="shelter1")[0] == 0
    code, out, _ = cbi("referral", "list", "--key", str(fresh), "--key-passphrase-file",
                       str(desk.words), "--json", who="shelter1")
    assert (code, json.loads(out)) == (0, [])


def test_the_role_is_given_by_its_name_alone(cbi: TypedIn, world: World) -> None:
    words = world.folder / "new.txt"
    words.write_text("seven quiet rivers run", "utf-8")
    more = ("--new-passphrase-file", str(words), "--json")
    code, out, err = cbi("operator", "add", "aigul", "--role", "protection", *more, who="admin1")
    assert code == 0, err
    assert json.loads(out)["roles"] == ["protection"]
    code, out, err = cbi("operator", "add", "bota", "--role", "all", "--store", "magnum-almaty-1",
                         *more, who="admin1")
    assert code == 0, err
    assert "protection" not in json.loads(out)["roles"]


def test_a_file_that_is_no_key_of_referrals_is_named_as_such(
    desk: Desk, cbi: TypedIn, world: World
) -> None:
    spoilt = world.folder / "spoilt.json"
    spoilt.write_text("{}", "utf-8")
    spoilt.chmod(0o600)
    for named, words in (
        (world.folder / "gone.json", "There is no file"), (spoilt, "no key of referrals"),
    ):
        code, _, err = cbi("report", "referrals", "--key", str(named), "--key-passphrase-file",
                           str(desk.words), who="shelter1")
        assert code == 7
        assert words in err
        assert str(named) in err
        assert "--key," in err or "--key." in err
        assert "keyring" not in err


def test_a_copy_of_the_key_opens_the_same(desk: Desk, cbi: TypedIn, world: World,
                                          numbers: tuple[str, ...]) -> None:
    desk.told("referral", "add", numbers[0], *TOLD)
    copy, words = world.folder / "copy.json", world.folder / "copy.txt"
    words.write_text("nine slow clouds pass\n", "utf-8")
    assert desk("referral", "key", "-o", str(copy), "--new-passphrase-file", str(words))[0] == 0
    code, out, _ = cbi("referral", "list", "--json", "--key", str(copy), "--key-passphrase-file",
                       str(words), who="shelter1")
    assert (code, len(json.loads(out))) == (0, 1)


def test_the_databases_tell_nothing_but_how_many(
    desk: Desk, world: World, numbers: tuple[str, ...]
) -> None:
    before = every_row(world)
    desk.told("referral", "add", numbers[0], *TOLD)
    desk.told("referral", "add", numbers[1], "--kind", "other", "--to", "x", "--text", "y",
              "--without-consent", "a child of four")
    desk("referral", "list")
    after = every_row(world)
    new = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    touched = {name for name, rows in new.items() if rows}
    assert touched <= {
        "referral", "log", "log_head", "row_digest", "row_digest_head", "leaf", "seal"}
    told = repr(new)
    for words in (*numbers, WORDS, TO, "trafficking", "child of four", "Zahra"):
        assert words not in told, words
        assert words.encode().hex() not in told
    assert {len(bytes(row["sealed"])) for row in new["referral"]} == {16_412}
    assert {(row["action"], row["object"], row["detail"]) for row in new["log"]} <= {
        ("referral.write", "referrals", "{}"), ("referral.read", "referrals", "{}"),
        ("ledger.seal", "", "{}")}


def test_every_key_of_the_office_and_of_the_person_opens_no_referral(
    desk: Desk, world: World, numbers: tuple[str, ...]
) -> None:
    desk.told("referral", "add", numbers[0], *TOLD)
    with world.ledger.read() as tx:
        (row,) = all_rows(tx, "SELECT * FROM referral")
    keys = [*world.keys.keys.values(), person_key(world.session("field1"), numbers[0])]
    belongs = b"cbi referral\x1f" + bytes(row["id"]).hex().encode()
    for key in keys:
        with pytest.raises(Unusable):
            open_sealed(key, bytes(row["sealed"]), belongs, number="x")
    written = desk.key.read_text("utf-8")
    assert "sealed" in json.loads(written)
    assert "keys" not in json.loads(written)
    assert "protection" not in world.keys.keys


PAGES: tuple[Callable[[str], tuple[str, ...]], ...] = (
    lambda number: ("people", "show", number), lambda number: ("people", "list"),
    lambda number: ("people", "households", "show", number),
    lambda number: ("people", "show", number, "--json"), lambda number: ("complaint", "list"),
    lambda number: ("report", "complaints"), lambda number: ("waiting", "--all"),
)


def test_a_persons_pages_exports_and_erasing_are_the_same_with_and_without(
    world: World, desk: Desk, numbers: tuple[str, ...], tmp_path: Path
) -> None:
    def seen(number: str, place: str) -> list[str]:
        said = [desk.cbi(*page(number), who="manager1")[1] for page in PAGES]
        file = tmp_path / f"{place}.txt"
        assert desk.cbi("people", "export", number, "-o", str(file), who="manager1")[0] == 0
        said.append(file.read_text("utf-8").partition("log")[0])
        return said

    before = seen(numbers[0], "before")
    desk.told("referral", "add", numbers[0], *TOLD)
    after = seen(numbers[0], "after")
    assert [words for words in after if "referr" in words.lower()] == []
    assert after[:-1] == before[:-1]
    erased = [desk.cbi("people", "erase", number, "--reason", "asked", "--yes", who="admin1")
              for number in numbers[:2]]
    assert erased[0][0] == erased[1][0] == 0
    assert erased[0][1].replace(numbers[0], "N") == erased[1][1].replace(numbers[1], "N")
    (one,) = desk.told("referral", "list")
    assert one["person"] == numbers[0]
    assert "was erased" in desk("referral", "show", one["id"][:8])[1]


def test_a_sealed_record_moved_to_another_place_opens_nothing_and_shows(
    desk: Desk, world: World, numbers: tuple[str, ...]
) -> None:
    for number in numbers[:2]:
        desk.told("referral", "add", number, *TOLD)
    if not isinstance(world.ledger, SqliteDatabase):
        pytest.skip("a thief's hand on the file is tried on SQLite")
    with sqlite3.connect(world.ledger.path) as thief:
        first, second = thief.execute("SELECT id, sealed FROM referral ORDER BY id").fetchall()
        thief.execute("UPDATE referral SET sealed = ? WHERE id = ?", (second[1], first[0]))
    thief.close()
    assert desk("referral", "list")[0] == 7
    with world.ledger.read() as tx:
        assert [row.where.split()[0] for row in wrong_rows(tx)] == ["referral"]


def test_a_quarter_is_told_once_as_it_was_closed(
    desk: Desk, world: World, numbers: tuple[str, ...]
) -> None:
    names = [desk.told("referral", "add", numbers[place % 3], *TOLD)["id"][:8]
             for place in range(22)]
    world.clock.now += DAY_US
    for name in names[:11]:
        desk.told("referral", "close", name, "--outcome", "helped", "--text", "safe")
    desk.told("referral", "add", numbers[0], *TOLD, "--date", "2022-08-20")
    assert desk("report", "referrals")[0] == 5
    closed(world, "2022-09")

    def stood(*more: str) -> tuple[int, int, int]:
        told = {row["kind"]: row for row in desk.told("report", "referrals", *more)}
        one = told["trafficking"]
        return one["open"], one["closed"], one["made"]

    assert stood() == (12, 11, 23)
    desk.told("referral", "close", names[12], "--outcome", "helped", "--text", "safe")
    desk.told("referral", "add", numbers[1], *TOLD, "--date", "2022-08-21")
    world.clock.now += DAY_US
    quarter = ("--from", "2022-07-01", "--until", "2022-09-30")
    assert stood() == stood(*quarter) == stood("--as-of", "2022-10-03") == (12, 11, 23)
    assert "from 1 Jul 2022 to 30 Sep 2022" in desk("report", "referrals")[1]
    for more in (("--as-of", "2022-08-20"), ("--from", "2022-08-01", "--until", "2022-08-31"),
                 ("--from", "2022-07-01", "--until", "2022-09-29")):
        assert desk("report", "referrals", *more)[0] == 2, more


def test_few_are_not_told_in_figures(desk: Desk, world: World, numbers: tuple[str, ...]) -> None:
    for place in range(12):
        kind = "violence" if place else "trafficking"
        desk.told("referral", "add", numbers[place % 3], "--kind", kind, "--to", TO, "--text",
                  WORDS, "--consent")
    closed(world, "2022-09")
    told = {row["kind"]: row for row in desk.told("report", "referrals")}
    assert told["trafficking"]["made"] is None
    assert told["violence"]["made"] is None or told["all"]["made"] is None


@pytest.mark.parametrize(("more", "code"), [
    (("--kind", "noise", "--to", "x", "--text", "y", "--consent"), 2),
    (("--to", "x", "--text", "y"), 2),
    (("--to", "x", "--text", "y", "--consent", "--without-consent", "z"), 2),
    (("--to", "x", "--text", "y" * 2001, "--consent"), 2),
    (("--to", "x", "--text", "y", "--consent", "--date", "2022-09-01"), 2),
])
def test_what_cannot_be_is_refused(
    desk: Desk, numbers: tuple[str, ...], more: tuple[str, ...], code: int
) -> None:
    assert desk("referral", "add", numbers[0], *more)[0] == code
    assert desk("referral", "add", "B-000-000-000", *TOLD)[0] in (2, 4)
    assert desk.told("referral", "list") == []
