"""Which rows of a statement are its sums, by arithmetic and whatever their word. Pure.

A row that names no voucher is a sum if it equals what stands above it: since the last sum, since
the sheet began, or since the statement did; of everything, of the sales or of the returns; or how
many lines there are. What calls itself a sum and equals none of these is a wrong one; what does not
is no sum at all.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

_TOTAL = re.compile(
    r"[Σσ∑]|\b(?:итог\w*|всего|подытог\w*|промежуточн\w*|"
    r"общ(?:ая|ий|ее|ие) (?:сумма|итог|стоимость)|"
    r"сумма (?:к|по|за|всего|итого)|оборот\w*|сальдо|к (?:оплате|перечислению|возмещению|выплате)|"
    r"(?:sub|grand )?totals?|ttl|itogo?|vsego|(?:за|по) (?:период|день|месяц|смену)|"
    r"(?:day|period|month|shift)(?: total| sum)?$|subtotal|sum total|overall|turnover|amount due|"
    r"to be (?:paid|transferred|reimbursed)|all payable|payable|carried (?:forward|over)|"
    r"brought forward|перенос\w*|барлығы|жиыны|қорытынды\w*|жалпы|жиынтығы|жами|jami|jumla|ҳамагӣ|"
    r"жыйынтык\w*|бардыгы|жалпысынан|(?:genel |ara )?toplam|ara toplam|yekun|ҷамъ|ҳамагӣ|умумӣ|"
    r"ҳаммаси|hammasi|umumiy|усього|всього|разом|підсумок|cəmi|jemi|ümumi|إجمالي|مجموع|جمله|ټول|ټولټال|جمع)\b|"
    r"^(?:сумма|sum|amount|сома)\W*$|^\*{1,4}(?: [a-z]{3})?$"
)
_GRAND = re.compile(
    r"\b(?:всего|общ\w+|grand|overall|к (?:оплате|перечислению|возмещению|выплате)|amount due|"
    r"payable|to be (?:paid|transferred|reimbursed)|sum total|барлығы|жалпы|бардыгы|genel toplam|"
    r"усього|всього|умумӣ|ҳамагӣ)\b"
)
_DUE = re.compile(
    r"\b(?:итог\w*|всего|общ(?:ая|ий) (?:сумма|итог)|к (?:оплате|перечислению|возмещению|выплате)|"
    r"(?:grand )?total|amount due|payable|to be (?:paid|transferred|reimbursed)|барлығы|жалпы)\b"
)
_TAX = re.compile(r"\b(?:ндс|пдв|vat|ққс|налог\w*|tax|комисси\w*|вознаграждени\w*|fee|commission|"
                  r"скидк\w*|discount|удерж\w*|withh\w*|жеңілдік\w*|chegirma\w*|تخفیف)\b")
_LIMIT = re.compile(r"\b(?:договор\w*|contract|лимит\w*|limit|бюджет|budget|аванс\w*|остат\w*)\b")
_COUNT = re.compile(r"\b(?:кол\w*|шт\w*|наименован\w*|строк\w*|ваучер(?:ов|а)|чек(?:ов|а)|count|"
                    r"number|lines|vouchers|receipts|items|pieces|qty)\b")


def is_total_word(text: str) -> bool:
    """Whether a text calls its row a sum."""
    plain = text.casefold().replace("ё", "е").replace("ال", "").strip()
    return len(plain) < 200 and bool(_TOTAL.search(plain))


def is_due(text: str) -> bool:
    """Whether a text above the headings names what the whole statement asks for."""
    folded = text.casefold()
    return bool(_DUE.search(folded)) and not _LIMIT.search(folded) and not _COUNT.search(folded)


def is_balance(text: str) -> bool:
    """Whether a text speaks of what an account stands at, which no line adds up to."""
    return bool(re.search(r"сальдо|остат\w*|\bbalance\b|қалдық|qoldi", text.casefold()))


def is_tax(text: str) -> bool:
    """Whether a text speaks of a tax or a fee in the sums."""
    return bool(_TAX.search(text.casefold()))


def is_aside(text: str) -> bool:
    """Whether a text speaks of what the sides agreed on or still owe, which is no line either."""
    return is_balance(text) or bool(_LIMIT.search(text.casefold()))


NEAR_SUM = 10
"""A row under all lines that is off by at most one part in so many is meant as their sum."""


class Mark(NamedTuple):
    """A row without a voucher but with amounts: where it stands and what it calls itself."""

    sheet: int
    row: int
    amounts: tuple[int, ...]
    label: str = ""


class Checked(NamedTuple):
    """A sum that was looked at: what it states, what its lines add up to, and which lines those
    are: from `start` to before `end`, in the rows from `first` to `last`.
    """

    mark: Mark
    stated_minor: int
    summed_minor: int
    start: int
    end: int
    first: int
    last: int
    verdict: str


@dataclass(slots=True)
class Sums:
    """A statement's lines in the order of the file and the rows between them that may be sums."""

    amounts: list[int | None] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    one_unit: int = 100

    def line(self, sheet: int, row: int, amount_minor: int | None) -> None:
        """Take in a line; None where its amount can't be read."""
        self.amounts.append(amount_minor)
        self.rows.append(row)
        self.sheets.append(sheet)

    def mark(self, mark: Mark) -> None:
        """Take in a row that may be a sum of lines above it."""
        self.marks.append((len(self.amounts), mark))

    def checked(self) -> list[Checked]:
        """Every mark with what it turned out to be: `total`, `count`, `tax`, `net` (of a tax,
        a fee or a discount that stands above it), `unchecked`, `wrong` or `nameless`."""
        prefix = _Prefix(self.amounts)
        starts: dict[int, list[int]] = {}
        found: list[Checked] = []
        for place, mark in self.marks:
            prefix.alone = [
                (places, one.stated_minor) for (places, _), one in zip(self.marks, found,
                                                                        strict=False)
                if one.verdict == "nameless"
            ]
            prefix.net = _net(found)
            begins = next(
                (index for index, sheet in enumerate(self.sheets) if sheet == mark.sheet), place
            )
            own = starts.setdefault(mark.sheet, [0, begins])
            one = self._judged(place, mark, own, prefix)
            found.append(one)
            if one.verdict in ("total", "wrong", "unchecked"):
                own.append(place)
            elif one.verdict == "nameless":
                prefix.loose.setdefault(mark.sheet, []).append(place)
            if one.start == place < one.end:
                prefix.over.add(mark.sheet)
        return self._at_end(self._kin(found))

    def _at_end(self, found: list[Checked]) -> list[Checked]:
        """A row under the last line that is near what all of them come to is a wrong total."""
        ends = len(self.amounts)
        return [
            one._replace(verdict="wrong")
            if one.verdict == "nameless" and place == ends
            and _is_near(one.stated_minor, one.summed_minor) else one
            for (place, _), one in zip(self.marks, found, strict=True)
        ]

    def _judged(self, place: int, mark: Mark, own: list[int], prefix: "_Prefix") -> Checked:
        word = is_total_word(mark.label)
        options = sorted(set(own), reverse=True)
        usable = [start for start in options if start < place] or options[:1]
        loose = [start for start in prefix.loose.get(mark.sheet, ()) if start < place]
        for start in sorted({*usable, *loose}, reverse=True):
            for amount in mark.amounts:
                if amount in prefix.sums(start, place):
                    whole = prefix.sum(start, place)
                    stated = whole if amount == -whole else amount
                    return self._made(mark, stated, stated, start, place, "total")
        if below := self._over(place, mark, prefix):
            return below
        for start in usable:
            if word or _COUNT.search(mark.label.casefold()):
                count = (place - start) * self.one_unit
                if count in mark.amounts:
                    return self._made(mark, count, count, start, place, "count")
        amount = mark.amounts[0]
        nearest = min(usable, key=lambda start: abs(prefix.sum(start, place) - amount))
        near = word and _is_near(amount, prefix.sum(nearest, place))
        aside = "" if near else _aside(mark.label, is_word=word)
        if aside := "net" if amount in prefix.net else aside:
            return self._made(mark, amount, amount, place, place, aside)
        if _GRAND.search(mark.label.casefold()):
            nearest = usable[-1] if mark.sheet == 0 else min(usable)
        unknown = prefix.unknown(nearest, place)
        verdict = "unchecked" if unknown and word else "wrong" if word else "nameless"
        return self._made(mark, amount, prefix.sum(nearest, place), nearest, place, verdict)

    def _over(self, place: int, mark: Mark, prefix: "_Prefix") -> Checked | None:
        """A row over the lines that it sums: of its group, or of the whole sheet. Only the first
        one of a sheet may say that its sums stand so, with no line above that it could be of."""
        begins = place == 0 or self.sheets[place - 1] != mark.sheet
        if not begins and mark.sheet not in prefix.over:
            return None
        ends = sorted({later for later, _ in self.marks if later > place} | {len(self.amounts)})
        ends = [end for end in ends if end > place and self.sheets[end - 1] == mark.sheet]
        for end in ends:
            for amount in mark.amounts:
                if amount in prefix.sums(place, end):
                    return self._made(mark, amount, amount, place, end, "total")
        if not ends:
            return None
        end = ends[-1] if is_total_word(mark.label) else ends[0]
        stated, summed = mark.amounts[0], prefix.sum(place, end)
        if not _is_near(stated, summed) or prefix.unknown(place, end):
            return None
        return self._made(mark, stated, summed, place, end, "wrong")

    def _made(
        self, mark: Mark, stated: int, summed: int, start: int, end: int, verdict: str
    ) -> Checked:
        some = start < min(end, len(self.rows))
        first = self.rows[start] if some else mark.row
        last = self.rows[end - 1] if some and first > mark.row else max(mark.row - 1, first)
        return Checked(mark, stated, summed, start, end, first, last, verdict)

    def _kin(self, found: list[Checked]) -> list[Checked]:
        """A row that is called as others that are sums is a wrong one, whatever its word."""
        kin = {_kind(one.mark.label) for one in found if one.verdict == "total"} - {""}
        return [
            one._replace(verdict="wrong")
            if one.verdict == "nameless" and _kind(one.mark.label) in kin else one
            for one in found
        ]


def stated_by(sums: Sums, found: Sequence[Checked]) -> int | None:
    """What a statement says that all its lines come to, None where it doesn't."""
    whole = [one for one in found if one.verdict in ("total", "wrong", "unchecked")]
    ends = len(sums.amounts)
    for one in reversed(whole):
        if one.end == ends and one.start == 0:
            return one.stated_minor
    reached, stated = ends, 0
    for one in reversed(whole):
        if one.end == reached and one.start < reached:
            reached, stated = one.start, stated + one.stated_minor
    return stated if reached == 0 and ends else None


class _Prefix:
    """Sums of any stretch of lines: of all, of those above zero, of those below."""

    def __init__(self, amounts: Sequence[int | None]) -> None:
        self.net: set[int] = set()
        self.loose: dict[int, list[int]] = {}
        """By sheet, where rows stand that are no sum of what is above them: one below may be of
        what is between."""
        self.over: set[int] = set()
        """Sheets whose sums stand over their lines."""
        self.alone: list[tuple[int, int]] = []
        """Amounts that name no voucher and are no sums: a sum below may hold them."""
        self.all = _running(amount or 0 for amount in amounts)
        returns = any(amount is not None and amount < 0 for amount in amounts)
        self.above = _running(max(amount or 0, 0) for amount in amounts) if returns else self.all
        self.blank = _running(int(amount is None) for amount in amounts) if None in amounts \
            else [0] * (len(amounts) + 1)

    def sum(self, start: int, end: int) -> int:
        return self.all[end] - self.all[start]

    def unknown(self, start: int, end: int) -> int:
        return self.blank[end] - self.blank[start]

    def sums(self, start: int, end: int) -> set[int]:
        """What a row may state of a stretch; nothing where it isn't known whole."""
        if self.unknown(start, end) or start == end:
            return set()
        whole, above = self.sum(start, end), self.above[end] - self.above[start]
        alone = sum(amount for place, amount in self.alone if start <= place <= end)
        return {whole, above, whole - above, above - whole, whole + alone} - {0}


def _is_near(stated: int, summed: int) -> bool:
    """Whether an amount is off by so little that it is meant as the sum."""
    return abs(stated - summed) * NEAR_SUM <= abs(summed)


def _aside(label: str, *, is_word: bool) -> str:
    """`tax` or `net` for a row that speaks of a tax or an advance."""
    if is_tax(label):
        return "tax"
    return "net" if is_aside(label) and not is_word else ""


def _net(found: Sequence[Checked]) -> set[int]:
    """What a sum comes to less or with the taxes, fees and discounts that stand under it."""
    whole, taken = 0, list[int]()
    for one in reversed(found):
        if one.verdict == "tax":
            taken.append(abs(one.stated_minor))
        elif one.verdict in ("total", "wrong", "unchecked"):
            whole = one.stated_minor
            break
        elif one.verdict != "net":
            break
    steps = {*taken, sum(taken)} if whole else set()
    return {whole + sign * step for step in steps for sign in (1, -1)} - {0}


def _running(amounts: Iterable[int]) -> list[int]:
    return list(accumulate(amounts, initial=0))


def _kind(label: str) -> str:
    """A label without its figures, so that the sums of different days are called alike."""
    return " ".join(re.sub(r"[\d.,:/-]+", " ", label.casefold()).split())
