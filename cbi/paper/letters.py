"""Letters and acts as PDF: A4 upright, blocks down the page, headings again on every page."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from cbi.messages import RIGHT_TO_LEFT, text
from cbi.messages.figures import date_words, digits, plain_figures
from cbi.paper.assemble import PdfDocument, write
from cbi.paper.blocks import FactLines, Letter, LetterTable, Signatures, TableColumn, Words
from cbi.paper.canvas import Align, Canvas, Style
from cbi.paper.formats import A4_MM
from cbi.paper.ink import Ink

_MARGIN_MM = 18.0
_TOP_MM, _BOTTOM_MM = 22.0, 277.0
_ROW_MM = 5.6
_LABEL_MM = 56.0
_SIGNED_MM = 46.0
_STYLES = {
    "title": Style(15, bold=True), "page": Style(15, bold=True),
    "heading": Style(11, bold=True), "plain": Style(10),
    "small": Style(7.5, grey=0.35),
}
_BEFORE = {"title": 0.0, "page": 0.0, "heading": 5.0, "plain": 1.0, "small": 0.6}
_AFTER = {"title": 4.0, "page": 4.0, "heading": 1.0, "plain": 1.0, "small": 0.0}
_NUMBERS = ("amount", "count")


def draw_letter(out: BinaryIO, letter: Letter, *, created: datetime) -> int:
    """Draw a letter; returns its pages. The same arguments give the same bytes."""
    ink = Ink()
    document = PdfDocument(ink, letter.title, letter.language, A4_MM)
    drawing = _Drawing(ink, letter)
    for block in letter.blocks:
        match block:
            case Words():
                drawing.words(block)
            case FactLines():
                drawing.facts(block)
            case LetterTable():
                drawing.table(block)
            case Signatures():
                drawing.signatures(block)
    pages = drawing.finish()
    for page in pages:
        document.add(page)
    write(document, out, created=created)
    return len(pages)


class _Drawing:
    """Pages in the making: a canvas and how far down it is filled."""

    def __init__(self, ink: Ink, letter: Letter) -> None:
        self.ink, self.letter, self.language = ink, letter, letter.language
        self.fractions = letter.has_fractions
        self._pages: list[Canvas] = []
        self._begin()

    def _begin(self) -> None:
        self.page = Canvas(
            self.ink, height=A4_MM[1], left=_MARGIN_MM, right=A4_MM[0] - _MARGIN_MM,
            rtl=self.language in RIGHT_TO_LEFT,
        )
        self._pages.append(self.page)
        self.y = _TOP_MM
        if self.letter.practice:
            said = text("voucher.practice", self.language)
            self.page.watermark(said, 130, slope=(0.643, 0.766))

    def _needs(self, height: float) -> bool:
        """Go on to a new page if this one has no such height left."""
        if self.y + height <= _BOTTOM_MM:
            return False
        self._begin()
        return True

    def words(self, block: Words) -> None:
        """A paragraph, a line of it at a time, so that a long one goes on overleaf."""
        style = _STYLES[block.kind]
        if block.kind == "page" and self.y > _TOP_MM:
            self._begin()
        self.y += _BEFORE[block.kind]
        self._needs(12 if block.kind in ("title", "page", "heading") else 4 * block.keep)
        self.y = self.page.paragraph(block.text, 0, self.y, self.page.width, style)
        self.y += _AFTER[block.kind]

    def facts(self, block: FactLines) -> None:
        """Labels in grey at the side, what they say in black."""
        for label, told in block.lines:
            self._needs(_ROW_MM)
            if label:
                self.page.text(label, 0, self.y, _LABEL_MM - 2, Style(9.5, grey=0.35))
            width = self.page.width - _LABEL_MM
            bottom = self.page.paragraph(told, _LABEL_MM, self.y, width, Style(10, own=True))
            self.y = max(self.y + _ROW_MM, bottom + 1)

    def table(self, block: LetterTable) -> None:
        """Headings, rows with their folded words beneath them, and sums."""
        upper = [(place, one) for place, one in enumerate(block.columns) if one.kind != "folded"]
        folded = [place for place, one in enumerate(block.columns) if one.kind == "folded"]
        self._needs(26)
        self._headings([one for _, one in upper])
        sums_from = len(block.rows) - block.strong
        for number, row in enumerate(block.rows):
            beneath = [str(row[place]) for place in folded if row[place]]
            if self._needs(_ROW_MM + 4.2 * sum(1 + len(one) // 105 for one in beneath)):
                self._headings([one for _, one in upper])
            self._row([(one, row[place]) for place, one in upper], strong=number >= sums_from)
            for one in beneath:
                self.y = self.page.paragraph(
                    one, 3, self.y - 0.6, self.page.width - 3, Style(8.5, grey=0.25)) + 0.9
            self.page.raw("0.75 G ")
            self.page.rule(0, self.y - 3.6, self.page.width, thick=0.3)
            self.page.raw("0 G\n")
            self.y += 0.6
        self.y += 2

    def _headings(self, columns: Sequence[TableColumn]) -> None:
        x, top = 0.0, self.y
        for one, width in zip(columns, self._widths(columns), strict=True):
            style = Style(8, bold=True, align=_align(one))
            bottom = self.page.paragraph(
                one.heading, x + 0.7, top, width - 1.4, style, until=top + 4)
            self.y, x = max(self.y, bottom - 2.4), x + width
        self.page.rule(0, self.y, self.page.width, thick=0.7)
        self.y += 4.4

    def _row(self, cells: Sequence[tuple[TableColumn, object]], *, strong: bool) -> None:
        x, top = 0.0, self.y
        widths = self._widths([one for one, _ in cells])
        for (one, value), width in zip(cells, widths, strict=True):
            style = Style(9, bold=strong, align=_align(one), own=True)
            shown = self._shown(one, value)
            if one.kind == "text":
                bottom = self.page.paragraph(shown, x + 0.7, top, width - 1.4, style)
                self.y = max(self.y, bottom - 4.2)
            else:
                self.page.text(shown, x + 0.7, top, width - 1.4, style)
            x += width
        self.y += _ROW_MM - 0.6

    def _shown(self, column: TableColumn, value: object) -> str:
        if value is None or value == "":
            return ""
        if column.kind in _NUMBERS and isinstance(value, int):
            return plain_figures(
                value, self.letter.currency, self.language, scaled=column.kind == "amount",
                fractions=self.fractions,
            )
        if column.kind == "date":
            return date_words(str(value), self.language)
        return str(value)

    def _widths(self, columns: Sequence[TableColumn]) -> list[float]:
        whole = sum(one.share for one in columns)
        return [self.page.width * one.share / whole for one in columns]

    def signatures(self, block: Signatures) -> None:
        """Lines to sign on, side by side and never apart."""
        self._needs(_SIGNED_MM)
        width = self.page.width / len(block.sides)
        top = self.y + 6
        for number, (name, lines) in enumerate(block.sides):
            x, y = number * width, top
            y = self.page.paragraph(name, x, y, width - 8, Style(10, bold=True), until=top + 9) + 9
            for line in lines:
                self.page.rule(x, y - 4, width - 8, thick=0.4)
                self.page.text(line, x, y, width - 8, Style(8, grey=0.35))
                y += 11
            self.y = max(self.y, y)

    def finish(self) -> list[str]:
        """The pages' content, each with its number at its foot."""
        for number, page in enumerate(self._pages, 1):
            shown = text(
                "voucher.list-page", self.language, page=digits(str(number), self.language),
                pages=digits(str(len(self._pages)), self.language))
            page.text(self.letter.title, 0, 287, page.width - 42, Style(8, grey=0.35))
            page.text(shown, page.width - 40, 287, 40, Style(8, align="end", grey=0.35))
        return [page.content() for page in self._pages]


def _align(column: TableColumn) -> Align:
    return "end" if column.kind in _NUMBERS else "start"
