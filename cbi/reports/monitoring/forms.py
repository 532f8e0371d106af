"""The form of a sample, to be filled in: a workbook with answers to pick, or an XLSForm for Kobo.

Names stand on the workbook where a purpose is said, in a file that only its owner may read; an
XLSForm goes to another's server and holds numbers alone.
"""

from collections.abc import Iterable
from pathlib import Path

from cbi.base.errors import UsageError
from cbi.files.workbook import Column, Sheet, write_workbook
from cbi.messages import text
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import Person, unseal
from cbi.places.places import cities
from cbi.reports.monitoring.drawing import DrawnSample, drawn_sample
from cbi.reports.monitoring.questions import (
    DONE,
    LANGUAGES,
    OUTCOMES,
    QUESTIONS,
    answer_words,
    outcome_words,
    question_words,
)

_LANGUAGE_NAMES = {"en": "English (en)", "ru": "Русский (ru)"}


def write_form(
    session: OperatorSession, number: str, path: Path, *, purpose: str = "", language: str = "en",
) -> DrawnSample:
    """Write the form as a workbook: a row for each household, a column for each question.

    Raises:
        NotAllowed: the operator may not read the ledger, or no names.
        NotFound: no such sample.
        BadFile: the file cannot be written.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found = drawn_sample(tx, number)
        places = {one.code: one.name(language) for one in cities(tx)}
    persons = [one.person for one in found.members]
    names = unseal(session, persons, purpose=purpose) if purpose else {}
    own = ("name", "phone") if purpose else ()
    columns = [
        *(Column(_say(f"column-{name}", language), width=width)
          for name, width in (("household", 17), ("person", 15), ("city", 14))),
        *(Column(_say(f"column-{name}", language), width=26) for name in own),
        Column(_say("column-outcome", language), width=18,
               choices=[outcome_words(one, language) for one in OUTCOMES]),
        *(Column(question_words(one.key, language), width=24,
                 choices=[answer_words(answer, language) for answer in one.answers])
          for one in QUESTIONS),
    ]
    blank = [None] * (1 + len(QUESTIONS))
    rows = (
        [one.household, one.person, places.get(one.city, one.city),
         *(_told(names.get(one.person)) if purpose else ()), *blank] for one in found.members
    )
    title = _say("form-title", language, sample=found.number, round=found.round)
    sheet = Sheet(
        found.number, columns, rows, paper=8,
        title=(title, _say("form-note", language), _say("form-back", language,
                                                        sample=found.number)),
    )
    write_workbook(path, [sheet], title=title, language=language, private=bool(purpose),
                   made_at=session.clock())
    return found


def write_xlsform(session: OperatorSession, number: str, path: Path) -> DrawnSample:
    """Write the form as an XLSForm, for KoboToolbox or ODK: the household is picked by city.

    Raises:
        NotAllowed: the operator may not read the ledger.
        NotFound: no such sample.
        UsageError: the file's name is not a workbook's.
        BadFile: the file cannot be written.
    """
    session.require("ledger.read")
    if path.suffix.lower() != ".xlsx":
        raise UsageError("monitoring.form-name", file=path.name)
    with session.ledger.read() as tx:
        found = drawn_sample(tx, number)
        places = {one.code: {language: one.name(language) for language in LANGUAGES}
                  for one in cities(tx)}
    title = _say("form-title", LANGUAGES[0], sample=found.number, round=found.round)
    labels = [f"label::{_LANGUAGE_NAMES[language]}" for language in LANGUAGES]
    sheets = (
        _plain("survey", ["type", "name", *labels, "required", "relevant", "choice_filter"],
               _survey()),
        _plain("choices", ["list_name", "name", *labels, "city"], _choices(found, places)),
        _plain("settings", ["form_title", "form_id", "version", "default_language"],
               [[title, found.number.replace("-", "_").lower(), str(found.drawn_at),
                 _LANGUAGE_NAMES[LANGUAGES[0]]]]),
    )
    write_workbook(path, sheets, title=title, made_at=session.clock())
    return found


def _plain(name: str, headings: list[str], rows: Iterable[list[str]]) -> Sheet:
    return Sheet(name, [Column(heading) for heading in headings], rows)


def _survey() -> Iterable[list[str]]:
    yield ["start", "start", *("" for _ in LANGUAGES), "", "", ""]
    for name, filtered in (("city", ""), ("household", "city=${city}")):
        yield [f"select_one {name}", name,
               *(_say(f"column-{name}", one) for one in LANGUAGES), "yes", "", filtered]
    yield ["select_one outcome", "outcome",
           *(_say("column-outcome", one) for one in LANGUAGES), "yes", "", ""]
    for asked in QUESTIONS:
        name = _name(asked.key)
        yield [f"select_one {name}", name,
               *(question_words(asked.key, one) for one in LANGUAGES), "",
               f"${{outcome}} = '{DONE}'", ""]


def _choices(found: DrawnSample, places: dict[str, dict[str, str]]) -> Iterable[list[str]]:
    for city in found.cities:
        yield ["city", city, *(places.get(city, {}).get(one, city) for one in LANGUAGES), ""]
    for member in found.members:
        yield ["household", member.household,
               *(f"{member.household} ({member.person})" for _ in LANGUAGES), member.city]
    for outcome in OUTCOMES:
        yield ["outcome", _name(outcome),
               *(outcome_words(outcome, one) for one in LANGUAGES), ""]
    for asked in QUESTIONS:
        for answer in asked.answers:
            yield [_name(asked.key), _name(answer),
                   *(answer_words(answer, one) for one in LANGUAGES), ""]


def _name(key: str) -> str:
    """A key as XLSForms name things."""
    return key.replace("-", "_")


def _told(person: Person | None) -> tuple[str, str]:
    if person is None:
        return "", ""
    return (" / ".join(one.text for one in person.data.names),
            ", ".join(person.data.phones))


def _say(key: str, language: str, **facts: object) -> str:
    return text(f"monitoring.{key}", language, **facts)
