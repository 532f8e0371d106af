"""What a preview says, in words and as plain data: problems of a kind together, with their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cbi.base.canonical import JsonValue
from cbi.enrolment.importing.doubles import Double
from cbi.enrolment.importing.importing import ImportPreview
from cbi.files import Problem
from cbi.messages import text
from cbi.people.records.record import NewPerson


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """Problems of one kind in one column; the words are the first one's."""

    code: str
    sheet: str | None
    column: str | None
    heading: str
    rows: tuple[int, ...]
    message: str


def grouped(
    problems: Iterable[Problem], shown: ImportPreview, language: str = "en"
) -> list[NoticeGroup]:
    """Problems by kind and column, the most frequent first."""
    found: dict[tuple[str, str | None, str | None], list[Problem]] = {}
    for one in problems:
        found.setdefault((one.code, one.sheet, one.column), []).append(one)
    headings = {(one.sheet, one.column): one.heading for one in shown.proposals}
    groups = [
        NoticeGroup(
            code, sheet, column, headings.get((sheet, column or ""), ""),
            tuple(one.row for one in listed if one.row),
            text(code, language, **listed[0].facts),
        )
        for (code, sheet, column), listed in found.items()
    ]
    return sorted(groups, key=lambda group: -len(group.rows))


def double_words(double: Double, language: str = "en") -> str:
    """A double in a sentence."""
    other = "row" if double.other_number is None else "person"
    return text(
        f"enrolment.double-{double.kind}-{other}", language, row=double.row,
        other=double.other_number or double.other_row,
    )


def person_cells(person: NewPerson) -> dict[str, str]:
    """A person as they would be stored, in cells for a table."""
    data = person.data
    return {
        "name": " · ".join(name.text for name in data.names),
        "father": " · ".join(name.father for name in data.names if name.father),
        "birth": data.birth.date if data.birth else "",
        "precision": data.birth.precision if data.birth else "",
        "sex": person.sex, "city": person.city, "language": person.language,
        "document": ", ".join(f"{one.kind} {one.number}" for one in data.documents),
        "phone": ", ".join(data.phones),
        "household": person.household_ref.rpartition(":")[2],
        "head": "+" if person.head else "",
        "consent": person.consent.way if person.consent else "",
    }


def told(shown: ImportPreview, language: str = "en") -> dict[str, JsonValue]:
    """The preview as plain data."""
    return {
        "file": str(shown.path), "sheet": shown.sheet, "list": shown.digest,
        "seen_at": shown.seen_at, "mapping": shown.mapping_name, "rows": shown.row_count,
        "new": shown.new_count, "known": shown.known_count, "repeated": shown.repeated_count,
        "rejected": shown.rejected_count, "skipped": dict(shown.skipped),
        "columns": [
            {
                "sheet": one.sheet, "column": one.column, "heading": one.heading,
                "field": one.field, "sure": one.sure, "how": one.how,
            }
            for one in shown.proposals
        ],
        "problems": _placed(shown.problems, language),
        "notices": _placed(shown.notices, language),
        "questions": _placed(shown.questions, language),
        "doubles": [
            {
                "sheet": one.sheet, "row": one.row, "kind": one.kind, "other_row": one.other_row,
                "other_number": one.other_number,
            }
            for one in shown.doubles
        ],
        "alike": [
            {
                "sheet": one.sheet, "row": one.row, "other_row": one.other_row,
                "other_number": one.other_number, "strength": one.match.strength,
                "evidence": list(one.match.evidence.split()),
            }
            for one in shown.alike
        ],
        "languages": [
            {"programmes": programmes, "language": one.language, "people": one.people,
             "said": one.said}
            for programmes, spoken in shown.languages.items() for one in spoken
        ],
        "first": [dict(person_cells(person)) for person in shown.first],
    }


def _placed(problems: Sequence[Problem], language: str) -> list[JsonValue]:
    return [
        {
            "sheet": one.sheet, "row": one.row, "column": one.column, "code": one.code,
            "message": text(one.code, language, **one.facts),
        }
        for one in problems
    ]
