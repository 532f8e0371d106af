"""Who the operators are, and what each may do now. Read at the start of every command.

Standard library alone, and one query for one operator: a till starts with it.
"""

from dataclasses import dataclass

from cbi.base.errors import NotFound
from cbi.operators.desk import Operator
from cbi.storage.transactions import Reading


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


def operators(tx: Reading) -> list[Account]:
    """All operators by name, the disabled ones too."""
    rights: dict[str, list[tuple[str, int]]] = {}
    for row in tx.rows(
        "SELECT operator, role AS name, 1 AS is_role FROM operator_role "
        "UNION ALL SELECT operator, store, 0 FROM operator_store"
    ):
        rights.setdefault(row["operator"], []).append((row["name"], row["is_role"]))
    return [
        Account(
            row["name"],
            frozenset(name for name, is_role in rights.get(row["name"], ()) if is_role),
            frozenset(name for name, is_role in rights.get(row["name"], ()) if not is_role),
            bool(row["must_change"]), row["disabled_at"], row["made_by"], row["made_at"],
        )
        for row in tx.rows("SELECT * FROM operator ORDER BY name")
    ]


def account(tx: Reading, name: str) -> Account:
    """One operator.

    Raises:
        NotFound: no such operator.
    """
    for found in operators(tx):
        if found.name == known_as(name):
            return found
    raise NotFound("operators.unknown", operator=name)


def operator_of(tx: Reading, name: str) -> Operator:
    """An operator's present roles and stores."""
    rows = tx.rows(
        "SELECT role AS name, 1 AS is_role FROM operator_role WHERE operator = :name "
        "UNION ALL SELECT store, 0 FROM operator_store WHERE operator = :name",
        name=name,
    )
    return Operator(
        name, frozenset(row["name"] for row in rows if row["is_role"]),
        frozenset(row["name"] for row in rows if not row["is_role"]),
    )


def known_as(name: str) -> str:
    """An operator's name as it is kept, of a name as it is typed."""
    return name.strip().lower()
