"""Layouts that are no table made one, before a list is understood: each says so, or leaves it be.

People in columns, cards of labels and values, codes with a sheet of their words, lines of a chat,
and tables without headings become rows under headings; what comes after knows one layout alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cbi.enrolment.columns.contents import Fits
from cbi.enrolment.reshaping.beside import of_neighbours
from cbi.enrolment.reshaping.choices import without_codes
from cbi.enrolment.reshaping.halves import of_halves
from cbi.enrolment.reshaping.headless import with_headings
from cbi.enrolment.reshaping.labelled import of_labels
from cbi.enrolment.reshaping.lines import of_lines
from cbi.files import Problem, Table

__all__ = ["Reshaped", "reshaped", "under_headings"]


@dataclass(slots=True)
class Reshaped:
    """Tables with rows under headings, and a notice of each that was none."""

    tables: list[Table]
    notices: list[Problem] = field(default_factory=list)


def reshaped(tables: Sequence[Table]) -> Reshaped:
    """Cards, people in columns and lists beside themselves as rows below one another, codes as
    their words; all other tables as they are."""
    made = Reshaped([])
    for table in tables:
        read = of_halves(table) or of_labels(table) or of_neighbours(table)
        made.tables.append(read[0] if read else table)
        made.notices += [read[1]] if read else []
    decoded, notices = without_codes(made.tables)
    return Reshaped(decoded, made.notices + notices)


def under_headings(table: Table, fits: Fits) -> tuple[Table, Problem] | None:
    """A table of people that has no headings, with headings that its cells tell, and a notice; None
    where they do not tell them."""
    return with_headings(table, fits) or of_lines(table, fits)
