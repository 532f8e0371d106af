"""Which column of a statement is which field's. Pure.

A column's points are those of its heading and of its content together, so that a till's own code
beside a voucher's is not taken for it; two columns that come near each other are asked.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cbi.base.errors import UsageError
from cbi.files import column_letter
from cbi.finance.reading.structure.column_sums import ROUNDING, is_derived, is_taxed, moved
from cbi.finance.reading.structure.contents import ColumnReading, Content, known_share
from cbi.finance.reading.structure.headings import CERTAIN, FIELDS, LIKELY, POSSIBLE, Heading
from cbi.finance.reading.values.amounts import foreign_money

_UNTAXED = re.compile(r"без (?:ндс|пдв)|without (?:vat|tax)|excl|before tax|^net\b|ққс\W?сыз")
_SIDE = re.compile(r"\b(?:дебет\w*|кредит\w*|дт|кт|debit|credit|приход\w*|расход\w*|"
                   r"поступл\w*|списан\w*|borç|alacak)\b")
TEXTS = ("date", "time", "kind")
"""Fields of whose column a text may tell the receipt too: `Report of sales 14:05, receipt 17`."""
MOST_LESS = 5
"""Where more than one line in so many is billed above it, a column is no purchase's sum."""
TURNOVERS = 10
"""Of so many rows one may be a sum of both sides."""
NEAR = 2
"""Two columns whose points differ by less than this are asked."""


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """A column that could be a field's: its index, its heading, its points."""

    index: int
    heading: str
    points: float
    first: str

    def __str__(self) -> str:
        return f"{column_letter(self.index)} “{self.heading}” ({self.first or '–'})"


def choose(
    headings: Sequence[Heading], content: Sequence[Content], asked: Mapping[str, int],
    reading: ColumnReading,
) -> dict[str, ColumnFound]:
    """The column of every field that has one; `asked` holds those that a person named.

    Raises:
        UsageError: two columns come too near each other.
    """
    made = {
        name: ColumnFound(index, headings[index].text, 99, content[index].first)
        for name, index in asked.items()
    }
    for name in FIELDS:
        if name not in made and (found := _fitting(name, headings, content, made, reading)):
            made[name] = _best(name, found, content)
    return made


def _fitting(
    name: str, headings: Sequence[Heading], content: Sequence[Content],
    made: Mapping[str, ColumnFound], reading: ColumnReading,
) -> list[ColumnFound]:
    """The columns that a field may have, the likeliest first; `made` are those chosen before."""
    taken = {one.index for one in made.values()}
    found = _candidates(name, headings, content, taken)
    amount = made.get("amount")
    match name:
        case "voucher" if "series" in made:
            found = _beside_series(found, made["series"], content)
        case "voucher":
            found = _serials_first(found, content)
        case "second":
            found = _second_names(found, content, made.get("voucher"))
        case "receipt":
            aside = taken - {made[one].index for one in TEXTS if one in made}
            found = _known_receipts(found, headings, content, (aside, reading))
        case "date":
            found = _days_alike(found, headings, content)
        case "amount":
            found = _without_derived(_with_tax(_of_our_money(found, reading)), content)
            found = [one for one in found if not is_taxed(one.index, content)] or found
            found = _unexplained(found, headings, content, taken)
            back = _candidates("returned", headings, content, taken)
            found = [one for one in found if _is_net(one, found, back, content)] or found
            found = _without_other_side(found, content)
        case "returned" if amount is not None and not found:
            found = _other_side(amount, _candidates("amount", headings, content, taken), content)
        case "returned" if amount is not None:
            sold = _candidates("amount", headings, content, ())
            found = [] if _is_net(amount, sold, found, content) else found
        case "purchase":
            found = _at_least_billed(found, content, amount)
    return found


def _best(
    name: str, found: Sequence[ColumnFound], content: Sequence[Content]
) -> ColumnFound:
    """The first of a field's columns; one that hardly a line fills is of a table beside them.

    Raises:
        UsageError: another one comes too near.
    """
    best = found[0]
    for other in found[1:]:
        near = best.points - other.points < NEAR or (
            name == "amount" and _is_share(content, best, other)
        )
        beside = content[other.index].filled * MOST_LESS <= content[best.index].filled
        if near and not beside and not _same(content, best, other) and not (
            name == "voucher" and _name_the_same(content[best.index], content[other.index])
        ):
            raise UsageError("finance.columns-near", field=name, one=str(best),
                             other=str(other), letter=column_letter(best.index))
    return best


def _days_alike(
    found: list[ColumnFound], headings: Sequence[Heading], content: Sequence[Content]
) -> list[ColumnFound]:
    """Columns of days; where no heading speaks for one, all must tell the same days."""
    if not found or headings[found[0].index].points.get("date"):
        return found
    return found if all(_same(content, found[0], one) for one in found) else []


def _name_the_same(one: Content, other: Content) -> bool:
    """Whether vouchers stand by their serials in one column and by their codes in the other."""
    return min(one.ours, other.ours) > 0.5 and (one.codes > 0.5) != (other.codes > 0.5)


def _candidates(
    name: str, headings: Sequence[Heading], content: Sequence[Content], taken: Iterable[int]
) -> list[ColumnFound]:
    found = []
    for index, (heading, held) in enumerate(zip(headings, content, strict=True)):
        points = heading.points.get(name, 0)
        decoy = max((value for other, value in heading.points.items()
                     if other.startswith("-") and value >= points), default=0)
        is_amount = held.amount > 0.8 and bool(heading.points.get("amount"))
        weight = _weight(name, points, decoy, held, is_amount=is_amount)
        if weight is not None and index not in taken:
            found.append(ColumnFound(index, heading.text, weight, held.first))
    return sorted(found, key=lambda one: (-one.points, one.index))


def _weight(
    name: str, points: int, decoy: int, held: Content, *, is_amount: bool
) -> float | None:
    """The points of a column for a field, or None where it cannot be that field's."""
    if not held.filled and not (name == "voucher" and points > LIKELY):
        return None
    share, fits = _fit(name, points, decoy, held, is_amount=is_amount)
    return points + share if fits else None


def _fit(
    name: str, points: int, decoy: int, held: Content, *, is_amount: bool
) -> tuple[float, bool]:
    """The points of a column's content, and whether it can be the field's at all."""
    other = held.dated < 0.5 and held.voucher < 0.5
    if name == "voucher":
        lost = held.dated > 0.5 or points <= POSSIBLE or decoy > 0 or is_amount
        return 6 * held.voucher, held.masked < 0.5 and (held.voucher >= 0.5 or not lost)
    found = {
        "amount": (2 * held.amount, other and held.amount >= 0.6 and points > 0
                   and not held.counts_up
                   and (not decoy or points == POSSIBLE)),
        "purchase": (0.0, other and held.amount >= 0.6 and points > 0),
        "returned": (0.0, other and held.amount >= 0.5 and points > 0),
        "minor": (0.0, other and points > 0 and not held.counts_up),
        "date": (4 * held.date, (held.date >= 0.5 and points > 0)
                 or (held.dated >= 0.9 and not decoy)),
        "time": (4 * held.time, held.time >= 0.5 and held.dated < 0.5 and (
            points > 0 or held.time >= 0.9)),
        "store": (6 * held.store, other and (held.store > 0.5 or (
            points > 0 and not (is_amount and held.amount > held.store)))),
        "receipt": (0.0, other and points > 0),
        "kind": (6 * held.kind, held.kind >= 0.5),
        "series": (6 * held.series, held.series >= 0.9),
        "second": (6 * held.ours, held.ours > 0.5 and not held.masked),
    }
    return found.get(name, (0.0, points > 0))


def _beside_series(
    found: list[ColumnFound], series: ColumnFound, content: Sequence[Content]
) -> list[ColumnFound]:
    """A voucher's number stands behind its series, in figures alone."""
    after = series.index + 1
    if after < len(content) and content[after].digits > 0.5:
        return [ColumnFound(after, series.heading, CERTAIN, content[after].first)]
    return found


def _serials_first(found: list[ColumnFound], content: Sequence[Content]) -> list[ColumnFound]:
    """With the serials first that stand beside the likeliest column, one of codes."""
    serials = [one for one in found[1:] if content[found[0].index].codes > 0.5
               and _name_the_same(content[found[0].index], content[one.index])][:1]
    return [*serials, *(one for one in found if one not in serials)]


def _second_names(
    found: list[ColumnFound], content: Sequence[Content], voucher: ColumnFound | None
) -> list[ColumnFound]:
    """The column of codes beside that of serials, or of serials beside that of codes."""
    return [] if voucher is None else [
        one for one in found if _name_the_same(content[voucher.index], content[one.index])
    ]


def _known_receipts(
    found: list[ColumnFound], headings: Sequence[Heading], content: Sequence[Content],
    known: tuple[Collection[int], ColumnReading],
) -> list[ColumnFound]:
    """The columns of receipts with what the ledger knows of their cells: points for those that are
    receipts of the retailer's, whatever the heading."""
    taken, reading = known
    points = {one.index: one.points for one in found}
    for index, held in enumerate(content):
        if index in taken or held.counts_up or held.voucher > 0.5:
            continue
        share = known_share(held, reading)
        if share > 0.5:
            points[index] = points.get(index, 0) + 6 * share
    told = [
        ColumnFound(index, headings[index].text, many, content[index].first)
        for index, many in points.items()
    ]
    return sorted(told, key=lambda one: (-one.points, one.index))


def _of_our_money(found: list[ColumnFound], reading: ColumnReading) -> list[ColumnFound]:
    """Without amounts whose heading names another currency, where one of ours stands beside."""
    ours = [one for one in found if not foreign_money(one.heading, reading.currency)]
    return ours or found


def _with_tax(found: list[ColumnFound]) -> list[ColumnFound]:
    """Without amounts before tax, where others stand beside: what is billed is with it."""
    taxed = [one for one in found if not _UNTAXED.search(one.heading.casefold())]
    return taxed if any(one.points >= LIKELY for one in taxed) else found


def _unexplained(
    found: list[ColumnFound], headings: Sequence[Heading], content: Sequence[Content],
    taken: Collection[int],
) -> list[ColumnFound]:
    """Where no heading names what is billed, or only a purchase, any column of amounts whose
    heading says nothing at all may be it."""
    if found and found[0].points > POSSIBLE + 2:
        return found
    silent = [
        ColumnFound(index, heading.text, POSSIBLE + 2.0, held.first)
        for index, (heading, held) in enumerate(zip(headings, content, strict=True))
        if held.amount >= 0.9 and held.dated < 0.5 and held.voucher < 0.5 and not held.counts_up
        and not heading.points and index not in taken and held.filled > 1
        and held.time < 0.5
    ]
    return [*found, *silent]


def _is_net(
    net: ColumnFound, found: Sequence[ColumnFound], back: Sequence[ColumnFound],
    content: Sequence[Content],
) -> bool:
    """Whether a column is, line by line, what another one was sold for less what came back."""
    for sold in found:
        for one in back:
            three = zip(content[sold.index].amounts, content[one.index].amounts,
                        content[net.index].amounts, strict=True)
            off = [abs((whole or 0) - abs(gone or 0) - (left or 0)) > ROUNDING
                   for whole, gone, left in three]
            if len({sold.index, one.index, net.index}) == 3 and off and not any(off):
                return True
    return False


def _other_side(
    side: ColumnFound, found: Sequence[ColumnFound], content: Sequence[Content]
) -> list[ColumnFound]:
    """The other side of an account (debit, credit) beside this one, which has most of the lines:
    none stands on both, but for sums."""
    ours = content[side.index]
    return [
        other for other in found if _SIDE.search(side.heading.casefold())
        and _SIDE.search(other.heading.casefold()) and other.index != side.index
        and content[other.index].filled * 2 < ours.filled
        and sum(one and two for one, two in zip(
            moved(ours), moved(content[other.index]), strict=True)) * TURNOVERS <= ours.filled
    ]


def _without_other_side(
    found: list[ColumnFound], content: Sequence[Content]
) -> list[ColumnFound]:
    """Without the sides of accounts on which hardly a line stands."""
    aside = {other.index for one in found for other in _other_side(one, found, content)}
    return [one for one in found if one.index not in aside]


def _is_share(content: Sequence[Content], one: ColumnFound, other: ColumnFound) -> bool:
    """Whether two columns of amounts are a fixed share of each other, as net is of gross."""
    pairs = [
        (ours, theirs) for ours, theirs in
        zip(content[one.index].amounts, content[other.index].amounts, strict=True)
        if ours and theirs
    ]
    if len(pairs) < 4 or other.points < LIKELY:
        return False
    usual = sorted(ours / theirs for ours, theirs in pairs)[len(pairs) // 2]
    close = sum(abs(ours - usual * theirs) <= 1 for ours, theirs in pairs)
    return usual != 1 and close * 10 >= 9 * len(pairs)


def _at_least_billed(
    found: list[ColumnFound], content: Sequence[Content], amount: ColumnFound | None
) -> list[ColumnFound]:
    """The one column of whole purchases: hardly any line of it is less than what is billed."""
    if len(found) != 1 or amount is None:
        return []
    pairs = [
        (whole, billed) for whole, billed in
        zip(content[found[0].index].amounts, content[amount.index].amounts, strict=True)
        if whole and billed
    ]
    less = sum(whole < billed for whole, billed in pairs)
    return found if pairs and less * MOST_LESS <= len(pairs) else []


def _without_derived(found: list[ColumnFound], content: Sequence[Content]) -> list[ColumnFound]:
    """Without running sums and fixed shares (a tax) of another column."""
    derived = {
        one.index for one in found for other in found if one is not other
        and is_derived(content[one.index].amounts, content[other.index].amounts)
    }
    return [one for one in found if one.index not in derived]


def _same(content: Sequence[Content], one: ColumnFound, other: ColumnFound) -> bool:
    """Whether two columns hold the same amounts or days on every line, so that either may be
    read."""
    ours, theirs = content[one.index], content[other.index]
    return any(
        one == other and any(cell is not None for cell in one)
        for one, other in ((ours.amounts, theirs.amounts), (ours.days, theirs.days))
    )
