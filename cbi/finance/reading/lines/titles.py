"""What stands over a group of lines and holds for each of them: a day, a store. Pure.

A report of shifts heads each with its till's number and day, a workbook of days calls its sheets by
them, a list by stores names one over its lines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cbi.base.errors import UsageError
from cbi.files import Row, text_of
from cbi.finance.reading.structure.headings import heading_of
from cbi.finance.reading.values.moments import moment_of, month_and_day

TITLE_LONGEST = 80
STORE_CELLS, LABEL_WORDS, NAME_LEAST, PAIRS_LEAST = 2, 2, 3, 2


class Titles:
    """The store and the day (ISO) that the next line is of, unless it says otherwise itself.

    `called` are stores by their tills' numbers or addresses, `reads_days` says whether lines leave
    their day to a title.
    """

    def __init__(
        self, store: str | None, day: str | None, called: Mapping[str, str],
        is_store: Callable[[str], bool], *, reads_days: bool,
    ) -> None:
        self.over, self.day = store, day
        self._called, self._is_store, self._reads_days = called, is_store, reads_days

    def take(self, row: Row, *, may_name_store: bool) -> bool:
        """Whether the row says something of the lines under it."""
        labelled = dict(_labelled(row))
        day = (day_alone(row) or _day(labelled.get("date"))) if self._reads_days else None
        store = (self._store_over(row) or labelled.get("store")) if may_name_store else None
        self.day, self.over = day or self.day, store or self.over
        return bool(day or store)

    def begin(self, above: Sequence[Row], *, may_name_store: bool) -> None:
        """Take in what stands right over the headings; where the rows over them list several
        stores (`А - Magnum Almaty 1`), none of these is over all lines."""
        several = len({store for row in above if (store := self._store_over(row))}) > 1
        for row in above[-1:]:
            self.take(row, may_name_store=may_name_store and not several)

    def store(self, told: str) -> str | None:
        """The store of a line by what its own cell tells, else by what stands over it."""
        return self._called.get(told, told) or self.over

    def _explained(self, text: str) -> str | None:
        return next((self._called[word] for word in text.split() if word in self._called), None)

    def _store_over(self, row: Row) -> str | None:
        """The store that a row names alone, or behind a word for it, or by a till's number."""
        told = [text_of(cell) for cell in row.cells if isinstance(cell, str) and text_of(cell)]
        if not 0 < len(told) <= STORE_CELLS:
            return None
        names = [one if self._is_store(one) else one.partition(":")[2].strip() for one in told]
        known = next((name for name in names if name and self._is_store(name)), None)
        labelled = store_labelled(told[0]) if len(told) == 1 else None
        return known or self._explained(told[0]) or labelled


def _labelled(row: Row) -> Iterator[tuple[str, str]]:
    """What stands behind a word for a store or a day in a row of nothing but such pairs:
    `Store | Magnum Almaty 1 | Date | 17.08.2022`."""
    told = [text_of(cell) for cell in row.cells if text_of(cell)]
    if len(told) < PAIRS_LEAST * 2 or len(told) % 2:
        return
    fields = [[field for field in ("store", "date") if heading_of(label).points.get(field)]
              for label in told[::2]]
    if all(fields):
        yield from ((found[0], value) for found, value in zip(fields, told[1::2], strict=True))


def _day(text: str | None) -> str | None:
    try:
        return moment_of(text).day if text else None
    except UsageError:
        return None


def store_labelled(text: str) -> str | None:
    """What stands behind a word for a store and a colon, though no store is known by it."""
    label, _, name = text.partition(":")
    is_label = len(label.split()) <= LABEL_WORDS and heading_of(label).points.get("store")
    return name.strip() or None if is_label else None


def stores_explained(
    rows: Iterable[Row], is_store: Callable[[str], bool]
) -> dict[str, str]:
    """The stores by what lines call them, a till's number or an address, where rows explain it:
    `SWK00412207 | Magnum Almaty 1`, `Branch Magnum Almaty 1: 285 Tole Bi St.`"""
    found = {}
    for row in rows:
        told = [text_of(cell) for cell in row.cells if text_of(cell)]
        if len(told) == 1:
            told = [part.strip() for part in told[0].split(":", 1)]
        stores = [one for one in told if is_store(one)]
        others = [one for one in told if one not in stores]
        if len(stores) == len(others) == 1 and _is_name(others[0]):
            found[others[0]] = stores[0]
    return found


def _is_name(text: str) -> bool:
    """Whether a text can be what a store or its till goes by: words with a number among them."""
    return len(text) > NAME_LEAST and any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def day_alone(row: Row) -> str | None:
    """The day (ISO) of a row of one text that tells it, as over the lines of that day."""
    told = [cell for cell in row.cells if text_of(cell)]
    if len(told) != 1 or isinstance(told[0], int | float):
        return None
    text = text_of(told[0])
    if len(text) > TITLE_LONGEST or text.isdecimal():
        return None
    try:
        return moment_of(told[0]).day
    except UsageError:
        return None


def day_of_sheet(
    name: str | None, unsaid_year: Callable[[int, int], str | None]
) -> str | None:
    """The day (ISO) that a sheet is called by, with its year or without."""
    if not name:
        return None
    try:
        return moment_of(name).day
    except UsageError:
        told = month_and_day(name)
        return unsaid_year(*told) if told else None
