"""What birth dates, documents, phones and addresses of two records say, in bits.

A bit doubles the odds that both are one person; what speaks against it is negative. Values are set
by reason, before any list was scored: 1 January and a year alone are weak, a shared phone is often
a household's, a refugee certificate names a family.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import log2

from cbi.people.names.aligning import Rarity
from cbi.people.names.comparing import compare
from cbi.people.records.addresses import Address
from cbi.people.records.placeholders import is_placeholder
from cbi.people.records.record import BirthDate, Document

Holders = Callable[[str], int | None]
"""How many people have a phone or live at a home; None where few do, or nobody counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was compared: `kind` is a text of `duplicates.json`, with both as written.

    `weak` marks what proves little however many bits it has.
    """

    kind: str
    bits: float
    ours: str = ""
    theirs: str = ""
    weak: bool = False


DOCUMENT_SAME = {
    "tazkira": 24.0, "passport": 24.0, "other": 14.0, "refugee-certificate": 12.0,
}
NATIONAL_SAME, NATIONAL_DIFFERS = 26.0, -8.0
"""Of a number in the country's register, whatever the country calls it: one a person."""

DOCUMENT_OTHER_KIND = 12.0
DOCUMENT_SLIP, LONG_SLIP, LONG_FROM = 9.0, 12.0, 10
"""A digit wrong in a longer number is chance even less."""
SLIP_FROM, IN_A_ROW = 7, 3
"""A slip in a shorter number says nothing, nor in the last digits alone: numbers that were given
out one after the other differ there."""
DOCUMENT_DIFFERS = {
    "tazkira": -5.0, "passport": -2.0, "other": -2.0, "refugee-certificate": -2.0,
}
PHONE_DIFFERS = -1.0
PHONE_SAME, PHONE_HALVED = 9.0, 1.6
"""A phone of two people; for each time that twice as many others have it, so much less."""
CROWD, CROWD_BITS = 9, 1.0
"""So many people on one phone or at one address are a call shop, a hostel, a camp: it says little
of any two of them."""
HOUSE_HALVED = 1.8
ADDRESS_MAX, BUILDING_MAX, SETTLEMENT_MAX, ADDRESS_WORDS_MIN = 12.0, 6.0, 3.0, 4
BIT_A_PART = 1.0
"""For each part that agrees beside the number and the word that a home is known by."""
ADDRESS_DIFFERS, ADDRESS_FAR = -1.5, -3.0
"""Another street of the same place, or nothing alike between two whole addresses."""
ALIKE = ("written", "sounds", "near")
YEARS_APART, DAYS_APART = 5, 4
"""Who was born further apart (by years; by whole days) is another person but for a document."""
DECADE = 10
YEARS_MISHEARD = 10
"""The same day of a year further away is chance: whoever wrote it saw about how old somebody is."""
DAY_BITS, YEAR_BITS, MONTH_BITS = 13.3, 4.0, 7.6


def documents(ours: Sequence[Document], theirs: Sequence[Document]) -> Reason | None:
    """The strongest thing that two people's documents say together."""
    found = [
        reason for one in ours for other in theirs if (reason := _document(one, other)) is not None
    ]
    return max(found, key=lambda reason: (reason.kind != "document-empty", reason.bits),
               default=None)


def _document(one: Document, other: Document) -> Reason | None:
    written = one.as_written or one.number, other.as_written or other.number
    mine, yours = one.number.casefold(), other.number.casefold()
    if is_placeholder(mine) or is_placeholder(yours):
        return Reason("document-empty", 0.0, *written, weak=True)
    if mine == yours:
        same_kind = DOCUMENT_SAME.get(one.kind, NATIONAL_SAME)
        bits = same_kind if one.kind == other.kind else DOCUMENT_OTHER_KIND
        return Reason("document-same", bits, *written)
    if one.kind != other.kind:
        return None
    if min(len(mine), len(yours)) >= SLIP_FROM and _a_slip_apart(mine, yours):
        in_a_row = len(mine) == len(yours) and mine[:-IN_A_ROW] == yours[:-IN_A_ROW]
        swapped = sorted(mine) == sorted(yours)
        bits = LONG_SLIP if min(len(mine), len(yours)) >= LONG_FROM else DOCUMENT_SLIP
        return None if in_a_row and not swapped else Reason("document-near", bits, *written)
    if len(mine) != len(yours) or mine.isdigit() != yours.isdigit():
        return None  # a paper tazkira and the electronic one that replaced it
    return Reason("document-differs", DOCUMENT_DIFFERS.get(one.kind, NATIONAL_DIFFERS), *written)


def _a_slip_apart(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=1) == 1


def phones(ours: Sequence[str], theirs: Sequence[str], holders: Holders) -> Reason | None:
    """A phone in both records, the one that the fewest people have; or that both have others."""
    found = [_phone(phone, _held(holders, phone)) for phone in ours if phone in theirs]
    if ours and theirs and not found:
        return Reason("phone-differs", PHONE_DIFFERS, ours[0], theirs[0], weak=True)
    return max(found, key=lambda reason: reason.bits, default=None)


def _phone(phone: str, held: int) -> Reason:
    if is_placeholder(phone):
        return Reason("phone-empty", 0.0, phone, phone, weak=True)
    if held >= CROWD:
        return Reason("phone-crowd", _few(CROWD_BITS, CROWD, held), phone, str(held), weak=True)
    bits = PHONE_SAME - PHONE_HALVED * log2(held - 1)
    return Reason("phone-same", bits, phone, phone, weak=True)


def _held(holders: Holders, value: str) -> int:
    """How many share a value, the two at hand among them."""
    return max(holders(value) or 2, 2)


def _few(bits: float, crowd: int, held: int) -> float:
    """What is left of bits where more than a crowd share it."""
    return max(0.0, bits - log2(held / crowd))


def nobody_counted(_: str) -> None:
    """Of no phone or home it is known how many have it."""


def addresses(
    ours: Address, theirs: Address, rarity: Rarity, holders: Holders = nobody_counted
) -> Reason | None:
    """What two addresses say, by how many live at the same: relatives and neighbours share a
    house, and people move."""
    if not (ours.text and theirs.text):
        return None
    written = ours.text, theirs.text
    homes = set(ours.homes).intersection(theirs.homes)
    words = _words_alike(ours.words, theirs.words)
    numbers = sum(any(map(partial(_number_alike, one), theirs.numbers)) for one in ours.numbers)
    if homes:
        more = BIT_A_PART * max(words + numbers - 2, 0)
        held = min(_held(holders, home) for home in homes)
        if held >= CROWD:
            bits = _few(CROWD_BITS, CROWD, held)
            return Reason("address-crowd", bits, *written, weak=True)
        most = ADDRESS_MAX - HOUSE_HALVED * log2(held - 1)
        bits = min(most, max(map(rarity, homes)) + more)
        if numbers < min(len(ours.numbers), len(theirs.numbers)):
            bits = min(bits, BUILDING_MAX)
        return Reason("address-same", max(bits, 0.0), *written, weak=True)
    fewer = min(len(ours.words) + len(ours.numbers), len(theirs.words) + len(theirs.numbers))
    shared = words + numbers
    if fewer >= ADDRESS_WORDS_MIN and shared * 4 <= fewer:
        bits = ADDRESS_DIFFERS if words else ADDRESS_FAR
        return Reason("address-differs", bits, *written, weak=True)
    if shared < 2 or shared * 2 < fewer:
        return None
    bits = min(BUILDING_MAX if numbers else SETTLEMENT_MAX, 1.5 * shared)
    return Reason("address-part", bits, *written, weak=True)


def _words_alike(ours: Sequence[str], theirs: Sequence[str]) -> int:
    return sum(
        any(
            (likeness := compare(*sorted((one, other)))) and likeness.level in ALIKE
            for other in theirs
        )
        for one in ours
    )


def _number_alike(one: str, other: str) -> bool:
    """The same number, or a long one (a post code) with a slip."""
    return one == other or (min(len(one), len(other)) >= 4 and _a_slip_apart(one, other))


def births(ours: BirthDate | None, theirs: BirthDate | None) -> Reason | None:
    """What two birth dates say, each by how well it is known."""
    if ours is None or theirs is None:
        return None
    written = ours.text or ours.date, theirs.text or theirs.date
    if _is_day(ours) and _is_day(theirs):
        kind, bits = _days(ours, theirs)
    elif min(len(ours.date), len(theirs.date)) >= 7 and "month" in (
        ours.precision, theirs.precision
    ) and ours.date[:7] == theirs.date[:7]:
        kind, bits = "birth-month", MONTH_BITS
    else:
        kind, bits = _years(ours, theirs)
    january = kind in ("birth-day", "birth-year") and _is_new_year(ours) and _is_new_year(theirs)
    return Reason("birth-january" if january else kind, bits, *written, weak=kind == "birth-year")


def _is_new_year(birth: BirthDate) -> bool:
    return birth.date.endswith("-01-01")


def _is_day(birth: BirthDate) -> bool:
    return len(birth.date) == 10 and birth.precision == "day" and not _is_new_year(birth)


def _days(ours: BirthDate, theirs: BirthDate) -> tuple[str, float]:
    if ours.date == theirs.date:
        return "birth-day", DAY_BITS
    slip = _slip_bits(ours, theirs)
    apart = abs(ours.year - theirs.year)
    if slip:
        return "birth-slip" if apart <= DAYS_APART else "birth-slip-far", slip
    if apart > DAYS_APART:
        return "birth-far", -5.5
    if apart == 0:
        return "birth-differs", -1.0 if ours.date[5:7] != theirs.date[5:7] else 1.0
    return "birth-differs", -3.0 if apart == 1 else -4.0 if apart <= 3 else -5.5


def _slip_bits(ours: BirthDate, theirs: BirthDate) -> float:
    """A day lost between calendars, day and month swapped, a digit wrong, another year's day."""
    one, other = date.fromisoformat(ours.date), date.fromisoformat(theirs.date)
    if abs((one - other).days) <= 2 and "solar-hijri" in (ours.calendar, theirs.calendar):
        return 8.0
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return 9.0
    wrong = sum(a != b for a, b in zip(ours.date, theirs.date, strict=True))
    if wrong == 1 or (wrong == 2 and sorted(ours.date) == sorted(theirs.date)):
        return 5.0
    same_day = (one.month, one.day) == (other.month, other.day)
    return 3.0 if same_day and abs(one.year - other.year) <= YEARS_MISHEARD else 0.0


def _years(ours: BirthDate, theirs: BirthDate) -> tuple[str, float]:
    """A year is known of both, or supposed."""
    apart = abs(ours.year - theirs.year)
    supposed = "estimated" in (ours.precision, theirs.precision)
    if apart == 0:
        return "birth-year", YEAR_BITS - supposed
    if apart == 1:
        return "birth-near", 1.5
    if apart == 2:
        return "birth-near", 0.5 if supposed else -0.5
    if apart <= YEARS_APART:
        return "birth-differs", -1.0 if supposed else -3.0
    slip = apart == DECADE or sorted(ours.date[:4]) == sorted(theirs.date[:4])
    return "birth-slip-far" if slip else "birth-far", -3.0 if supposed else -6.0
