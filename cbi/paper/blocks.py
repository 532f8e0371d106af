"""What a letter or an act is made of, whichever file it becomes: lines, facts, tables, signatures.

A block knows its words and figures and nothing of a page or a sheet: `letters` draws it as a PDF,
and whoever writes a workbook puts the same into cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cbi.base.money import EXPONENTS


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `kind` is `title`, `page` (a title that begins a page), `heading`, `plain` or
    `small`. It stays on one page with so many lines (`keep`) in all.
    """

    text: str
    kind: str = "plain"
    keep: int = 1


@dataclass(frozen=True, slots=True)
class FactLines:
    """Labels, each with what stands beside it; no label goes on with the one above."""

    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its heading, its share of the width, and what is in it: `text`, `amount` (whole
    minor units), `count`, `date` (ISO text), or `folded`, long words that stand beneath the row on
    paper.
    """

    heading: str
    share: float
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class LetterTable:
    """Rows under headings; the last `strong` of them are sums."""

    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[object]]
    strong: int = 0


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, side by side: each a name above lines to fill in."""

    sides: Sequence[tuple[str, Sequence[str]]]


Block = Words | FactLines | LetterTable | Signatures


@dataclass(frozen=True, slots=True)
class Letter:
    """Blocks one under the other; amounts, where there are any, in `currency`, words in `language`.
    `short` names its sheet in a workbook.
    """

    title: str
    short: str
    blocks: Sequence[Block]
    language: str
    currency: str = ""
    practice: bool = False

    @property
    def has_fractions(self) -> bool:
        """Whether any amount has a part smaller than one; then all are shown with it."""
        whole = 10 ** EXPONENTS.get(self.currency, 2)
        return any(
            isinstance(value, int) and value % whole
            for block in self.blocks if isinstance(block, LetterTable)
            for row in block.rows
            for column, value in zip(block.columns, row, strict=True) if column.kind == "amount"
        )
