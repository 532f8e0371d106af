"""A table has one owner: who else reads it says so, and nobody else writes it.

The import contract sees modules; this sees the tables that SQL text names and the table classes
that a module imports. A room declares in its `__init__.py` the tables of rooms beneath it that it
reads (`READS`), and with a reason each those of rooms beside or above it (`READS_ABOVE`).
"""

import ast
import importlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import SQLModel

from cbi.context.rooms import ledger_metadata, vault_metadata
from tests.house.trees import nodes

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)")
EVERY_TABLE = {"api", "storage"}
"""`cbi.api` offers all that may be read; storage copies and follows whatever there is."""


def table_classes(kind: type[Any] = SQLModel) -> Iterator[type[Any]]:
    """Every class that is a table."""
    for made in kind.__subclasses__():
        if hasattr(made, "__table__"):
            yield made
        yield from table_classes(made)


def owners() -> tuple[dict[str, str], dict[str, str]]:
    """The room of every table, and the table of every class by `module.Name`."""
    ledger_metadata()
    vault_metadata()
    classes = [made for made in table_classes() if made.__module__.startswith("cbi.")]
    return (
        {made.__tablename__: made.__module__.split(".")[1] for made in classes},
        {f"{made.__module__}.{made.__name__}": made.__tablename__ for made in classes},
    )


OWNER, TABLE_OF = owners()


def floors() -> list[set[str]]:
    """The rooms by floor, from the top, as the import contract has them."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = told["tool"]["importlinter"]["contracts"][0]["layers"]
    return [{room.strip() for room in layer.split("|")} for layer in layers]


FLOOR = {room: number for number, rooms in enumerate(floors()) for room in rooms}


def touched(module: Path) -> Iterator[tuple[str, bool]]:
    """The tables that a module names in a text or imports as a class, and whether it writes."""
    for node in nodes(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word, table in NAMED.findall(node.value):
                if table in OWNER:
                    deletes = word == "FROM" and f"DELETE FROM {table}" in node.value
                    yield table, word in ("INTO", "UPDATE") or deletes
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                if f"{node.module}.{name.name}" in TABLE_OF:
                    yield TABLE_OF[f"{node.module}.{name.name}"], False
        elif isinstance(node, ast.Call) and written(node) in OWNER:
            yield str(written(node)), True


def written(node: ast.Call) -> str | None:
    """The table that a call writes by its name: `tx.insert("voucher", …)`."""
    if getattr(node.func, "attr", "") in ("insert", "insert_noted", "fill") and node.args:
        return getattr(node.args[0], "value", None)
    return None


def room_of(module: Path) -> str:
    return module.relative_to(ROOT / "cbi").parts[0].removesuffix(".py")


@cache
def foreign() -> tuple[dict[str, set[str]], list[str]]:
    """By room the tables of others that it reads; and every place that writes one."""
    reads: dict[str, set[str]] = defaultdict(set)
    writes = []
    for module in sorted((ROOT / "cbi").rglob("*.py")):
        room = room_of(module)
        if room in EVERY_TABLE:
            continue
        for table, writing in touched(module):
            if OWNER[table] == room:
                continue
            if writing:
                writes.append(f"{module.relative_to(ROOT)} writes {table}, which is "
                              f"{OWNER[table]}'s")
            else:
                reads[room].add(table)
    return reads, writes


def room(name: str) -> ModuleType:
    return importlib.import_module(f"cbi.{name}")


def test_a_table_is_written_by_its_owner_alone() -> None:
    assert foreign()[1] == []


@pytest.mark.parametrize("name", sorted(FLOOR))
def test_a_room_declares_the_tables_of_others_that_it_reads(name: str) -> None:
    read = foreign()[0][name]
    below = {table for table in read if FLOOR[OWNER[table]] > FLOOR[name]}
    above = read - below
    assert set(getattr(room(name), "READS", ())) == below
    assert set(getattr(room(name), "READS_ABOVE", {})) == above
    assert all(reason.strip() for reason in getattr(room(name), "READS_ABOVE", {}).values())


def test_a_foreign_table_would_be_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        'from cbi.places.tables import StoreRow\n'
        'SQL = "SELECT 1 FROM voucher JOIN round ON 1 = 1"\n'
        'def do(tx):\n    tx.insert("entry", [])\n    tx.run("DELETE FROM receipt")\n', "utf-8"
    )
    assert set(touched(module)) == {
        ("store", False), ("voucher", False), ("round", False), ("entry", True), ("receipt", True),
    }
