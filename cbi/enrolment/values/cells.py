"""What single cells of a list mean: sex, phones, language, yes and no. Pure.

A spreadsheet destroys long numbers: it writes `7.70123E+10` and drops the zeros before others. Lost
digits are never guessed: such a cell is refused, and its owner types the number again as text; but
zeros whose loss a check digit bears out are put back, which is told.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from math import isfinite

from cbi.base.errors import UsageError
from cbi.enrolment.values.vocabulary import (
    folded,
    meanings,
    plain_digits,
    squashed,
    words,
    words_as_typed,
)
from cbi.files import Cell
from cbi.people.names.scripts import UNSEEN
from cbi.people.records.placeholders import is_placeholder

DIGITS_EXACT_MAX = 10**15
"""Beyond, a spreadsheet's number has lost its last digits."""

NATIONAL_NUMBER = "national-number"
"""The field, and the word for the kind, of a person's number in the country's register."""

TEXT_LENGTH_MAX = 2_000

YES_OR_NO = "yes-or-no"
_SEEN_MAX = 4096
"""How many texts are remembered with what they mean: a list says few things in most columns."""
_WHOLE_LENGTH_MIN = 11
_NEVER = re.compile(r"(?!)")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee][+-]?\d+\Z")
_ERROR = re.compile(
    r"#(?:REF|N/A|NAME|VALUE|DIV/0|NUM|NULL|ЗНАЧ|ССЫЛКА|ИМЯ|Н/Д|ДЕЛ/0|ЧИСЛО)[!?]?\Z"
)
_ROUNDED = re.compile(r"\d{6,}0{5}\Z")
_NOT_OF_PHONES = re.compile(r"[^\d+()\-.\s]+")
_PERSIAN = str.maketrans("يك", "یک")
_NOTHING_LENGTH_MAX = 20
_JOINERS = "\u200c\u200d"
_SAID_TWICE = re.compile(r"[/|(),;،؛\n\[\]]+")
_RELATION_MIN, _ENDING_MAX = 3, 2
_OF_AN_AREA = re.compile(r"\+?\d{2,4}/\d{5,7}")
"""A number parted by a stroke after its operator's or area's digits: `03/123456`."""
_PHONE_APART = re.compile(r"[,;/\n]|\s(?:и|или|and|or|و)\s")


def text_of(cell: Cell) -> str:
    """A cell as clean text: no unseen characters, single spaces; a whole number without fraction.

    Raises:
        UsageError: the cell holds an error of its formula.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = " ".join(cell.split())
        if not text.isascii() and UNSEEN.search(text):
            text = " ".join(UNSEEN.sub(_joiner, text).split()).strip(_JOINERS)
        if text.startswith("#") and _ERROR.match(text):
            raise UsageError("files.cell-error-value", text=text)
        return text[:TEXT_LENGTH_MAX]
    if isinstance(cell, float) and isfinite(cell) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def _joiner(found: re.Match[str]) -> str:
    """Persian and Pashto write some words with a joiner that is not seen; it stays in them."""
    return found[0] if found[0] in _JOINERS else ""


def is_filled(cell: Cell) -> bool:
    """Whether anything stands in a cell."""
    return cell is not None and bool(str(cell).strip())


def told(cell: Cell) -> str:
    """The text of a cell that says something; empty for `нет`, `N/A`, `ندارد`, a dash."""
    text = text_of(cell)
    if not text or not any(map(str.isalnum, text)):
        return ""
    if len(text) > _NOTHING_LENGTH_MAX:
        return text
    word, nothing = text.casefold(), words_as_typed("none")
    return "" if word in nothing or word.translate(_PERSIAN) in nothing else text


def identifier_of(cell: Cell) -> str:
    """The text of a cell that holds an identifier, with plain digits; empty where it says nothing.

    Raises:
        UsageError: a spreadsheet has destroyed it.
    """
    if isinstance(cell, datetime | date):
        raise UsageError("enrolment.cell-became-date", text=cell.isoformat())
    if isinstance(cell, bool):
        raise UsageError("files.cell-not-text", text=cell)
    if isinstance(cell, int | float):
        whole = isfinite(cell) and float(cell).is_integer()
        if not whole or abs(cell) >= DIGITS_EXACT_MAX or cell < 0 or _ROUNDED.match(str(int(cell))):
            raise UsageError("files.cell-scientific", text=f"{cell:g}")
    text = plain_digits(UNSEEN.sub("", told(cell)))
    if _SCIENTIFIC.match(text):
        raise UsageError("files.cell-scientific", text=text)
    return text


def is_number(cell: Cell) -> bool:
    """Whether the spreadsheet keeps this as a number, so that zeros before it are gone."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def with_code(cell: Cell, code: Cell) -> Cell:
    """A phone with the country's code that stands in a column of its own."""
    digits = "".join(filter(str.isdecimal, plain_digits(text_of(code))))
    number = "".join(filter(str.isdecimal, plain_digits(text_of(cell))))
    if not digits or not number or text_of(cell).startswith(("+", "00")):
        return cell
    whole = f"+{digits}{number.removeprefix('0')}"
    if number.startswith(digits) and not countries_of(whole, (None,)):
        return f"+{number}"
    return whole


def countries_of(text: str, regions: tuple[str | None, ...]) -> frozenset[str | None]:
    """The regions (ISO 3166) in which a number is a phone; None for one with a country's code."""
    import phonenumbers

    found: set[str | None] = set()
    for region in regions:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            found.add(region)
    return frozenset(found)


def read_phones(cell: Cell, region: str, second: str = "AF") -> tuple[str, ...]:
    """All phones of a cell as E.164; national numbers are of `region` (ISO 3166), those that begin
    with a zero of `second`.

    Raises:
        UsageError: something that is no phone number.
    """
    text = identifier_of(cell.replace("\n", ";") if isinstance(cell, str) else cell)
    found: dict[str, None] = {}
    parts = [text] if _OF_AN_AREA.fullmatch(text) else _PHONE_APART.split(text)
    parts = [part for part in parts if "@" not in part]
    real = [part for part in parts if not is_placeholder(part)]
    if len(real) < len(parts) and not any(map(str.strip, real)):
        raise UsageError("enrolment.number-only-fills", text=text)
    for part in real:
        if sum(map(str.isdecimal, part)) >= 5 or (part.strip() and "," not in text):
            bare = _NOT_OF_PHONES.sub(" ", part).replace("( )", " ").strip()
            found[_phone(bare, region, second, lost=is_number(cell))] = None
    if text and not found:
        raise UsageError("enrolment.phone-unreadable", text=text)
    return tuple(found)


def own_phones(cell: Cell) -> tuple[Cell, tuple[str, ...]]:
    """A cell without the phones that it says are somebody else's (`87015551001 (husband)`), and
    those: so that nobody is called, or found twice, by a relative's number."""
    if not isinstance(cell, str) or not any(map(str.isalpha, cell)):
        return cell, ()
    parts = [part.strip() for part in _PHONE_APART.split(cell)]
    others = tuple(
        part for part in parts if any(map(str.isdecimal, plain_digits(part)))
        and any(_is_somebody_else(token) for token in folded(part).split())
    )
    return ("; ".join(one for one in parts if one not in others) if others else cell), others


@lru_cache(maxsize=_SEEN_MAX)
def _is_somebody_else(token: str) -> bool:
    """Whether a word beside a phone names a relative or neighbour, in any case: `мужа`."""
    known = (words("member-relation") | words("somebody-else")) - words("nobody-else")
    return token in known or any(
        token.startswith(word) and len(token) - len(word) <= _ENDING_MAX
        for word in known if len(word) >= _RELATION_MIN
    )


def _phone(text: str, region: str, second: str, *, lost: bool) -> str:
    own = not text.startswith("0") or begins_with_zero(region)
    usual = _mobile(text, region) if own else None
    return usual or _any_phone(text, region, second, lost=lost)


def _mobile(text: str, region: str) -> str | None:
    """A mobile number of the region as E.164, by the same patterns as any phone but in a fifth of
    the time; None for all others."""
    code, prefix, pattern = _mobiles_of(region)
    digits = "".join(filter(str.isdecimal, text))
    if text.startswith("+"):
        national = digits.removeprefix(code) if digits.startswith(code) else ""
    else:
        national = digits.removeprefix(prefix)
    if "+" in text[1:] or not digits.isascii() or not pattern.fullmatch(national):
        return None
    return f"+{code}{national}"


def begins_with_zero(region: str) -> bool:
    """Whether numbers of a region without their country's code begin with a zero at home: where
    they do, nobody else's are meant."""
    return _mobiles_of(region)[1] == "0"


@lru_cache(maxsize=16)
def _mobiles_of(region: str) -> tuple[str, str, re.Pattern[str]]:
    """A region's country code, the digit that goes before national numbers, and its mobiles."""
    import phonenumbers

    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    mobile = known.mobile if known else None
    if known is None or mobile is None or not mobile.national_number_pattern:
        return "", "", _NEVER
    return (
        str(known.country_code), known.national_prefix or "",
        re.compile(mobile.national_number_pattern),
    )


def _any_phone(text: str, region: str, second: str, *, lost: bool) -> str:
    import phonenumbers

    # a bare international number without its plus, as spreadsheets leave it
    trials = [(text, region)]
    bare = "".join(filter(str.isdecimal, text))
    if not text.startswith("+") and len(bare) >= _WHOLE_LENGTH_MIN:
        trials.append((f"+{bare.removeprefix('00')}", region))
    if text.startswith("0") and not begins_with_zero(region):
        trials.insert(0, (text, second))
    for trial, where in trials:
        try:
            number = phonenumbers.parse(trial, where)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            made: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return made
    code = "enrolment.zeros-lost" if lost and len(text) == 9 else "enrolment.phone-unreadable"
    raise UsageError(code, text=text)


@lru_cache(maxsize=_SEEN_MAX)
def in_parts(text: str) -> tuple[str, ...]:
    """A cell's words whole and in their parts, where one thing is said twice: `F / زن`,
    `Да, согласен`, `Almaty (الماتی)`."""
    parts = [part.strip() for part in _SAID_TWICE.split(text)]
    return tuple(dict.fromkeys((text, *filter(None, parts))))


@lru_cache(maxsize=_SEEN_MAX)
def meant(text: str, name: str) -> str | None:
    """What words stand for in a list by meaning; what their parts do, if all that are known agree.
    """
    known = _yes_or_no() if name == YES_OR_NO else meanings(name)
    whole, *parts = (known.get(squashed(part)) for part in in_parts(text))
    if whole is not None:
        return whole
    found = {part for part in parts if part is not None}
    return found.pop() if len(found) == 1 else None


def read_sex(cell: Cell) -> str:
    """`f`, `m`, or empty where it is not said.

    Raises:
        UsageError: a word for neither.
    """
    text = told(cell)
    word = squashed(text) if text else ""
    if not word or word in words("sex-unsaid"):
        return ""
    found = meant(text, "sex")
    if found is None:
        raise UsageError("enrolment.sex-unreadable", text=text)
    return found


def read_yes(cell: Cell) -> bool | None:
    """Yes or no; None where it is not said.

    Raises:
        UsageError: neither.
    """
    if isinstance(cell, bool):
        return cell
    text = text_of(cell)
    if not text:
        return None
    said = meant(text, YES_OR_NO)
    if said is None:
        raise UsageError("enrolment.yes-unreadable", text=text)
    return said == "yes"


@cache
def _yes_or_no() -> Mapping[str, str]:
    said = dict.fromkeys((*words("no"), "-"), "no")
    return {**said, **dict.fromkeys(words("yes"), "yes")}


def read_language(cell: Cell) -> str:
    """A language's code; empty where it is not said.

    Raises:
        UsageError: a language that vouchers do not speak.
    """
    text = told(cell)
    if not text:
        return ""
    found = meant(text, "language")
    if found is None:
        raise UsageError("enrolment.language-unreadable", text=text)
    return found


def read_consent_way(cell: Cell) -> str | None:
    """`signature`, `thumbprint` or `spoken`; empty for no consent; None where it is not said.

    A plain `yes` counts as spoken: it claims the least.

    Raises:
        UsageError: neither a way nor yes or no.
    """
    text = text_of(cell)
    way = (meant(text, "consent-way") or _way_within(text)) if text else None
    if way:
        return way
    try:
        agreed = read_yes(cell)
    except UsageError as error:
        raise UsageError("enrolment.consent-unreadable", text=text) from error
    return None if agreed is None else "spoken" if agreed else ""


def _way_within(text: str) -> str | None:
    """The way that words of consent name: `Verbal consent`, `согласие получено устно`."""
    tokens = folded(text).split()
    ways = {meanings("consent-way")[one] for one in tokens if one in meanings("consent-way")}
    rest = [one for one in tokens if one not in meanings("consent-way")]
    known = all(
        one.startswith(tuple(words("consent-word"))) or one in words("yes") for one in rest
    )
    return ways.pop() if len(ways) == 1 and known else None
