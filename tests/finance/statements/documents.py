"""A shop's file while it is made: sheets of rows, the mistake in each row, how it is saved."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cbi.finance.intake.previewing import HowToRead

Grid = list[list[object]]
NBSP = "\u00a0"


@dataclass
class Page:
    """A sheet of a file, and the mistakes in its rows (counted from 1)."""

    name: str = "1"
    rows: Grid = field(default_factory=list)
    mistakes: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)

    def add(self, *cells: object, error: str = "", cure: str | None = None) -> int:
        """One more row; its number."""
        self.rows.append(list(cells))
        if error:
            self.mistakes[len(self.rows)] = (error, cure)
        return len(self.rows)


@dataclass
class Document:
    """A whole file: its pages, its encoding where it is separated text, what a person must say."""

    pages: list[Page]
    encoding: str = ""
    separator: str = ";"
    how: HowToRead | None = None
    stated_minor: int | None = None
    claimed_minor: int = 0
    left_minor: int = 0

    @property
    def ending(self) -> str:
        """The ending of the file's name."""
        return "csv" if self.encoding else "xlsx"

    def save(self, path: Path) -> None:
        """Write it as a shop's program would."""
        if self.encoding:
            path.write_bytes(self.as_text().encode(self.encoding))
        else:
            self._save_workbook(path)

    def as_text(self) -> str:
        """The first page as separated text."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.separator, lineterminator="\r\n")
        for row in self.pages[0].rows:
            writer.writerow(["" if cell is None else cell for cell in row])
        return out.getvalue()

    def _save_workbook(self, path: Path) -> None:
        from openpyxl import Workbook

        book = Workbook()
        book.remove(book.worksheets[0])
        for page in self.pages:
            sheet = book.create_sheet(page.name)
            for row in page.rows:
                sheet.append(row)
            for number in page.hidden:
                sheet.row_dimensions[number].hidden = True
        book.properties.created = book.properties.modified = datetime(2022, 9, 1)  # noqa: DTZ001
        book.save(path)


def grouped(amount_minor: int, group: str, mark: str) -> str:
    """An amount with its thousands apart and two decimals."""
    whole, fraction = divmod(abs(amount_minor), 100)
    return f"{whole:,}".replace(",", group) + f"{mark}{fraction:02d}"


def number(amount_minor: int) -> float | int:
    """An amount as a spreadsheet's number."""
    whole, fraction = divmod(amount_minor, 100)
    return amount_minor / 100 if fraction else whole


