"""The distribution list: who gets which vouchers, where they sign, who saw it. For staff alone.

Each city begins on a new page; headings stand on every page, with that page's totals at its foot
and the city's totals after its last row.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from cbi.messages import RIGHT_TO_LEFT, text
from cbi.messages.figures import amount_figures, digits, isolated
from cbi.paper.assemble import PdfDocument, write
from cbi.paper.canvas import Align, Canvas, Style
from cbi.paper.ink import Ink
from cbi.paper.values import DistributionListRow, ListCount, ListLook

_SIZE_MM = (297.0, 210.0)
_MARGIN_MM = 10.0
_HEAD_MM = 24.0
_FIRST_ROW_MM = 34.0
_LAST_ROW_MM = 190.0
_ROW_MIN_MM = 15.0
_LINE_MM = 4.4
_LINES_MAX = int((_LAST_ROW_MM - _FIRST_ROW_MM - 3) / _LINE_MM)
"""More vouchers than these in one hand go on in a row of their own."""

_COLUMNS = (
    ("list-number", 11.0), ("list-name", 47.0), ("list-name-latin", 43.0),
    ("list-document", 19.0), ("list-household", 17.0), ("list-vouchers", 31.0),
    ("list-value", 25.0), ("list-total", 25.0), ("list-signature", 36.0), ("list-witness", 23.0),
)
_AMOUNTS = ("list-value", "list-total")


@dataclass(frozen=True, slots=True)
class _Page:
    city: str
    rows: tuple[DistributionListRow, ...]
    city_rows: tuple[DistributionListRow, ...]
    """All rows of the city where this is its last page, else empty."""


def draw_distribution_list(
    out: BinaryIO,
    rows: Iterable[DistributionListRow],
    look: ListLook,
    *,
    created: datetime,
    password: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ListCount:
    """Draws the list, city by city in the order of the rows; returns pages and missing letters.

    `created` stands in the file's own data; the same arguments give the same bytes, unless a
    `password` locks the file. `progress` hears how many vouchers are drawn.
    """
    ink = Ink()
    document = PdfDocument(ink, f"{look.programme} {look.batch_label}", look.language, _SIZE_MM)
    pages = _paginated(rows)
    done = 0
    missing: dict[str, str] = {}
    for number, page in enumerate(pages, 1):
        document.add(_Sheet(ink, look, number, len(pages)).draw(page))
        done += sum(len(row.vouchers) for row in page.rows)
        missing |= {row.beneficiary: ink.unknown(row.name + row.name_latin) for row in page.rows}
        if progress is not None:
            progress(done)
    write(document, out, created=created, password=password)
    return ListCount(len(pages), {who: letters for who, letters in missing.items() if letters})


def _paginated(rows: Iterable[DistributionListRow]) -> list[_Page]:
    by_city: dict[str, list[DistributionListRow]] = {}
    for row in rows:
        by_city.setdefault(row.city, []).append(row)
    pages: list[_Page] = []
    for city, here in by_city.items():
        page: list[DistributionListRow] = []
        used = _FIRST_ROW_MM
        for row in (part for one in here for part in _parts(one)):
            if page and used + _height(row) > _LAST_ROW_MM:
                pages.append(_Page(city, tuple(page), ()))
                page, used = [], _FIRST_ROW_MM
            page.append(row)
            used += _height(row)
        pages.append(_Page(city, tuple(page), tuple(here)))
    return pages or [_Page("", (), ())]


def _parts(row: DistributionListRow) -> Iterator[DistributionListRow]:
    """The row, in parts where a page is too short for its vouchers; each part is signed."""
    if len(row.vouchers) <= _LINES_MAX:
        yield row
        return
    for start in range(0, len(row.vouchers), _LINES_MAX):
        yield replace(row, vouchers=row.vouchers[start : start + _LINES_MAX])


def _height(row: DistributionListRow) -> float:
    return max(_ROW_MIN_MM, _LINE_MM * len(row.vouchers) + 3)


class _Sheet:
    """One page of the list."""

    def __init__(self, ink: Ink, look: ListLook, number: int, pages: int) -> None:
        self.look, self.language = look, look.language
        self.number, self.pages = number, pages
        self.canvas = Canvas(
            ink, height=_SIZE_MM[1], left=_MARGIN_MM, right=_SIZE_MM[0] - _MARGIN_MM,
            rtl=look.language in RIGHT_TO_LEFT,
        )

    def say(self, name: str, **facts: object) -> str:
        return text(f"voucher.{name}", self.language, **facts)

    def draw(self, page: _Page) -> str:
        """The content of the page."""
        if self.look.practice:
            self.canvas.watermark(self.say("practice"), 150, slope=(0.866, 0.5), share=1.0)
        self._head(page)
        y = _FIRST_ROW_MM
        for row in page.rows:
            self._row(row, y)
            y += _height(row)
        self._columns(y)
        self._foot(page)
        return self.canvas.content()

    def _head(self, page: _Page) -> None:
        canvas, look = self.canvas, self.look
        city = self.look.place_name(page.city)
        canvas.text(f"{self.say('list-title')}: {city}", 0, 14, 130, Style(15, bold=True))
        canvas.text(look.programme, 135, 14, 142, Style(11, bold=True, align="end"))
        said = self.say("printed", batch=look.batch_label, by=look.printed_by,
                        at=look.printed_at)
        canvas.text(said, 135, 20, 142, Style(8, align="end", grey=0.3))
        note = self.say("list-private")
        if look.practice:
            note = f"{self.say('practice')} · {note}"
        canvas.text(note, 0, 20, 130, Style(8, bold=True))
        x = 0.0
        for name, width in _COLUMNS:
            align: Align = "end" if name in _AMOUNTS else "start"
            canvas.paragraph(self.say(name), x + 1, _HEAD_MM + 4, width - 2,
                             Style(7.5, bold=True, align=align), until=_FIRST_ROW_MM - 1.6)
            x += width
        canvas.rule(0, _HEAD_MM, canvas.width, thick=0.8)

    def _row(self, row: DistributionListRow, y: float) -> None:
        canvas = self.canvas
        canvas.rule(0, y, canvas.width, thick=0.4)
        number = self._number(row.number)
        household = self._number(row.household_size)
        x, middle, bottom = 0.0, y + 5.4, y + _height(row) - 4
        for told, size, (_, width) in zip(
            (number, row.name, row.name_latin, isolated(row.document_tail), household),
            (9.0, 11.0, 9.5, 9.5, 9.5), _COLUMNS, strict=False,
        ):
            canvas.paragraph(told, x + 1, middle, width - 2, Style(size, own=True), until=bottom)
            x += width
        canvas.text(isolated(row.beneficiary), _COLUMNS[0][1] + 1, bottom + 2.9,
                    _COLUMNS[1][1] - 2, Style(6, grey=0.35))
        serial_width, value_width, total_width = (width for _, width in _COLUMNS[5:8])
        for line, one in enumerate(row.vouchers):
            at = y + 4.6 + line * _LINE_MM
            canvas.text(isolated(one.serial), x + 1, at, serial_width - 2, Style(8))
            value = amount_figures(one.amount_minor, one.currency, self.language)
            canvas.text(value, x + serial_width + 1, at, value_width - 2, Style(8, align="end"))
        x += serial_width + value_width
        canvas.text(self._value([row]), x + 1, middle, total_width - 2, Style(9, True, "end"))
        if row.remark:
            x += total_width
            canvas.paragraph(row.remark, x + 1, middle, _COLUMNS[8][1] - 2, Style(8.5, bold=True),
                             until=bottom)

    def _columns(self, bottom: float) -> None:
        """The lines between columns, drawn once to where the rows end."""
        self.canvas.rule(0, bottom, self.canvas.width, thick=0.8)
        x = 0.0
        for _, width in (("", 0.0), *_COLUMNS):
            x += width
            self.canvas.upright(x, _HEAD_MM, bottom)

    def _foot(self, page: _Page) -> None:
        canvas = self.canvas
        canvas.text(self.say("list-page-total", **self._totals(page.rows)), 0, 196, 200, Style(9))
        if page.city_rows:
            city = self.look.place_name(page.city)
            total = self.say("list-grand-total", city=city, **self._totals(page.city_rows))
            canvas.text(total, 0, 201.5, 230, Style(9.5, bold=True))
        shown = self.say("list-page", page=self._number(self.number),
                         pages=self._number(self.pages))
        canvas.text(shown, 230, 201.5, 47, Style(8.5, align="end"))

    def _totals(self, rows: Iterable[DistributionListRow]) -> dict[str, str]:
        rows = [row for row in rows if not row.received]
        return {
            "people": self._number(len({row.number for row in rows})),
            "vouchers": self._number(sum(len(row.vouchers) for row in rows)),
            "value": self._value(rows),
        }

    def _value(self, rows: list[DistributionListRow]) -> str:
        """What the rows' vouchers come to, each currency for itself."""
        sums: Counter[str] = Counter()
        for row in rows:
            for one in row.vouchers:
                sums[one.currency] += one.amount_minor
        return " + ".join(
            amount_figures(amount_minor, currency, self.language)
            for currency, amount_minor in sorted(sums.items())
        )

    def _number(self, number: int) -> str:
        return digits(str(number), self.language)
