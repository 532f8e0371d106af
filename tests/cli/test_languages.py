"""In which language paper speaks to those of whom no list says it: told before it is printed."""

import json
from pathlib import Path

import pytest

from cbi.files import write_csv
from cbi.people.records.languages import hint_of, language_for
from cbi.people.records.record import WrittenName
from tests.cli.test_due import BOTH
from tests.cli.test_issuing import plain
from tests.conftest import World
from tests.issuance.given import second_round
from tests.lines import Told, TypedIn
from tests.rows import all_rows

HEADINGS = ["Name", "Sex", "Born", "City", "Tazkira", "Consent", "Consent date"]


def row(number: int, name: str) -> list[str]:
    return [name, "m", f"1{number}.05.198{number}", "almaty", f"1401-0001-0000{number}",
            "signature", "2022-08-01"]


@pytest.fixture
def typed(cbi: TypedIn) -> Told:
    def line(*words: str, who: str = "manager1", code: int = 0) -> str:
        given, out, err = cbi(*words, who=who)
        assert given == code, out + err
        return plain(out + err)

    return line


@pytest.fixture
def listed(world: World) -> Path:
    """Three of one list without a column for the language."""
    path = world.folder / "list.csv"
    write_csv(path, HEADINGS, [
        row(1, "Abdul Karimi"), row(2, "Сергей Петров"), row(3, "نجیب رحیمی"),
    ])
    return path


def languages(world: World) -> list[str]:
    with world.ledger.read() as tx:
        return [row["language"] for row in all_rows(tx,
            "SELECT language, beneficiary FROM voucher WHERE category = 'food'"
            " AND round = 'KZ22-R2' ORDER BY language"
        )]


def test_a_list_without_languages_says_what_paper_will_speak(
    typed: Told, world: World, listed: Path,
) -> None:
    said = typed("people", "import", str(listed), "--dry-run", who="field1")
    assert "Language: Dari for 2 (not in the list), Russian for 1 (not in the list)" in said
    told = json.loads(typed("people", "import", str(listed), "--yes", "--json", who="field1"))
    assert told["languages"] == [
        {"programmes": "KZ22", "language": "fa", "people": 2, "said": False},
        {"programmes": "KZ22", "language": "ru", "people": 1, "said": False},
    ]
    for number in told["numbers"]:
        typed("people", "approve", number, "--yes")
    assert "Language: not said" in typed("people", "show", told["numbers"][0])
    typed("people", "edit", told["numbers"][0], "--language", "ps", "--reason", "asked",
          who="field1")
    second_round(world, BOTH)
    line = ("Language: Dari for 1 (not in the list), Pashto for 1, "
            "Russian for 1 (not in the list)")
    assert line in typed("round", "preview", "KZ22-R2")
    assert line in typed("issue", "KZ22-R2", "--yes", who="field1")
    assert line in typed("batch", "show", "KZ22-R2-B1")
    assert line in typed("batch", "approve", "KZ22-R2-B1", "--yes")
    assert languages(world) == ["fa", "ps", "ru"]


def test_a_programme_says_which_language_paper_speaks(
    typed: Told, cbi: TypedIn, world: World, listed: Path,
) -> None:
    assert "Vouchers speak Dari" in typed("programme", "show", "KZ22")
    code, _, err = cbi("programme", "set", "KZ22", "--language", "tlh", "--reason", "moved")
    assert (code, "tlh" in err) == (2, True)
    typed("programme", "set", "KZ22", "--language", "kk", "--reason", "moved")
    said = typed("people", "import", str(listed), "--dry-run", who="field1")
    assert "Language: Kazakh for 2 (not in the list), Dari for 1 (not in the list)" in said
    typed("programme", "add", "P2", "--name", "Two", "--budget", "5", "--language", "en")
    said = typed("people", "import", str(listed), "--dry-run", who="field1")
    assert "Language in KZ22: Kazakh for 2" in said
    assert "Language in P2: English for 1 (not in the list), Dari for 1" in said


def test_a_name_put_right_is_another_hint(typed: Told, world: World, listed: Path) -> None:
    told = json.loads(typed("people", "import", str(listed), "--yes", "--json", who="field1"))
    for number, name in zip(told["numbers"], ("Пётр Сергеев", "Peter Serge", "نجیب رحیمی"),
                            strict=True):
        if name != "نجیب رحیمی":
            typed("people", "edit", number, "--name", name, "--reason", "as in the passport",
                  who="field1")
        typed("people", "approve", number, "--yes")
    second_round(world, BOTH)
    said = typed("issue", "KZ22-R2", "--yes", who="field1")
    assert "Language: Russian for 2 (not in the list), Dari for 1 (not in the list)" in said


@pytest.mark.parametrize(("said", "scripts", "default", "speaks"), [
    ("kk", ("Arab",), "fa", "kk"),
    ("", ("Latn",), "fa", "fa"),
    ("", ("Cyrl",), "fa", "ru"),
    ("", ("Cyrl",), "kk", "kk"),
    ("", ("Cyrl", "Latn"), "en", "ru"),
    ("", ("Arab",), "ps", "ps"),
    ("", ("Arab",), "uz", "fa"),
    ("", ("Arab", "Cyrl"), "kk", "kk"),
])
def test_a_script_is_a_hint_and_no_more(
    said: str, scripts: tuple[str, ...], default: str, speaks: str,
) -> None:
    hint = hint_of([WrittenName("x", "", script) for script in scripts])
    assert language_for(said, hint, default) == speaks
