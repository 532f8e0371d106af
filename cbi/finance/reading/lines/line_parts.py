"""What a statement's sheets are read into: lines, what is no line, and how it is read. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.files import Problem
from cbi.finance.reading.structure.totals import Sums
from cbi.finance.reading.values.cells import Named


class ReadLine(NamedTuple):
    """A line as the file has it; lines are numbered from 1, `row` is the spreadsheet's.

    `name` is a plain serial's text, which needs no wrapping of its own, or what else it names a
    voucher by. `amount_minor` is below zero for a return. `minute` (`14:05`) is known where the
    file tells it, and so is `purchase_minor`, what the whole receipt came to.
    """

    line: int
    row: int
    name: str | Named
    date: str | None
    store: str | None
    receipt: str | None
    amount_minor: int
    minute: str | None = None
    sheet: str | None = None
    purchase_minor: int | None = None

    @property
    def named(self) -> Named:
        """What it names a voucher by."""
        return Named("serial", self.name) if isinstance(self.name, str) else self.name


class LeftLine(NamedTuple):
    """A row that is no claim: `unread`, `return` and the sale that it `returned`, or a `credit`.

    `amount_minor` is None where it can't be read, below zero for what goes back, and nothing for
    what was `declined`.
    """

    kind: str
    sheet: str | None
    row: int
    shown: str
    amount_minor: int | None
    code: str = ""


@dataclass(slots=True)
class ReadLines:
    """What a statement's sheets came to; amounts in minor units."""

    lines: list[ReadLine] = field(default_factory=list)
    left: list[LeftLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    stated_minor: int | None = None
    sums: Sums = field(default_factory=Sums)
    masks: dict[tuple[str | None, int], str] = field(default_factory=dict)
    """By sheet and row, what stars leave of a voucher's code where only receipts name it."""

    @property
    def claimed_minor(self) -> int:
        """What the lines add up to."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def left_minor(self) -> int:
        """What is known of the rows that are no claims."""
        return sum(one.amount_minor or 0 for one in self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a statement's lines are read, whatever the sheet. `receipts_known` counts the texts that
    are receipts of the retailer's, `amounts_known` the amounts that its tills took; `unsaid_year`
    completes a month and a day to the one day (ISO) that a sale could be of.
    """

    currency: str
    money: frozenset[str]
    lookup: Callable[[], bytes]
    rounds: Sequence[str] = ()
    decimal: str | None = None
    dates: str | None = None
    likely: Callable[[str], bool] = lambda _day: True
    is_store: Callable[[str], bool] = lambda _text: False
    in_short: Callable[[str], bool] = lambda _text: False
    receipts_known: Callable[[Sequence[str]], int] = lambda _texts: 0
    amounts_known: Callable[[Sequence[int]], int] = lambda _amounts: 0
    unsaid_year: Callable[[int, int], str | None] = lambda _month, _day: None


@dataclass(frozen=True, slots=True)
class SheetSetting:
    """What holds for every line of a sheet that doesn't say otherwise; `called` are stores by
    what lines call them."""

    number: int
    store: str | None = None
    is_returns: bool = False
    day: str | None = None
    called: Mapping[str, str] = field(default_factory=dict)


def with_minor(whole: int, told: str, one_unit: int) -> int:
    """An amount with the fraction that stands in a column of its own, if one is told there.

    Raises RefusedAt where what is told is no fraction of `one_unit` minor units.
    """
    if not told:
        return whole
    if not told.isdecimal() or int(told) >= one_unit:
        raise RefusedAt(UsageError("base.amount-unreadable", text=told), "minor")
    return whole + (int(told) if whole > 0 else -int(told))


class RefusedAt(Exception):  # noqa: N818 - carries a refusal to its place
    """A refusal of a row that is not about its amount."""

    def __init__(self, refusal: UsageError, field: str) -> None:
        super().__init__(refusal.code)
        self.refusal, self.field = refusal, field
