"""How a shop writes the numbers of vouchers all down a column, told of the column. Pure.

One number alone does not say whether `R1-0002` is the second voucher or has lost two figures; where
all of a column are as wide, it is how the shop writes them. So are bare numbers under a heading
that names their round (`Voucher (R1-)`).
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from cbi.files import Row, Table, text_of
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.values.cells import serial_text

_PADDED = re.compile(r"((?:[A-Z]{2,4}\d{0,4}-?)?[RP]\d{1,2})-(\d{4,5})\Z")
_BARE = re.compile(r"\d{1,5}\Z")
_ROUND = re.compile(r"\b(R\d{1,2})\b")
LINES_LEAST, ALIKE = 3, 5
"""All but one number in `ALIKE` are written alike: a slip may add a figure or lose one."""


def with_serials_whole(
    table: Table, layout: StatementLayout, rounds: Sequence[str]
) -> Table:
    """With numbers that the whole column writes in another width, or without their round, as
    serials."""
    place = layout.columns.get("voucher")
    if place is None:
        return table
    body = table.rows[layout.heading + 1 :]
    told = [text for row in body if (text := serial_text(text_of(row.at(place))))
            and any(map(str.isdigit, text))]
    series = _series(layout.headings[place], rounds) if layout.heading >= 0 else ""
    if series and _mostly(sum(_BARE.match(text) is not None for text in told), told):
        return _changed(table, layout, place, lambda text: f"{series}-{int(text):06d}"
                        if _BARE.match(text) else "")
    widths = Counter(len(found[2]) for text in told if (found := _PADDED.match(text)))
    width, many = widths.most_common(1)[0] if widths else (0, 0)
    if not _mostly(many, told):
        return table
    return _changed(table, layout, place, lambda text: _unpadded(text, width))


def _mostly(many: int, told: Sequence[str]) -> bool:
    return many >= LINES_LEAST and (len(told) - many) * ALIKE <= len(told)


def _series(heading: str, rounds: Sequence[str]) -> str:
    """The round that a heading names, where it is one alone."""
    named = _ROUND.search(heading.upper())
    fits = [code for code in rounds if named and code.rpartition("-")[2] == named[1]]
    return fits[0] if len(fits) == 1 else ""


def _unpadded(text: str, width: int) -> str:
    found = _PADDED.match(text)
    return f"{found[1]}-{int(found[2])}" if found and len(found[2]) == width else ""


def _changed(
    table: Table, layout: StatementLayout, place: int, anew: Callable[[str], str]
) -> Table:
    """With the cells of a column as `anew` writes them; nothing leaves one as it is."""
    def written(row: Row) -> Row:
        whole = anew(serial_text(text_of(row.at(place))))
        return row._replace(
            cells=(*row.cells[:place], whole, *row.cells[place + 1 :])
        ) if whole else row

    first = layout.heading + 1
    return replace(table, rows=[*table.rows[:first], *map(written, table.rows[first:])])
