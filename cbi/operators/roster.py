"""Who the operators are, and what each may do now. Read at the start of every command.

Standard library alone, and one query for one operator: a till starts with it.
"""

from dataclasses import dataclass

from cbi.base.errors import NotAllowed, NotFound
from cbi.operators.confirming import check_confirmed, standings
from cbi.operators.digests import is_as_said
from cbi.operators.operator_session import Operator
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class Account:
    """An operator as an admin sees them. Instants in microseconds UTC."""

    name: str
    roles: frozenset[str]
    stores: frozenset[str]
    must_change: bool
    disabled_at: int | None
    made_by: str
    made_at: int
    confirmation: str
    """`confirmed`, `waits` for somebody to confirm it, or `alone`: nobody else could."""


def operators(tx: ReadTransaction) -> list[Account]:
    """All operators by name, the disabled ones too."""
    rights: dict[str, list[tuple[str, int]]] = {}
    for row in tx.rows(
        "SELECT operator, role AS name, 1 AS is_role FROM operator_role "
        "UNION ALL SELECT operator, store, 0 FROM operator_store"
    ):
        rights.setdefault(row["operator"], []).append((row["name"], row["is_role"]))
    known = standings(tx)
    return [
        Account(
            row["name"],
            frozenset(name for name, is_role in rights.get(row["name"], ()) if is_role),
            frozenset(name for name, is_role in rights.get(row["name"], ()) if not is_role),
            bool(row["must_change"]), row["disabled_at"], row["made_by"], row["made_at"],
            known.confirmation(row["name"]),
        )
        for row in tx.rows("SELECT * FROM operator ORDER BY name")
    ]


def account(tx: ReadTransaction, name: str) -> Account:
    """One operator.

    Raises:
        NotFound: no such operator.
    """
    for found in operators(tx):
        if found.name == known_as(name):
            return found
    raise NotFound("operators.unknown", operator=name)


def operator_of(tx: ReadTransaction, name: str, keys: dict[str, bytes] | None = None) -> Operator:
    """An operator's present roles and stores, as far as the program gave them.

    A right that the log does not give, or that was put in behind the program's back, is none;
    `keys` tell a forged line.

    Raises:
        NotAllowed: what another did to the account waits for somebody to confirm it.
    """
    known = standings(tx)
    check_confirmed(known, name)
    given = known.of(name)
    rights = {
        table: frozenset(
            row[column]
            for row in tx.rows(f"SELECT * FROM {table} WHERE operator = :name", name=name)
            if is_as_said(tx, table, f"{name}/{row[column]}", row, keys)
        )
        for table, column in (("operator_role", "role"), ("operator_store", "store"))
    }
    return Operator(
        name, rights["operator_role"] & given.roles, rights["operator_store"] & given.stores
    )


def check_as_said(tx: ReadTransaction, name: str, keys: dict[str, bytes] | None = None) -> None:
    """Raises NotAllowed where an operator's account is not as the program wrote it."""
    row = tx.row("SELECT * FROM operator WHERE name = :name", name=name)
    if row is None or not is_as_said(tx, "operator", name, row, keys):
        raise NotAllowed("operators.not-as-said", operator=name)


def known_as(name: str) -> str:
    """An operator's name as it is kept, of a name as it is typed."""
    return name.strip().lower()
