"""Who the operators are, and what each may do now. Read at the start of every command.

Standard library alone, and one query for one operator: a till starts with it.
"""

from dataclasses import dataclass

from cbi.base.errors import NotAllowed, NotFound
from cbi.operators.confirming import check_confirmed, standings
from cbi.operators.digests import is_as_said
from cbi.operators.operator_session import Operator
from cbi.operators.rows import HeldRole, HeldStore, StoredOperator
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
    roles: dict[str, set[str]] = {}
    stores: dict[str, set[str]] = {}
    for held in tx.read(HeldRole, "SELECT * FROM operator_role"):
        roles.setdefault(held.operator, set()).add(held.role)
    for bound in tx.read(HeldStore, "SELECT * FROM operator_store"):
        stores.setdefault(bound.operator, set()).add(bound.store)
    known = standings(tx)
    return [
        Account(
            row.name, frozenset(roles.get(row.name, ())), frozenset(stores.get(row.name, ())),
            bool(row.must_change), row.disabled_at, row.made_by, row.made_at,
            known.confirmation(row.name),
        )
        for row in tx.read(StoredOperator, "SELECT * FROM operator ORDER BY name")
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
    roles = {
        held.role
        for held in tx.read(
            HeldRole, "SELECT * FROM operator_role WHERE operator = :name", name=name
        )
        if is_as_said(tx, "operator_role", f"{name}/{held.role}", held._asdict(), keys)
    }
    stores = {
        held.store
        for held in tx.read(
            HeldStore, "SELECT * FROM operator_store WHERE operator = :name", name=name
        )
        if is_as_said(tx, "operator_store", f"{name}/{held.store}", held._asdict(), keys)
    }
    return Operator(name, given.roles & roles, given.stores & stores)


def check_as_said(tx: ReadTransaction, name: str, keys: dict[str, bytes] | None = None) -> None:
    """Raises NotAllowed where an operator's account is not as the program wrote it."""
    row = tx.read_one(
        StoredOperator, "SELECT * FROM operator WHERE name = :name", name=name
    )
    if row is None or not is_as_said(tx, "operator", name, row._asdict(), keys):
        raise NotAllowed("operators.not-as-said", operator=name)


def known_as(name: str) -> str:
    """An operator's name as it is kept, of a name as it is typed."""
    return name.strip().lower()
