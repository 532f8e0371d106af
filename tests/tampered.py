"""A lived-in ledger with its guards down: what a thief with the database's file could do to it."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from cbi.ledger.invariants import check_ledger
from cbi.ledger.journal import LINE_COLUMNS
from cbi.messages.catalogue import texts
from cbi.operators.row_rules import unvouched
from cbi.storage import ReadTransaction
from cbi.storage.transactions import Engine


def said_in(row: Mapping[str, Any]) -> list[Any]:
    """What a line's hash covers, of a row as the database has it."""
    return [row[name] for name in LINE_COLUMNS]


class Tampered:
    """A lived-in ledger, its guards down, in a transaction that is never kept."""

    def __init__(self, connection: Any, engine: Engine, keys: Mapping[str, bytes] | None) -> None:
        self.connection = connection
        self.keys = keys
        self.tx = ReadTransaction(connection, engine)

    def run(self, sql: str, values: dict[str, object]) -> None:
        self.tx.connection.execute(
            sql if self.tx.engine == "sqlite" else _percent(sql, values), values
        )

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
        self.connection.execute("SAVEPOINT tampering")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK TO SAVEPOINT tampering")


def _percent(sql: str, values: dict[str, object]) -> str:
    for name in sorted(values, key=len, reverse=True):
        sql = sql.replace(f":{name}", f"%({name})s")
    return sql
