"""Parses a workbook in a process of its own: what it does wrong dies with it.

Run as a script by `cbi.files.sandbox`, never imported; it needs nothing of ours, so it starts fast.
Arguments: the memory limit in bytes, the time limit in seconds and, if one is wanted, the sheet's
name. On standard input the file's bytes, on standard output marshalled answers: the sheets, then
columns of cells in blocks, then None. Marshal is four times faster than pickle here.
"""

import datetime
import gc
import io
import marshal
import sys
from typing import IO, Any

BLOCK_ROWS = 2_000
PLAIN = {str, float, int, bool}


def main() -> None:
    """Answer one request."""
    gc.disable()  # nothing here refers to itself, and the process ends soon
    source, out = sys.stdin.buffer, sys.stdout.buffer
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    wanted = sys.argv[3] if len(sys.argv) > 3 else None
    content = io.BytesIO(source.read())
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(content)
        sheet, seen = _choose(calamine, book, wanted)
        _tell(seen, out)
        if sheet is not None:
            _send(sheet, out)
    except calamine.PasswordError:
        _tell({"refused": "password"}, out)
    except calamine.CalamineError:
        _tell({"refused": "xlsx-unreadable"}, out)
    _tell(None, out)
    out.flush()


def _tell(answer: Any, out: IO[bytes]) -> None:
    """One answer, its length before it: marshal.load on a pipe would read value by value."""
    frame = marshal.dumps(answer, 2)
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


def _choose(calamine: Any, book: Any, wanted: str | None) -> tuple[Any, dict[str, Any]]:
    """The sheet asked for, or the first visible one that holds anything."""
    sheets = [
        (sheet.name, sheet.visible == calamine.SheetVisibleEnum.Visible)
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    seen: dict[str, Any] = {"sheets": sheets, "sheet": None, "start": (0, 0)}
    for name, visible in sheets:
        if wanted is None and not visible:
            continue
        if wanted is not None and name.strip().casefold() != wanted.strip().casefold():
            continue
        sheet = book.get_sheet_by_name(name)
        if wanted is not None or sheet.start is not None:
            seen.update(sheet=name, start=sheet.start or (0, 0))
            return sheet, seen
    return None, seen


def _send(sheet: Any, out: IO[bytes]) -> None:
    block: list[list[Any]] = []
    # iter_rows begins at row 1, whatever is empty; to_python would hold all rows at once
    for row in sheet.iter_rows():
        block.append(row)
        if len(block) == BLOCK_ROWS:
            _tell(_columns(block), out)
            block = []
    if block:
        _tell(_columns(block), out)


def _columns(block: list[list[Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    """Columns as (how, cells); marshal knows no dates, so these go as ISO text or as tuples."""
    columns: list[tuple[str, tuple[Any, ...]]] = []
    for column in zip(*block, strict=True):
        kinds: set[type] = set(map(type, column))
        if kinds <= PLAIN:
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
