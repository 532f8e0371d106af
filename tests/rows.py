"""Rows of a query as dictionaries by column: how a test looks at whatever a table holds."""

from typing import Any

from cbi.storage.transactions import ReadTransaction, driver_text


def all_rows(tx: ReadTransaction, sql: str, **values: object) -> list[dict[str, Any]]:
    """All rows of a query."""
    cursor = tx.connection.execute(driver_text(sql, tx.engine), values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one_row(tx: ReadTransaction, sql: str, **values: object) -> Any:
    """The first row of a query, or None."""
    return next(iter(all_rows(tx, sql, **values)), None)
