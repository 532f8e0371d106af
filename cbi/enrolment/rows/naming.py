"""Names as people write them: one or two in a cell, whole or in parts, each in its script. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from cbi.base.errors import UsageError
from cbi.enrolment.layout.shapes import Told
from cbi.enrolment.values.cells import text_of, told
from cbi.enrolment.values.vocabulary import folded, plain_digits, squashed, words
from cbi.files import Cell
from cbi.people.names.scripts import script_of
from cbi.people.records.record import WrittenName

NAME_LENGTH_MAX = 120
_CHILD_OF = re.compile(r"\b(?:[sdwc]|wd|h|m|f)/o\b", re.IGNORECASE)
_TWO_NAMES = re.compile(r"\s*[/|\n]+\s*|\s+(?:&|and|и)\s+")
NUMBERED_NAME = re.compile(r"\A\d{1,4}\s*[.)]\s*(?=[^\W\d])")
"""The number of a list that stands in the name's own cell: `1. Omid Popal`."""
_YEAR_IN = re.compile(r"\d{4}")
_BIRTH_AFTER = re.compile(
    r"(?P<name>\D*[^\W\d_])[\s,;(]+(?P<birth>(?:\d{1,2}[./-]){0,2}\d{4})[\s),]*(?P<mark>[^\d()]*)\)?"
)
_REMARK_AFTER = re.compile(r"(?P<name>[^()]*[^\W\d_])\s*\((?P<remark>[^()\d]+)\)\s*")
_AGE_AFTER = re.compile(r"(?P<name>[^\W\d][^()\d]*)\s*\((?P<age>\d{1,3})\)\s*")
_TWO_SCRIPTS = re.compile(r"\s*[/|()\[\]\n]+\s*")


def pieces_of(one: Told) -> tuple[str, ...]:
    """A name's cell: one name, or two in different scripts beside each other.

    Raises:
        UsageError: it holds digits, several names, or too much.
    """
    raw = one.cell if isinstance(one.cell, str) else text_of(one.cell)
    if raw[:1].isdecimal() or raw[-1:] == "*":
        raw = NUMBERED_NAME.sub("", raw.strip()).rstrip("* ")
    raw = _without_courtesy(raw)
    text = told(raw)
    if not text:
        return ()
    if any(map(str.isdigit, text)):
        raise UsageError("enrolment.name-has-digits", text=text)
    if "«" in text or "»" in text:
        raise UsageError("enrolment.name-quoted", text=text)  # `ТОО «Ромашка»`
    if len(text) > 2 * NAME_LENGTH_MAX:
        raise UsageError("enrolment.name-too-long", most=NAME_LENGTH_MAX)
    if _TWO_SCRIPTS.search(raw):
        pieces = tuple(clean for piece in _TWO_SCRIPTS.split(raw) if (clean := text_of(piece)))
        if len(pieces) > 1 and len({script_of(piece) for piece in pieces}) == len(pieces):
            return pieces
    if _TWO_NAMES.search(raw) and _names_two(raw):
        raise UsageError("enrolment.name-of-two", text=text)
    return (text,)


def _without_courtesy(raw: str) -> str:
    """A name without `Mr` or `г-жа` before it, which is how a clerk speaks of whoever bears it."""
    first, _, rest = raw.strip().partition(" ")
    return rest if rest and squashed(first) in words("courtesy") else raw


def _names_two(raw: str) -> bool:
    """Whether strokes or lines part a cell into names of several people; `s/o` parts nothing."""
    bare = _CHILD_OF.sub(" ", raw)
    named = [piece for piece in _TWO_NAMES.split(bare) if any(map(str.isalpha, piece))]
    return len(named) > 1 and ("/" in bare or all(len(piece.split()) > 1 for piece in named))


def birth_beside(cell: Cell, *, asked: bool) -> tuple[Cell, str]:
    """A name's cell parted into the name and the birth that stands after it (`…, 1988 г.р.`), a
    bare year only where the heading asks for it. The cell as it is and nothing for any other."""
    if not isinstance(cell, str) or not _YEAR_IN.search(cell):
        return cell, ""
    found = _BIRTH_AFTER.fullmatch(plain_digits(cell).strip())
    if found is None:
        return cell, ""
    mark = squashed(found["mark"]) if found["mark"] else ""
    if mark and mark not in words("birth-mark"):
        return cell, ""
    sure = bool(mark) or asked or not found["birth"].isdecimal()
    return (found["name"].strip(), found["birth"]) if sure else (cell, "")


def age_beside(cell: Cell) -> tuple[Cell, str]:
    """A name's cell parted into the name and the age in brackets after it: `Rabia (5)`. The cell as
    it is and nothing for any other."""
    found = _AGE_AFTER.fullmatch(plain_digits(cell).strip()) if isinstance(cell, str) else None
    return (found["name"].strip(), found["age"]) if found else (cell, "")


def remark_beside(cell: Cell) -> tuple[Cell, str]:
    """A name's cell parted into the name and what somebody noted after it: `Lina Saberi (widow)`.

    A note is all small letters beside a name with capitals; another name or a father's has some.
    """
    if not isinstance(cell, str) or "(" not in cell:
        return cell, ""
    found = _REMARK_AFTER.fullmatch(cell.strip())
    if found is None or not found["remark"].islower() or not found["name"][:1].isupper():
        return cell, ""
    return found["name"], found["remark"].strip()


@lru_cache(maxsize=256)
def asks_birth(heading: str) -> bool:
    """Whether a heading asks for the birth too: `ФИО, год рождения`."""
    return not words("birth").isdisjoint(folded(heading).split())


def script_written(text: str) -> str:
    """The script, the common case first."""
    return "Latn" if text.isascii() and text[0].isalpha() else script_of(text)


def _whole(known: Mapping[str, str]) -> str:
    """The whole name of one script, from the parts a list has."""
    name, given, surname = (known.get(part, "") for part in ("name", "given", "surname"))
    if not name:
        return " ".join(part for part in (given, surname) if part)
    words = set(name.casefold().split())
    if given and not words >= set(given.casefold().split()):
        name = f"{given} {name}"  # beside a given name, `name` is the other one
    return f"{name} {surname}" if surname and surname not in name else name


def names_made(parts: Mapping[str, Mapping[str, str]]) -> tuple[list[WrittenName], list[str]]:
    """The names of each script, and fathers' names that no name of their script goes with."""
    made, fathers = [], []
    for script, known in parts.items():
        text, father = _whole(known), known.get("father", "")
        if text:
            made.append(WrittenName(text, father, script))
        elif father:
            fathers.append(father)
    return made, fathers


def is_test(name: str) -> bool:
    """Whether a name is nobody's, but what is typed into a form to try it: `TEST test`."""
    tokens = [one for one in folded(name).split() if not one.isdecimal()]
    return any(one in words("test-name") for one in tokens) and all(
        one in words("test-name") or one in words("test-name-filler") for one in tokens
    )
