"""The table of checks on the workbook's summary: every column of every sheet, tied by a formula.

Amounts and counts are summed, and summed by row number, so that two cells that changed places show
too; days are summed; a row's words are compared with those told again at its end. Beside each
stands what the ledger gave. Whoever changes a cell turns a line red; whoever sorts, none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cbi.base.money import EXPONENTS
from cbi.files import Formula, Typed
from cbi.files.cells import DAY_SECONDS, MOMENTS_FROM
from cbi.files.workbook import WrittenSheet
from cbi.finance.workbook.sheet_parts import name_on_one, sheet_called
from cbi.finance.workbook.sheets import PREFIXES, BookWords
from cbi.finance.workbook.tying import FILLED_IN, TIE, is_tied

ALIKE = ("redeemed", "expired", "void")
"""Amounts of the journal that the register must come to."""
_EXACT_BELOW = 10**13
_DAYS_EXACT_BELOW = 10_000_000
"""A spreadsheet adds numbers of some fifteen digits: beyond these sums it is told less exactly."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what is tied, the formula over the sheet, and what the ledger gave (as a number,
    or as a formula over another sheet with its value).
    """

    sheet: str
    what: str
    found: str
    stored: int
    kind: str
    scale: int
    against: str = ""
    digits: int = 2

    @property
    def figure(self) -> int | float:
        """What the ledger gave, as a cell of its kind holds it."""
        return self.stored / self.scale if self.kind == "number" else self.stored

    @property
    def found_cell(self) -> Formula:
        """The sheet's own figure."""
        return Formula(self.found, self.figure, self.kind)

    @property
    def wanted_cell(self) -> Formula | Typed:
        """What it is held to."""
        if self.against:
            return Formula(self.against, self.figure, self.kind)
        return Typed(self.kind, self.figure)

    def difference(self, found: str, wanted: str) -> Formula:
        """What is between the two cells, as one formula: nothing where they agree."""
        return Formula(f"ROUND({found}-{wanted},{self.digits})", 0, self.kind)


def checks(words: BookWords, written: Sequence[WrittenSheet]) -> Iterator[Check]:
    """Every check of the sheets that are written."""
    scale = 10 ** EXPONENTS.get(words.scope.currency, 2)
    names = {
        sheet_called(words.say(f"sheet-{name}"), part): one
        for name, prefix in PREFIXES.items()
        for part, one in enumerate(words.parts.prefixes(prefix), 1)
    }
    for one in written:
        prefix = names.get(one.sheet.name)
        if prefix is not None:
            yield from _of_sheet(words, one, prefix, scale)
    for name in ALIKE:
        yield Check(
            words.say("sheet-journal"),
            words.say("tied-register", column=words.say(f"column-{name}")),
            words.parts.sum_where("journal", name), _total(written, f"register_{name}"), "amount",
            scale, against=words.parts.sum_where("register", name),
        )


def _of_sheet(
    words: BookWords, one: WrittenSheet, prefix: str, scale: int
) -> Iterator[Check]:
    name, columns = one.sheet.name, one.sheet.columns
    rows = f"{prefix}_row_number"
    for column, total in zip(columns, one.sums, strict=True):
        if column.total:
            of = scale if column.kind == "amount" else 1
            weight = words.weights.get(column.name, 0)
            yield Check(name, column.heading, f"SUM({column.name})", total, column.kind, of)
            yield Check(
                name, words.say("tied-by-row", column=column.heading),
                f"SUMPRODUCT({column.name}*{rows})", weight, column.kind, of,
                digits=2 if abs(weight) < _EXACT_BELOW else -2,
            )
        elif column.kind == "date":
            yield Check(name, column.heading, f"SUM({column.name})", total, "count", 1)
        elif column.kind == "moment" and name_on_one(column.name) not in FILLED_IN:
            days = round(total / DAY_SECONDS)
            told = f"SUMPRODUCT(({column.name}>0)*({column.name}-{MOMENTS_FROM}))"
            yield Check(name, column.heading, told, total, "number", DAY_SECONDS,
                        digits=3 if abs(days) < _DAYS_EXACT_BELOW else 1)
    counted = one.sums[[column.name for column in columns].index(rows)]
    yield Check(name, words.say("column-row-number"), f"SUM({rows})", counted, "count", 1)
    if not counted:
        return  # without rows there are no words to compare, only an empty one
    tied = f'&"{TIE}"&'.join(
        column.name for column in columns[:-2] if is_tied(column)
    )
    yield Check(
        name, words.say("tied-words"), f"SUMPRODUCT(({tied}<>{prefix}_row_words)*1)", 0, "count", 1
    )


def _total(written: Sequence[WrittenSheet], name: str) -> int:
    """A column's sum over all its sheets."""
    return sum(
        total for one in written
        for column, total in zip(one.sheet.columns, one.sums, strict=True)
        if name_on_one(column.name) == name
    )

