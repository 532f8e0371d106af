"""Lists as people write them, as tables, and read without a ledger."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from cbi.enrolment.columns.contents import Fits
from cbi.enrolment.columns.mapping import Mapped, propose
from cbi.enrolment.layout.layout import find_layout
from cbi.enrolment.lists.sheets import parent_column
from cbi.enrolment.lists.taking import Taken, take
from cbi.enrolment.rows.reading import Context
from cbi.files import Row, Table
from cbi.places.reading import CityReader
from cbi.places.values import Alias, City
from tests.countries import KZ
from tests.there import there

TODAY = date(2022, 8, 20)
CITIES = [
    City("almaty", {"en": "Almaty", "ru": "Алматы", "fa": "الماتی"}),
    City(
        "astana", {"en": "Astana", "ru": "Астана"},
        aliases=(Alias("Нур-Султан", "ru", "2019-03-23", "2022-09-17"),),
    ),
]


def context(**more: Any) -> Context:
    """What rows are read against: two cities, two operators, a day in August 2022."""
    known: dict[str, Any] = {
        "cities": CityReader(CITIES), "operators": frozenset({"field1", "field2"}),
        "today": TODAY, "country": KZ,
    }
    return Context(**{**known, **more})


def table(
    *rows: list[Any], sheet: str | None = "List", merges: Iterable[Any] = (), first: int = 1,
) -> Table:
    """A table of these rows; an empty list is an empty row."""
    width = max(map(len, rows))
    numbered = [
        Row(number, (*row, *[None] * (width - len(row))))
        for number, row in enumerate(rows, first) if row
    ]
    return Table("list.xlsx", sheet, "ab" * 32, numbered, merges=tuple(merges))


def read(*tables: Table, **more: Any) -> Taken:
    """The list read, its first table the main one; nobody asks whether enrolling would refuse."""
    mapped = mapping(*tables)
    return take(mapped, context(**more), check=lambda _: None)


def mapping(*tables: Table) -> Mapped:
    """What the columns are taken for."""
    layouts = [there(find_layout(one)) for one in tables]
    parents = [replace(one, parent=parent_column(one)) for one in layouts]
    return propose(parents, Fits(KZ, CityReader(CITIES)))


def people(taken: Taken) -> list[Any]:
    """Who could be enrolled."""
    assert taken.problems == []
    return [one.person for one in taken.candidates]


def fields(*tables: Table) -> dict[str, str]:
    """What each column is taken for, by heading."""
    return {
        one.labels[index]: meaning.text for one in mapping(*tables).layouts
        for index, meaning in sorted(one.meanings.items())
    }


def problems(taken: Taken) -> list[tuple[int | None, str | None, str]]:
    """Row, column and code of every problem."""
    return [(one.row, one.column, one.code.rpartition(".")[2]) for one in taken.problems]
