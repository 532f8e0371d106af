"""A list taken back before approval, and what became of each of its rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.enrolment.importing.importing import carry_out, preview
from cbi.enrolment.importing.undoing import undo, undoing, write_fates
from cbi.files import read_table
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import approve
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.enrolment.test_importing import FARID, LAILA, OMID, ZAHRA, names, workbook
from tests.rows import all_rows


@pytest.fixture
def session(world: World) -> OperatorSession:
    return world.session("field1")


@pytest.fixture
def path(world: World) -> Path:
    total = ["Total", "2", *[None] * 6]
    return workbook(world.folder / "list.xlsx", FARID, ZAHRA, OMID, LAILA, total)


def test_a_list_taken_back_can_be_brought_again_without_a_word(
    world: World, session: OperatorSession, path: Path,
) -> None:
    done = carry_out(session, preview(session, path))
    assert set(names(world)) == {"Farid Ahmadzai", "Zahra"}
    assert undo(session, undoing(session, done.list_hash[:12])) == 2
    assert names(world) == {}
    again = preview(session, path)
    assert (again.new_count, again.known_count) == (2, 0)
    assert not [one for one in again.notices if one.code == "enrolment.row-erased"]
    carry_out(session, again)
    assert set(names(world)) == {"Farid Ahmadzai", "Zahra"}


def test_some_of_a_list_are_taken_back_by_row_or_city(
    world: World, session: OperatorSession, path: Path,
) -> None:
    done = carry_out(session, preview(session, path))
    assert undo(session, undoing(session, done.list_hash, ["rows=3-9"])) == 1
    assert set(names(world)) == {"Farid Ahmadzai"}
    with pytest.raises(Conflict):
        undoing(session, done.list_hash, ["city=astana"])
    with pytest.raises(UsageError):
        undoing(session, done.list_hash, ["sex=m"])
    with pytest.raises(NotFound):
        undoing(session, "0123456789ab")


def test_the_approved_stay(world: World, session: OperatorSession, path: Path) -> None:
    done = carry_out(session, preview(session, path))
    approve(world.session("manager1"), [done.numbers[0]])
    shown = undoing(session, done.list_hash)
    assert (shown.numbers, shown.approved_count) == ((done.numbers[1],), 1)
    undo(session, shown)
    assert set(names(world)) == {"Farid Ahmadzai"}
    with pytest.raises(Conflict):
        undoing(session, done.list_hash)


def test_who_is_approved_while_a_list_is_taken_back_keeps_their_record(
    world: World, session: OperatorSession, path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The approval lands after the last look and before the taking back: it was first."""
    done = carry_out(session, preview(session, path))
    shown, transact = undoing(session, done.list_hash), world.ledger.transact

    def beaten(work: Callable[[WriteTransaction], int]) -> int:
        monkeypatch.undo()
        approve(world.session("manager1"), [done.numbers[0]])
        return transact(work)

    monkeypatch.setattr(world.ledger, "transact", beaten)
    with pytest.raises(Conflict, match="take-back-approved"):
        undo(session, shown)
    assert set(names(world)) == {"Farid Ahmadzai", "Zahra"}


def test_every_row_has_its_fate_and_nothing_that_stood_in_it(
    world: World, session: OperatorSession, path: Path,
) -> None:
    done = carry_out(session, preview(session, path))
    kept = world.folder / "rows.xlsx"
    write_fates(session, done.list_hash, kept)
    rows = [row.cells for row in read_table(kept).rows if row.cells[1] in (2.0, 3.0, 4.0, 5.0, 6.0)]
    assert [row[1:4] for row in rows] == [
        (2.0, "enrolled", done.numbers[0]), (3.0, "enrolled", done.numbers[1]),
        (4.0, "went back", None), (5.0, "went back", None), (6.0, "no person", None),
    ]
    told = kept.read_bytes()
    assert b"Farid" not in told
    with world.ledger.read() as tx:
        stored = str(all_rows(tx, "SELECT * FROM import_row"))
    assert "Laila" not in stored
    assert "Paris" not in stored
