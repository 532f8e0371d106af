"""Rows that hold no line: headings again, in another language too, the columns' numbers or letters,
a note, a title over what follows. Pure."""

import re
from collections.abc import Mapping, Sequence

from cbi.files import Cell, Row, text_of
from cbi.finance.reading.structure.contents import is_tags
from cbi.finance.reading.structure.headings import heading_words
from cbi.finance.reading.structure.totals import is_total_word
from cbi.finance.reading.values.cells import is_error, looks_like_voucher
from cbi.finance.reading.values.kinds import is_other_tender, kind_of

TITLE_WORDS, HEADINGS_LEAST, WORDS_LEAST, COUNT_FIGURES = 4, 3, 12, 5


class IdleRows:
    """Knows the rows of one sheet that say again what stands over its lines."""

    def __init__(
        self, above: Sequence[Row], texts: Mapping[int, str], money: frozenset[str]
    ) -> None:
        """`above` are the rows over the headings, `texts` the headings' words by column."""
        self._texts, self._money = texts, money
        self._heads: set[tuple[Cell, ...]] = set()
        self._above = {_but_figures(row) for row in above} - {""}

    def is_idle(self, row: Row, *, begins: bool) -> bool:
        """Whether a row holds no line; `begins` where none came before it."""
        if is_tags(row) or is_heading(row, self._texts, self._money):
            return True
        if begins and is_words_alone(row):
            self._heads.add(row.cells)
        return row.cells in self._heads or _but_figures(row) in self._above


def _but_figures(row: Row) -> str:
    """What a row says on every page, whatever its number; nothing of one that is hardly words."""
    told = re.sub(r"[\d\W]+", " ", " ".join(map(text_of, row.cells))).strip()
    return told if len(told) >= WORDS_LEAST else ""


def is_note(row: Row, named: Cell) -> bool:
    """Whether a row holds nothing but words that happen to stand in the voucher's column."""
    told = [cell for cell in row.cells if text_of(cell)]
    return len(told) == 1 and len(text_of(named).split()) > 2 and not looks_like_voucher(named)


def is_heading(row: Row, texts: Mapping[int, str], money: frozenset[str]) -> bool:
    """The headings again, or the columns' numbers or letters under them; `texts` are the words of
    the headings by column."""
    told = [text_of(cell) for cell in row.cells if text_of(cell)]
    if len(told) >= HEADINGS_LEAST and (
        told == [str(one + 1) for one in range(len(told))]
        or all(len(one) == 1 and one.isalpha() for one in told)
    ):
        return True
    same = sum(
        isinstance(cell, str) and bool(texts.get(index))
        and (heading_words(cell, money) or "-") in texts[index]
        for index, cell in enumerate(row.cells)
    )
    return same > 1


def is_counted(row: Row, named: Cell) -> bool:
    """Whether a row calls itself a sum, and says how many lines in the vouchers' column."""
    return text_of(named).isdecimal() and len(text_of(named)) <= COUNT_FIGURES \
        and is_total_word(label_of(row))


def is_words_alone(row: Row) -> bool:
    """Whether a row of several texts holds no figure: under headings those in another language,
    units, what to write where; among lines one that says nothing of what it bills."""
    told = [cell for cell in row.cells if text_of(cell)]
    return len(told) >= HEADINGS_LEAST and all(
        isinstance(cell, str) and not is_error(cell) and not any(map(str.isdigit, cell))
        for cell in told
    )


def is_paid_otherwise(row: Row) -> bool:
    """Whether a row, which names no voucher, says that it was paid in cash or by card."""
    return any(isinstance(cell, str) and is_other_tender(cell) for cell in row.cells)


def label_of(row: Row) -> str:
    """The words of a row."""
    return " ".join(
        text_of(cell) for cell in row.cells if isinstance(cell, str) and not is_error(cell)
        and (any(map(str.isalpha, cell)) or is_total_word(cell))
    )


def title_kind(row: Row) -> str | None:
    """`sale` or `return`, where a row is a title of a word or two that says so of what follows."""
    told = [text_of(cell) for cell in row.cells if text_of(cell)]
    if len(told) != 1 or len(told[0].split()) > TITLE_WORDS or any(map(str.isdigit, told[0])):
        return None
    return kind_of(told[0])
