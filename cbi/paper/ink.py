"""Text on paper in every script: which font, which order, which glyphs, and how wide.

fpdf2 holds the fonts, makes their subsets and works out directions (the Unicode bidirectional
algorithm); HarfBuzz shapes. What comes out is a piece of PDF content for a font size, kept by
text, so that a word that stands on ten thousand vouchers is shaped once. All strings must be
shaped before the fonts are written out: a subset holds the glyphs it was asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from unicodedata import bidirectional

if TYPE_CHECKING:
    from fpdf.fonts import TTFFont

from cbi.base.words import visible

DRIFT_MAX: Final = 2
"""Thousandths of an em that a glyph may stand off before its place is corrected."""

REPLACEMENT: Final = "\ufffd"
"""Stands where no font has the letter, so that nobody takes a shortened name for the whole."""

POINT_PER_MM: Final = 72 / 25.4
_FILES: Final = {
    "latin": "NotoSans-Regular", "latinB": "NotoSans-Bold",
    "arabic": "Vazirmatn-Regular", "arabicB": "Vazirmatn-Bold",
}
_RIGHT: Final = frozenset({"R", "AL", "NSM", "WS", "BN"})
_LEFT: Final = frozenset({
    "L", "EN", "ES", "ET", "CS", "NSM", "WS", "ON", "BN", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI",
})
"""Kinds of letters (UAX 9) among which nothing turns round, where reading starts on their side."""
_INVISIBLE: Final = dict.fromkeys(
    [*range(0x2066, 0x206A), *range(0x202A, 0x202F), 0x200E, 0x200F, 0x061C]
)


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one font: pieces of (rise in thousandths of an em, TJ array)."""

    font: int
    pieces: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """A shaped line, in the order it is drawn; `width` is in points for a size of 1 point."""

    runs: tuple[Run, ...]
    width: float

    def content(self, x: float, y: float, size: float) -> str:
        """PDF text operators that draw the line from (x, y), all in points."""
        parts = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        font = 0
        for run in self.runs:
            if run.font != font:
                parts.append(f"/F{run.font} {size:.4g} Tf")
                font = run.font
            for rise, array in run.pieces:
                parts.append(
                    f"{rise * size / 1000:.2f} Ts {array} TJ 0 Ts" if rise else f"{array} TJ"
                )
        parts.append("ET\n")
        return " ".join(parts)


class Ink:
    """The four fonts of one PDF file, and lines of text shaped in them."""

    def __init__(self) -> None:
        from fpdf import FPDF

        self.pdf = FPDF(unit="pt")
        self.pdf.set_auto_page_break(False)
        folder = files("cbi.paper") / "fonts"
        self._fonts: dict[str, TTFFont] = {}
        for key, name in _FILES.items():
            family, style = key.removesuffix("B"), "B" if key.endswith("B") else ""
            self.pdf.add_font(family, style, str(folder / f"{name}.ttf"))
            self._fonts[key] = self.pdf.fonts[key]  # type: ignore[assignment]
            _hold(self._fonts[key])
        self._numbers: dict[str, dict[tuple[int, str], tuple[int, int] | None]] = {
            key: {} for key in _FILES
        }
        self.missing: set[str] = set()
        self.line = lru_cache(maxsize=50_000)(self._line)

    def _line(self, text: str, *, bold: bool = False, rtl: bool = False) -> ShapedLine:
        """A text shaped as one line, in a left-to-right or right-to-left setting."""
        runs, width = [], 0.0
        for part, backwards in _in_visual_order(visible(text), rtl):
            pieces = self._by_font(part, bold=bold, rtl=rtl)
            for key, piece in reversed(pieces) if backwards else pieces:
                run, advance = self._shape(key, piece, backwards=backwards)
                runs.append(run)
                width += advance
        return ShapedLine(tuple(runs), width)

    def fitted(
        self, text: str, size: float, width: float, *, bold: bool = False, rtl: bool = False
    ) -> tuple[ShapedLine, float]:
        """The line, and the size (points, at most `size`) at which it fits into `width` points."""
        line = self.line(text, bold=bold, rtl=rtl)
        if line.width * size > width:
            size = width / line.width
        return line, size

    def wrapped(
        self, text: str, size: float, width: float, *, bold: bool = False, rtl: bool = False
    ) -> list[str]:
        """The text broken between words into lines that fit `width` points at this size."""
        if self.line(text, bold=bold, rtl=rtl).width * size <= width:
            return [text]  # most are short: no part of them is shaped for itself
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.line(longer, bold=bold, rtl=rtl).width * size <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def glyphs(self, text: str, *, bold: bool = False) -> dict[str, tuple[str, float]]:
        """Hexadecimal glyph and width by character, for Latin text written without shaping."""
        font = self._fonts["latinB" if bold else "latin"]
        table = {}
        for character in text:
            glyph = font.subset.pick(ord(character))
            table[character] = (f"{glyph or 0:04X}", font.cw[ord(character)] / 1000)
        return table

    def font_number(self, *, bold: bool = False) -> int:
        """The number under which the Latin font stands in the page's resources."""
        return self._fonts["latinB" if bold else "latin"].i

    def tell_ligatures_backwards(self) -> None:
        """Once all is shaped: what a ligature of a right-to-left script stands for is told in the
        order in which it is drawn, as every other glyph is. Readers turn a line around letter by
        letter when it is copied or searched; told the other way, each lam-alef comes out swapped.
        """
        for font in self._fonts.values():
            for glyph, _ in font.subset.items():
                letters = glyph.unicode if glyph else ()
                if glyph and isinstance(letters, tuple) and len(letters) > 1 and all(
                    bidirectional(chr(letter)) in ("R", "AL", "NSM") for letter in letters
                ):
                    glyph.unicode = letters[::-1]

    def unknown(self, text: str) -> str:
        """The characters of a text that no font has, each once."""
        return "".join(dict.fromkeys(
            character for character in text.translate(_INVISIBLE)
            if character not in "\u200c\u200d"
            and not any(ord(character) in font.cmap for font in self._fonts.values())
        ))

    def _by_font(self, text: str, *, bold: bool, rtl: bool) -> list[tuple[str, str]]:
        """The text cut where the font changes; a character goes to the first font that has it.

        Signs stay with what stands before them; Latin looks the same on every page.
        """
        weight = "B" if bold else ""
        latin_first = [f"latin{weight}", f"arabic{weight}"]
        if not rtl and self._fonts[latin_first[0]].cmap.keys() >= set(map(ord, text)):
            return [(latin_first[0], text)] if text else []
        cut: list[tuple[str, str]] = []
        for character in text:
            of_page = rtl and not (character.isascii() and character.isalnum())
            keys = latin_first[::-1] if of_page else latin_first
            having = [key for key in keys if ord(character) in self._fonts[key].cmap]
            joiner = character in "\u200c\u200d" and cut
            if not having and not joiner:
                self.missing.add(character)
                character, having = REPLACEMENT, keys[:1]  # noqa: PLW2901 - shown, not dropped
            key = cut[-1][0] if joiner else (having or keys)[0]
            stays = not character.isalnum() and cut and cut[-1][0] in having
            if cut and (cut[-1][0] == key or stays):
                cut[-1] = (cut[-1][0], cut[-1][1] + character)
            else:
                cut.append((key, character))
        return cut

    def _shape(self, key: str, text: str, *, backwards: bool) -> tuple[Run, float]:
        font = self._fonts[key]
        pieces: list[tuple[int, list[str]]] = []
        drift, total = 0.0, 0.0
        for number, width, place in self._shaped(key, text, backwards=backwards):
            advance, shift = place.x_advance * font.scale, place.x_offset * font.scale
            rise = round(place.y_offset * font.scale)
            if not pieces or pieces[-1][0] != rise:
                pieces.append((rise, []))
            if abs(drift + shift) >= DRIFT_MAX:
                pieces[-1][1].append(f">{-(drift + shift):.0f}<")
                drift = -shift
            pieces[-1][1].append(f"{number:04X}")
            # What the reader moves is the font's own width; the shaper may want another.
            drift += advance - width
            total += advance
        if abs(drift) >= DRIFT_MAX and pieces:
            pieces[-1][1].append(f">{-drift:.0f}<")
        arrays = tuple((rise, f"[<{''.join(parts)}>]") for rise, parts in pieces)
        return Run(font.i, arrays), total / 1000

    def _shaped(
        self, key: str, text: str, *, backwards: bool
    ) -> Iterator[tuple[int, int, Any]]:
        """Each glyph's number in the file, its width in the font, and where the shaper puts it.

        fpdf2's `shape_text` looks every glyph up in the font's tables anew; here each is looked up
        once, with the letters that it stands for.
        """
        from fpdf.enums import TextDirection

        if not text:
            return
        direction = TextDirection.RTL if backwards else TextDirection.LTR
        infos, places = self._fonts[key].perform_harfbuzz_shaping(
            text, 10, {"features": {}, "fragment_direction": direction}
        )
        starts = sorted({info.cluster for info in infos})
        letters = {
            start: text[start:end] for start, end in pairwise([*starts, len(text)])
        }
        known = self._numbers[key]
        for info, place in zip(infos, places, strict=True):
            which = info.codepoint, letters.pop(info.cluster, "")
            if which not in known:
                known[which] = self._numbered(key, *which)
            found = known[which]
            if found is not None:
                yield *found, place

    def _numbered(self, key: str, glyph: int, letters: str) -> tuple[int, int] | None:
        """A glyph's number in the file and its width; none for what the font does not draw."""
        font = self._fonts[key]
        name = font.ttfont.getGlyphName(glyph)
        width = round(font.scale * font.ttfont["hmtx"].metrics[name][0])
        made = font.subset.get_glyph(
            glyph=glyph, unicode=tuple(map(ord, letters)), glyph_name=name, glyph_width=width
        )
        number = None if made is None else font.subset.pick_glyph(made)
        return None if number is None else (number, width)


def _hold(font: "TTFFont") -> None:
    """Keep the font's bytes instead of its open file, which nobody would close."""
    reader: Any = font.ttfont.reader
    opened = reader.file
    opened.seek(0)
    reader.file = BytesIO(opened.read())
    opened.close()


def _in_visual_order(text: str, rtl: bool) -> list[tuple[str, bool]]:
    """Parts of one direction as they stand from left to right, each in its logical order.

    Rule L2 of the Unicode bidirectional algorithm, applied to runs of equal level.
    """
    if set(map(bidirectional, text)) <= (_RIGHT if rtl else _LEFT):
        return [(shown, rtl)] if (shown := text.translate(_INVISIBLE)) else []
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    base = TextDirection.RTL if rtl else TextDirection.LTR
    paragraph = BidiParagraph(text, base_direction=base, preserve_bn_chars=True)
    runs: list[tuple[str, int]] = []
    for character in paragraph.get_characters_with_embedding_level():
        shown = character.character.translate(_INVISIBLE)
        # A joiner stays with what it joins; fpdf2 gives it the paragraph's own level.
        joins = shown in ("\u200c", "\u200d") and runs
        level = runs[-1][1] if joins else character.embedding_level
        if runs and runs[-1][1] == level:
            runs[-1] = (runs[-1][0] + shown, level)
        else:
            runs.append((shown, level))
    for level in range(max((run[1] for run in runs), default=0), 0, -1):
        start = 0
        while start < len(runs):
            end = start
            while end < len(runs) and runs[end][1] >= level:
                end += 1
            runs[start:end] = reversed(runs[start:end])
            start = max(end, start + 1)
    return [(part, level % 2 == 1) for part, level in runs if part]
