"""Invented people for tests of the people's room."""

from typing import Any

from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.lookup import look_up
from cbi.people.records.keys import search_keys
from cbi.people.records.record import (
    BirthDate,
    Consent,
    Document,
    NewPerson,
    PersonalData,
    WrittenName,
)

CONSENT = Consent(version="2022-1", language="fa", way="signature", date="2022-08-01")
ZAHRA = PersonalData(
    names=(
        WrittenName("Zahra Haidari", "Mohammad Nabi", "Latn"),
        WrittenName("زهرا حیدری", "محمد نبی", "Arab"),
        WrittenName("Захра Хайдари", "Мохаммад Наби", "Cyrl"),
    ),
    birth=BirthDate("12 ثور 1369", "1990-05-02", "day", "solar-hijri"),
    documents=(Document("tazkira", "1399050200123", "1399-0502-00123"),),
    phones=("+77015550142",),
    address="Almaty, Zhibek Zholy 14",
    notes="walks with a stick",
)
SECRETS = (
    "Zahra", "Haidari", "Nabi", "زهرا", "حیدری", "Захра", "Хайдари", "1399050200123",
    "1399-0502-00123", "77015550142", "Zhibek", "stick", "Kobo-7788", "kobo:77", "1990-05-02",
    "tailor",
)
"""Everything about her that must stand nowhere in the clear."""


def zahra(**changed: Any) -> NewPerson:
    """Zahra, head of a household of four, as a list brings her."""
    told: dict[str, Any] = {
        "data": ZAHRA, "city": "almaty", "sex": "f", "language": "fa", "household_size": 4,
        "household_ref": "kobo:77", "source_ref": "Kobo-7788", "consent": CONSENT,
        "facts": {"Occupation": "tailor"},
    }
    return NewPerson(**{**told, **changed})


def somebody(number: int, **changed: Any) -> NewPerson:
    """One of many: alone in a household, with a document and phone of their own."""
    data = PersonalData(
        names=(WrittenName(f"Gul{number}", f"Wali{number}"),),
        birth=BirthDate("1985", "1985", "year"),
        documents=(Document("passport", f"P{number:07d}"),),
        phones=(f"+7701{number:07d}",),
    )
    told: dict[str, Any] = {
        "data": data, "city": "almaty", "sex": "m", "language": "ps",
        "source_ref": f"list:{number}", "consent": CONSENT,
    }
    return NewPerson(**{**told, **changed})


def holders(session: OperatorSession, data: PersonalData) -> list[str]:
    """Whoever has one of these documents or phones, by keyed hash alone."""
    keys = [key for key in search_keys(data) if key[0] in ("document", "phone")]
    return look_up(session, keys).numbers
