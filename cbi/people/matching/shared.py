"""Phones and proxies that several households share: told as groups of households, never as the
number or the name."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cbi.operators.operator_session import OperatorSession
from cbi.people.records.vault import PROXY, vault_of
from cbi.storage.transactions import ReadTransaction

PEOPLE_MAX = 200
"""A number that more people have is a placeholder, or a call centre's."""


class _Holder(NamedTuple):
    """Who gave a phone or named a proxy, by the keyed hash."""

    key_hash: bytes
    person: str


class _Home(NamedTuple):
    """Where somebody lives."""

    number: str
    household: str


_SHARED = """
SELECT p.key_hash, p.person FROM posting p JOIN (
    SELECT key_hash FROM posting WHERE kind = :what GROUP BY key_hash
    HAVING count(*) BETWEEN :least AND :most) shared ON shared.key_hash = p.key_hash
WHERE p.kind = :what ORDER BY p.key_hash, p.person
"""


def households_by_phone(
    session: OperatorSession, tx: ReadTransaction, least: int, until: int
) -> list[tuple[str, ...]]:
    """Households whose people have one phone in common, where there are at least so many of them.

    People who were enrolled before `until` (microseconds UTC) count, with the phones of today.

    Raises:
        Unusable: the vault is missing, or another ledger's.
    """
    homes = {one.number: one.household for one in tx.read(
        _Home, "SELECT number, household FROM person WHERE erased_at IS NULL "
        "AND merged_into IS NULL AND status = 'active' AND enrolled_at < :until", until=until,
    )}
    return _groups(_holders(session, "phone", least), homes, least)


def households_by_proxy(
    session: OperatorSession, tx: ReadTransaction, least: int, until: int
) -> list[tuple[str, ...]]:
    """Households for which one person may collect, or might once, by that person's document.

    Heads who had named somebody before `until` (microseconds UTC) count.

    Raises:
        Unusable: the vault is missing, or another ledger's.
    """
    homes = {one.number: one.household for one in tx.read(
        _Home, "SELECT head AS number, household FROM proxy WHERE named_at < :until", until=until,
    )}
    return _groups(_holders(session, PROXY, least), homes, least)


def _holders(session: OperatorSession, kind: str, least: int) -> list[_Holder]:
    with vault_of(session).read() as vault:
        return vault.read(_Holder, _SHARED, what=kind, least=least, most=PEOPLE_MAX)


def _groups(
    holders: Iterable[_Holder], homes: Mapping[str, str], least: int
) -> list[tuple[str, ...]]:
    found: dict[bytes, set[str]] = {}
    for one in holders:
        if one.person in homes:
            found.setdefault(one.key_hash, set()).add(homes[one.person])
    return sorted(tuple(sorted(group)) for group in found.values() if len(group) >= least)
