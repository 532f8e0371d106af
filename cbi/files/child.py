"""Parses a workbook in a process of its own: what it does wrong dies with it.

Run as a script by `cbi.files.sandbox`, never imported; for a workbook it needs nothing of ours, so
it starts fast. Arguments: the limits on memory (bytes), time (seconds), cells and columns; what the
file is (`workbook`, or `markup` between tags); which sheets (`first` visible one that holds
anything, `all` of those, or `named`); the name. On standard input the file's bytes, on standard
output MessagePack answers: the list of sheets, then each chosen sheet's name, start, merged cells
and hidden rows, columns of cells in blocks, and None; at the end None again. MessagePack holds
plain values alone: whatever a file makes of this process, the parent reads no code from it.
"""

import datetime
import gc
import io
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

from msgspec import msgpack

BLOCK_ROWS = 2_000
MERGES_MAX = 20_000
FEW = 4
"""A column of which the different texts are fewer than one in so many tells each once."""
PLAIN = {str, float, int, bool}
_ENCODER = msgpack.Encoder()


def main() -> None:
    """Answer one request."""
    gc.disable()  # nothing here refers to itself, and the process ends soon
    source, out = sys.stdin.buffer, sys.stdout.buffer
    memory_bytes, seconds, cells_max, columns_max = map(int, sys.argv[1:5])
    _limit(memory_bytes, seconds)
    kind, which, wanted = sys.argv[5], sys.argv[6], "".join(sys.argv[7:8])
    content = source.read()
    import python_calamine as calamine

    try:
        sheets, sheet_of = _marked_up(content) if kind == "markup" else _opened(content)
        _tell(sheets, out)
        for sheet in _chosen(sheets, sheet_of, which, wanted):
            start, end = sheet.start or (0, 0), sheet.end or (0, 0)
            width = end[1] + 1
            if (end[0] + 1) * width > max(cells_max, 26 * (end[0] + 1)) or width > columns_max:
                _tell({"refused": "xlsx-far-cell", "cell": end}, out)
                return
            _send(sheet, start, out)
    except calamine.PasswordError:
        _tell({"refused": "password"}, out)
    except calamine.CalamineError:
        _tell({"refused": "xlsx-unreadable"}, out)
    except _NotReadableError as error:
        _tell({"refused": str(error)}, out)
    _tell(None, out)
    out.flush()


class _NotReadableError(Exception):
    """Text between tags that holds no table, is damaged or cut off, as its text says."""


Opened = tuple[list[tuple[str, bool]], Callable[[str], Any]]
"""The sheets with whether each is visible, and what gives a sheet by its name."""


def _opened(content: bytes) -> Opened:
    import python_calamine as calamine

    book = calamine.load_workbook(io.BytesIO(content))
    return [
        (sheet.name, sheet.visible == calamine.SheetVisibleEnum.Visible)
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ], book.get_sheet_by_name


def _marked_up(content: bytes) -> Opened:
    from cbi.files.markup import MarkupError, sheets_of

    try:
        found = sheets_of(content)
    except MarkupError as error:
        raise _NotReadableError(error.code) from error
    named = {sheet.name: sheet for sheet in found}
    return [(sheet.name, sheet.visible) for sheet in found], named.__getitem__


def _tell(answer: Any, out: IO[bytes]) -> None:
    """One answer, its length before it."""
    frame = _ENCODER.encode(answer)
    out.write(len(frame).to_bytes(8, "big"))
    out.write(frame)


def _limit(memory_bytes_max: int, seconds_max: int) -> None:
    """Where the system can limit a process, this one is; elsewhere the parent watches."""
    try:
        import resource
    except ImportError:
        return
    for what, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds_max),
        (resource.RLIMIT_AS, memory_bytes_max),
    ):
        hard = resource.getrlimit(what)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS refuses a limit on memory
            continue


def _chosen(
    sheets: list[tuple[str, bool]], sheet_of: Callable[[str], Any], which: str, wanted: str
) -> Iterator[Any]:
    """The sheet asked for, all visible ones that hold anything, or the first of those."""
    for name, visible in sheets:
        if which == "named" and name.strip().casefold() != wanted.strip().casefold():
            continue
        if which != "named" and not visible:
            continue
        sheet = sheet_of(name)
        if which != "named" and sheet.start is None:
            continue
        yield sheet
        if which != "all":
            return


def _send(sheet: Any, start: tuple[int, int], out: IO[bytes]) -> None:
    merges = (sheet.merged_cell_ranges or [])[:MERGES_MAX]
    hidden = getattr(sheet, "hidden", [])  # of a workbook its own parts are asked
    _tell({"sheet": sheet.name, "start": start, "merges": merges, "hidden": hidden}, out)
    block: list[list[Any]] = []
    # iter_rows begins at row 1, whatever is empty; to_python would hold all rows at once
    for row in sheet.iter_rows() if sheet.start is not None else ():
        block.append(row)
        if len(block) == BLOCK_ROWS:
            _tell(_columns(block), out)
            block = []
    if block:
        _tell(_columns(block), out)
    _tell(None, out)


def _columns(block: list[list[Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    """Columns as (how, cells); dates go as ISO text or as lists of numbers, a few texts that are
    repeated as these and the place of each cell's among them."""
    columns: list[tuple[str, tuple[Any, ...]]] = []
    for column in zip(*block, strict=True):
        kinds: set[type] = set(map(type, column))
        if kinds == {str} and len(told := tuple(set(column))) * FEW < len(column):
            place = {text: number for number, text in enumerate(told)}
            columns.append(("few", (told, tuple(map(place.__getitem__, column)))))
        elif kinds <= PLAIN:
            columns.append(("plain", column))
        elif kinds == {datetime.date}:
            columns.append(("date", tuple(map(datetime.date.isoformat, column))))
        elif kinds == {datetime.datetime}:
            columns.append(("datetime", tuple(map(datetime.datetime.isoformat, column))))
        else:
            columns.append(("mixed", tuple(map(_tagged, column))))
    return columns


def _tagged(cell: Any) -> Any:
    kind: type = type(cell)
    if kind in PLAIN:
        return cell
    if kind is datetime.date:
        return (cell.year, cell.month, cell.day)
    if kind is datetime.datetime:
        return (cell.year, cell.month, cell.day, cell.hour, cell.minute, cell.second,
                cell.microsecond)
    return str(cell)  # a time of day or a duration


if __name__ == "__main__":
    main()
