"""Lists as they are brought by commands: looked at, asked, taken in, shown by row, taken back."""

import json
import shlex
from pathlib import Path

import pytest

from cbi.files import read_table
from cbi.people.persons import people
from tests.conftest import World
from tests.lines import TypedIn


@pytest.fixture
def path(world: World) -> Path:
    """A list whose second household is not numbered through, with a column nobody listed."""
    made: Path = world.folder / "list of families.csv"
    made.write_text(
        "HH No,Full name,City,Blood group\n1,Omid Popal,almaty,A\n,Sara Noori,almaty,B\n"
        "2,Karim Wardak,astana,0\n", "utf-8",
    )
    return made


def test_a_look_asks_what_is_open_and_ends_with_the_command_to_type(
    cbi: TypedIn, path: Path,
) -> None:
    code, out, _ = cbi("people", "import", str(path), "--dry-run", who="field1")
    assert code == 0
    assert "--map members==above" in out
    assert "A; B" in out
    code, _, told = cbi("people", "import", str(path), who="field1")
    assert code != 0
    assert "--dry-run" in told
    code, out, _ = cbi(
        "people", "import", str(path), "--dry-run", "--map", "members==above", who="field1"
    )
    assert f'cbi people import "{path}" --map members==above' in out


def test_a_field_mapped_twice_is_refused(cbi: TypedIn, path: Path) -> None:
    code, _, told = cbi(
        "people", "import", str(path), "--map", "city=City", "--map", "city=B", who="field1"
    )
    assert code == 2
    assert "city" in told


def test_a_list_is_taken_in_shown_by_row_and_taken_back(
    cbi: TypedIn, world: World, path: Path,
) -> None:
    code, out, _ = cbi(
        "people", "import", str(path), "--map", "members==above", "--yes", "--json", who="field1"
    )
    assert code == 0
    name = json.loads(out)["list"][:12]
    rows = world.folder / "rows.xlsx"
    code, _, _ = cbi("people", "import", "--show", name, "-o", str(rows), who="field1")
    assert code == 0
    assert sum(row.cells[2] == "enrolled" for row in read_table(rows).rows) == 3
    code, out, _ = cbi("people", "import", "--undo", name, "--dry-run", who="field1")
    assert "3" in out
    with world.ledger.read() as tx:
        assert len(people(tx)) == 3
    code, _, _ = cbi("people", "import", "--undo", name, "--yes", who="field1")
    assert code == 0
    with world.ledger.read() as tx:
        assert people(tx) == []
    code, _, told = cbi("people", "import", who="field1")
    assert code == 2
    assert "cbi people import FILE" in told


def test_a_list_that_changes_nothing_says_nothing_of_changes(cbi: TypedIn, path: Path) -> None:
    code, out, _ = cbi("people", "import", str(path), "--map", "members==above", "--yes",
                       who="field1")
    assert code == 0
    assert "None of these changes" not in out


def test_a_wrong_city_is_one_command(cbi: TypedIn, world: World, path: Path) -> None:
    given = ("people", "import", str(path), "--map", "members==above", "--yes", "--json")
    code, out, _ = cbi(*given, who="field1")
    name = json.loads(out)["list"][:12]
    code, out, _ = cbi(*given, "--undo", name, "--map", "city==astana", who="field1")
    assert code == 0
    with world.ledger.read() as tx:
        assert [one.city for one in people(tx)] == ["astana"] * 3


def test_unknown_cities_are_told_with_the_lines_that_add_them(
    cbi: TypedIn, world: World,
) -> None:
    path = world.folder / "list.csv"
    path.write_text(
        "Full name,City\nOmid Popal,Тараз\nSara Noori,Тараз\nKarim Wardak,Ust-Kaman\n", "utf-8"
    )
    _, out, _ = cbi("people", "import", str(path), "--dry-run", who="field1")
    line = "cbi city add taraz --name ru=Тараз --name en=Taraz"
    assert f"{line}   (2 rows)" in out
    assert "cbi city add ust-kaman --name en=Ust-Kaman   (1 row)" in out
    code, _, _ = cbi(*shlex.split(line)[1:], who="admin1")
    assert code == 0
    _, out, _ = cbi("people", "import", str(path), "--dry-run", who="field1")
    assert line not in out
