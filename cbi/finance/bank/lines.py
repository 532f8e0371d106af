"""An account's statement as any bank writes it: lines, balances, and whether they add up. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from cbi.base.errors import BadFile
from cbi.base.money import show_amount

TEXT_MAX = 500
"""Letters that are kept of a text of the bank's."""


class Booked(NamedTuple):
    """A booked line: `amount_minor` is below zero where money left the account."""

    booked_on: str
    amount_minor: int
    reference: str = ""
    payee: str = ""
    payee_number: str = ""
    purpose: str = ""


class Outgoing(NamedTuple):
    """Money that left: its fingerprint, its number in the file, and the line."""

    id: bytes
    number: int
    line: Booked

    @property
    def amount_minor(self) -> int:
        """How much left, above zero."""
        return -self.line.amount_minor


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """What a file of the bank's says of one account; balances where it names them."""

    form: str
    account: str
    currency: str
    lines: tuple[Booked, ...]
    opening_minor: int | None = None
    closing_minor: int | None = None

    @property
    def out_minor(self) -> int:
        """What left the account."""
        return sum(-one.amount_minor for one in self.lines if one.amount_minor < 0)

    @property
    def in_minor(self) -> int:
        """What came in."""
        return sum(one.amount_minor for one in self.lines if one.amount_minor > 0)


def add_up(told: AccountStatement, file: str) -> AccountStatement:
    """The statement, if its lines lead from its opening to its closing balance.

    Raises:
        BadFile: they don't, so that a line was lost or read wrongly.
    """
    if told.opening_minor is not None and told.closing_minor is not None:
        reached = told.opening_minor + told.in_minor - told.out_minor
        if reached != told.closing_minor:
            raise BadFile(
                "bank.does-not-add-up", file=file,
                reached=show_amount(reached, told.currency),
                closing=show_amount(told.closing_minor, told.currency),
            )
    return told


def outgoing(told: AccountStatement) -> list[Outgoing]:
    """What left the account, each line with a fingerprint that another file gives it too.

    Lines that are the same in every respect are told apart by how many came before them.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for number, line in enumerate(told.lines, 1):
        if line.amount_minor >= 0:
            continue
        about = (told.account, told.currency, line.booked_on, line.amount_minor, line.reference)
        seen[about] += 1
        parts = "\x1f".join(map(str, (*about, seen[about])))
        found.append(Outgoing(sha256(f"bank line\x1f{parts}".encode()).digest(), number, line))
    return found


def joined(parts: Sequence[object]) -> str:
    """Texts of the bank's as one, without what only its form puts there."""
    words = " ".join(" ".join(str(part).split()) for part in parts if part not in (None, ""))
    return words[:TEXT_MAX]
