"""Tables that only grow, on both engines, whoever writes to them.

SQLite: the table is WITHOUT ROWID, triggers refuse UPDATE and DELETE, and a BEFORE INSERT trigger
refuses a row that meets any unique key, because a foreign connection's `INSERT OR REPLACE` would
otherwise delete the old row without firing a delete trigger. PostgreSQL: triggers refuse UPDATE,
DELETE and TRUNCATE. The statements are made from the table's own keys, so none can be forgotten.
"""

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint


def append_only(table: object) -> None:
    """Mark a described table as one that only grows: its schema then comes with the triggers."""
    if not isinstance(table, Table) or table.dialect_options["sqlite"]["with_rowid"]:
        raise TypeError(f"{table} must be a table made with columns.GROWS")
    table.info["append_only"] = True


def sqlite_triggers(table: Table) -> list[str]:
    """The CREATE TRIGGER statements for SQLite."""
    name = table.name
    met = " OR ".join(
        f"EXISTS (SELECT 1 FROM {name} WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in key)
        + ")"
        for key in _unique_keys(table)
    )
    refuse = f"SELECT RAISE(ABORT, '{name} is append-only');"
    return [
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refuse} END",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refuse} END",
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} WHEN {met} "
        f"BEGIN SELECT RAISE(ABORT, '{name} has this row already'); END",
    ]


def postgres_triggers(table: Table) -> list[str]:
    """The function and triggers for PostgreSQL."""
    name = table.name
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def _unique_keys(table: Table) -> list[list[str]]:
    keys = [
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
    ]
    keys += [[column.name for column in index.columns] for index in table.indexes if index.unique]
    alone = [key for key in keys if not any(set(other) < set(key) for other in keys)]
    return sorted(alone)  # who meets a key meets those that are part of it
