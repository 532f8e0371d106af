"""Who may write what on PostgreSQL: a role for each duty, declared beside each table.

A table that declares nothing may be written by every duty but the till, as far as its description
lets anybody change it. The manager's role may do whatever the program does; every role may read.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from cbi.storage.migrate import Right

DUTIES = ("till", "field", "finance", "manager")
ALL = ("*",)
"""Insert, and change and delete as the table's description says."""
INSERT = "INSERT"


def written_by(table: "type[SQLModel] | Table", **duties: tuple[str, ...]) -> None:
    """Declare who writes a table: for each duty `ALL`, or `INSERT` and columns to change.

    A duty that is not named may only read; the manager's need not be named.
    """
    described = table if isinstance(table, Table) else SQLModel.metadata.tables[
        str(table.__tablename__)
    ]
    if unknown := set(duties) - set(DUTIES):
        raise TypeError(f"no such duty: {', '.join(sorted(unknown))}")
    described.info["written_by"] = duties


def rights(metadata: MetaData) -> list[Right]:
    """Every right that the duties have, in order."""
    return sorted(
        right for table in metadata.sorted_tables for duty in DUTIES
        for right in _of(table, duty)
    )


def _of(table: Table, duty: str) -> Iterator[Right]:
    yield Right(duty, table.name, "SELECT")
    declared = table.info.get("written_by", {"field": ALL, "finance": ALL})
    wanted: tuple[str, ...] = ALL if duty == "manager" else declared.get(duty, ())
    if wanted == ALL:
        changing = table.info.get("update", ())
        columns = tuple(table.columns.keys()) if "*" in changing else tuple(changing)
        wanted = (INSERT, *columns)
        if table.info.get("delete"):
            yield Right(duty, table.name, "DELETE")
    for one in wanted:
        if one == INSERT:
            yield Right(duty, table.name, INSERT)
        elif one in table.columns:
            yield Right(duty, table.name, "UPDATE", one)
        else:
            raise TypeError(f"{table.name} has no column {one}")
