"""Beneficiary and household numbers: `B-482-913-705`, `H-104-226-518`.

A number is eight random digits and a check digit. Random, because a number in order would tell who
came first, how many there are, and who stands beside whom on a list. Digits alone, because it is
read over a bad telephone line in four languages, and only digits have a name in each; in threes,
because that is how people say them. The check digit is Damm's: every single wrong digit and every
swap of two neighbours is caught before somebody else's record is opened. A number is given once and
never again, not even after its person was erased.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Literal

from cbi.base.errors import UsageError
from cbi.base.ids import Entropy

Kind = Literal["B", "H"]
DIGITS = 9

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""Damm's totally anti-symmetric quasigroup of order 10 (his dissertation, Marburg 2004)."""

_KIND_READING = str.maketrans({
    **{chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)},
    "В": "B", "Н": "H", "в": "B", "н": "H",
    **dict.fromkeys("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212_.", ""),
    **dict.fromkeys("\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066", ""),
    **dict.fromkeys("\u2067\u2068\u2069\ufeff", ""),
})


def check_digit(digits: str) -> str:
    """The digit that follows these; over digits and check digit together it is `0`."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def new_numbers(kind: Kind, count: int, entropy: Entropy, taken: Collection[str]) -> list[str]:
    """That many new numbers, different from each other and from those taken."""
    made: dict[str, None] = {}
    while len(made) < count:
        noise = entropy(8 * (count - len(made)))
        for start in range(0, len(noise), 8):
            drawn = int.from_bytes(noise[start : start + 8], "big") % 10 ** (DIGITS - 1)
            number = show_number(kind, f"{drawn:08d}")
            if number not in taken:
                made[number] = None
    return list(made)


def fresh_numbers(
    kind: Kind, count: int, entropy: Entropy, taken: Callable[[Sequence[str]], Collection[str]]
) -> list[str]:
    """That many new numbers; `taken` says which of those drawn were given before.

    Another is drawn for each of these alone: beside a million people a few of a long list's always
    are, and a whole draw without any would never come.
    """
    made: list[str] = []
    while len(made) < count:
        drawn = new_numbers(kind, count - len(made), entropy, set(made))
        given = set(taken(drawn))
        made += [number for number in drawn if number not in given]
    return made


def show_number(kind: Kind, digits: str) -> str:
    """A number from its eight digits."""
    whole = digits + check_digit(digits)
    return f"{kind}-{whole[:3]}-{whole[3:6]}-{whole[6:]}"


def read_number(text: str, kind: Kind = "B") -> str:
    """The number as it is stored, from what a person typed: spaces, dashes, case, the letter left
    out, digits of any script do not matter.

    Raises:
        UsageError: it is no number of this kind, or a digit is wrong.
    """
    plain = "".join(text.split()).translate(_KIND_READING).upper().removeprefix(kind)
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdigit()):
        code = "number" if kind == "B" else "household-number"
        raise UsageError(f"people.{code}-unreadable", text=text.strip())
    if check_digit(plain) != "0":
        raise UsageError("people.number-mistyped", text=text.strip())
    return show_number(kind, plain[:-1])
