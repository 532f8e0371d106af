"""Documents as cells tell them: their kind, by a word or by the number, and the number. Pure."""

import re
from collections.abc import Sequence

from cbi.base.errors import UsageError
from cbi.enrolment.values.cells import NATIONAL_NUMBER, identifier_of, is_number, meant, told
from cbi.enrolment.values.vocabulary import meanings, squashed, words
from cbi.files import Cell
from cbi.people.records.placeholders import is_placeholder
from cbi.people.records.record import Document
from cbi.places.profile import CountryProfile, NationalNumber

TAZKIRA_DIGITS = 13
NUMBER_LENGTH_MAX, SERIES_MAX, SERIES_LENGTH_MAX = 60, 6, 2
PASSPORT_LENGTH_MAX, PASSPORT_DIGITS_MIN = 14, 4
"""Passports have nine signs (ICAO 9303), some older ones more; what is longer holds other words,
and what has hardly a digit is another number: `паспорт утерян, справка № 154`."""
ZEROS_LOST_MAX = 3
"""How many zeros a national number may have lost: of somebody born in 2000, `000512…`."""
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,9}\Z")
_CYRILLIC_AS_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
_DAY = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_DIGITS_MIN = 6
"""From how many digits on a number may be whole, and words or days after it no part of it."""
_MARKS = re.compile(r"([№#:])")


def read_document(cell: Cell, kind: str, country: CountryProfile) -> Document | None:
    """A document of a kind, its number in the form that is compared; `document` finds the kind.

    Raises:
        UsageError: destroyed by a spreadsheet, or not such a number.
    """
    text = identifier_of(cell)
    if not text:
        return None
    named, written = _without_kind(text)
    if len(written) > NUMBER_LENGTH_MAX:
        raise UsageError("enrolment.document-unreadable", text=text)
    kind = named or kind
    bare = "".join(filter(str.isalnum, written)).upper()
    if not any(map(str.isdecimal, bare)):
        raise UsageError("enrolment.document-unreadable", text=text)
    if is_placeholder(bare):
        raise UsageError("enrolment.number-only-fills", text=text)
    if kind == "document":
        kind = _kind_of(bare, country.national_number)
    elif country.national_number.rule.weights and country.national_number.rule.fits(bare):
        kind = NATIONAL_NUMBER  # twelve digits whose check digit is right are nothing else
    if kind in (NATIONAL_NUMBER, country.national_number.kind):
        number = _national(bare, country.national_number, lost=is_number(cell))
        return Document(country.national_number.kind, number, written)
    if kind not in country.document_kinds:
        kind = "other"
    if kind == "tazkira":
        return Document("tazkira", _tazkira(written, bare, lost=is_number(cell)), written)
    latin = bare.translate(_CYRILLIC_AS_LATIN)
    digits = sum(map(str.isdecimal, bare))
    if kind == "passport" and (len(bare) > PASSPORT_LENGTH_MAX or digits < PASSPORT_DIGITS_MIN):
        raise UsageError("enrolment.document-unreadable", text=text)
    if kind == "other" and not named:
        written = text  # what it is called stands nowhere else
    return Document(kind, latin if latin.isascii() else bare, written)


def with_series(cell: Cell, series: Cell) -> Cell:
    """A document's number with the series that stands in a column of its own."""
    text, before = identifier_of(cell), identifier_of(series)
    bare = all(one.isdecimal() or one.isspace() for one in text)
    return f"{before} {text}" if text and before and bare and len(before) <= SERIES_MAX else cell


def names_its_kind(text: str) -> bool:
    """Whether a number stands after the word for its kind: `passport P1234567`."""
    kind, number = _without_kind(text)
    return bool(kind) and any(map(str.isdecimal, number))


def _without_kind(text: str) -> tuple[str, str]:
    """The kind that words before a number name (`Passport № P1234567`), and the number; the kind
    empty where they name none that is known, which leaves the number all the same."""
    tokens = _MARKS.sub(r"\1 ", text).split()
    before = next((at for at, one in enumerate(tokens) if any(map(str.isdecimal, one))), 0)
    for size in range(before, 0, -1):
        kind = meanings("document-kind").get(squashed(" ".join(tokens[:size])))
        if kind:
            begins = max((at for at in range(size, before) if _is_word(tokens[at])), default=-1)
            rest = tokens[max(begins + 1, size) :]
            rest = [one for one in rest if squashed(one) not in words("number-word")]
            return ("document" if kind == "other" else kind), _without_issue(rest)
    said = [at for at, one in enumerate(tokens[:before]) if _is_word(one)]
    rest = tokens[said[-1] + 1 :] if said else tokens
    return "", _without_issue(rest) if " " in text else text


def _is_word(token: str) -> bool:
    """Whether letters before a number are a word, not its series: `справка`, never `AB` or `№`."""
    series = token.isalpha() and token.upper().isupper() and len(token) <= SERIES_LENGTH_MAX
    return (any(map(str.isalpha, token)) and not series) or (
        squashed(token) in words("number-word")
    )


def _without_issue(tokens: Sequence[str]) -> str:
    """A number without what is said after it of when and by whom it was issued, or until when it is
    good: `P01234567 выдан 01.02.2019`."""
    digits = 0
    for at, token in enumerate(tokens):
        bare = squashed(token.strip("(.,;:"))
        word = token.isalpha() and len(token) > SERIES_LENGTH_MAX + 1
        aside = digits >= _DIGITS_MIN and (word or token[0] == "(" or _DAY.match(token))
        if aside or (digits and bare in words("issued-from")):
            return " ".join(tokens[:at]).rstrip("(,;: ")
        digits += sum(map(str.isdecimal, token))
    return " ".join(tokens)


def _kind_of(bare: str, national: NationalNumber) -> str:
    if bare.isdecimal() and len(bare) == TAZKIRA_DIGITS:
        return "tazkira"
    if national.rule.fits(bare):
        return national.kind
    return "passport" if _PASSPORT.match(bare.translate(_CYRILLIC_AS_LATIN)) else "other"


def _national(bare: str, national: NationalNumber, *, lost: bool) -> str:
    rule = national.rule
    whole = bare.zfill(rule.digits)
    if lost and rule.digits - ZEROS_LOST_MAX <= len(bare) and rule.weights and rule.fits(whole):
        return whole  # a check digit decides what a spreadsheet dropped
    if lost and len(bare) < rule.digits:
        raise UsageError("enrolment.zeros-lost", text=bare)
    if len(bare) != rule.digits or not bare.isdecimal():
        raise UsageError(
            "enrolment.national-length", text=bare, name=rule.name, digits=rule.digits
        )
    if not rule.fits(bare):
        raise UsageError("enrolment.national-check", text=bare, name=rule.name)
    return bare


def _tazkira(text: str, bare: str, *, lost: bool) -> str:
    """Thirteen digits of an electronic one; of a paper one, its numbers in their order."""
    if bare.isdecimal() and len(bare) == TAZKIRA_DIGITS:
        return bare
    groups = re.findall(r"\d+", text)
    if lost and TAZKIRA_DIGITS - 3 <= len(bare) < TAZKIRA_DIGITS:
        raise UsageError("enrolment.zeros-lost", text=bare)
    return " ".join(groups) if len(groups) > 1 else bare


def read_document_kind(cell: Cell) -> str:
    """A kind of document; `document` where it is not said or not known."""
    text = told(cell)
    return (text and meant(text, "document-kind")) or "document"
