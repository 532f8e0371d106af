"""At a terminal: who says no hears that nothing was done, and a passphrase that will not do is
refused before it is typed again."""

import getpass
from pathlib import Path

import pytest

from cbi.cli.run import run
from cbi.people.persons import enrol
from tests.cli.conftest import AtTerminal, Terminal
from tests.conftest import World
from tests.people.given import zahra
from tests.rows import all_rows

NOTHING = {"en": "Nothing was done.", "ru": "Ничего не сделано."}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a terminal asked secretly; the answers are put in first."""
    monkeypatch.setattr("sys.stdin", Terminal())
    answers: list[str] = []
    monkeypatch.setattr(getpass, "getpass", lambda words: answers.pop(0))
    return answers


@pytest.mark.parametrize("lang", NOTHING)
@pytest.mark.parametrize(("who", "line"), [
    ("controller1", ("close", "2022-08")), ("manager1", ("store", "close", "store1")),
    ("manager1", ("people", "erase", "NUMBER", "--reason", "asked for it")),
])
def test_no_is_told_as_nothing_done(
    at_terminal: AtTerminal, world: World, who: str, line: tuple[str, ...], lang: str
) -> None:
    number = enrol(world.session("field1"), [zahra()], list_hash="ab" * 32).numbers[0]
    words = [number if word == "NUMBER" else word for word in line]
    with world.ledger.read() as tx:
        before = all_rows(tx, "SELECT * FROM log ORDER BY seq")
    code, out, err = at_terminal(*words, answers=["n"], who=who, lang=lang)
    assert NOTHING[lang] in out, (code, out, err)
    with world.ledger.read() as tx:
        done = all_rows(tx, "SELECT * FROM log ORDER BY seq")[len(before):]
    assert not [row for row in done if row["action"] in ("person.erase", "period.close")]


def test_a_short_passphrase_is_refused_before_the_second_entry(
    tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked += ["short", "aigul-aigul", "aigul-aigul"]
    assert run(["--ledger", str(tmp_path / "ledger.db"), "init", "--operator", "aigul"]) == 0
    assert "10" in capsys.readouterr().err
    assert asked == []


def test_ones_own_name_is_no_passphrase(
    tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked += ["aigul-aigul", "a good passphrase", "a good passphrase"]
    line = ["--ledger", str(tmp_path / "ledger.db"), "--lang", "ru", "init", "--operator"]
    assert run([*line, "aigul-aigul"]) == 0
    assert asked == []
