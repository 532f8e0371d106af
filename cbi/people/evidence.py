"""What birth dates, documents, phones and addresses of two records say, in bits.

A bit doubles the odds that both are one person; what speaks against it is negative. Values are set
by reason, before any list was scored: 1 January and a year alone are weak, a shared phone is often
a household's, a refugee certificate names a family.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cbi.people.record import BirthDate, Document


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
    "iin": 26.0, "tazkira": 24.0, "passport": 24.0, "other": 14.0, "refugee-certificate": 12.0,
}
DOCUMENT_OTHER_KIND = 12.0
DOCUMENT_SLIP = 9.0
SLIP_FROM, IN_A_ROW = 7, 3
"""A slip in a shorter number says nothing, nor in the last digits alone: numbers that were given
out one after the other differ there."""
DOCUMENT_DIFFERS = {"iin": -8.0, "tazkira": -5.0}
PHONE_SAME = 6.0
ADDRESS_MAX, ADDRESS_DIFFERS, ADDRESS_WORDS_MIN = 7.5, -1.5, 4
DAY_BITS, YEAR_BITS, MONTH_BITS = 13.3, 4.0, 7.6


def documents(ours: Sequence[Document], theirs: Sequence[Document]) -> Reason | None:
    """The strongest thing that two people's documents say together."""
    found = [
        reason for one in ours for other in theirs if (reason := _document(one, other)) is not None
    ]
    return max(found, key=lambda reason: reason.bits, default=None)


def _document(one: Document, other: Document) -> Reason | None:
    written = one.as_written or one.number, other.as_written or other.number
    mine, yours = one.number.casefold(), other.number.casefold()
    if mine == yours:
        bits = DOCUMENT_SAME.get(one.kind, 14.0) if one.kind == other.kind else DOCUMENT_OTHER_KIND
        return Reason("document-same", bits, *written)
    if one.kind != other.kind:
        return None
    if min(len(mine), len(yours)) >= SLIP_FROM and _a_slip_apart(mine, yours):
        in_a_row = len(mine) == len(yours) and mine[:-IN_A_ROW] == yours[:-IN_A_ROW]
        swapped = sorted(mine) == sorted(yours)
        return None if in_a_row and not swapped else Reason(
            "document-near", DOCUMENT_SLIP, *written
        )
    if len(mine) != len(yours) or mine.isdigit() != yours.isdigit():
        return None  # a paper tazkira and the electronic one that replaced it
    return Reason("document-differs", DOCUMENT_DIFFERS.get(one.kind, -2.0), *written)


def _a_slip_apart(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=1) == 1


def phones(ours: Sequence[str], theirs: Sequence[str]) -> Reason | None:
    """A phone in both records."""
    shared = [phone for phone in ours if phone in theirs]
    return Reason("phone-same", PHONE_SAME, shared[0], shared[0], weak=True) if shared else None


def addresses(ours: frozenset[str], theirs: frozenset[str]) -> Reason | None:
    """Words of an address in both records; people of one house share them, and people move."""
    shared, fewer = len(ours & theirs), min(len(ours), len(theirs))
    if fewer >= ADDRESS_WORDS_MIN and shared * 4 < fewer:
        return Reason("address-differs", ADDRESS_DIFFERS, weak=True)
    if shared < 2 or shared * 2 < fewer:
        return None
    return Reason("address-same", min(ADDRESS_MAX, 1.5 * shared), weak=True)


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
    if slip:
        return "birth-slip", slip
    apart = abs(ours.year - theirs.year)
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
    return 3.0 if (one.month, one.day) == (other.month, other.day) else 0.0


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
    if apart <= 5:
        return "birth-differs", -1.0 if supposed else -3.0
    return "birth-differs", -3.0 if supposed else -6.0
