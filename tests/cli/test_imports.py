"""people import as it is typed."""

import json
from pathlib import Path

import pytest

from cbi.files import read_table, write_csv
from cbi.people.persons import sweep
from tests.conftest import World
from tests.lines import TypedIn
from tests.rows import all_rows

HEADINGS = ["ФИО", "Имя отца", "Пол", "Дата рождения", "Телефон", "Город", "Тазкира"]
GOOD = [
    "Фарид Ахмадзай", "Карим", "м", "12.05.1990", "8 701 000 00 01", "almaty", "1401-0001-00001",
]
BAD = ["Лейла Ахмадзай", "Фарид", "ж", "31.02.2015", "12", "Париж", ""]


@pytest.fixture
def listed(world: World) -> Path:
    path = world.folder / "list.csv"
    write_csv(path, HEADINGS, [GOOD, BAD])
    return path


def count(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT count(*) FROM person"))


def test_a_dry_run_shows_and_writes_nothing(cbi: TypedIn, world: World, listed: Path) -> None:
    code, out, err = cbi("people", "import", str(listed), "--dry-run", who="field1")
    assert (code, err) == (0, "")
    assert "1 person to enrol, 0 enrolled before, 1 row to correct" in out
    assert "Телефон" in out
    assert "is not a phone number" in out
    assert "Фарид Ахмадзай" in out
    assert count(world) == 0
    assert [one.name for one in world.folder.glob("*.xlsx")] == []


def test_good_rows_are_taken_in_and_the_others_come_back(
    cbi: TypedIn, world: World, listed: Path,
) -> None:
    code, out, _ = cbi("people", "import", str(listed), "--yes", who="field1", lang="ru")
    assert code == 6
    assert "Внесено: 1" in out
    assert count(world) == 1
    back = read_table(world.folder / "list-rejected.xlsx")
    assert back.rows[1].cells[0] == BAD[0]
    assert "Париж" in str(back.rows[1].cells[len(HEADINGS)])
    code, out, _ = cbi("people", "import", str(listed), "--yes", who="field1")
    assert "Nobody new" in out
    assert "cbi people approve --list" in out, "who was killed before it was said finds it here"
    assert count(world) == 1


def test_without_an_answer_nothing_is_taken_in(cbi: TypedIn, world: World, listed: Path) -> None:
    code, _, err = cbi("people", "import", str(listed), who="field1")
    assert code == 2
    assert "--yes" in err
    assert count(world) == 0


def test_json_is_one_object(cbi: TypedIn, world: World, listed: Path) -> None:
    code, out, _ = cbi("people", "import", str(listed), "--yes", "--json", who="field1")
    told = json.loads(out)
    assert code == 6
    assert (told["new"], told["rejected"], told["enrolled"]) == (1, 1, 1)
    assert {one["field"] for one in told["columns"]} >= {"name", "father", "sex", "birth", "phone"}
    assert {one["column"] for one in told["problems"]} == {"D", "E", "F"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--map", "phone"], 2, "FIELD=COLUMN"),
        (["--map", "shoe=A"], 2, "There is no field shoe"),
        (["--map", "phone=Nothing"], 6, "no column Nothing"),
    ],
)
def test_a_correction_that_cannot_be_is_one_line(
    cbi: TypedIn, listed: Path, words: list[str], code: int, said: str,
) -> None:
    got, out, err = cbi("people", "import", str(listed), *words, "--dry-run", who="field1")
    assert (got, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1


def test_only_field_staff_import(cbi: TypedIn, listed: Path) -> None:
    code, _, err = cbi("people", "import", str(listed), "--dry-run", who="finance1")
    assert code == 3
    assert "\n" in err


def test_who_was_erased_is_not_enrolled_again_by_the_same_list_unless_it_is_said(
    cbi: TypedIn, world: World, listed: Path
) -> None:
    line = ("people", "import", str(listed), "--yes")
    cbi(*line, who="field1")
    with world.ledger.read() as tx:
        number = tx.value("SELECT number FROM person")
    assert cbi("--yes", "people", "erase", number, "--reason", "asked", who="admin1")[0] == 0
    sweep(world.session("admin1"))
    _, out, _ = cbi(*line, who="field1")
    assert "Erased on 2022-08-20; not enrolled unless you say so" in out
    assert count(world) == 1
    with world.vault.read() as vault:
        owners = {row["person"] for row in all_rows(vault, "SELECT person FROM posting")}
    assert owners == {"erased 2022-08-20"}
    cbi(*line, "--erased-too", who="field1")
    assert count(world) == 2
    _, out, _ = cbi(*line, who="field1")
    assert "Erased on" not in out
    assert count(world) == 2


@pytest.fixture
def submissions(world: World) -> tuple[Path, Path]:
    """An export of a form that names its submissions, and the same without their ids."""
    whole, bare = world.folder / "form.csv", world.folder / "form-bare.csv"
    write_csv(whole, [*HEADINGS, "_uuid"], [[*GOOD, "5d0c7c5e-0001"]])
    write_csv(bare, HEADINGS, [GOOD])
    return whole, bare


def test_a_submission_that_was_erased_is_known_by_what_it_says_too(
    cbi: TypedIn, world: World, submissions: tuple[Path, Path],
) -> None:
    whole, bare = submissions
    cbi("people", "import", str(whole), "--yes", who="field1")
    with world.ledger.read() as tx:
        number = tx.value("SELECT number FROM person")
    cbi("--yes", "people", "erase", number, "--reason", "asked", who="admin1")
    sweep(world.session("admin1"))
    for path in (whole, bare):
        _, out, _ = cbi("people", "import", str(path), "--yes", who="field1")
        assert "Erased on 2022-08-20; not enrolled unless you say so" in out
    assert count(world) == 1


def test_a_submission_comes_without_its_id_and_is_known(
    cbi: TypedIn, world: World, submissions: tuple[Path, Path],
) -> None:
    whole, bare = submissions
    cbi("people", "import", str(whole), "--yes", who="field1")
    _, out, _ = cbi("people", "import", str(bare), "--yes", who="field1")
    assert "0 people to enrol, 1 enrolled before" in out
    assert count(world) == 1


def test_who_was_erased_is_not_enrolled_from_the_same_place_unless_it_is_said(
    cbi: TypedIn, world: World,
) -> None:
    line = ("enroll", "--name", "Farid Ahmadzai", "--city", "almaty", "--consent", "signature",
            "--source", "sheet 7, line 3")
    assert cbi(*line, who="field1")[0] == 0
    with world.ledger.read() as tx:
        number = tx.value("SELECT number FROM person")
    cbi("--yes", "people", "erase", number, "--reason", "asked", who="admin1")
    code, _, err = cbi(*line, who="field1")
    assert (code, "was erased on 2022-08-20" in err) == (5, True)
    assert cbi(*line, "--erased-too", who="field1")[0] == 0
    assert cbi(*line, who="field1")[0] == 0
    assert count(world) == 2
