"""The styles of a workbook: few, made on first use, written when all is known.

An amount is shown whole unless the workbook holds a fraction of its currency; that is known at the
end, and the styles are the last part written.
"""

from cbi.base.money import EXPONENTS

_FONTS = (
    '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font>',
    '<font><b/><sz val="14"/><name val="Calibri"/><family val="2"/></font>',
    '<font><sz val="10"/><color rgb="FF595959"/><name val="Calibri"/><family val="2"/></font>',
)
_PLAIN, _BOLD, _LARGE, _GREY = range(4)
_NO_LINE = "<left/><right/><top/>"
_WRAP = '<alignment vertical="center" wrapText="1"/>'
_TOP = '<alignment vertical="top"/>'

_BUILT_IN = {"text": 49, "share": 10}
_OWN_FIRST = 164
_OWN = ("#,##0", "#,##0.00", "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss", "#,##0.000")
_WHOLE, _HUNDREDTHS, _DATE, _MOMENT, _THOUSANDTHS = range(_OWN_FIRST, _OWN_FIRST + 5)
_FORMAT_BY_DIGITS = {0: _WHOLE, 2: _HUNDREDTHS, 3: _THOUSANDTHS}


class Styles:
    """Which cell style has which number; `fractions` names currencies with minor units seen."""

    def __init__(self) -> None:
        self.fractions: set[str] = set()
        self._made: dict[tuple[str, str, bool], int] = {("general", "", False): 0}

    def index(self, kind: str, currency: str = "", *, strong: bool = False) -> int:
        """The number of the style of a kind of cell; `strong` is for totals."""
        key = (kind, currency if kind == "amount" else "", strong)
        return self._made.setdefault(key, len(self._made))

    def xml(self) -> str:
        """The part `styles.xml`."""
        own = "".join(
            f'<numFmt numFmtId="{number}" formatCode="{code}"/>'
            for number, code in enumerate(_OWN, _OWN_FIRST)
        )
        cells = "".join(self._cell(*key) for key in self._made)
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<numFmts count="{len(_OWN)}">{own}</numFmts>'
            f'<fonts count="{len(_FONTS)}">{"".join(_FONTS)}</fonts>'
            '<fills count="3"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill>'
            '<fill><patternFill patternType="solid"><fgColor rgb="FFDDE5EC"/>'
            '<bgColor indexed="64"/></patternFill></fill></fills>'
            '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
            f'<border>{_NO_LINE}<bottom style="thin"><color rgb="FF7F8C96"/></bottom><diagonal/>'
            '</border></borders><cellStyleXfs count="1">'
            '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self._made)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )

    def _cell(self, kind: str, currency: str, strong: bool) -> str:
        head = kind == "column-heading"
        font = {"title": _LARGE, "note": _GREY, "heading": _BOLD, "column-heading": _BOLD}.get(
            kind, _BOLD if strong else _PLAIN
        )
        align = _WRAP if head else _TOP if kind == "text" else ""
        attributes = (
            f'numFmtId="{self._format(kind, currency)}" fontId="{font}" fillId="{2 * head}" '
            f'borderId="{int(head)}" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" '
            'applyBorder="1"'
        )
        if align:
            return f'<xf {attributes} applyAlignment="1">{align}</xf>'
        return f"<xf {attributes}/>"

    def _format(self, kind: str, currency: str) -> int:
        if kind == "amount":
            digits = EXPONENTS.get(currency, 2) if currency in self.fractions else 0
            return _FORMAT_BY_DIGITS.get(digits, _HUNDREDTHS)
        own = {"count": _WHOLE, "date": _DATE, "moment": _MOMENT}
        return own.get(kind) or _BUILT_IN.get(kind, 0)
