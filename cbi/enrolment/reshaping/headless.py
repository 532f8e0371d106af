"""A table of people without headings: its cells tell what each column is. Pure.

Read so only where one column alone is of full names and others tell the same people's sex, birth,
phone or document. A column that two fields would fit has a heading that says nothing: it is told,
or asked about, like any other that nobody understands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cbi.enrolment.columns.contents import (
    Fits,
    Look,
    are_full_names,
    are_numbers_of_documents,
    look_of,
)
from cbi.enrolment.headings.meaning import untold_heading
from cbi.enrolment.values.cells import text_of
from cbi.files import Cell, Problem, Row, Table, column_letter

_SURELY, _ROWS_MIN, _TOLD_MIN = 0.9, 2, 2
_GROWN, _AGE_MAX, _PHONE_DIGITS = 25, 110, 9
_HEADINGS = {
    "number": "No.", "name": "Name", "sex": "Sex", "birth": "Date of birth", "age": "Age",
    "phone": "Phone", "document": "Document number", "city": "City",
}
"""Fields that cells alone can tell, with a heading that says each."""


def with_headings(table: Table, fits: Fits) -> tuple[Table, Problem] | None:
    """The table under headings that its cells tell, and a notice; None where they do not name
    people and tell something more of them."""
    width = max(len(row.cells) for row in table.rows)
    columns = {
        index: look for index in range(width)
        if (look := look_of(row.cells[index] for row in table.rows if index < len(row.cells))).said
    }
    told = _told(columns, fits)
    fields = set(told.values())
    if len(table.rows) < _ROWS_MIN or "name" not in fields or len(fields) < _TOLD_MIN + 1:
        return None
    heads = Row(0, tuple(
        _HEADINGS[told[index]] if index in told
        else untold_heading(column_letter(index)) if index in columns else None
        for index in range(width)
    ))
    listed = "; ".join(
        f"{column_letter(index)} {field} ({columns[index].sample()})"
        for index, field in sorted(told.items())
    )
    return replace(table, rows=[heads, *table.rows]), Problem(
        "enrolment.headings-by-cells", table.sheet, facts={"columns": listed}
    )


def _told(columns: Mapping[int, Look], fits: Fits) -> dict[int, str]:
    """The field of each column that one field alone fits, and that field no other column."""
    told: dict[int, str] = {}
    left = dict(columns)
    for field, fit in _FITTING.items():
        found = [index for index, look in left.items() if fit(look, fits)]
        if len(found) == 1:
            told[found[0]] = field
        for index in found:
            del left[index]  # of several that fit one field, none is another
    return told


def _shared(field: str) -> Callable[[Look, Fits], bool]:
    return lambda look, fits: (fits.share(field, look) or 0) >= _SURELY


def _are_dates(look: Look, fits: Fits) -> bool:
    return look.kinds.get("date", 0) >= _SURELY * look.said


def _are_phones(look: Look, fits: Fits) -> bool:
    long = sum(_digits(cell) >= _PHONE_DIGITS for cell in look.cells)
    return long >= _SURELY * look.said and _shared("phone")(look, fits)


def _are_documents(look: Look, fits: Fits) -> bool:
    rule = fits.country.national_number.rule
    return are_numbers_of_documents(look) or all(rule.fits(text_of(one)) for one in look.cells)


def _are_ages(look: Look, fits: Fits) -> bool:
    """Whether numbers are ages and count nothing else: some are grown up, none is too old."""
    numbers = _whole_numbers(look.cells)
    counts = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    return not counts and _GROWN < max(numbers) <= _AGE_MAX and len(numbers) == look.said


def _are_counted(look: Look, fits: Fits) -> bool:
    """Whether numbers count the rows."""
    numbers = _whole_numbers(look.cells)
    return len(numbers) == look.said and numbers == list(range(1, len(numbers) + 1))


def _whole_numbers(cells: Sequence[Cell]) -> list[int]:
    return [int(text) for one in cells if (text := text_of(one).rstrip(".")).isdecimal()]


def _digits(cell: Cell) -> int:
    return sum(map(str.isdecimal, text_of(cell)))


_FITTING: Mapping[str, Callable[[Look, Fits], bool]] = {
    "number": _are_counted, "sex": _shared("sex"), "city": _shared("city"), "birth": _are_dates,
    "document": _are_documents, "phone": _are_phones, "age": _are_ages,
    "name": lambda look, fits: are_full_names(look),
}
