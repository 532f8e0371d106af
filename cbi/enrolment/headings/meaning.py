"""What a column can hold: a field, of whom, in which script, and how sure we are. Pure."""

import re
from dataclasses import dataclass
from functools import cache

from cbi.base.errors import UsageError
from cbi.enrolment.values.vocabulary import headings

SCRIPT_NAMES = {"latin": "Latn", "cyrillic": "Cyrl", "arabic": "Arab"}
NAME_FIELDS = frozenset({"name", "given", "surname", "father"})
REPEATABLE = frozenset({
    "phone", "phone-owner", "document", "document-kind", "notes", "fact", "size-part", "male",
    "female",
})
EXTRA_FIELDS = (
    "beneficiary", "submission", "submission-number", "submission-root", "submitted", "verdict",
    "parent", "fact", "size-part", "size-others", "birth-day", "birth-month", "birth-year",
)
"""Fields that no list's heading names: our own number, known by its cells, a survey tool's own,
what is kept as it was told, and how many a household is besides the row's own person."""

EXACT, DRESSED, FUZZY, CONTAINED = 100, 95, 80, 65
NUMBERED = re.compile(r"([^\W\d_]+)(\d{1,2})\Z")
_UNTOLD = re.compile(r"Column [A-Z]{1,3}\Z")
_MEANING = re.compile(
    r"(?:(?P<member>[a-z]+-\d{0,2})\.)?(?P<field>[a-z]+(?:-[a-z]+)*?)"
    r"(?:-(?P<script>latin|cyrillic|arabic))?(?:-(?P<place>\d{1,2}))?\Z"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: a field, of which member of the household (`member-2`; empty: of the
    row's own person), in which script; `place` counts columns of one field from 1.
    """

    field: str
    script: str = ""
    member: str = ""
    place: int = 1
    score: int = EXACT

    @property
    def text(self) -> str:
        """As it is typed and remembered: `name-latin`, `phone-2`, `member-3.sex`."""
        script = {code: name for name, code in SCRIPT_NAMES.items()}.get(self.script, "")
        parts = [self.field, script, str(self.place) if self.place > 1 else ""]
        name = "-".join(part for part in parts if part)
        return f"{self.member}.{name}" if self.member else name


def untold_heading(letter: str) -> str:
    """What stands for the heading of a column in a list without any: it says nothing."""
    return f"Column {letter}"


def is_untold(heading: str) -> bool:
    """Whether a heading only stands for one that a list does not have."""
    return bool(_UNTOLD.match(heading))


@cache
def field_names() -> tuple[str, ...]:
    """All fields there are."""
    return (*dict.fromkeys([*headings().values(), *EXTRA_FIELDS]),)


def meaning_of(text: str) -> Meaning:
    """The meaning that its text tells.

    Raises:
        UsageError: there is no such field.
    """
    found = _MEANING.match(text.strip().casefold())
    if found is None or found["field"] not in field_names():
        raise UsageError(
            "enrolment.field-unknown", field=text, fields=", ".join(sorted(field_names()))
        )
    return Meaning(
        found["field"], SCRIPT_NAMES.get(found["script"] or "", ""), found["member"] or "",
        int(found["place"] or 1),
    )
