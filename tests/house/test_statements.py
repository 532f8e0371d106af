"""Statements, read from the code: what mypy lets pass and is wrong, and texts that no engine takes.

A text is prepared on an empty ledger of either engine wherever it can be put together from its own
module's names; what is put together while it runs is held to its row's class there and then.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from cbi.context.rooms import vault_metadata
from cbi.storage.database import Database
from cbi.storage.row_classes import check_fields
from cbi.storage.transactions import PLACE, driver_text
from tests.conftest import World
from tests.house.trees import nodes

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "cbi").rglob("*.py"))
CONDITIONS = {"where", "having", "and_", "or_", "not_"}
READING = {"read", "read_one", "read_each"}
RUNNING = {"value", "tuples", "run", "run_many"}
OF_ONE_ENGINE = {"sqlite_version", "current_setting"}
"""What a text says that is meant for one engine alone."""


class Text(NamedTuple):
    """A statement's text, where it stands, and the class that its rows are made into."""

    where: str
    sql: str
    kind: Any


def places(module: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a module with its place."""
    name = module.relative_to(ROOT)
    for node in nodes(module):
        yield f"{name}:{getattr(node, 'lineno', 0)}", node


def method(node: ast.AST) -> str:
    """The name of the method or function that a call calls; empty for what is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))


def python_says(condition: ast.expr) -> bool:
    """Whether Python decides the condition, before any database sees it."""
    if isinstance(condition, ast.BoolOp):
        return True
    if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        return True
    return isinstance(condition, ast.Compare) and any(
        isinstance(one, ast.Is | ast.IsNot | ast.In | ast.NotIn) for one in condition.ops
    )


def test_no_condition_is_decided_by_python() -> None:
    """`X.a is None`, `A and B`, `not X.a`, `X.a in […]` are legal to mypy and always wrong."""
    wrong = [
        place for module in MODULES for place, node in places(module)
        if method(node) in CONDITIONS and isinstance(node, ast.Call)
        and any(python_says(argument) for argument in node.args)
    ]
    assert not wrong


def test_a_condition_decided_by_python_would_be_seen() -> None:
    for text in ("X.a is None", "A and B", "not X.a", "X.a in [1]", "X.a is not None"):
        (call,) = [node for node in ast.walk(ast.parse(f"q.where({text})")) if method(node)]
        assert isinstance(call, ast.Call)
        assert python_says(call.args[0])


def test_statements_keep_to_their_form() -> None:
    """No unit of work, no relationship, no outer join typed as always there, no untyped SET."""
    wrong = [
        f"{place} {method(node)}" for module in MODULES for place, node in places(module)
        if module.parent.name != "storage" and method(node) in {
            "Relationship", "outerjoin", "session_on", "connection_on", "expunge", "refresh",
        }
    ]
    assert not wrong


def test_rows_are_values() -> None:
    """Nothing assigns to an attribute of a row that came from a statement."""
    wrong = []
    for module in MODULES:
        for _, node in places(module):
            if isinstance(node, ast.FunctionDef):
                wrong += [f"{module.relative_to(ROOT)}:{line}" for line in assigned(node)]
    assert not wrong


def assigned(function: ast.FunctionDef) -> Iterator[int]:
    """Lines that assign to an attribute of a name which `first` or `all` filled."""
    rows = {
        target.id for node in ast.walk(function) if isinstance(node, ast.Assign)
        and method(node.value) in {"first", "all", "read", "read_one"}
        for target in node.targets if isinstance(target, ast.Name)
    } | {
        node.target.id for node in ast.walk(function) if isinstance(node, ast.For)
        and isinstance(node.target, ast.Name)
        and method(node.iter) in {"all", "stream", "read", "read_each"}
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
                        and target.value.id in rows):
                    yield node.lineno


def test_a_row_that_is_changed_would_be_seen() -> None:
    for text in ("row = tx.first(q)\n    row.a = 1", "for row in tx.all(q):\n        row.a += 1"):
        (function,) = ast.parse(f"def f(tx):\n    {text}").body
        assert isinstance(function, ast.FunctionDef)
        assert list(assigned(function))


def test_the_texts_are_found() -> None:
    found = list(texts())
    assert len(found) > 250
    assert sum(one.kind is not None for one in found) > 100


def texts() -> Iterator[Text]:
    """Every text that can be put together from its module's own names."""
    for module in MODULES:
        if module.parent.name in {"storage", "migrations"}:
            continue
        name = ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for place, node in places(module):
            if not isinstance(node, ast.Call) or method(node) not in READING | RUNNING:
                continue
            reading = method(node) in READING
            if len(node.args) <= reading:
                continue
            names = vars(importlib.import_module(name))
            sql = put_together(node.args[int(reading)], names)
            if isinstance(sql, str) and " " in sql:
                yield Text(place, sql, put_together(node.args[0], names) if reading else None)


class Undone(Exception):  # noqa: N818 - a word inside this module
    """Ends a transaction without its being kept."""


def put_together(node: ast.expr, names: dict[str, Any]) -> Any:
    """What an expression says in its module, or None where it needs what a call hands in."""
    try:
        return eval(compile(ast.Expression(node), "text", "eval"), dict(names))
    except (NameError, KeyError, AttributeError, TypeError):
        return None


def columns(database: Database, text: Text) -> list[str]:
    """Ask an empty database; the columns of its answer. What writes is only explained, or undone
    where it returns rows.
    """
    values = dict.fromkeys(PLACE.findall(text.sql))
    asks = text.sql.lstrip()[:6].upper() in {"SELECT", "WITH A", "PRAGMA"}
    found: list[str] = []
    with suppress(Undone), database.read() if asks or not text.kind else database.write() as tx:
        sql = text.sql if asks or text.kind else f"EXPLAIN {text.sql}"
        cursor = tx.connection.execute(driver_text(sql, tx.engine), values)
        found += [one[0] for one in cursor.description or ()]
        raise Undone
    return found


def test_every_text_is_one_that_the_engine_takes(empty_world: World) -> None:
    """Each on an empty ledger, or vault, of either engine; a row's class has its columns."""
    of_vault = {str(table) for table in vault_metadata().tables}
    wrong = []
    for text in texts():
        words = set(re.findall(r"\w+", text.sql))
        if words & OF_ONE_ENGINE:
            continue
        try:
            found = columns(empty_world.vault if words & of_vault else empty_world.ledger, text)
            if text.kind is not None:
                check_fields(text.kind, found)
        except Exception as error:  # noqa: BLE001 - whatever an engine says of it
            wrong.append(f"{text.where}: {error}")
    assert not wrong
