"""Files kept with their records: given back as they were, whole in copies, gone with a person."""

from dataclasses import replace
from pathlib import Path

import pytest

from cbi.base.errors import BadFile, Conflict, NotAllowed, NotFound, Unusable, UsageError
from cbi.context import check_everything
from cbi.documents import keeping
from cbi.documents.keeping import PART_BYTES, add, documents, opened
from cbi.operators.log import entries
from cbi.people.persons import enrol, erase, export_person
from cbi.storage.backup import backup
from cbi.storage.sqlite import SqliteDatabase
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.people.given import zahra
from tests.rows import all_rows
from tests.vouchers import issued

SLIP = b"%PDF-1.7 " + bytes(range(256)) * 700
"""Longer than two slices."""


def paper(world: World, content: bytes = SLIP, name: str = "slip.pdf") -> Path:
    path = world.folder / name
    path.write_bytes(content)
    return path


def person(world: World) -> str:
    return enrol(world.session("field1"), [zahra()]).numbers[0]


def not_whole(world: World) -> list[str]:
    with world.ledger.read() as tx:
        return [one.where for rule in check_everything(tx) for one in rule.wrong]


def test_a_file_is_given_back_as_it_was_and_stands_sealed(world: World) -> None:
    finance = world.session("finance1")
    made = add(finance, paper(world), "magnum", "contract")
    assert (made.number, made.about, made.object) == ("DOC-1", "retailer", "magnum")
    assert opened(world.session("auditor1"), "doc-1") == ("slip.pdf", SLIP)
    assert len(SLIP) > 2 * PART_BYTES
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT number, content FROM document_part ORDER BY number")
        assert [row["number"] for row in rows] == [1, 2, 3]
        assert not any(b"%PDF" in bytes(row["content"]) for row in rows)
        assert b"slip" not in tx.value("SELECT name_sealed FROM document")
    assert not_whole(world) == []
    with pytest.raises(Conflict, match="known"):
        add(finance, paper(world, name="again.pdf"), "MAGNUM", "other")


def test_what_holds_people_asks_who_and_why(world: World) -> None:
    issued(world, [1_000_000])
    field, auditor = world.session("field1"), world.session("auditor1")
    add(field, paper(world), "KZ22-R1-B1", "signed-list")
    for session in (auditor, world.session("finance1")):
        with pytest.raises(NotAllowed):
            opened(session, "DOC-1", "to look")
        assert documents(session) == []
    with pytest.raises(NotAllowed):
        add(field, paper(world), "magnum", "contract")
    with pytest.raises(UsageError, match="purpose-missing"):
        opened(world.session("manager1"), "DOC-1")
    assert opened(world.session("manager1"), "DOC-1", "a complaint")[1] == SLIP
    (seen,) = documents(world.session("manager1"), "kz22-r1-b1")
    assert (seen.name, seen.kind) == ("", "signed-list")
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="document.open")
    assert (line.object, line.detail["purpose"]) == ("KZ22-R1-B1", "a complaint")


def test_a_person_s_file_is_in_their_copy_and_gone_with_them(world: World) -> None:
    number, field = person(world), world.session("field1")
    made = add(field, paper(world, name="Zahra.pdf"), number, "consent")
    assert made.digest == "", "who has the file could tell whose it was"
    assert opened(field, "DOC-1", "asked by the person") == ("Zahra.pdf", SLIP)
    files = export_person(field, number)["files"]
    assert isinstance(files, list)
    assert [one["number"] for one in files if isinstance(one, dict)] == ["DOC-1"]
    assert len(files) == 1
    erase(world.session("admin1"), number, "asked for it")
    with pytest.raises(Conflict, match="erased"):
        opened(field, "DOC-1", "to look")
    with pytest.raises(Conflict, match="erased"):
        add(field, paper(world), number, "other")
    assert [(one.name, one.is_erased) for one in documents(field)] == [("", True)]
    assert not_whole(world) == []


def test_a_copy_holds_the_files(world: World) -> None:
    add(world.session("finance1"), paper(world), "magnum", "contract")
    copy = world.folder / "copy.db"
    backup(world.ledger, copy, tables="ledger")
    there = SqliteDatabase(copy)
    try:
        session = replace(world.session("auditor1"), ledger=there)
        assert opened(session, "DOC-1")[1] == SLIP
    finally:
        there.close()


@pytest.mark.parametrize("change", [
    "UPDATE document_part SET content = {other} WHERE number = 2",
    "DELETE FROM document_part WHERE number = 3",
    "UPDATE document SET object = 'other'",
    "DELETE FROM document",
])
def test_whatever_is_changed_behind_our_back_is_found(world: World, change: str) -> None:
    add(world.session("finance1"), paper(world), "magnum", "contract")
    other = "x'00'" if world.ledger.engine == "sqlite" else "'\\x00'::bytea"
    connection = world.ledger.connection()
    if world.ledger.engine == "sqlite":
        for name in ("document", "document_part"):
            for deed in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {name}_no_{deed}")
    else:
        connection.execute("SET session_replication_role = replica")
    connection.execute(change.format(other=other))
    connection.execute("COMMIT") if world.ledger.engine == "postgresql" else None
    assert any(one.startswith(("DOC-1", "document")) for one in not_whole(world))
    if "part" in change:
        with pytest.raises(Unusable, match="not-whole"):
            opened(world.session("finance1"), "DOC-1")


def test_what_cannot_be_kept_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    finance = world.session("finance1")
    for path, record, kind, wrong in (
        (paper(world), "magnum", "photo", UsageError), (paper(world), "X-9", "act", NotFound),
        (world.folder / "none.pdf", "magnum", "act", BadFile),
        (world.folder, "magnum", "act", BadFile),
        (paper(world, b"", "empty.pdf"), "magnum", "act", BadFile),
    ):
        with pytest.raises(wrong):
            add(finance, path, record, kind)
    monkeypatch.setattr(keeping, "FILE_BYTES_MAX", 100)
    with pytest.raises(BadFile):
        add(finance, paper(world), "magnum", "act")
    with pytest.raises(NotFound):
        opened(finance, "DOC-1")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_typed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    cbi, path = typing_in(world, capsys), paper(world)
    code, out, err = cbi("document", "add", str(path), "magnum", "--kind", "contract",
                         who="finance1")
    assert (code, out) == (0, "DOC-1 is kept with magnum: contract.\n"), err
    assert "договор" in cbi("document", "list", "magnum", who="finance2", lang="ru")[1]
    back = world.folder / "back.pdf"
    assert cbi("document", "open", "DOC-1", "-o", str(back), who="auditor1")[0] == 0
    assert back.read_bytes() == SLIP
    code, _, err = cbi("document", "open", "DOC-1", "-o", str(back), who="field1")
    assert code in (3, 5), err
