"""The named styles of a workbook: one for each kind of cell, made on first use.

An amount is shown whole unless the workbook holds a fraction of its currency. That is known when
the last row is written, so the number format of amounts is settled at the end.
"""

from typing import TYPE_CHECKING, Any

from cbi.base.money import EXPONENTS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import NamedStyle

WORDS = frozenset({
    "text", "wrapped", "heading", "title", "note", "column-heading", "number-heading", "verdict",
    "verdict-heading",
})
"""Kinds of cell that hold words."""

_FONTS: dict[str, dict[str, Any]] = {
    "title": {"b": True, "sz": 14},
    "note": {"sz": 10, "color": "FF595959"},
    "heading": {"b": True},
    "column-heading": {"b": True},
    "number-heading": {"b": True},
    "verdict-heading": {"b": True},
    "count": {"family": 0}, "number": {"family": 0}, "share": {"family": 0, "charset": 0},
}
"""Kinds of figure that stand beside each other have fonts that differ in what nobody sees:
LibreOffice drops a figure's indent where only its number format differs from the cell before it,
and an amount then touches the date behind it."""

_FORMATS = {
    "text": "@", "wrapped": "@", "verdict": "@", "share": "0.00%", "count": "#,##0",
    "number": "#,##0.000;-#,##0.000;0",
    "date": r"yyyy\-mm\-dd", "moment": r"yyyy\-mm\-dd\ hh:mm:ss",
}

_INDENTS = {"number-heading": 1, "verdict-heading": 3, "verdict": 3}
"""Words that stand right of figures keep clear of them."""


class Styles:
    """The styles of one workbook; `fractions` names the currencies with minor units seen."""

    def __init__(self, book: "Workbook") -> None:
        self.fractions: set[str] = set()
        self._book = book
        self._made: set[str] = set()
        self._amounts: dict[str, str] = {}

    def name(self, kind: str, currency: str = "", *, strong: bool = False) -> str:
        """The name of the style of a kind of cell; `strong` is for totals."""
        parts = [kind.replace("-", " ")]
        if kind == "amount":
            parts.append(currency)
        if strong:
            parts.append("total")
        name = " ".join(parts).strip()
        if name not in self._made:
            self._made.add(name)
            self._book.add_named_style(self._style(name, kind, currency, strong=strong))
        return name

    def settle(self) -> None:
        """Give amounts the format that fits all of them: whole, or with their currency's digits."""
        formats = self._book._number_formats  # the one list that every style refers to
        for currency, unsettled in self._amounts.items():
            digits = EXPONENTS.get(currency, 2) if currency in self.fractions else 0
            formats[formats.index(unsettled)] = f"#,##0.{'0' * digits}" if digits else "#,##0"

    def _style(self, name: str, kind: str, currency: str, *, strong: bool) -> "NamedStyle":
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

        font = {"name": "Calibri", "family": 2, "sz": 11, "b": strong, **_FONTS.get(kind, {})}
        style = NamedStyle(name, font=Font(**font), number_format=self._format(kind, currency))
        if kind in ("column-heading", "number-heading", "verdict-heading"):
            side = {"number-heading": "right", "verdict-heading": "left"}.get(kind)
            style.alignment = Alignment(
                horizontal=side, vertical="center", wrap_text=True, indent=_INDENTS.get(kind, 0))
            style.fill = PatternFill("solid", fgColor="FFDDE5EC")
            style.border = Border(bottom=Side("thin", color="FF7F8C96"))
        elif kind == "wrapped":
            style.alignment = Alignment(vertical="top", wrap_text=True)
        elif kind in ("date", "moment"):
            style.alignment = Alignment(horizontal="left", vertical="top")
        elif kind == "text":
            style.alignment = Alignment(vertical="top")
        elif kind == "verdict":
            style.alignment = Alignment(horizontal="left", vertical="top", indent=_INDENTS[kind])
        elif kind in ("amount", "count", "share", "number"):
            style.alignment = Alignment(horizontal="right", vertical="top", indent=1)
        return style

    def _format(self, kind: str, currency: str) -> str:
        if kind == "amount":
            # The currency's name in quotation marks keeps each currency's entry a line of its own.
            return self._amounts.setdefault(currency, f'#,##0" {currency} unsettled"')
        return _FORMATS.get(kind, "General")
