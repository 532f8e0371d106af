"""Two folders, one at the main office and one on a laptop, by the lines that people type."""

import io
import json
import shlex
import sys
from pathlib import Path
from typing import Protocol

import pytest

from cbi.ledger.vouchers.changes import void
from tests.conftest import World
from tests.field.given import WORDS, field_operators
from tests.issuance.given import enrolled, issued_to, serials_of
from tests.lines import TypedIn

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Here(Protocol):
    """Types a line that must end so; gives what it said."""

    def __call__(
        self, *words: str, who: str = ..., code: int = ..., lang: str = ...
    ) -> str: ...


@pytest.fixture
def typed(
    world: World, cbi: TypedIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Here:
    """Types a line in a folder of its own; gives what it said."""
    field_operators(world)
    enrolled(world)
    issued_to(world)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CBI_PASSPHRASE", WORDS)

    def line(*words: str, who: str = "manager1", code: int = 0, lang: str = "en") -> str:
        given, out, err = cbi(*words, who=who, lang=lang)
        assert given == code, out + err
        return out + err

    return line


def out(typed: Here) -> None:
    """A laptop paired, and working from its first bundle."""
    typed("laptop", "new", "north", "-o", "north.card")
    typed("field", "pair", "north.card", "--holder", "field1", "--yes", who="admin1")
    typed("field", "send", "north", "--city", "almaty", "-o", "out.cbi")
    typed("laptop", "open", "out.cbi", "--yes")


def test_from_pairing_to_the_last_conflict(world: World, typed: Here) -> None:
    first, second, third, *_ = serials_of(world, "KZ22-R1-B1")
    made = typed("laptop", "new", "north", "-o", "north.card")
    shown = typed("field", "pair", "north.card", "--holder", "field1", "--yes", who="admin1")
    sent = typed("field", "send", "north", "--city", "almaty", "-o", "out.cbi")
    assert sent.startswith("Bundle 1 for north: ")
    opened = json.loads(typed("laptop", "open", "out.cbi", "--yes", "--json"))
    assert (opened["bundle"], opened["holder"]) == (1, "field1")
    assert "fingerprint" in made
    assert "main office" in shown
    said = typed("laptop", "hand-over", first, second, first)
    assert "handed over (2)" in said
    assert "Not handed over: 0" in said
    said = typed("laptop", "hand-over", first, code=5)
    assert "was handed over on this laptop before" in said
    typed("laptop", "note", third, "absent")
    assert typed("laptop", "list").count("handed over") == 2
    assert "Events 1 to 3" in typed("laptop", "pack", "-o", "back.cbi")
    void(world.session("manager1"), second, "lost")
    said = typed("field", "take", "back.cbi", who="field2", code=5)
    assert "north: 3 new events: posted 1, undone there 0, noted 1, conflicts 1" in said
    assert f"north/2, {second}: void or replaced meanwhile" in said
    again = typed("field", "take", "back.cbi", who="field2", code=5, lang="ru")
    assert "ничего нового" in again
    assert "cbi field conflicts north" in typed("waiting")
    assert typed("field", "conflicts", lang="ru").count("north/2") == 1
    typed("field", "decide", "north/2", "--reason", "the paper was destroyed")
    assert "field conflicts" not in typed("waiting")
    story = typed("explain", second)
    assert "Conflict north/2" in story
    assert "the paper was destroyed" in story
    assert "field1 handed it over without connection; field2" in typed("explain", first)
    assert "\tout\t" in typed("field", "list")


def test_whoever_hands_over_what_is_out_is_told(world: World, typed: Here) -> None:
    out(typed)
    first, *_ = serials_of(world, "KZ22-R1-B1")
    assert f"{first} is on the list of the laptop north" in typed("hand-over", first, who="field2")


@on_sqlite
def test_a_scanner_types_and_the_other_language_reads(
    world: World, typed: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    out(typed)
    first, second, *_ = serials_of(world, "KZ22-R1-B1")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{first.lower()}\n\n{second}\nrubbish\n"))
    said = typed("laptop", "hand-over", code=5, lang="ru")
    assert "выдан (2)" in said
    assert "rubbish" in said
    typed("laptop", "undo", second)
    assert json.loads(typed("laptop", "pack", "-o", "b.cbi", "--json"))["last"] == 3


def test_a_recall_asks_and_keeps_what_comes_after(world: World, typed: Here) -> None:
    out(typed)
    first, *_ = serials_of(world, "KZ22-R1-B1")
    typed("laptop", "hand-over", first)
    typed("laptop", "pack", "-o", "back.cbi")
    assert "--yes" in typed("field", "recall", "north", "--reason", "stolen", code=2)
    typed("field", "recall", "north", "--reason", "stolen", "--yes")
    assert "recalled" in typed("field", "list")
    assert "recalled before" in typed("field", "take", "back.cbi", who="field2", code=5)
    refused = typed("field", "send", "north", "--city", "almaty", "-o", "x.cbi", code=5)
    assert "stolen" in refused
    assert not Path("x.cbi").exists()


@on_sqlite
@pytest.mark.parametrize(("words", "code", "told"), [
    (["laptop", "list"], 4, "There is no laptop in laptop"),
    (["laptop", "new", "North Office", "-o", "x"], 2, "is no name for a laptop"),
    (["field", "pair", "nowhere.card", "--holder", "field1", "--yes"], 6, "There is no file"),
    (["field", "take", "nowhere.cbi"], 6, "There is no file"),
    (["field", "decide", "north/1", "--reason", "x"], 4, "No conflict is called north/1"),
    (["field", "recall", "north", "--reason", "x", "--yes"], 4, "No laptop is called north"),
])
def test_each_slip_is_one_line(
    typed: Here, words: list[str], code: int, told: str
) -> None:
    said = typed(*words, code=code)
    assert told in said
    assert len(said.strip().splitlines()) == 1


@on_sqlite
def test_a_card_is_no_bundle_and_a_bundle_no_card(typed: Here) -> None:
    out(typed)
    assert "no bundle" in typed("laptop", "open", "north.card", code=6)
    assert "no laptop's card" in typed(
        "field", "pair", "out.cbi", "--holder", "field1", "--yes", code=6)
    assert "not what a laptop brings back" in typed("field", "take", "out.cbi", code=6)
    assert "already" in typed("laptop", "new", "north", "-o", "n.card", code=5)
    assert not Path("n.card").exists()


PAGE = Path(__file__).parents[2] / "docs" / "field-office.md"


def test_the_lines_of_the_page_do_what_it_says(
    world: World, typed: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line as it stands there, by who may; where it asks, the answer is yes."""
    lines = [line.split() for line in PAGE.read_text("utf-8").splitlines()
             if line.startswith("    cbi ")]
    assert len(lines) == 14
    who = {"pair": "admin1", "take": "field2"}
    said = []
    for _, *words in lines:
        typed_line = shlex.split(" ".join(words).replace("amina", "field1"))
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        if typed_line[1] == "take":
            void(world.session("manager1"), "KZ22-R1-000001", "a second sheet was found")
        said.append(typed(
            *typed_line, *(["--yes"] if typed_line[1] in ("pair", "open", "recall") else []),
            who=who.get(typed_line[1], "manager1"), code=5 if typed_line[1] == "take" else 0,
        ))
    assert "posted 0, undone there 1, noted 2, conflicts 1" in "".join(said)


@on_sqlite
def test_who_erases_somebody_hears_on_which_laptops_the_name_still_stands(
    world: World, typed: Here
) -> None:
    first, second, *_ = serials_of(world, "KZ22-R1-B1")
    with world.ledger.read() as tx:
        one, other = (tx.value("SELECT beneficiary FROM voucher WHERE serial = :serial", serial=it)
                      for it in (first, second))
    erase = ("people", "erase", "--reason", "asked for", "--yes")
    out(typed)
    assert "until each opens a new one: north." in typed(*erase, one, who="admin1")
    typed("field", "send", "north", "--city", "almaty", "-o", "next.cbi")
    typed("laptop", "open", "next.cbi")
    assert one in typed("laptop", "list")
    typed("field", "recall", "north", "--reason", "given up", "--yes")
    assert "north" not in typed(*erase, other, who="admin1")
