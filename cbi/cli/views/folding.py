"""Lines that fit: folded between words, without parting a command or losing a direction.

A command that a text tells its reader to type stays in one piece, longer than the screen if need
be: the terminal itself wraps it then, and it can be copied. So does a name that is isolated for its
direction, if it fits a line at all; where it does not, each of its lines is isolated anew.
"""

import re
import unicodedata

from rich.cells import cell_len, chop_cells

from cbi.cli.commands import COMMANDS

RIGHT_TO_LEFT, POP = "\u2067", "\u2069"
_OPENERS = "\u2066\u2067\u2068"
_WORDS = re.compile(
    f"\\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d(?![^ ])|(?:[{_OPENERS}][^{POP}]*{POP}|[^ ])+")
_HEAD = re.compile(r" {0,8}(?:[✓✗·+–-] )?")
"""What a paragraph begins with that its other lines leave free: an indent, a mark."""
_ENDS = re.compile(r"[.,;:)»”’،؛。]+[\u2069]*\Z")
_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200c]"
_RUN = re.compile(f"[{_OPENERS}][^{POP}]*{POP}|{_LETTER}+(?:[ ,،/]+{_LETTER}+)*")
"""What is isolated already, or words of Arabic or Hebrew letters beside each other."""
_STRONG = frozenset({"L", "R", "AL"})
UNIT_MAX = 28
"""Wider than this, even what is isolated is parted at its spaces."""


def fold(words: str, wide: int, *, chop: bool = False) -> list[str]:
    """The lines of one paragraph, each at most this wide; all stand where the first begins.

    A word or command wider than that stays whole on a line of its own, unless it is to be chopped,
    as in a table's cell.
    """
    if cell_len(words) <= wide:
        return [words]
    begun = _HEAD.match(words)
    head = begun[0] if begun else ""
    room = wide - len(head)
    bare = words[len(head):]
    lines = _isolated_anew(_filled(_fitting(bare, room) if chop else units(bare), room))
    return [(head if place == 0 else " " * len(head)) + line for place, line in enumerate(lines)]


def folded(words: str, wide: int) -> str:
    """All paragraphs of a text, folded."""
    return "\n".join(line for one in words.split("\n") for line in fold(one, wide))


def units(words: str) -> list[str]:
    """What is not parted: a word, a run of another direction, a command with all its options.

    A complaint that begins with a command's name speaks of it; it tells nobody to type it.
    """
    found: list[str] = []
    inside = quoted = False
    plain: list[str] = _WORDS.findall(words)
    for place, word in enumerate(plain):
        if inside:
            found[-1] += f" {word}"
        else:
            found.append(word)
            following = plain[place + 1] if place + 1 < len(plain) else ""
            begins = word.lstrip("(“«\"'`" + _OPENERS) == "cbi" and _begins(following)
            inside = begins and plain[place - 1:place] != ["cbi:"]
        if inside:
            quoted ^= word.count('"') % 2 == 1
            inside = quoted or not _ENDS.search(word)
    return found


def widest_unit(words: str) -> int:
    """The widest piece that folding does not part."""
    return max(map(cell_len, _fitting(words, UNIT_MAX, chop=False)), default=0)


def apart(words: str) -> str:
    """Words of which what runs from right to left is isolated from all beside it on a line."""
    strong = [kind for kind in map(unicodedata.bidirectional, words) if kind in _STRONG]
    mostly = strong.count("L") < len(strong) / 2 and strong[0] != "L"
    if mostly and words[0] not in _OPENERS:
        return f"{RIGHT_TO_LEFT}{words}{POP}"
    return _RUN.sub(
        lambda run: run[0] if run[0][0] in _OPENERS else f"{RIGHT_TO_LEFT}{run[0]}{POP}", words)


def _begins(word: str) -> bool:
    return _ENDS.sub("", word) in COMMANDS or word.startswith("--")


def _fitting(words: str, wide: int, *, chop: bool = True) -> list[str]:
    """Units, those too wide parted at their spaces and then wherever the line ends."""
    return [
        piece for unit in units(words)
        for word in ([unit] if cell_len(unit) <= wide else unit.split(" "))
        for piece in (chop_cells(word, wide) if chop and cell_len(word) > wide else [word])
    ]


def _filled(pieces: list[str], wide: int) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        if lines and cell_len(longer := f"{lines[-1]} {piece}") <= wide:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines or [""]


def _isolated_anew(lines: list[str]) -> list[str]:
    """Isolates that run over a line's end closed there and opened again on the next."""
    found, running = [], ""
    for line in lines:
        before = running
        for letter in line:
            if letter in _OPENERS:
                running += letter
            elif letter == POP:
                running = running[:-1]
        found.append(before + line + POP * len(running))
    return found
