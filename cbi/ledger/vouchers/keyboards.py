"""A code typed while the keyboard was set to another language, read as it was meant.

A scanner presses keys; the layout of the machine makes characters of them: under the Kazakh one
`K5XX` arrives as `ЛғЧЧ`. `data/wedge-layouts.tsv` says what each layout makes of each letter of a
code; turning it round gives a reading for each layout, and the check character throws out nearly
all but one. What a browser does about it reads the same file.

The rule: spaces go; then, for a layout, each character is what its table says (in either case;
plain digits are digits, as a number pad sends them), and only what the table lacks may be a dash or
a mark of direction and go too. Of a longer text (an address with the code at its end) the last 16
count. A reading that finds no voucher is a guess, even where the answer is `mistyped`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from cbi.base.data import data_folder
from cbi.ledger.vouchers.codes import (
    ALPHABET,
    LENGTH,
    SEPARATORS,
    Mistyped,
    is_plain,
    read_code,
)

TABLE = "wedge-layouts.tsv"
ADDRESS_FROM = 25
"""Letters; a text as long as this is an address, or nothing of ours."""
TEXT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class CodeReading:
    """A code that a text may stand for.

    `keyboards` are the languages whose layouts make this text of it; none if it stands as typed.
    `sure` is false where the text looks like a code with a slip in it rather than like another
    keyboard's: then only a voucher that is there makes this reading the right one.
    """

    code: str = field(repr=False)
    keyboards: tuple[str, ...] = ()
    sure: bool = True


class KeyboardLayout(NamedTuple):
    """A layout turned round: the language it is for, and the code's letter for each character."""

    language: str
    letters: dict[str, str]


@cache
def layouts() -> tuple[KeyboardLayout, ...]:
    """Every layout of the table, in its order."""
    found: dict[str, KeyboardLayout] = {}
    lines = (data_folder() / TABLE).read_text("utf-8").rstrip("\n").split("\n")
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    for name, language, _case, *characters in rows[1:]:
        letters = found.setdefault(name, KeyboardLayout(language, {})).letters
        for letter, character in zip(ALPHABET, characters, strict=True):
            letters.setdefault(character, letter)
    for _, letters in found.values():
        for character, letter in list(letters.items()):
            letters.setdefault(character.swapcase(), letter)
        for digit in "0123456789":
            letters.setdefault(digit, digit)
    return tuple(found.values())


def readings(text: str) -> Iterator[CodeReading]:
    """The codes that a text may stand for: itself first, then what other keyboards made of it.

    Each code comes once; the table is read only by who asks on.
    """
    known = set()
    try:
        known.add(code := read_code(text))
        yield CodeReading(code)
    except Mistyped:
        pass
    sure = not known and not is_plain(text)
    for code, keyboards in _undone("".join(text[:TEXT_MAX].split())).items():
        if code not in known:
            yield CodeReading(code, tuple(keyboards), sure)


def _undone(text: str) -> dict[str, dict[str, None]]:
    """The codes whose check agrees, each with the languages of the layouts that give it."""
    found: dict[str, dict[str, None]] = {}
    for layout in layouts():
        kept = [one for one in text if one in layout.letters or one not in SEPARATORS]
        if len(kept) >= ADDRESS_FROM:
            kept = kept[-LENGTH:]
        try:
            code = read_code("".join(layout.letters[one] for one in kept))
        except (KeyError, Mistyped):
            continue
        found.setdefault(code, {})[layout.language] = None
    return found
