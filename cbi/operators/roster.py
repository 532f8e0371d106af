"""Who the operators are, and what each may do now. Read at the start of every command.

Standard library alone, and one query for one operator: a till starts with it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from cbi.base.errors import NotAllowed, NotFound
from cbi.operators.confirming import check_confirmed, standings
from cbi.operators.digests import is_as_said
from cbi.operators.operator_session import Operator, Untrained
from cbi.operators.rows import HeldRole, HeldStore, StoredOperator, StoredTraining
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


class AskedTraining(NamedTuple):
    """A training that is asked for before a role is honoured; one of the programmes that ask."""

    role: str
    topic: str
    programme: str


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
    held = given.roles & roles
    missing = untrained(tx, name, held, keys)
    return Operator(
        name, held - {one.role for one in missing}, given.stores & stores, missing,
    )


def operator_again(
    tx: ReadTransaction, name: str, keys: dict[str, bytes] | None = None
) -> Operator:
    """An operator who proved at the start of a long piece of work who they are, as they stand now.

    Raises:
        NotAllowed: since then they were disabled, or given a passphrase by another.
    """
    for row in tx.read(StoredOperator, "SELECT * FROM operator WHERE name = :name", name=name):
        if row.disabled_at is not None:
            raise NotAllowed("operators.disabled", operator=name)
        if row.must_change:
            raise NotAllowed("operators.passphrase-must-change", operator=name)
    return operator_of(tx, name, keys)


def untrained(
    tx: ReadTransaction, name: str, roles: AbstractSet[str],
    keys: dict[str, bytes] | None = None,
) -> tuple[Untrained, ...]:
    """The trainings that a programme asks for before these roles are honoured, and that somebody
    has not had. A training that was written down behind the program's back is none.
    """
    asked = [
        one for one in tx.read(
            AskedTraining, "SELECT role, topic, min(programme) AS programme FROM training_rule "
            "GROUP BY role, topic ORDER BY role, topic"
        ) if one.role in roles
    ]
    if not asked:
        return ()
    had = {
        row.topic
        for row in tx.read(
            StoredTraining, "SELECT * FROM training WHERE operator = :name", name=name
        )
        if is_as_said(tx, "training", f"{name}/{row.topic}/{row.day}", row._asdict(), keys)
    }
    return tuple(
        Untrained(one.role, one.topic, one.programme, _trainers(tx, one.topic, name))
        for one in asked if one.topic not in had
    )


def _trainers(tx: ReadTransaction, topic: str, but: str) -> tuple[str, ...]:
    """Who gives a training: those who gave it before, else those who had it."""
    for column in ("trainer", "operator"):
        found = tx.tuples(
            f"SELECT DISTINCT t.{column} FROM training t JOIN operator o ON o.name = t.{column} "
            f"WHERE t.topic = :topic AND t.{column} <> :but AND o.disabled_at IS NULL "
            f"ORDER BY t.{column}", topic=topic, but=but,
        )
        if found:
            return tuple(str(name) for (name,) in found)
    return ()


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
