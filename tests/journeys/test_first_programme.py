"""The page of a first programme, typed on a real ledger; and `start`, by file and by talk."""

import getpass
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.base.data import data_folder
from cbi.cli.run import run
from tests.cli.conftest import Terminal
from tests.journeys.conftest import Ended, LedgerContext, office_in

PAGE = (Path(__file__).parents[2] / "docs" / "first-programme.md").read_text("utf-8")
FIRST, OWN = "a first passphrase", "the words of {}"


def block(kind: str) -> str:
    """The page's example in a language."""
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.S)
    assert found is not None
    return found[1]


def lines() -> Iterator[list[str]]:
    """The lines to type, in order."""
    for line in PAGE.splitlines():
        if line.startswith("    "):
            yield shlex.split(line)


class Reader:
    """Somebody who types what the page says, and fills in what it leaves open."""

    def __init__(self, office: LedgerContext) -> None:
        self.office = office
        today = datetime.now(UTC).date()
        self.known = {"FROM": today.isoformat(), "UNTIL": (today + timedelta(30)).isoformat()}
        self.signed_in = {"aigul"}

    def types(self, words: list[str]) -> Ended:
        """Type a line and hold on to what it tells."""
        words = [self.known.get(word, word) for word in words[1:]]
        env, stdin = {"CBI_PASSPHRASE": OWN.format("aigul")}, ""
        if words[0] == "login":
            env = {"CBI_PASSPHRASE": OWN.format(words[1])}
            if words[1] not in self.signed_in:
                self.signed_in.add(words[1])
                env = {"CBI_PASSPHRASE": FIRST, "CBI_NEW_PASSPHRASE": OWN.format(words[1])}
        elif words[:2] == ["operator", "add"]:
            env = {"CBI_NEW_PASSPHRASE": FIRST}
        if words[0] == "hand-over":
            told = self.office("batch", "show", "KZ26-R1-B1", "--json").json
            stdin = "".join(f"{one['serial']}\n" for one in told["vouchers"])
        ended = self.office(*words, "--yes", stdin=stdin, **env)
        if found := re.search(r"cbi people approve --list ([0-9a-f]{12})\b", ended.out):
            self.known["HASH"] = found[1]
        return ended


def test_every_line_of_the_page_does_what_it_says_on_a_real_ledger(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    (tmp_path / "list.csv").write_text(block("csv"), "utf-8")
    (tmp_path / "copies").mkdir()
    reader, told = Reader(office), {}
    for words in lines():
        if words[0] == "export":
            office.env["CBI_LEDGER"] = words[1].partition("=")[2]
            continue
        ended = reader.types(words)
        assert ended.code == 0, (words, ended.out, ended.err)
        told[" ".join(words[1:])] = ended.out
    assert "3" in told["hand-over"]
    assert "rules hold" in told["check"]
    assert not (tmp_path / "office" / "keyring.json").exists()


def test_the_first_day_takes_as_many_lines_as_the_page_says() -> None:
    """After `start` and the line that it ends with; a programme's first day must stay under 25."""
    day = PAGE.partition("## The first day")[2].partition("## What was typed wrong")[0]
    typed = [line.split() for line in day.splitlines() if line.startswith("    cbi ")]
    all_in_all = len(typed) + len(("cbi start", "export CBI_LEDGER"))
    told = re.search(r"took (\d+) typed lines \((\d+) of them.*?at the end (\d+)", PAGE, re.S)
    assert told is not None
    asking = [words for words in typed if words[1] in ("waiting", "check")]
    signing = [words for words in typed if words[1] == "login"]
    assert [int(one) for one in told.groups()] == [
        all_in_all - len(asking), len(signing), all_in_all]
    assert all_in_all < 25


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is somebody's home, with nothing in it."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CBI_LEDGER", raising=False)
    return tmp_path


def starts(folder: Path, *more: str) -> int:
    """Type `start` for the ledger of a folder."""
    return run(["--lang", "ru", "--ledger", str(folder / "office" / "ledger.db"), "start", *more])


def listed(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """What a listing says."""
    capsys.readouterr()
    run(["--ledger", str(folder / "office" / "ledger.db"), *words, "--json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_file_makes_the_office_and_makes_it_once(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at_home / "office.toml"
    file.write_text(block("toml"), "utf-8")
    assert tomllib.loads(block("toml"))["operator"] == "aigul"
    monkeypatch.setenv("CBI_PASSPHRASE", OWN.format("aigul"))
    assert starts(at_home, "--from", str(file)) == 0
    out = capsys.readouterr().out
    assert "$ cbi operator add kassa --role cashier --store magnum-almaty-1" in out
    assert "восстановлена" in out
    assert str(at_home / "office" / "ledger.db") in (at_home / "slips.html").read_text("utf-8")
    slips = (at_home / "slips.html").read_text("utf-8")
    first = re.findall(r"<code>([a-z0-9-]{19})</code>", slips)
    assert len(set(first)) == 2
    assert not any(one in out for one in first), "a passphrase is on paper alone"
    assert not list((at_home / "office").glob("*keyring*"))
    assert list((at_home / "home").rglob("*.keyring.json"))
    assert len(list((at_home / "copies").glob("*.db"))) == 2
    assert starts(at_home, "--from", str(file)) == 0
    again = capsys.readouterr().out
    assert "cbi city add" not in again
    assert "cbi operator add" not in again
    assert {one["name"] for one in listed(at_home, capsys, "operator", "list")} == {
        "aigul", "timur", "kassa"}
    monkeypatch.setenv("CBI_PASSPHRASE", first[0])
    monkeypatch.setenv("CBI_NEW_PASSPHRASE", OWN.format("timur"))
    assert run(["--ledger", str(at_home / "office" / "ledger.db"), "login", "timur"]) == 0


@pytest.mark.parametrize(("wrong", "said"), [
    ("colour = 'red'\n", "colour"), ("[[city]]\ncode = 'a'\n", "city.name"),
    ("[programme]\ncode='K'\nname='K'\nbudget='1'\nbuget='2'\n", "programme.buget"),
    ("city = 'almaty'\n", "city"), ("= =", "office.toml"),
])
def test_a_file_that_says_what_is_not_known_makes_nothing(
    at_home: Path, capsys: pytest.CaptureFixture[str], wrong: str, said: str
) -> None:
    (at_home / "office.toml").write_text(wrong, "utf-8")
    assert starts(at_home, "--from", "office.toml") == 6
    assert said in capsys.readouterr().err
    assert not (at_home / "office").exists()


def test_places_come_from_the_template_filled_in(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.load_workbook(data_folder() / "templates" / "places.xlsx")
    for row in (("Алматы", "Магнум", "050140001238", "Абая"), ("Астана",),
                ("Алматы", "Магнум", None, "Тюльпан"), ("Алматы", "Магнум", None, "Абая")):
        book["Places"].append(row)
    book.save(at_home / "places.xlsx")
    monkeypatch.setattr(getpass, "getpass", lambda words: OWN.format("aigul"))
    monkeypatch.setattr("sys.stdin", Terminal("kz\nАйгуль\n"))
    assert starts(at_home, "--places", "places.xlsx") == 130
    assert {one["code"] for one in listed(at_home, capsys, "city", "list")} == {"almaty", "astana"}
    (retailer,) = listed(at_home, capsys, "retailer", "list")
    assert retailer["number"] == "050140001238"
    stores = listed(at_home, capsys, "store", "list")
    assert [one["code"] for one in stores] == ["magnum-almaty-1", "magnum-almaty-2"]
    assert stores[1]["names"] == {"ru": "Тюльпан", "en": "Tyulpan"}
    assert starts(at_home, "--places", "places.xlsx") == 130
    assert "cbi store add" not in capsys.readouterr().out


@pytest.mark.parametrize(("sheet", "said"), [
    ("Place,Count\nAlmaty,2\n", "Город"), ("City,Retailer,Shop\nAlmaty,,Abay\n", "строка 2"),
    ("City,Shop\n,Abay\n", "Abay"), ("City,Shop\n???,\n", "???"),
    ("Город,Торговая сеть,БИН,Магазин\nА,М,1,Б\nА,М,2,В\n", "строка 3"),
])
def test_a_sheet_from_which_no_places_come_makes_nothing(
    at_home: Path, capsys: pytest.CaptureFixture[str], sheet: str, said: str
) -> None:
    (at_home / "places.csv").write_text(sheet, "utf-8")
    assert starts(at_home, "--places", "places.csv") == 6
    assert said in capsys.readouterr().err
    assert not (at_home / "office").exists()


def test_a_talk_that_is_broken_off_goes_on_where_it_stopped(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (at_home / "slips.html").write_text("kept", "utf-8")
    monkeypatch.setattr(getpass, "getpass", lambda words: OWN.format("aigul"))
    monkeypatch.setattr("sys.stdin", Terminal("lb.toml\nlb\nkz\nАйгуль\nАлматы, Астана\n"))
    assert starts(at_home) == 130
    assert {one["code"] for one in listed(at_home, capsys, "city", "list")} == {"almaty", "astana"}
    answers = [
        "n", "Магнум", "12", "", "Абая, Достык", "", "",  # no more cities; a number that is none
        "Тимур", "1", "Касса", "99", "2", "magnum-almaty-2", "",  # no role has that number
        "kz26", "Казахстан 2026", "6 000 000 т", "", "ru", "да",  # refused: what was said stays
        "", "", "6 000 000", "", "", "да",
        "15 000", "4", "3", "", "31.02.2022", "",  # nobody is the fourth; each member is
        "", "3", "", f"{datetime.now(UTC):%d.%m.%Y}", "", "copies",  # the amount stands there
    ]
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{one}\n" for one in answers)))
    assert starts(at_home) == 0, capsys.readouterr()
    out = capsys.readouterr().out
    assert "$ cbi store add magnum-almaty-2 --retailer magnum --city almaty" in out
    assert "$ cbi operator add kassa --role cashier --store magnum-almaty-2" in out
    (round_,) = listed(at_home, capsys, "round", "list")
    assert round_["code"] == "KZ26-R1"
    assert "--language ru" in out
    assert "--entitlement food:15000:member" in out
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert run(["--ledger", "office/ledger.db", "login", "Айгуль"]) == 0
    assert "Дальше:" not in out.split("\n7. ")[0], "no next steps in the middle of the talk"
    assert len(list((at_home / "copies").glob("*.db"))) == 2
    assert (at_home / "slips.html").read_text("utf-8") == "kept"
    assert "kassa" in (at_home / "slips-2.html").read_text("utf-8")
