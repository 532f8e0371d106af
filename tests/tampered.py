"""A lived-in ledger with its guards down: what a thief with the database's file could do to it."""

import contextlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from cbi.ledger.invariants import check_ledger, violations
from cbi.ledger.journal import LINE_COLUMNS
from cbi.messages.catalogue import texts
from cbi.operators.digests import EXEMPT
from cbi.operators.row_rules import unvouched, wrong_in
from cbi.storage import ReadTransaction
from cbi.storage.following import Shape, shapes
from cbi.storage.transactions import Engine
from tests.conftest import World


def said_in(row: Mapping[str, Any]) -> list[Any]:
    """What a line's hash covers, of a row as the database has it."""
    return [row[name] for name in LINE_COLUMNS]


class Tampered:
    """A lived-in ledger, its guards down, in a transaction that is never kept."""

    def __init__(
        self, world: World, connection: Any, engine: Engine, keys: Mapping[str, bytes] | None
    ) -> None:
        self.world = world
        self.connection = connection
        self.keys = keys
        self.tx = ReadTransaction(connection, engine)

    def run(self, sql: str, values: dict[str, object]) -> None:
        self.tx.connection.execute(
            sql if self.tx.engine == "sqlite" else _percent(sql, values), values
        )

    def seen(self, table: str) -> bool:
        """Whether a check finds anything; it looks at this table's own rows first."""
        if table in self._shapes and any(wrong_in(self.tx, table, self._shapes[table])):
            return True
        return any(violations(self.tx, keys=self.keys)) or bool(self.findings())

    @cached_property
    def _shapes(self) -> dict[str, Shape]:
        return {name: one for name, one in shapes(self.tx).items() if name not in EXEMPT}

    def findings(self) -> set[str]:
        found = [finding for finding in check_ledger(self.tx, keys=self.keys) if finding.wrong]
        for what in {wrong.what for finding in found for wrong in finding.wrong}:
            file, _, name = what.partition(".")
            assert name in texts("ru", file), what
        return {finding.name for finding in found} | (
            {"rows-vouched"} if any(unvouched(self.tx, self.keys or {})) else set()
        )

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        """What is done within is taken back; one may stand in another."""
        self.connection.execute("SAVEPOINT tampering")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK TO SAVEPOINT tampering")
            self.connection.execute("RELEASE SAVEPOINT tampering")


def _percent(sql: str, values: dict[str, object]) -> str:
    for name in sorted(values, key=len, reverse=True):
        sql = sql.replace(f":{name}", f"%({name})s")
    return sql
