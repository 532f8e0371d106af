"""Which settlements a transfer paid, and why: from its reference, its words, or whom it went to.

Only one answer is an answer: what could be two things waits for a person. Pure.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.finance.bank.lines import Outgoing
from cbi.places.reading import fold

NOBODY = "nobody"
"""Why a line waits that went to no retailer with something open: it may be somebody's wage."""


class OpenSettlement(NamedTuple):
    """A settlement that is not wholly paid, with its retailer as the bank may name it."""

    number: str
    retailer: str
    name: str
    tax_number: str
    left_minor: int
    may_pay: bool


class OpenTransfer(NamedTuple):
    """A transfer that was recorded and that no line of the bank's shows yet."""

    reference: str
    payments: tuple[bytes, ...]
    amount_minor: int
    fee_minor: int


class Meant(NamedTuple):
    """What a line is taken for: `why` is a key of words; nothing is paid where both are empty."""

    why: str
    payments: tuple[bytes, ...] = ()
    settlements: tuple[str, ...] = ()
    fee_minor: int = 0

    @property
    def waits(self) -> bool:
        """Whether a person has to say what it is."""
        return not self.payments and not self.settlements


@dataclass(slots=True)
class OpenBooks:
    """What is open, and what lines before have already used of it."""

    settlements: Sequence[OpenSettlement]
    transfers: Sequence[OpenTransfer]
    references: frozenset[str] = frozenset()
    """References of every payment that was recorded."""
    left: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.left = {one.number: one.left_minor for one in self.settlements}


def meant(lines: Sequence[Outgoing], books: OpenBooks) -> list[Meant]:
    """What every line is taken for, in their order; nothing open is used twice."""
    alike = Counter((fold(one.line.payee), one.line.payee_number, one.amount_minor)
                    for one in lines)
    found = []
    for one in lines:
        twin = alike[fold(one.line.payee), one.line.payee_number, one.amount_minor] > 1
        said = _recorded(one, books) or _named(one, books) or _to_whom(one, books, twin)
        said = _allowed(said, one, books)
        _use(said, one, books)
        found.append(said)
    return found


def _recorded(one: Outgoing, books: OpenBooks) -> Meant | None:
    """A transfer that somebody recorded, by its reference and its amount."""
    words = _words(one)
    for transfer in books.transfers:
        if transfer.reference in books.used or transfer.reference.casefold() not in words:
            continue
        whole = transfer.amount_minor
        if one.amount_minor in (whole, whole + transfer.fee_minor):
            fee = one.amount_minor - whole
            return Meant("recorded", transfer.payments, (), fee)
        if transfer.reference == one.line.reference:
            return Meant("recorded-otherwise")
    return None


def _named(one: Outgoing, books: OpenBooks) -> Meant | None:
    """Settlements that its words name, paid whole, the last perhaps in part."""
    words = _words(one)
    named = [of for of in books.settlements
             if of.number.casefold() in words and books.left[of.number] > 0]
    named.sort(key=lambda of: words.index(of.number.casefold()))
    if not named:
        return None
    if len({of.retailer for of in named}) > 1:
        return Meant("several-retailers")
    if one.line.payee_number and named[0].tax_number not in ("", one.line.payee_number):
        return Meant("another-payee")
    left = sum(books.left[of.number] for of in named)
    if one.amount_minor > left:
        return Meant("too-much")
    if one.amount_minor <= left - books.left[named[-1].number]:
        return Meant("too-little")
    return Meant("named", (), tuple(of.number for of in named))


def _to_whom(one: Outgoing, books: OpenBooks, twin: bool) -> Meant:
    """The one settlement, or all together, of the retailer that the money went to."""
    theirs = [of for of in books.settlements if books.left[of.number] > 0 and _is_payee(one, of)]
    if not theirs:
        return Meant(NOBODY)
    if len({of.retailer for of in theirs}) > 1:
        return Meant("several-retailers")
    same = [of for of in theirs if books.left[of.number] == one.amount_minor]
    if len(same) == 1 and not twin:
        return Meant("payee-and-amount", (), (same[0].number,))
    if not same and len(theirs) > 1 and not twin and one.amount_minor == sum(
        books.left[of.number] for of in theirs
    ):
        return Meant("payee-and-sum", (), tuple(of.number for of in theirs))
    return Meant("several" if same else "amount-of-none")


def _is_payee(one: Outgoing, of: OpenSettlement) -> bool:
    """By the number in the register of taxpayers where both have one, else by the whole name."""
    if one.line.payee_number and of.tax_number:
        return one.line.payee_number == of.tax_number
    name, payee = _tokens(of.name), _tokens(one.line.payee)
    return bool(name) and any(
        payee[start : start + len(name)] == name for start in range(len(payee))
    )


def _allowed(said: Meant, one: Outgoing, books: OpenBooks) -> Meant:
    """Settlements that whoever takes the file in may not pay wait for somebody else."""
    if said.settlements:
        may = {of.number: of.may_pay for of in books.settlements}
        if not all(may[number] for number in said.settlements):
            return Meant("another-hand")
        if one.line.reference and one.line.reference in books.references | books.used:
            return Meant("reference-used")
    return said


def _use(said: Meant, one: Outgoing, books: OpenBooks) -> None:
    for transfer in books.transfers:
        if said.payments and transfer.payments == said.payments:
            books.used.add(transfer.reference)
    left = one.amount_minor
    for number in said.settlements:
        part = min(left, books.left[number])
        books.left[number] -= part
        left -= part
    if said.settlements and one.line.reference:
        books.used.add(one.line.reference)


def _words(one: Outgoing) -> list[str]:
    """The words of a line that may name a reference or a settlement."""
    text = f"{one.line.reference} {one.line.purpose}".casefold()
    return [one.line.reference.casefold(), *re.findall(r"[^\s,;:()\"«»]+", text)]


def _tokens(text: str) -> list[str]:
    return [fold(word) for word in re.findall(r"\w+", text)]
