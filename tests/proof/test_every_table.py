"""From the schema: in every followed table any column changed, any row planted or taken out shows.

Tables and columns that no digest holds are few, and `docs/proof.md` says why of each.
"""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from cbi.context import ledger_metadata
from cbi.operators import digests, row_rules
from cbi.operators.digests import EXEMPT, FREE, KeyPart, following, said_of, tell, vouching
from cbi.operators.row_rules import wrong_in, wrong_rows
from cbi.storage.following import Shape, row_digest, shapes
from cbi.storage.transactions import WriteTransaction
from tests.tampered import Tampered

PROOF = Path(__file__).parent.parent.parent / "docs" / "proof.md"
TABLES = [table for table in ledger_metadata().sorted_tables if table.name not in EXEMPT]


def made_up(column: Any, salt: int) -> object:
    """A value of the column's type."""
    known = {int: 900_000 + salt, bool: salt, str: f"x{salt}", bytes: bytes([salt]) * 32}
    return known[column.type.python_type]


def wrong(tampered: Tampered, table: Table) -> set[str]:
    shape = Shape(
        tuple(one.name for one in table.columns), tuple(one.name for one in table.primary_key)
    )
    return {row.where.split()[0] for row in wrong_in(tampered.tx, table.name, shape)}


def test_every_column_and_row_of_every_table(tampered: Tampered) -> None:
    """A row as the program would write it in each table, then each thing done to it."""
    unseen = []
    assert list(wrong_rows(tampered.tx)) == []
    followed = following(lambda: vouching(tampered.world.keys))
    for table in TABLES:
        row = {column.name: made_up(column, 7) for column in table.columns}
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        with tampered.undone():
            tampered.run(f"INSERT INTO {table.name} ({names}) VALUES ({places})", row)
            if wrong(tampered, table) != {table.name}:
                unseen.append((table.name, "planted"))
            key = "/".join(
                value.hex() if isinstance(value := row[part.name], bytes) else str(value)
                for part in table.primary_key
            )
            digest = row_digest(row, FREE.get(table.name, frozenset()))
            writing = WriteTransaction(tampered.connection, tampered.tx.engine, followed)
            tell(writing, {table.name: {key: digest}}, vouching(tampered.world.keys))
            assert wrong(tampered, table) == set(), table.name
            where = " AND ".join(f"{part.name} = :key_{part.name}" for part in table.primary_key)
            keys = {f"key_{part.name}": row[part.name] for part in table.primary_key}
            for column in table.columns:
                if column.name in FREE.get(table.name, ()):
                    continue
                with tampered.undone():
                    tampered.run(
                        f"UPDATE {table.name} SET {column.name} = :other WHERE {where}",
                        {"other": made_up(column, 8), **keys},
                    )
                    if wrong(tampered, table) != {table.name}:
                        unseen.append((table.name, column.name))
            with tampered.undone():
                tampered.run(f"DELETE FROM {table.name} WHERE {where}", keys)
                if wrong(tampered, table) != {table.name}:
                    unseen.append((table.name, "taken out"))
    assert unseen == []


def test_what_no_digest_holds_is_told_with_its_reason() -> None:
    told = PROOF.read_text("utf-8")
    known = {table.name: {one.name for one in table.columns}
             for table in ledger_metadata().sorted_tables}
    for name in EXEMPT - {"alembic_version"}:
        assert name in known
        assert f"`{name}`" in told, name
    for table, columns in FREE.items():
        assert columns <= known[table]
        for column in columns:
            assert f"`{table}.{column}`" in told, column


def test_a_long_table_is_looked_at_part_by_part_and_each_wrong_row_told_once(
    tampered: Tampered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_rules, "ROWS_HELD", 3)
    monkeypatch.setattr(digests, "LINES_HELD", 2)
    table = next(one for one in TABLES if one.name == "city")
    shape = shapes(tampered.tx)[table.name]
    rows = [{"code": f"c{number}", "names": "{}", "kato": None, "iso": None, "pcode": None}
            for number in range(10)]
    writing = WriteTransaction(
        tampered.connection, tampered.tx.engine, following(lambda: vouching(tampered.world.keys))
    )
    with tampered.undone():
        for row in rows:
            writing.insert(table.name, [row])
            writing.tell()
        parts = [KeyPart(number, 4) for number in range(4)]
        held = [len(said_of(tampered.tx, table.name, part=part)) for part in parts]
        assert max(held) < sum(held)
        assert list(wrong_rows(tampered.tx)) == []
        tampered.run("UPDATE city SET names = 'x' WHERE code = 'c1'", {})
        tampered.run("DELETE FROM city WHERE code IN ('c2', 'c7')", {})
        tampered.run("INSERT INTO city (code, names) VALUES ('c99', '{}')", {})
        told = sorted((row.where, row.what) for row in wrong_in(tampered.tx, table.name, shape))
    assert told == [
        ("city c1", "check.row-changed"), ("city c2", "check.row-missing"),
        ("city c7", "check.row-missing"), ("city c99", "check.row-planted"),
    ]
