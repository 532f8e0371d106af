"""The cover page of printed sheets: what is in the pile, who printed it, who holds it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from cbi.messages import LANGUAGES, RIGHT_TO_LEFT, text
from cbi.messages.figures import amount_figures, category_word, digits, isolated
from cbi.paper.canvas import Canvas, Style
from cbi.paper.formats import A4_MM
from cbi.paper.ink import Ink
from cbi.paper.values import SheetLook, SheetVoucher

_MARGIN_MM = 20.0
_ROW_MM = 6.6
_BOTTOM_MM = 245.0


@dataclass(slots=True)
class CoverTally:
    """Counts of the vouchers drawn so far."""

    vouchers: int = 0
    first_serial: str = ""
    last_serial: str = ""
    count: Counter[tuple[str, str]] = field(default_factory=Counter)
    value_minor: Counter[tuple[str, str]] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    cities: Counter[str] = field(default_factory=Counter)
    city_value_minor: Counter[tuple[str, str]] = field(default_factory=Counter)
    city_sheets: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, one: SheetVoucher, sheet: int) -> None:
        """Counts one voucher on a sheet; the serial range is lowest to highest in any order."""
        key = (one.category, one.currency)
        self.vouchers += 1
        self.count[key] += 1
        self.value_minor[key] += one.amount_minor
        self.languages[one.language] += 1
        if one.city:
            self.cities[one.city] += 1
            self.city_value_minor[one.city, one.currency] += one.amount_minor
            self.city_sheets[one.city] = (self.city_sheets.get(one.city, (sheet, 0))[0], sheet)
        if not self.first_serial or one.serial < self.first_serial:
            self.first_serial = one.serial
        self.last_serial = max(self.last_serial, one.serial)


def cover_pages(ink: Ink, look: SheetLook, tally: CoverTally, *, sheets: int) -> list[str]:
    """The content of the cover page, and of a following one where the counts are many."""
    cover = _Cover(ink, look)
    cover.heading()
    cover.facts(tally, sheets)
    cover.values(tally)
    cover.languages(tally)
    if tally.cities:
        cover.cities(tally)
    return cover.finish()


def small_cover(
    ink: Ink, look: SheetLook, tally: CoverTally, page_mm: tuple[float, float]
) -> str:
    """The cover of single tickets or of a roll: one page of their own size with what must stand."""
    language = look.cover_language
    rtl = language in RIGHT_TO_LEFT
    page = Canvas(ink, height=page_mm[1], left=5.5, right=page_mm[0] - 5.5, rtl=rtl)

    def say(name: str, **facts: object) -> str:
        return text(f"voucher.{name}", language, **facts)

    first, last = (isolated(s) if rtl else s for s in (tally.first_serial, tally.last_serial))
    totals: Counter[str] = Counter()
    for (_, currency), amount_minor in tally.value_minor.items():
        totals[currency] += amount_minor
    worth = _sum(totals, language)
    lines = [(look.programme, True), (say("cover-title"), False)]
    if look.practice:
        lines.append((say("practice-note"), True))
    if look.reprint_reason is not None:
        lines.append((say("cover-reprint", reason=look.reprint_reason), True))
    if look.replaces is not None:
        old = isolated(look.replaces) if rtl else look.replaces
        lines.append((say("cover-replaces", serial=old), True))
    lines += [
        (look.batch_label, True),
        (f"{say('cover-count')}: {digits(str(tally.vouchers), language)} · {worth}", False),
        (say("cover-serials-range", first=first, last=last), False),
        (f"{look.printed_by}, {look.printed_at}", False),
    ]
    y = 8.0
    for line, bold in lines:
        y = page.paragraph(line, 0, y, page.width, Style(8.5, bold=bold)) + 1.2
    return page.content()


def _sum(totals: Mapping[str, int], language: str) -> str:
    """Amounts by currency, in words of a language."""
    return " + ".join(
        amount_figures(amount_minor, currency, language)
        for currency, amount_minor in sorted(totals.items())
    )


class _Cover:
    """Rows of figures down a page, and on to the next one."""

    def __init__(self, ink: Ink, look: SheetLook) -> None:
        self.ink, self.look, self.language = ink, look, look.cover_language
        self.rtl = self.language in RIGHT_TO_LEFT
        self._done: list[str] = []
        self._begin()

    def say(self, name: str, **facts: object) -> str:
        return text(f"voucher.{name}", self.language, **facts)

    def _begin(self) -> None:
        self.page = Canvas(
            self.ink, height=A4_MM[1], left=_MARGIN_MM, right=A4_MM[0] - _MARGIN_MM, rtl=self.rtl
        )
        self.y = 26.0
        if self.look.practice:
            self.page.watermark(self.say("practice"), 130, slope=(0.643, 0.766))

    def row(self, cells: tuple[str, str, str], *, bold: bool = False) -> None:
        """One line of the tables: a name, a count, a value."""
        if self.y > _BOTTOM_MM:
            self._done.append(self.page.content())
            self._begin()
        self.page.text(cells[0], 0, self.y, 78, Style(10, bold))
        self.page.text(cells[1], 80, self.y, 30, Style(10, bold, "end"))
        self.page.text(cells[2], 112, self.y, 58, Style(10, bold, "end"))
        self.page.raw("0.75 G ")
        self.page.rule(0, self.y + 2, 170, thick=0.3)
        self.page.raw("0 G\n")
        self.y += _ROW_MM

    def heading(self) -> None:
        page, look = self.page, self.look
        page.text(look.programme, 0, self.y, 170, Style(20, bold=True))
        page.text(self.say("cover-title"), 0, self.y + 9, 170, Style(13))
        self.y += 20
        if look.practice:
            page.text(self.say("practice-note"), 0, self.y, 170, Style(13, bold=True))
            self.y += 9
        if look.reprint_reason is not None:
            self.y = page.paragraph(self.say("cover-reprint", reason=look.reprint_reason),
                                    0, self.y, 170, Style(13, bold=True))
            self.y = page.paragraph(self.say("cover-reprint-note"), 0, self.y, 170, Style(10)) + 4
        if look.replaces is not None:
            old = isolated(look.replaces) if self.rtl else look.replaces
            self.y = page.paragraph(self.say("cover-replaces", serial=old), 0, self.y, 170,
                                    Style(11, bold=True)) + 3
        if look.stack:
            self.y = page.paragraph(self.say("cover-stack"), 0, self.y, 170, Style(10)) + 3

    def facts(self, tally: CoverTally, sheets: int) -> None:
        look = self.look
        first, last = (isolated(s) if self.rtl else s
                       for s in (tally.first_serial, tally.last_serial))
        for name, told in (
            ("cover-batch", look.batch_label),
            ("cover-printed-by", look.printed_by),
            ("cover-printed-at", look.printed_at),
            ("cover-count", self._number(tally.vouchers)),
            ("cover-sheets", self._number(sheets)),
            ("cover-serials", self.say("cover-serials-range", first=first, last=last)),
        ):
            self.page.text(self.say(name), 0, self.y, 66, Style(10, grey=0.3))
            self.page.text(told, 68, self.y, 102, Style(10, bold=True))
            self.y += _ROW_MM
        self.y += 4

    def values(self, tally: CoverTally) -> None:
        self.row((self.say("cover-value"), self.say("cover-column-count"),
                  self.say("cover-column-value")), bold=True)
        totals: Counter[str] = Counter()
        for (category, currency), amount_minor in sorted(tally.value_minor.items()):
            totals[currency] += amount_minor
            self.row((category_word(category, self.language),
                      self._number(tally.count[category, currency]),
                      amount_figures(amount_minor, currency, self.language)))
        for currency, amount_minor in sorted(totals.items()):
            count = sum(n for (_, one), n in tally.count.items() if one == currency)
            self.row((self.say("cover-total"), self._number(count),
                      amount_figures(amount_minor, currency, self.language)), bold=True)
        self.y += 4

    def languages(self, tally: CoverTally) -> None:
        self.row((self.say("cover-languages"), "", ""), bold=True)
        for code in (code for code in LANGUAGES if code in tally.languages):
            self.row((self.say(f"language-{code}"), self._number(tally.languages[code]), ""))
        self.y += 4

    def cities(self, tally: CoverTally) -> None:
        """In the order of the pile, so that each place's sheets are found."""
        self.row((self.say("cover-cities"), "", ""), bold=True)
        for city, (first, last) in tally.city_sheets.items():
            sheets = self.say("cover-city-sheets", city=city, first=self._number(first),
                              last=self._number(last))
            worth = _sum({currency: amount_minor
                          for (at, currency), amount_minor in tally.city_value_minor.items()
                          if at == city}, self.language)
            self.row((sheets, self._number(tally.cities[city]), worth))
        self.y += 4

    def finish(self) -> list[str]:
        """Where whoever hands over and takes the pile sign; then all pages."""
        page = self.page
        page.paragraph(self.say("cover-keep"), 0, 256, 170, Style(9.5))
        for x, name in ((0.0, "cover-handed"), (88.0, "cover-taken")):
            page.rule(x, 281, 82)
            page.text(self.say(name), x, 285, 82, Style(8, grey=0.3))
        return [*self._done, page.content()]

    def _number(self, count: int) -> str:
        return digits(str(count), self.language)
