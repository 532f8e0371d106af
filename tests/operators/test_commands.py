"""Operators and logins as they are typed: a real ledger, real files, exit codes and plain words."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from cbi.cli.run import run
from cbi.context import LedgerContext
from tests.team import Team

ADMIN, GIVEN, OWN = "an owl at seven", "four grey horses", "her very own one"


class Typist:
    """Types lines at a ledger of its own and reads what is said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(words)
        said = self.capsys.readouterr()
        self.out, self.err = said.out, said.err
        return code

    def secret(self, words: str) -> str:
        """The path of a file with a passphrase."""
        path = self.folder / f"{words.replace(' ', '-')}.pass"
        path.write_text(words + "\n", "utf-8")
        return str(path)

    def log_in(self, name: str, passphrase: str, *more: str) -> int:
        return self("login", name, "--passphrase-file", self.secret(passphrase), *more)


@pytest.fixture
def cbi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typist:
    """A new ledger whose admin `boss` is signed in."""
    for name in ("CBI_VAULT", "CBI_KEYRING", "CBI_AS", "CBI_PASSPHRASE_FILE", "CBI_PASSPHRASE",
                 "CBI_NEW_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CBI_LEDGER", str(tmp_path / "ledger.db"))
    monkeypatch.setenv("CBI_SESSIONS", str(tmp_path / "logins"))
    monkeypatch.setenv("CBI_LANG", "en")
    typed = Typist(tmp_path, capsys)
    assert typed("init", "--operator", "boss", "--passphrase-file", typed.secret(ADMIN)) == 0
    return typed


def test_init_signs_its_first_operator_in(cbi: Typist) -> None:
    assert cbi("whoami") == 0
    assert cbi.out == "boss: admin\n"


def test_an_operator_added_by_another_chooses_a_passphrase_at_the_first_login(cbi: Typist) -> None:
    assert cbi("operator", "add", "dana", "--role", "finance", "--role", "field",
               "--new-passphrase-file", cbi.secret(GIVEN)) == 0
    assert cbi("--as", "dana", "--passphrase-file", cbi.secret(GIVEN), "whoami") == 3
    assert "cbi login dana" in cbi.err
    assert cbi.log_in("dana", GIVEN, "--new-passphrase-file", cbi.secret(OWN)) == 0
    assert "choose one of your own" in cbi.out
    assert cbi("whoami", "--json") == 0
    assert {name: json.loads(cbi.out)[name] for name in ("operator", "roles", "stores")} == {
        "operator": "dana", "roles": ["field", "finance"], "stores": [],
    }
    assert cbi("operator", "list") == 3
    assert "operator.read" in cbi.err


def test_as_with_a_passphrase_file_acts_without_a_login(cbi: Typist) -> None:
    assert cbi("logout") == 0
    assert cbi("--as", "boss", "--passphrase-file", cbi.secret(ADMIN), "whoami") == 0
    assert cbi.out == "boss: admin\n"
    assert cbi("whoami") == 3


def test_signed_out_a_line_says_what_to_type(cbi: Typist) -> None:
    assert cbi("logout") == 0
    assert cbi.out == "You are signed out.\n"
    assert cbi("logout") == 0
    assert cbi.out == "Nobody was signed in.\n"
    for line in (["whoami"], ["log"], ["operator", "list"], ["operator", "disable", "boss"]):
        assert cbi(*line) == 3
        assert cbi.err == "cbi: Nobody is signed in at this ledger. Type: cbi login NAME\n"


def test_a_wrong_passphrase_is_one_line_and_exit_3(cbi: Typist) -> None:
    assert cbi.log_in("boss", GIVEN) == 3
    assert cbi.err.startswith("cbi: No operator has this name and passphrase.")
    assert cbi("log", "--action", "operator.login-failed", "--json") == 0
    (line,) = json.loads(cbi.out)
    assert (line["object"], line["detail"]) == ("boss", {"why": "wrong"})


def test_ones_own_passphrase_is_changed_at_login(cbi: Typist) -> None:
    assert cbi.log_in("boss", ADMIN, "--change", "--new-passphrase-file", cbi.secret(OWN)) == 0
    assert cbi.log_in("boss", ADMIN) == 3
    assert cbi.log_in("boss", OWN) == 0


def test_the_list_shows_roles_and_who_is_disabled(cbi: Typist) -> None:
    cbi("operator", "add", "dana", "--role", "finance", "--new-passphrase-file", cbi.secret(GIVEN))
    assert cbi("operator", "role", "dana", "--role", "field") == 0
    assert cbi("operator", "disable", "dana", "--reason", "left") == 0
    assert cbi("operator", "list") == 0
    assert cbi.out.splitlines()[2] == "dana\tfield\t\tdisabled"
    assert cbi("operator", "enable", "dana") == 0
    assert cbi("operator", "list", "--json") == 0
    assert [(one["name"], one["roles"], one["disabled_at"]) for one in json.loads(cbi.out)] == [
        ("boss", ["admin"], None), ("dana", ["field"], None),
    ]
    assert "argon2" not in cbi.out


@pytest.mark.parametrize(("line", "code", "said"), [
    (["operator", "add", "dana", "--role", "boss"], 2, "There is no role boss"),
    (["operator", "role", "nobody", "--role", "field"], 4, "no operator nobody"),
    (["operator", "role", "boss", "--role", "field"], 3, "Nobody changes their own roles"),
    (["operator", "disable", "boss"], 3, "the last admin"),
    (["operator", "enable", "boss"], 5, "is not disabled"),
    (["log", "--since", "16/08/2022"], 2, "not a calendar date"),
])
def test_a_refusal_is_one_line_with_its_exit_code(
    cbi: Typist, line: list[str], code: int, said: str
) -> None:
    assert cbi(*line) == code
    assert said in cbi.err
    assert cbi.err.count("\n") == 1
    assert cbi.out == ""


def test_the_log_is_narrowed_by_day_and_shown_newest_first(cbi: Typist) -> None:
    assert cbi("log") == 0
    assert [line.split("\t")[3] for line in cbi.out.splitlines()[1:]] == [
        "signed in", "added an operator",
    ]
    assert cbi("log", "--until", "2001-01-01") == 0
    assert cbi.out == "Nothing to show.\n"
    assert cbi("log", "--since", "2001-01-01", "--limit", "1", "--json") == 0
    assert [line["action"] for line in json.loads(cbi.out)] == ["operator.login"]


def test_a_russian_reader_is_answered_in_russian(cbi: Typist) -> None:
    assert cbi("--lang", "ru", "operator", "disable", "boss") == 3
    assert "последний администратор" in cbi.err
    assert cbi("--lang", "ru", "operator", "--help") == 0
    assert "Добавить оператора" in cbi.out


@pytest.mark.skipif(sys.platform == "win32", reason="a mode says nothing on Windows")
def test_a_login_that_lies_open_is_refused(cbi: Typist) -> None:
    (file,) = (cbi.folder / "logins").iterdir()
    file.chmod(0o644)
    assert cbi("whoami") == 7
    assert f"chmod 600 {file}" in cbi.err


def test_a_command_lets_go_of_the_ledger_it_opened(
    team: Team, monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Any] = []
    making = LedgerContext.__init__

    def noted(context: LedgerContext, *given: Any, **named: Any) -> None:
        making(context, *given, **named)
        opened.append(context.ledger)

    monkeypatch.setattr(LedgerContext, "__init__", noted)
    assert team("aigul", "whoami") == 0
    assert opened
    assert all(one._connection is None for one in opened)
