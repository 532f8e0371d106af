"""Codes that people read as words: a category, a voucher's state, an operator's roles.

A program, a pipe and an option have the code itself (`food`, `issued`, `field`); a sentence and a
screen have the word that the reader's language has for it. `cbi.messages.figures` says it.
"""

from collections.abc import Iterable


class Term(str):
    """Codes as a machine reads them, `admin, manager`; who says them to a person looks them up.

    `words` names the catalogue's entries, each of which is followed by a dash and a code:
    `voucher.category`.
    """

    words: str
    codes: tuple[str, ...]


def term(words: str, *codes: str) -> Term:
    """These codes, and where their words stand; no code is an empty cell."""
    made = Term(", ".join(codes))
    made.words, made.codes = words, tuple(code for code in codes if code)
    return made


def category_term(code: str) -> Term:
    """A category of goods."""
    return term("voucher.category", code)


def state_term(code: str) -> Term:
    """A voucher's state."""
    return term("workbook.state", code)


def batch_term(code: str) -> Term:
    """A batch's state."""
    return term("help-batch.state", code)


def role_terms(roles: Iterable[str]) -> Term:
    """An operator's roles."""
    return term("log.value", *sorted(roles))
