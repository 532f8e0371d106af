"""What became of every row of a list: told when it is taken in, kept by number and code alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.lists.taking import Taken


class Fate(NamedTuple):
    """One row of a list, or a person of it: `enrolled`, `known`, `repeated`, gone `back`, `passed`
    over or `refused`; `source` names the person, `reason` is the code of a message."""

    sheet: str
    row: int
    fate: str
    source: str = ""
    reason: str = ""


def fates_of(
    taken: Taken, layouts: Sequence[Layout], known: Mapping[str, str]
) -> tuple[Fate, ...]:
    """Every row of the list with what becomes of it, in the order of its sheets."""
    found = [*_read(taken, known), *_back(taken, layouts), *_passed(taken, layouts)]
    order = {layout.table.sheet or "": place for place, layout in enumerate(layouts)}
    return tuple(sorted(found, key=lambda one: (order.get(one.sheet, 0), one.row)))


def _read(taken: Taken, known: Mapping[str, str]) -> Iterator[Fate]:
    for one in taken.candidates:
        fate = "known" if one.source in known else "enrolled"
        if one.repeats_row is not None:
            fate = "repeated"
        yield Fate(one.sheet or "", one.row, fate, one.source)


def _back(taken: Taken, layouts: Sequence[Layout]) -> Iterator[Fate]:
    for unit, problems in taken.rejected:
        for place, row in unit.rows:
            sheet = layouts[place].table.sheet or ""
            own = [one for one in problems if (one.sheet or "", one.row) == (sheet, row.number)]
            reason = (own or problems)[0].code
            yield Fate(sheet, row.number, "back", "", reason)


def _passed(taken: Taken, layouts: Sequence[Layout]) -> Iterator[Fate]:
    for layout in layouts:
        for skipped in layout.skipped:
            yield Fate(
                layout.table.sheet or "", skipped.row, "passed", "",
                f"enrolment.skipped-{skipped.why}",
            )
    for unit in taken.refused:
        for place, row in unit.rows:
            yield Fate(layouts[place].table.sheet or "", row.number, "refused", "",
                       "enrolment.skipped-refused")
