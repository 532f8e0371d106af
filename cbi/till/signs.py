"""What an answer comes to at a glance: its colour, its sign, and its word in the catalogue."""

from typing import NamedTuple

from cbi.ledger.vouchers.answers import Answer


class Sign(NamedTuple):
    """Seen from an arm's length; `word` stands in the catalogue's `till`."""

    colour: str
    mark: str
    word: str


GOOD = Sign("green", "✓", "sign-good")
DONE = Sign("green", "✓", "sign-done")
BEFORE = Sign("cyan", "=", "sign-before")
AGAIN = Sign("yellow", "!", "sign-again")
NO = Sign("red", "✗", "sign-no")

_AGAIN = frozenset({"mistyped", "unknown", "too-much", "wrong-category", "throttled"})


def sign_of(given: Answer, *, done: bool) -> Sign:
    """What one of the fixed answers comes to; `done` where an `ok` means that it was done."""
    if given.answer == "ok":
        return BEFORE if given.replayed else DONE if done else GOOD
    over_its_total = given.answer == "receipt-used" and given.redemption is None
    return AGAIN if given.answer in _AGAIN or over_its_total else NO
