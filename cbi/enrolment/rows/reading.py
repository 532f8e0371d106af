"""The cells of one person of a list, each read by its rule; what is wrong is noted at its cell.

Nothing stops at a problem: the whole row is read, so that its owner sees all that is wrong at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from cbi.base.errors import CbiError
from cbi.enrolment.layout.shapes import Draft, Told
from cbi.enrolment.values.births import DateOrder
from cbi.enrolment.values.cells import told
from cbi.files import Problem, column_letter
from cbi.places import CountryProfile
from cbi.places.reading import CityReader

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are read against: cities, operators, the day, the way columns write dates.

    `country` is the ledger's; `headings` by sheet and column; of `second_region` (ISO 3166) are
    phones that begin with a zero.
    """

    cities: CityReader
    operators: frozenset[str]
    today: date
    country: CountryProfile
    orders: Mapping[tuple[str | None, int], DateOrder] = field(default_factory=dict)
    second_region: str = "AF"
    headings: Mapping[tuple[str | None, int], str] = field(default_factory=dict)


class DraftCells:
    """What is told of one person, and the problems and notices found while it is read."""

    def __init__(self, draft: Draft, context: Context) -> None:
        self.draft, self.context = draft, context
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []

    def one(self, name: str, reader: Callable[[Told], Value]) -> Value | None:
        """The first cell told of a field, read; None if nothing is told or it is a problem."""
        found = self.draft.first(name)
        return None if found is None else self.tried(found, reader)

    def tried(self, found: Told, reader: Callable[[Told], Value]) -> Value | None:
        try:
            return reader(found)
        except CbiError as error:
            if error.code == "enrolment.number-only-fills":
                self.notices.append(Problem.of(
                    error, sheet=found.sheet, row=found.row or self.draft.row,
                    column=column_letter(found.column),
                ))
            else:
                self.wrong(error, found)
            return None

    def wrong(self, error: CbiError, found: Told | None) -> None:
        """Note a problem at its cell, or at the person's row."""
        at = found if found and found.row else None
        self.problems.append(Problem.of(
            error, sheet=at.sheet if at else self.draft.sheet,
            row=at.row if at else self.draft.row, column=column_letter(at.column) if at else None,
        ))

    def text(self, name: str) -> str:
        return "; ".join(
            text for one in self.draft.all(name)
            if (text := self.tried(one, lambda one: told(one.cell)))
        )
