"""Phones that several households share: told as groups of households, never as the number."""

from typing import NamedTuple

from cbi.operators.operator_session import OperatorSession
from cbi.people.records.vault import vault_of
from cbi.storage.transactions import ReadTransaction

PEOPLE_MAX = 200
"""A number that more people have is a placeholder, or a call centre's."""


class _Holder(NamedTuple):
    """Who has a phone, by its keyed hash."""

    key_hash: bytes
    person: str


class _Home(NamedTuple):
    """Where somebody lives."""

    number: str
    household: str


_SHARED = """
SELECT p.key_hash, p.person FROM posting p JOIN (
    SELECT key_hash FROM posting WHERE kind = 'phone' GROUP BY key_hash
    HAVING count(*) BETWEEN :least AND :most) shared ON shared.key_hash = p.key_hash
WHERE p.kind = 'phone' ORDER BY p.key_hash, p.person
"""


def households_by_phone(
    session: OperatorSession, tx: ReadTransaction, least: int
) -> list[tuple[str, ...]]:
    """Households whose people have one phone in common, where there are at least so many of them.

    Raises:
        Unusable: the vault is missing, or another ledger's.
    """
    homes = {one.number: one.household for one in tx.read(
        _Home, "SELECT number, household FROM person WHERE erased_at IS NULL "
        "AND merged_into IS NULL AND status = 'active'"
    )}
    with vault_of(session).read() as vault:
        holders = vault.read(_Holder, _SHARED, least=least, most=PEOPLE_MAX)
    found: dict[bytes, set[str]] = {}
    for one in holders:
        if one.person in homes:
            found.setdefault(one.key_hash, set()).add(homes[one.person])
    return sorted(tuple(sorted(group)) for group in found.values() if len(group) >= least)
