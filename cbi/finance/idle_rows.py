"""Rows that hold no line: headings again, in another language too, the columns' numbers or letters,
a note, a title over what follows. Pure."""

from collections.abc import Callable, Mapping

from cbi.files import Cell, Row, text_of
from cbi.finance.cells import is_error, looks_like_voucher
from cbi.finance.headings import heading_of, heading_words
from cbi.finance.kinds import is_other_tender, kind_of
from cbi.finance.totals import is_total_word

TITLE_WORDS, HEADINGS_LEAST, STORE_CELLS = 4, 3, 2


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


def is_words_alone(row: Row) -> bool:
    """Whether a row of several texts holds no figure: under headings those in another language,
    units, what to write where; among lines one that says nothing of what it bills."""
    told = [cell for cell in row.cells if text_of(cell)]
    return len(told) >= HEADINGS_LEAST and all(
        isinstance(cell, str) and not is_error(cell) and not any(map(str.isdigit, cell))
        for cell in told
    )


def store_over(row: Row, is_store: Callable[[str], bool]) -> str | None:
    """The store that a row names over the lines of it: alone, or behind a word for it."""
    told = [text_of(cell) for cell in row.cells if isinstance(cell, str) and text_of(cell)]
    if len(told) > STORE_CELLS:
        return None
    names = [one if is_store(one) else one.partition(":")[2].strip() for one in told]
    known = next((name for name in names if name and is_store(name)), None)
    return known or (store_labelled(told[0]) if len(told) == 1 else None)


def store_labelled(text: str) -> str | None:
    """What stands behind a word for a store and a colon, though no store is known by it."""
    label, _, name = text.partition(":")
    is_label = len(label.split()) < HEADINGS_LEAST and heading_of(label).points.get("store")
    return name.strip() or None if is_label else None


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
