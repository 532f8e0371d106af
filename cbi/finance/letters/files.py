"""A letter or an act as a file: a PDF to print and sign, or a workbook that can be filled in."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from cbi.base.clock import at
from cbi.base.errors import UsageError
from cbi.files import Column, Sheet, Typed, atomic_file
from cbi.files.workbook import write_workbook
from cbi.paper.blocks import FactLines, Letter, LetterTable, Signatures, Words

_KINDS = {"title": "title", "heading": "heading", "plain": "text", "small": "note"}
_CELLS = {"text": "text", "folded": "wrapped", "amount": "amount", "count": "count",
          "date": "date"}
SIDE_COLUMNS = 3
"""Columns that each side's signature takes."""
_LEAST, _MOST, _FOLDED_WIDE = 12, 48, 84


def check_ending(path: Path) -> None:
    """Refuse a file whose ending says neither of the two, before anything is looked up.

    Raises:
        UsageError: the ending is neither `.pdf` nor `.xlsx`.
    """
    if path.suffix.lower() not in (".pdf", ".xlsx"):
        raise UsageError("letter.ending", file=path.name)


def write_letter(path: Path, letter: Letter, *, made_at: int, zone: str) -> None:
    """Write a letter as its file's ending says.

    Raises:
        UsageError: the ending is neither `.pdf` nor `.xlsx`.
        BadFile: it cannot be written.
    """
    check_ending(path)
    if path.suffix.lower() == ".xlsx":
        write_workbook(
            path, [_sheet(letter)], title=letter.title, language=letter.language, made_at=made_at
        )
        return
    from cbi.paper.letters import draw_letter

    with atomic_file(path) as out:
        draw_letter(out, letter, created=at(made_at, zone))


def _sheet(letter: Letter) -> Sheet:
    """All blocks on one sheet; its columns are as wide as the widest table needs."""
    tables = [one for one in letter.blocks if isinstance(one, LetterTable)]
    signed = [SIDE_COLUMNS * len(one.sides) for one in letter.blocks if isinstance(one, Signatures)]
    count = max([4, *(len(one.columns) for one in tables), *signed])
    widths = [max([_LEAST, *(_width(one, place) for one in tables)]) for place in range(count)]
    columns = [
        Column("", "wrapped" if width == _FOLDED_WIDE else "text", width=width) for width in widths
    ]
    rows = (_filled(row, count) for block in letter.blocks for row in _rows(block))
    return Sheet(
        letter.short, columns, rows, headed=False, currency=letter.currency,
        upright=_FOLDED_WIDE not in widths,
    )


def _width(table: LetterTable, place: int) -> int:
    """How wide a table needs one of its columns, in letters."""
    if place >= len(table.columns):
        return 0
    column = table.columns[place]
    if column.kind == "folded":
        return _FOLDED_WIDE
    grouped = 4 if column.kind == "amount" else 0
    longest = max([len(column.heading), *(len(str(row[place])) + grouped for row in table.rows)])
    return min(longest + 3, _MOST)


def _filled(row: Sequence[object], count: int) -> tuple[object, ...]:
    return (*row, *(None for _ in range(count - len(row))))


def _rows(block: object) -> Iterator[Sequence[object]]:
    match block:
        case Words():
            if block.kind == "heading":
                yield ()
            yield (Typed(_KINDS[block.kind], block.text),)
            if block.kind == "title":
                yield ()
        case FactLines():
            for label, told in block.lines:
                yield Typed("note", label), None, told
            yield ()
        case LetterTable():
            yield from _table(block)
            yield ()
        case Signatures():
            yield ()
            yield from _signed(block)


def _table(block: LetterTable) -> Iterator[Sequence[object]]:
    yield [
        Typed("number-heading" if one.kind in ("amount", "count") else "column-heading",
              one.heading or " ")
        for one in block.columns
    ]
    sums_from = len(block.rows) - block.strong
    for number, row in enumerate(block.rows):
        cells: list[object] = []
        for column, value in zip(block.columns, row, strict=True):
            kind = "heading" if number >= sums_from and column.kind == "text" \
                else _CELLS[column.kind]
            cells.append(None if value in (None, "") else Typed(kind, value))
        yield cells


def _signed(block: Signatures) -> Iterator[Sequence[object]]:
    """Each side in two columns; lines to write on are drawn with underscores."""
    names: list[object] = []
    for name, _ in block.sides:
        names += [Typed("heading", name), None, None]
    yield names
    for lines in zip(*(lines for _, lines in block.sides), strict=True):
        yield ()
        yield [cell for _ in lines for cell in ("_" * 28, None, None)]
        yield [cell for line in lines for cell in (Typed("note", line), None, None)]
