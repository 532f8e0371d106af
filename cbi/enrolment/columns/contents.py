"""What a column holds, by its cells: which fields they can be, and which they cannot. Pure.

A heading says what a column should hold; its cells say what it does. Cells of another kind (`1` and
`0` under `needs/phone`, names under `Head of household`) overrule the heading and are told.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from cbi.base.errors import CbiError
from cbi.enrolment.headings.meaning import CONTAINED, EXACT, NAME_FIELDS, Meaning
from cbi.enrolment.rows.naming import NUMBERED_NAME, age_beside, birth_beside
from cbi.enrolment.values.births import DateOrder, read_age, read_birth
from cbi.enrolment.values.cells import (
    NATIONAL_NUMBER,
    in_parts,
    read_consent_way,
    read_language,
    read_phones,
    read_sex,
    read_yes,
)
from cbi.enrolment.values.counts import counts_people, read_count, read_part
from cbi.enrolment.values.documents import read_document
from cbi.enrolment.values.vocabulary import meanings, plain_digits, squashed, words
from cbi.files import Cell
from cbi.people.records.checking import HOUSEHOLD_SIZE_MAX
from cbi.places import CountryProfile
from cbi.places.reading import CityReader

SAMPLE_ROWS = 200
SAMPLE_SHOWN = 3
SAMPLE_LENGTH = 30
_SURELY, _DIGITS_MIN = 0.8, 7
_FITS_MIN, _OTHER_MIN, _SURE_MIN, _SIGNS_MIN = 0.3, 0.7, 0.6, 0.9
_TEXT_LENGTH = 90
_LONG_AGO = date(9000, 1, 1)
_KEY = re.compile(r"(?:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:\D.*)?\Z")
_OURS = re.compile(r"[BbВв][-\u2010-\u2014 ]?\d{3}[-\u2010-\u2014 ]?\d{3}[-\u2010-\u2014 ]?\d{3}\Z")
_OURS_MIN = 0.9
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_IDENTITIES = ("tazkira", "passport", "refugee-certificate", NATIONAL_NUMBER, "document")

WORDLESS = frozenset({"number", "tick", "date", "yes", "key"})
_OTHERS: dict[str, frozenset[str]] = {
    **dict.fromkeys(NAME_FIELDS, WORDLESS | {"code", "text"}),
    "grandfather": WORDLESS,
    **dict.fromkeys(_IDENTITIES, frozenset({"words", "tick", "yes", "text", "key"})),
    "phone": frozenset({"words", "tick", "date", "yes", "key", "text"}),
    "phone-code": frozenset({"date", "yes", "key", "text"}),
    "birth": frozenset({"words", "tick", "yes", "key", "text"}),
    "age": frozenset({"words", "date", "yes", "key", "text"}),
    "age-months": frozenset({"words", "date", "yes", "key", "text"}),
    "address": frozenset({"tick", "date", "yes", "key"}),
    "household": frozenset({"words", "date", "yes", "text"}),
    "household-size": frozenset({"words", "date", "yes", "key", "text", "code"}),
    "size-part": frozenset({"words", "date", "yes", "key", "text", "code"}),
    "size-others": frozenset({"words", "date", "key", "text", "code"}),
    "submitted": frozenset({"words", "tick", "yes", "key"}),
    "consent-date": frozenset({"words", "tick", "yes", "key"}),
    "consent-text": frozenset({"date", "key"}),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A column's cells that say something (of a sample), the kinds they are of, and how many of the
    sheet's rows have one."""

    cells: tuple[Cell, ...]
    kinds: Mapping[str, int]

    @property
    def said(self) -> int:
        """How many cells of the sample say something."""
        return len(self.cells)

    def sample(self) -> str:
        """A few different cells, cut short, for whoever brought the list."""
        texts = dict.fromkeys(
            f"{text[:SAMPLE_LENGTH]}…" if len(text := _plain(cell)) > SAMPLE_LENGTH else text
            for cell in self.cells
        )
        shown = "; ".join(list(texts)[:SAMPLE_SHOWN])
        return f"{shown}; …" if len(texts) > SAMPLE_SHOWN else shown


@dataclass(frozen=True, slots=True)
class Fits:
    """What a ledger knows that cells are held against: its country and, where asked, its cities."""

    country: CountryProfile
    cities: CityReader | None = None

    def can_be(self, meaning: Meaning, look: Look) -> bool:
        """Whether the cells can be what a heading says: for an uncertain heading they must be."""
        if not look.said:
            return True
        share = self.share(meaning.field, look)
        if self._is_other(meaning, look) and not (
            meaning.field in _OF_SIGNS and (share or 0) >= _SIGNS_MIN
        ):
            return False
        if share is None:
            return meaning.score > CONTAINED or meaning.field not in _UNCERTAIN
        if meaning.field in _BY_WORDS:
            return share >= _FITS_MIN
        if meaning.score == EXACT:
            return True
        return share >= (_SURE_MIN if meaning.score <= CONTAINED else _FITS_MIN)

    def share(self, field: str, look: Look) -> float | None:
        """Which share of the cells reads as a field; None where anything does."""
        reader = _READERS.get(field)
        if field == "city":
            return self._cities_share(look)
        if field in _OF_WORDS:
            return _known_share(look, _OF_WORDS[field])
        if field in NAME_FIELDS:
            named = (look.kinds.get("words", 0) + _with_ages(look)) / max(look.said, 1)
            return max(named, _with_births(look)) if field == "name" else named
        if field in _IDENTITIES and reader is None:
            kinds = look.kinds
            return (kinds.get("number", 0) + kinds.get("code", 0)) / max(look.said, 1)
        if reader is None or not look.said:
            return None
        return sum(_reads(reader, cell, self.country) for cell in look.cells) / look.said

    def _is_other(self, meaning: Meaning, look: Look) -> bool:
        if meaning.field == "name" and _with_births(look) >= _OTHER_MIN:
            return False
        with_ages = _with_ages(look) if meaning.member and meaning.field == "name" else 0
        if with_ages and with_ages >= _OTHER_MIN * look.said:
            return False
        others = _OTHERS.get(meaning.field, frozenset())
        telling = look.said - look.kinds.get("none", 0)
        of_others = sum(look.kinds.get(kind, 0) for kind in others)
        if telling and of_others >= _OTHER_MIN * telling:
            return True
        if meaning.field == "household" and look.said:
            counted = sum(map(counts_people, look.cells))
            return counted >= _OTHER_MIN * look.said  # `4 чел.` numbers no household
        if meaning.field in NAME_FIELDS:
            return look.said > 1 and _known_share(look, _NO_NAMES) >= _OTHER_MIN
        wordless = sum(look.kinds.get(kind, 0) for kind in WORDLESS)
        return meaning.field == "city" and not self._cities_share(look) and bool(
            telling and wordless >= _OTHER_MIN * telling
        )

    def _cities_share(self, look: Look) -> float | None:
        if self.cities is None or not look.said:
            return None
        texts = [_plain(cell) for cell in look.cells]
        return sum(
            any(self.cities.find(part).code for part in in_parts(text)) for text in texts
        ) / look.said


def look_of(cells: Iterable[Cell]) -> Look:
    """The column's cells looked at, but for those that say nothing."""
    said = []
    kinds: dict[str, int] = {}
    for cell in cells:
        kind = kind_of(cell)
        if kind:
            said.append(cell)
            kinds[kind] = kinds.get(kind, 0) + 1
            if len(said) == SAMPLE_ROWS:
                break
    return Look(tuple(said), kinds)


def are_full_names(look: Look) -> bool:
    """Whether nearly all cells are different names of several words: no villages, no schools."""
    full = {str(one) for one in look.cells if len(str(one).split()) > 1}
    return len(full) >= _SURELY * look.said and look.kinds.get("words", 0) >= _SURELY * look.said


def are_numbers_of_documents(look: Look) -> bool:
    """Whether nearly all cells are long numbers of different people, with letters or dashes: what
    is called a mere ID may else count the rows or name a submission."""
    texts = [plain_digits(str(one).strip()) for one in look.cells]
    long = [
        text for text in texts
        if sum(map(str.isdecimal, text)) >= _DIGITS_MIN and not text.isdecimal()
    ]
    return len(set(texts)) == len(texts) and len(long) >= _SURELY * look.said


def are_numbers_of_ours(look: Look) -> bool:
    """Whether nearly all cells are beneficiary numbers; a mistyped one is one all the same."""
    numbers = sum(bool(_OURS.match(plain_digits(_plain(cell)))) for cell in look.cells)
    return bool(look.said) and numbers >= _OURS_MIN * look.said


def kind_of(cell: Cell) -> str:
    """`words`, `number`, `tick` (1), `yes` (or another word for no), `none` (no, 0: of anything),
    `date`, `key`, `code` (letters and digits), `text` (long); empty for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes"
    if isinstance(cell, datetime | date):
        return "date"
    if isinstance(cell, int | float):
        return "none" if not cell else "tick" if cell == 1 else "number"
    text = plain_digits(cell.strip())
    if not text:
        return ""
    return "tick" if text == "1" else _kind_of_text(text)


def _kind_of_text(text: str) -> str:
    if len(text) > _TEXT_LENGTH:
        return "text"
    text = NUMBERED_NAME.sub("", text)
    word = squashed(text)
    if word in words("none"):
        return "none"
    for kind, known in (("number", _NUMBER), ("key", _KEY), ("date", _DATE)):
        if known.match(text):
            return kind
    if word in _yes_or_no():
        return "yes"
    letters, digits = any(map(str.isalpha, text)), any(map(str.isdecimal, text))
    return ("code" if digits else "words") if letters else "number" if digits else ""


@cache
def _yes_or_no() -> frozenset[str]:
    return frozenset({*words("yes"), *words("no")}) - words("head")


def _known_share(look: Look, lists: Sequence[str]) -> float:
    """Which share of the cells are words of these lists."""
    known = frozenset[str]().union(*(_words_of(name) for name in lists))
    found = sum(
        any(squashed(part) in known for part in in_parts(_plain(cell))) for cell in look.cells
    )
    return found / max(look.said, 1)


@cache
def _words_of(name: str) -> frozenset[str]:
    return words(name) or frozenset(meanings(name))


def _plain(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _reads(
    reader: Callable[[Cell, CountryProfile], object], cell: Cell, country: CountryProfile
) -> bool:
    try:
        reader(cell, country)
    except CbiError as error:
        # a destroyed number is the field's own trouble, not another field
        return error.code in (
            "files.cell-scientific", "enrolment.zeros-lost", "enrolment.short-year",
        )
    return True



_NO_NAMES = ("sex", "head", "member-relation", "document-kind", "language")
_UNCERTAIN = frozenset({
    *NAME_FIELDS, "city", "household", "phone", "birth", "age", "household-size", "size-others",
    "head",
    "consent", "sex", "relation", "submitted", *_IDENTITIES,
})
"""Fields that a mere likeness of the heading does not tell, unless the cells bear it out."""
_OF_SIGNS = frozenset({"household-size", "age"})
"""Fields whose cells look like a code's or words: `2 взр + 3 дет`, `forty-six`."""
_OF_WORDS: Mapping[str, Sequence[str]] = {
    "relation": ("head", "member-relation"), "document-kind": ("document-kind",),
}
"""Fields whose cells are told by lists of words."""
_BY_WORDS = frozenset({"head", "consent", "language", "sex", "relation"})
"""Fields whose cells are of few words: a column with others is another one, whatever it is called.
"""
_READERS: dict[str, Callable[[Cell, CountryProfile], object]] = {
    "sex": lambda cell, _: read_sex(cell),
    "birth": lambda cell, _: read_birth(cell, DateOrder(in_days=True), _LONG_AGO),
    "submitted": lambda cell, _: read_birth(cell, DateOrder(in_days=True), _LONG_AGO),
    "consent-date": lambda cell, _: read_birth(cell, DateOrder(), _LONG_AGO),
    "age": lambda cell, _: read_age(cell, _LONG_AGO),
    "age-months": lambda cell, _: read_age(cell, _LONG_AGO, in_months=True),
    "phone": lambda cell, country: read_phones(cell, country.phone_region),
    NATIONAL_NUMBER: lambda cell, country: read_document(cell, NATIONAL_NUMBER, country),
    "household-size": lambda cell, _: read_count(cell, HOUSEHOLD_SIZE_MAX),
    "size-others": lambda cell, _: read_part(cell, HOUSEHOLD_SIZE_MAX),
    "head": lambda cell, _: _read_head(cell),
    "male": lambda cell, _: _read_tick(cell),
    "female": lambda cell, _: _read_tick(cell),
    "consent": lambda cell, _: read_consent_way(cell),
    "language": lambda cell, _: read_language(cell),
}


def _read_head(cell: Cell) -> bool | None:
    text = _plain(cell)
    return True if any(squashed(part) in words("head") for part in in_parts(text)) else read_yes(
        cell
    )


def _with_births(look: Look) -> float:
    """Which share of the cells are a name with a birth beside it."""
    if not look.kinds.get("code"):
        return 0
    return sum(bool(birth_beside(cell, asked=True)[1]) for cell in look.cells) / look.said


def _with_ages(look: Look) -> int:
    """How many cells are a name with an age in brackets: `Rabia (5)`."""
    return sum(bool(age_beside(cell)[1]) for cell in look.cells) if look.kinds.get("code") else 0


def _read_tick(cell: Cell) -> bool | None:
    return read_yes(cell)
