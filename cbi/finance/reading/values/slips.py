"""What a mistyped code may have been: one slip or one swap away, and a code again. Pure.

The check character tells every single wrong character and every swap, so of the codes one slip away
few are codes at all; which of them was ever issued, the keyed hash tells.
"""

from collections.abc import Iterator

from cbi.ledger.vouchers.codes import ALPHABET, LENGTH, Mistyped, read_code


def corrected(text: str) -> Iterator[str]:
    """The codes that a mistyped text may stand for: a character wrong, missing or too many, or two
    neighbours swapped."""
    letters = "".join(letter for letter in text.rpartition("#")[2] if letter.isalnum())
    if len(letters) == LENGTH:
        yield from _codes(
            f"{letters[:place]}{letter}{letters[place + 1:]}"
            for place in range(LENGTH) for letter in ALPHABET
        )
        yield from _codes(
            letters[:one] + letters[other] + letters[one + 1 : other] + letters[one]
            + letters[other + 1 :]
            for one in range(LENGTH) for other in range(one + 1, LENGTH)
        )
    elif len(letters) == LENGTH - 1:
        yield from _codes(
            f"{letters[:place]}{letter}{letters[place:]}"
            for place in range(LENGTH) for letter in ALPHABET
        )
    elif len(letters) == LENGTH + 1:
        yield from _codes(
            letters[:place] + letters[place + 1 :] for place in range(LENGTH + 1)
        )


def _codes(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        try:
            yield read_code(text)
        except Mistyped:
            continue


def serials_near(serial: str) -> Iterator[str]:
    """The serials that differ in one figure of their number, or have two neighbours swapped."""
    head, dash, number = serial.rpartition("-")
    for place, figure in enumerate(number):
        for other in "0123456789":
            if other != figure:
                yield f"{head}{dash}{number[:place]}{other}{number[place + 1:]}"
    for place in range(len(number) - 1):
        one, other = number[place], number[place + 1]
        if one != other:
            yield f"{head}{dash}{number[:place]}{other}{one}{number[place + 2:]}"
