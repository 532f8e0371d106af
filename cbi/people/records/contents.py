"""What stands inside a sealed record: personal data to JSON and back. Pure."""

from typing import Any

from cbi.base.canonical import JsonValue
from cbi.people.records.record import BirthDate, Document, PersonalData, WrittenName

FORMAT = 1


def record_json(
    data: PersonalData, facts: dict[str, str], source: str = "", reason: str = ""
) -> JsonValue:
    """A record's JSON: what is absent is left out. `reason` says why a correction was made."""
    birth = data.birth
    told: dict[str, JsonValue] = {
        "format": FORMAT,
        "names": [[name.text, name.father, name.script] for name in data.names],
        "birth": [birth.text, birth.date, birth.precision, birth.calendar] if birth else None,
        "documents": [[one.kind, one.number, one.as_written] for one in data.documents],
        "phones": list(data.phones),
        "address": data.address,
        "notes": data.notes,
        "facts": {**facts},
        "source": source,
        "reason": reason,
    }
    return {name: value for name, value in told.items() if value}


def record_data(told: Any) -> PersonalData:
    """Personal data from a record's JSON."""
    birth = told.get("birth")
    return PersonalData(
        names=tuple(WrittenName(*name) for name in told.get("names", ())),
        birth=BirthDate(*birth) if birth else None,
        documents=tuple(Document(*one) for one in told.get("documents", ())),
        phones=tuple(told.get("phones", ())),
        address=told.get("address", ""),
        notes=told.get("notes", ""),
    )
