"""A person's right to know: everything that is held about one person, readable, and nobody else's.

Of the others in the household it tells their number only. Reads of lists and searches stand in the
log without the names they showed, so they cannot be told here one by one; reads of this person can.
"""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any, NamedTuple

from sqlmodel import col, select

from cbi.base.canonical import JsonValue
from cbi.base.clock import at
from cbi.messages.catalogue import text
from cbi.operators.log import entries, record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.complaints.complaints import OpenedComplaint, complaints_of
from cbi.people.privacy.consent import consents
from cbi.people.privacy.proxies import proxies_of
from cbi.people.records.held_changes import held_rows
from cbi.people.records.history import opened_note, past_changes
from cbi.people.records.reading import PersonFacts, living_facts, person_key, purpose_of
from cbi.people.records.record import PersonalData
from cbi.people.records.sealing import note_of, open_sealed
from cbi.people.records.tables import PersonRow, VerificationResult
from cbi.people.registration.correcting import PastRecord, past_records
from cbi.people.registration.flags import flags_of
from cbi.people.registration.releasing import to_be
from cbi.storage.transactions import ReadTransaction, WriteTransaction

Held = dict[str, JsonValue]
_SPLIT = ", "


class _Pair(NamedTuple):
    """A pair of numbers that may be one person, and what was said of it."""

    first: str
    second: str
    state: str
    strength: str
    evidence: str
    decided_by: str | None


class _OwnInterview(NamedTuple):
    """A visit after a round, at which this person was asked."""

    id: bytes
    sample: str
    sealed: bytes
    taken_at: int


class _OwnFile(NamedTuple):
    """A file that is kept about the person."""

    number: str
    kind: str
    size_bytes: int
    added_by: str
    added_at: int


class _OwnVoucher(NamedTuple):
    """A voucher of the person's."""

    id: bytes
    serial: str
    round: str
    category: str
    currency: str
    face_minor: int
    spent_minor: int
    state: str
    valid_until: str


class _OwnEntry(NamedTuple):
    """A line of such a voucher's journal."""

    kind: str
    amount_minor: int
    store: str | None
    receipt: str | None
    occurred_at: int


def export_person(
    session: OperatorSession, number: str, *, purpose: str = "asked by the person"
) -> Held:
    """All that is held about a person, as JSON; the log keeps the export and its purpose.

    Raises:
        NotAllowed: the operator may not give personal data out.
        NotFound: no such person.
        Conflict: the person was erased: there is nothing left to give.
    """
    session.require("people.export")
    said = purpose_of(purpose)

    def work(tx: WriteTransaction) -> Held:
        found = living_facts(tx, number)
        key = person_key(session, found.number)
        held = _held(tx, found, key)
        held["complaints"] = [
            _complaint(one) for one in complaints_of(tx, session, found.number, key)
        ]
        held["interviews"] = [*_interviews(tx, found.number, key)]
        held["files"] = [_told(one._asdict()) for one in tx.read(
            _OwnFile, "SELECT number, kind, size_bytes, added_by, added_at FROM document "
            "WHERE about = 'person' AND object = :number ORDER BY added_at", number=found.number,
        )]
        record_by(
            tx, session, action="people.export", object=found.number, detail={"purpose": said},
        )
        session.seal_reading(tx, session)
        return held

    return session.ledger.transact(work)


def export_text(held: Held, language: str = "en") -> str:
    """An export for a person to read: a heading and lines for each part."""
    lines = [text("people-export.title", language, number=held["number"]), ""]
    for name, value in held.items():
        if value in (None, "", [], {}):
            continue
        lines.append(_label(name, language) + ":")
        lines += _lines(value, language, "  ")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _held(tx: ReadTransaction, found: PersonFacts, key: bytes) -> Held:
    versions = past_records(tx, found.number, key)
    told: dict[str, Any] = {
        "number": found.number,
        "data": _data_json(versions[-1].data),
        "list": {"columns": versions[-1].facts, "row": versions[-1].source},
        "standing": {**_standing(found), "flags": list(flags_of(tx, found.number))},
        "consents": [_told(asdict(one)) for one in consents(tx, found.number)],
        "household": _household(tx, found),
        "proxies": [_told(asdict(one)) for one in proxies_of(tx, found.number, key)],
        "corrections": [_correction(*both) for both in pairwise(versions)],
        "changes": [_told(asdict(one)) for one in past_changes(tx, found.number, key)],
        "waiting": _waiting(tx, found.number, key),
        "checks": _checks(tx, found.number, key),
        "duplicates": _duplicates(tx, found.number),
        "vouchers": _vouchers(tx, found.number),
        "log": [
            _told({"at": line.at, "operator": line.operator, "action": line.action,
                   **line.detail})
            for line in reversed(entries(tx, object=found.number, limit=10_000))
        ],
    }
    return told


def _standing(found: PersonFacts) -> Held:
    told = asdict(found)
    kept = (
        "city", "sex", "birth_year", "language", "status", "consent", "enrolled_by", "enrolled_at",
        "approved_by", "approved_at", "merged_into",
    )
    return _told({name: told[name] for name in kept})


def _household(tx: ReadTransaction, found: PersonFacts) -> Held:
    others = tx.all(
        select(PersonRow.number)
        .where(
            PersonRow.household == found.household, PersonRow.number != found.number,
            col(PersonRow.erased_at).is_(None),
        ).order_by(col(PersonRow.number))
    )
    return {
        "number": found.household, "head": found.head, "size": found.household_size,
        "others": [*others],
    }


def _data_json(data: PersonalData) -> Held:
    return {
        "names": [asdict(name) for name in data.names],
        "birth": asdict(data.birth) if data.birth else None,
        "documents": [asdict(one) for one in data.documents],
        "phones": list(data.phones), "address": data.address, "notes": data.notes,
    }


def _correction(before: PastRecord, after: PastRecord) -> Held:
    return {
        "reason": after.reason, "made_by": after.made_by, "made_at": _instant(after.made_at),
        "replaced": _data_json(before.data),
    }


def _waiting(tx: ReadTransaction, number: str, key: bytes) -> list[Held]:
    """Changes that a second person has not decided; of a record, what it would say."""
    told = []
    for row in held_rows(tx, number):
        one = _told({
            "kind": row.kind, "was": row.was, "became": row.became, "date": row.date,
            "asked_by": row.asked_by, "asked_at": row.asked_at,
        })
        if row.sealed is not None:
            one["data"] = _data_json(to_be(row, key))
        told.append(one)
    return told


def _checks(tx: ReadTransaction, number: str, key: bytes) -> list[Held]:
    rows = tx.all(
        select(VerificationResult).where(VerificationResult.person == number)
        .order_by(col(VerificationResult.checked_at), col(VerificationResult.id))
    )
    return [
        {
            "result": row.result, "date": row.date, "checked_by": row.checked_by,
            "note": opened_note(key, number, row.id, row.note_sealed),
        }
        for row in rows
    ]


def _complaint(one: OpenedComplaint) -> Held:
    told = asdict(one.complaint)
    del told["person"]
    return _told({**told, "text": one.text, "answer": one.answer})


def _interviews(tx: ReadTransaction, number: str, key: bytes) -> list[Held]:
    """What was said when the household was asked how a round went."""
    rows = tx.read(
        _OwnInterview,
        "SELECT i.id, i.sample, i.sealed, i.taken_at FROM monitoring_member m"
        " JOIN monitoring_interview i ON i.sample = m.sample AND i.household = m.household"
        " WHERE m.person = :number ORDER BY i.taken_at, i.id", number=number,
    )
    told: list[Held] = []
    for row in rows:
        said: Any = open_sealed(key, row.sealed, note_of(number, row.id), number=number)
        told.append({"sample": row.sample, "taken_at": _instant(row.taken_at),
                     "outcome": said["outcome"], "answers": said["answers"]})
    return told


def _duplicates(tx: ReadTransaction, number: str) -> list[Held]:
    rows = tx.read(
        _Pair,
        "SELECT first, second, state, strength, evidence, decided_by FROM duplicate_pair"
        " WHERE first = :number OR second = :number ORDER BY first, second",
        number=number,
    )
    return [
        {
            "other": row.second if row.first == number else row.first, "state": row.state,
            "strength": row.strength, "evidence": row.evidence, "decided_by": row.decided_by,
        }
        for row in rows
    ]


def _vouchers(tx: ReadTransaction, number: str) -> list[Held]:
    """The money history under the pseudonym, from the ledger's tables."""
    vouchers = tx.read(
        _OwnVoucher,
        "SELECT id, serial, round, category, currency, face_minor, spent_minor, state, valid_until"
        " FROM voucher WHERE beneficiary = :number ORDER BY serial",
        number=number,
    )
    told = []
    for voucher in vouchers:
        lines = tx.read(
            _OwnEntry,
            "SELECT kind, amount_minor, store, receipt, occurred_at FROM entry"
            " WHERE voucher = :id ORDER BY seq",
            id=voucher.id,
        )
        own = voucher._asdict()
        del own["id"]
        told.append({**own, "entries": [_told(line._asdict()) for line in lines]})
    return told


def _told(row: Mapping[str, Any]) -> Held:
    """A row with its instants as text and what is absent left out."""
    return {
        name: _instant(value) if name == "at" or name.endswith("_at") else value
        for name, value in row.items()
        if value not in (None, "")
    }


def _instant(instant_us: int | None) -> str | None:
    return None if instant_us is None else at(instant_us).isoformat(timespec="seconds")


def _lines(value: JsonValue, language: str, indent: str) -> list[str]:
    if isinstance(value, dict):
        lines = []
        for name, inner in value.items():
            if inner in (None, "", [], {}):
                continue
            if isinstance(inner, dict | list) and not _plain(inner):
                lines.append(f"{indent}{_label(name, language)}:")
                lines += _lines(inner, language, indent + "  ")
            else:
                lines.append(f"{indent}{_label(name, language)}: {_shown(inner, language)}")
        return lines
    if isinstance(value, list) and not _plain(value):
        return [
            line
            for inner in value
            for line in _marked(_lines(inner, language, indent + "  "), indent)
        ]
    return [f"{indent}{_shown(value, language)}"]


def _marked(lines: list[str], indent: str) -> list[str]:
    """A list's item: a dash before its first line."""
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]] if lines else []


def _plain(value: JsonValue) -> bool:
    return isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)


def _shown(value: JsonValue, language: str) -> str:
    if isinstance(value, list):
        return _SPLIT.join(_shown(one, language) for one in value)
    if isinstance(value, bool):
        return text(f"people-export.{'yes' if value else 'no'}", language)
    return str(value)


def _label(name: str, language: str) -> str:
    """A part's name in the reader's language; a list's own column keeps the name it had."""
    key = f"people-export.{name}"
    told = text(key, language)
    return name if told == key else told
