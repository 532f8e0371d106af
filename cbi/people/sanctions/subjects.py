"""Who is screened: retailers and their owners, operators, proxies; families if a programme says so.

Names of proxies and families are opened for the screening; what tells whether somebody is new or
was renamed since is read in the clear.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlmodel import col, select

from cbi.operators.operator_session import OperatorSession
from cbi.people.names.scripts import script_of
from cbi.people.records.reading import opened_records
from cbi.people.records.record import BirthDate, PersonalData, WrittenName
from cbi.people.records.sealing import cipher, note_of, open_sealed, unwrap
from cbi.people.records.tables import Proxy
from cbi.people.records.vault import vault_of, wrapped_keys
from cbi.people.sanctions.tables import SanctionsList, SanctionsName
from cbi.storage.transactions import ReadTransaction

KINDS = ("retailer", "operator", "proxy", "person")
NAMED = ("retailer", "operator")
"""Whom a further name can be given."""


class Subject(NamedTuple):
    """Somebody to be screened; `version` is another one once the name is."""

    kind: str
    subject: str
    version: str


class _Standing(NamedTuple):
    """A retailer or operator with the name that is on record."""

    subject: str
    name: str


class _Family(NamedTuple):
    """A person of a family that has vouchers, and the version of their record."""

    number: str
    version: int


_FAMILIES = (
    "SELECT DISTINCT p.number, p.version FROM person p "
    "JOIN batch_line l ON l.beneficiary = p.number "
    "JOIN batch b ON b.id = l.batch JOIN round r ON r.code = b.round "
    "JOIN sanctions_policy s ON s.programme = r.programme AND s.families = 1 "
    "WHERE p.erased_at IS NULL AND p.merged_into IS NULL ORDER BY p.number"
)


def asked(tx: ReadTransaction) -> bool:
    """Whether any programme asks for screening."""
    return bool(tx.value("SELECT count(*) FROM sanctions_policy WHERE asked = 1"))


def subjects(tx: ReadTransaction) -> list[Subject]:
    """Everybody who is to be screened, without opening a name."""
    further = names_given(tx)
    found = []
    for kind, known in (("retailer", _retailers(tx)), ("operator", _operators(tx))):
        for one in known:
            names = further.get((kind, one.subject), [])
            told = [one.name, *names] if kind == "retailer" else names
            if told:
                found.append(Subject(kind, one.subject, json.dumps(told, ensure_ascii=False)))
    found += [Subject("proxy", known.hex(), known.hex()) for known in tx.all(
        select(Proxy.id).where(col(Proxy.ended_at).is_(None)).order_by(col(Proxy.id))
    )]
    found += [Subject("person", one.number, str(one.version))
              for one in tx.read(_Family, _FAMILIES)]
    return found


def unnamed(tx: ReadTransaction) -> list[str]:
    """Operators who cannot be screened: nobody has said their full names."""
    given = names_given(tx)
    return [one.subject for one in _operators(tx) if ("operator", one.subject) not in given]


def names_given(tx: ReadTransaction) -> dict[tuple[str, str], list[str]]:
    """Further names by kind and whose they are."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in tx.all(select(SanctionsName).order_by(col(SanctionsName.name))):
        found.setdefault((one.kind, one.subject), []).append(one.name)
    return found


def list_digests(tx: ReadTransaction) -> list[tuple[str, str]]:
    """Every list's label and digest."""
    return [(str(label), str(digest)) for label, digest in tx.all(
        select(SanctionsList.label, SanctionsList.digest).order_by(col(SanctionsList.label))
    )]


def opened(
    tx: ReadTransaction, session: OperatorSession, wanted: list[Subject]
) -> Iterator[tuple[Subject, PersonalData]]:
    """Each subject with names and, where it is known, the year of birth."""
    for one in wanted:
        if one.kind in NAMED:
            yield one, _data(*json.loads(one.version))
    by_id = {one.subject: one for one in wanted if one.kind == "proxy"}
    for proxy, name in _proxies(tx, session, set(by_id)):
        yield by_id[proxy], _data(name)
    people = {one.subject: one for one in wanted if one.kind == "person"}
    for person in opened_records(tx, session, list(people)):
        birth = str(person.birth_year) if person.birth_year else ""
        born = person.data.birth or (BirthDate(birth, birth, "year") if birth else None)
        yield people[person.number], PersonalData(names=person.data.names, birth=born)


def _proxies(
    tx: ReadTransaction, session: OperatorSession, ids: set[str]
) -> Iterator[tuple[str, str]]:
    rows = [row for row in tx.all(select(Proxy)) if row.id.hex() in ids] if ids else []
    if not rows:
        return
    people = cipher(session.keys.need("people"))
    with vault_of(session).read() as vault:
        wrapped = wrapped_keys(vault, sorted({row.head for row in rows}))
    for row in rows:
        if row.head in wrapped:
            key = unwrap(people, wrapped[row.head], row.head)
            told: Any = open_sealed(key, row.sealed, note_of(row.head, row.id), number=row.head)
            yield row.id.hex(), str(told["name"])


def _data(*names: str) -> PersonalData:
    return PersonalData(names=tuple(WrittenName(name, "", script_of(name)) for name in names))


def _retailers(tx: ReadTransaction) -> list[_Standing]:
    return tx.read(_Standing, "SELECT code AS subject, name FROM retailer ORDER BY code")


def _operators(tx: ReadTransaction) -> list[_Standing]:
    return tx.read(
        _Standing, "SELECT name AS subject, name FROM operator WHERE disabled_at IS NULL "
        "ORDER BY name"
    )
