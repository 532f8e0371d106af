"""Charts of a workbook: drawn from columns of sheets written before them, in fixed colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

COLOURS = ("12806A", "7CCDB6", "C3CBD3", "E0A13A", "7D8794", "2B6CB0")
"""By series, in order; those beyond begin anew."""


@dataclass(frozen=True, slots=True)
class SheetChart:
    """A chart of one sheet's columns, named by their headings: `names` along its axis, a series
    for each of `values`.

    `kind` is `bar` (lying), `column`, `stacked` (lying) or `line`; `at` the cell of its upper left
    corner; width and height in centimetres.
    """

    title: str
    sheet: str
    names: str
    values: Sequence[str]
    kind: str = "column"
    at: str = "A3"
    width: float = 15.5
    height: float = 8.5


@dataclass(frozen=True, slots=True)
class Written:
    """Where a sheet's rows stand once it is written."""

    made: "WriteOnlyWorksheet"
    headings: Sequence[str]
    heading_row: int
    last_row: int


def drawn(chart: SheetChart, sheets: Mapping[str, Written]) -> Any:
    """The chart as openpyxl has it; None where its sheet has no rows."""
    from openpyxl.chart import BarChart, LineChart, Reference

    place = sheets[chart.sheet]
    if place.last_row <= place.heading_row:
        return None
    made = LineChart() if chart.kind == "line" else BarChart()
    if chart.kind != "line":
        made.type = "col" if chart.kind == "column" else "bar"
        made.gapWidth = 60
        if chart.kind == "stacked":
            made.grouping, made.overlap = "stacked", 100
        if made.type == "bar":
            made.x_axis.scaling.orientation = "maxMin"
    made.title, made.width, made.height = chart.title, chart.width, chart.height
    made.x_axis.delete = made.y_axis.delete = False
    made.y_axis.number_format = "#,##0"
    made.legend.position = "b"
    if len(chart.values) == 1:
        made.legend = None
    for number, heading in enumerate(chart.values):
        column = list(place.headings).index(heading) + 1
        made.add_data(Reference(
            place.made, min_col=column, min_row=place.heading_row, max_row=place.last_row,
        ), titles_from_data=True)
        shape = made.series[number].graphicalProperties
        colour = COLOURS[number % len(COLOURS)]
        shape.line.solidFill = colour
        if chart.kind != "line":
            shape.solidFill = colour
    names = list(place.headings).index(chart.names) + 1
    made.set_categories(Reference(
        place.made, min_col=names, min_row=place.heading_row + 1, max_row=place.last_row,
    ))
    return made
