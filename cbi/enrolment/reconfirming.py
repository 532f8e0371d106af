"""The list that people are asked by between rounds, as a workbook, on paper or as an XLSForm, and
its answers.

Answers are read from the workbook that was filled in, or from what Kobo or ODK exports of the form:
columns are known by their headings or by the form's names. A row without an answer is passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from cbi.base.clock import at
from cbi.base.errors import BadFile, CbiError, UsageError
from cbi.enrolment.values.cells import read_phones
from cbi.files import (
    Cell,
    Column,
    Problem,
    Row,
    Sheet,
    Table,
    column_letter,
    read_tables,
    text_of,
    write_workbook,
)
from cbi.files.writing import atomic_file
from cbi.messages import text
from cbi.operators.operator_session import OperatorSession
from cbi.paper.blocks import Block, Letter, LetterTable, TableColumn, Words
from cbi.people.persons import Person, Reconfirmed, unseal
from cbi.people.persons import points as points_of_households
from cbi.people.records.languages import script_of_language
from cbi.people.records.numbers import read_number
from cbi.places import profile_of
from cbi.places.places import city_name

FIELDS: Final = ("number", "here", "size", "phone")
COLUMNS: Final = (
    "city", "point", "household", "number", "name", "known-phone", "known-size", "here", "size",
    "phone", "remark",
)
PAPER: Final = (
    ("number", 25), ("name", 42), ("known-phone", 30), ("known-size", 13), ("here", 18),
    ("size", 16), ("phone", 30),
)
"""The columns on paper, each with its share of the width; the last three are filled in."""
LANGUAGES: Final = ("en", "ru")
YES: Final = frozenset({"yes", "y", "1", "x", "х", "true", "да", "д", "+", "✓", "иә", "بلی", "بله",
                        "هو", "ha"})
NO: Final = frozenset({"no", "n", "0", "false", "нет", "н", "-", "жоқ", "نه", "نخیر", "yo‘q"})
HEADING_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """Answers of a file, and what could not be read, each with its place."""

    answers: tuple[Reconfirmed, ...]
    problems: tuple[Problem, ...]


def write_list(
    session: OperatorSession, round_code: str, numbers: Sequence[str], path: Path, *, language: str
) -> int:
    """Write the list with names for its owner alone: a workbook with a sheet for each city or, by
    the ending, a PDF on which each city and point begins a page. How many people stand on it.

    Raises:
        NotAllowed: names are not for this operator.
        BadFile: the file cannot be written.
    """
    people = unseal(session, numbers, purpose=f"reconfirming after {round_code}")
    with session.ledger.read() as tx:
        points = points_of_households(tx)
    found = sorted(people.values(), key=lambda one: (
        one.city, points.get(one.household, ""), one.household, not one.head))
    title = text("reconfirm.title", language, round=round_code)
    if path.suffix.lower() == ".pdf":
        _write_paper(session, title, [(points.get(one.household, ""), one) for one in found], path,
                     language=language)
        return len(found)
    columns = [
        Column(text(f"reconfirm.column-{name}", language),
               "count" if name.endswith("size") else "text")
        for name in COLUMNS
    ]
    sheets = [
        Sheet(city, columns, [
            _row(one, points.get(one.household)) for one in found if one.city == city
        ], title=(
            title, text("reconfirm.how", language), text("reconfirm.private", language),
        ))
        for city in dict.fromkeys(one.city for one in found)
    ]
    write_workbook(path, sheets, title=title, language=language, made_at=session.clock(),
                   private=True)
    return len(found)


def write_form(path: Path, round_code: str) -> None:
    """Write the questions as an XLSForm, in English and Russian. No person stands in it: who is
    asked gives the number on their voucher or card.

    Raises:
        BadFile: the file cannot be written.
    """
    labels = [f"label::{name}" for name in ("English (en)", "Русский (ru)")]
    survey = [
        (kind, name, *(text(f"reconfirm.ask-{name}", language) for language in LANGUAGES),
         "yes" if needed else None, relevant or None)
        for kind, name, needed, relevant in (
            ("text", "number", True, ""), ("select_one yes_no", "here", True, ""),
            ("integer", "size", False, "${here} = 'yes'"),
            ("text", "phone", False, "${here} = 'yes'"),
        )
    ]
    choices = [
        ("yes_no", name, *(text(f"reconfirm.choice-{name}", language) for language in LANGUAGES))
        for name in ("yes", "no")
    ]
    settings = [(text("reconfirm.title", "en", round=round_code), f"reconfirm_{round_code}"
                 .replace("-", "_").lower(), "English (en)")]
    write_workbook(path, [
        _plain("survey", ("type", "name", *labels, "required", "relevant"), survey),
        _plain("choices", ("list_name", "name", *labels), choices),
        _plain("settings", ("form_title", "form_id", "default_language"), settings),
    ], title=settings[0][0])


def read_answers(session: OperatorSession, path: Path) -> AnswersRead:
    """The answers in a file.

    Raises:
        BadFile: it cannot be read, or no sheet has the columns.
    """
    with session.ledger.read() as tx:
        region = profile_of(tx).phone_region
    answers: dict[str, Reconfirmed] = {}
    problems: list[Problem] = []
    found = False
    for table in read_tables(path):
        placed = _columns(table)
        if placed is None:
            continue
        found = True
        below, columns = placed
        for row in table.rows[below:]:
            for one in _answered(table, row, columns, region):
                if isinstance(one, Problem):
                    problems.append(one)
                else:
                    answers[one.person] = one
    if not found:
        raise BadFile("reconfirm.no-columns", file=path.name)
    return AnswersRead(tuple(answers.values()), tuple(problems))


def _plain(name: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Sheet:
    return Sheet(name, [Column(heading) for heading in headings], rows)


def _write_paper(
    session: OperatorSession, title: str, placed: Sequence[tuple[str, Person]], path: Path, *,
    language: str,
) -> None:
    """The list on paper, to be filled in by hand. Who reads no Arabic script finds a name written
    in Latin letters, if the record has one, beneath it."""
    from cbi.paper.letters import draw_letter

    columns = [
        TableColumn(text(f"reconfirm.column-{name}", language), share,
                    "count" if name == "known-size" else "text")
        for name, share in PAPER
    ]
    with session.ledger.read() as tx:
        cities = {one: city_name(tx, one, language) for one in {one.city for _, one in placed}}
        practice = bool(tx.value("SELECT practice FROM ledger_identity"))
    blocks: list[Block] = []
    for (city, point), group in groupby(placed, key=lambda one: (one[1].city, one[0])):
        blocks += [
            Words(f"{title}: {cities[city]} {point}".rstrip(), "page"),
            Words(text("reconfirm.how-paper", language)),
            Words(text("reconfirm.private", language), "small"),
            LetterTable([*columns, TableColumn("", 1, "folded")], [
                (one.number, _name(one), ", ".join(one.data.phones),
                 one.household_size if one.head else None, None, None, None, _latin(one))
                for _, one in group
            ]),
        ]
    letter = Letter(title, title, blocks, language, practice=practice)
    with atomic_file(path, private=True) as out:
        draw_letter(out, letter, created=at(session.clock()))


def _name(one: Person) -> str:
    """The name as the person writes it."""
    names = one.data.names
    wanted = script_of_language(one.language)
    name = next((name for name in names if name.script == wanted), names[0]) if names else None
    return name.text if name else ""


def _latin(one: Person) -> str:
    names = {name.script: name.text for name in one.data.names}
    return names.get("Latn", "") if _name(one) != names.get("Latn") else ""


def _row(one: Person, point: str | None) -> tuple[object, ...]:
    return (
        one.city, point, one.household, one.number, _name(one) or None,
        ", ".join(one.data.phones) or None, one.household_size if one.head else None,
        None, None, None, None,
    )


def _columns(table: Table) -> tuple[int, dict[str, int]] | None:
    """How many rows come before the answers, and where the columns are."""
    for place, row in enumerate(table.rows[:HEADING_ROWS]):
        named = [_word(cell) for cell in row.cells]
        found = {
            field: named.index(name)
            for field in FIELDS for name in _headings(field) if name in named
        }
        if {"number", "here"} <= found.keys():
            return place + 1, found
    return None


def _headings(field: str) -> list[str]:
    return [field, *(_word(text(f"reconfirm.{kind}-{field}", language))
                     for kind in ("ask", "column") for language in LANGUAGES)]


def _answered(
    table: Table, row: Row, columns: dict[str, int], region: str
) -> Iterator[Reconfirmed | Problem]:
    """A row's answer, or what is wrong with it; nothing where nobody answered."""
    cells = {field: row.at(at) for field, at in columns.items()}
    here, field = _word(cells["here"]), "here"
    if not here:
        return
    try:
        if here not in YES | NO:
            raise UsageError("reconfirm.here-unreadable", text=here)
        field = "number"
        person = read_number(text_of(cells["number"]))
        field = "size"
        size = _size(cells.get("size"))
        field = "phone"
        phone = cells.get("phone")
        phones = read_phones(phone, region) if text_of(phone) else ()
    except CbiError as error:
        yield Problem.of(error, sheet=table.sheet, row=row.number,
                         column=column_letter(columns[field]))
        return
    yield Reconfirmed(person, here in YES, size, phones)


def _size(cell: Cell) -> int | None:
    said = text_of(cell).strip()
    if not said:
        return None
    if not said.isdecimal() or not 1 <= int(said) <= 99:
        raise UsageError("reconfirm.size-unreadable", text=said)
    return int(said)


def _word(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return " ".join(text_of(cell).casefold().split())
