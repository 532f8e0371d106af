"""What always holds between ledger and vault, for `cbi check`: no name is shown, few are opened.

The vault stands as its steps built it and is this ledger's; who lives has one key, and who was
erased has none; each key opens with the *people* key; every keyed hash belongs to somebody, and
whoever has a name is found by one. What an enrolment that was killed left behind has a key and no
record: it is swept, not told here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import select

from cbi.base.errors import Unusable
from cbi.people.records.contents import record_data
from cbi.people.records.keys import search_keys
from cbi.people.records.sealing import cipher, open_sealed, record_of, unwrap
from cbi.people.records.tables import HouseholdRow, PersonRow
from cbi.people.records.vault import ERASED, PROXY, WrappedKey, wrapped_keys
from cbi.storage.listed import read_in
from cbi.storage.standing import fallen_rules
from cbi.storage.transactions import ReadTransaction

VAULT_RULES = ("vault-stands", "keys-of-the-living", "postings-of-somebody")


@dataclass(frozen=True, slots=True)
class Inside:
    """A vault that is looked at, and the key that opens a name where one must be.

    None stands for a vault that an office's machine cannot reach.
    """

    vault: ReadTransaction | None
    people_key: bytes | None = None


class _Sealed(NamedTuple):
    """The sealed record of a person that holds today."""

    person: str
    version: int
    sealed: bytes


def broken_vault(tx: ReadTransaction, inside: Inside) -> dict[str, list[str]]:
    """Of every rule what breaks it: a part of the vault, or a person's number."""
    vault = inside.vault
    if vault is None:
        return {name: ["vault"] for name in VAULT_RULES}
    people = tx.all(select(PersonRow.number, PersonRow.erased_at))
    living = {number for number, erased_at in people if erased_at is None}
    households = set(tx.all(select(HouseholdRow.number)))
    keyed = {person for (person,) in vault.tuples("SELECT person FROM person_key")}
    posted = dict(vault.tuples(
        "SELECT person, max(CASE WHEN kind = :proxy THEN 0 ELSE 1 END) FROM posting"
        " GROUP BY person", proxy=PROXY,
    ))
    strangers = keyed - {number for number, _ in people}
    known = living | households | strangers
    nobodys = [one for one in posted if one not in known and not one.startswith(f"{ERASED} ")]
    unopened = _unopened(vault, inside.people_key, living)
    lost = {one for one in (living & keyed) - unopened if not posted.get(one)}
    unfound = _named(tx, vault, inside.people_key, sorted(lost))
    return {
        "vault-stands": _fallen(tx, vault),
        "keys-of-the-living": sorted(
            (living - keyed) | (keyed - living - strangers) | unopened
        ),
        "postings-of-somebody": sorted([*nobodys, *unfound]),
    }


def _fallen(tx: ReadTransaction, vault: ReadTransaction) -> list[str]:
    fallen = fallen_rules(vault, "vault")
    owner = vault.value("SELECT ledger_id FROM vault_identity")
    ours = tx.value("SELECT ledger_id FROM ledger_identity")
    if owner is not None and bytes(owner) != bytes(ours):
        fallen.append("vault_identity")
    return fallen


def _unopened(vault: ReadTransaction, people_key: bytes | None, living: set[str]) -> set[str]:
    """Whose key was altered, or exchanged for another's: the *people* key does not open it."""
    if people_key is None:
        return set()
    opener, found = cipher(people_key), set()
    for row in vault.read_each(WrappedKey, "SELECT person, wrapped FROM person_key"):
        try:
            unwrap(opener, row.wrapped, row.person)
        except Unusable:
            found.add(row.person)
    return found & living


def _named(
    tx: ReadTransaction, vault: ReadTransaction, people_key: bytes | None, numbers: Iterable[str]
) -> list[str]:
    """Of people whom no keyed hash finds, those whose record has something to find them by."""
    wrapped = {} if people_key is None else wrapped_keys(vault, numbers)
    if people_key is None or not wrapped:
        return []
    opener = cipher(people_key)
    sql = (
        "SELECT person_version.person, person_version.version, person_version.sealed"
        " FROM person_version JOIN person ON person.number = person_version.person"
        " AND person.version = person_version.version WHERE person.number IN ({})"
    )
    found = []
    for row in read_in(tx, _Sealed, sql, list(wrapped)):
        told: Any = open_sealed(
            unwrap(opener, wrapped[row.person], row.person), row.sealed,
            record_of(row.person, row.version), number=row.person,
        )
        if search_keys(record_data(told)):
            found.append(row.person)
    return found
