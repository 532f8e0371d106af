"""The parent's side of parsing a workbook: start the child, watch it, rebuild the rows.

Whatever a stranger's workbook asks of the parser, it asks of the child, and the user gets one line.
The child limits itself where the system can;
everywhere the parent ends it after the time limit, and where memory can't be limited it watches.
"""

import subprocess
import sys
import threading
from datetime import date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, Any, NamedTuple

from msgspec import DecodeError, msgpack

from cbi.base import BadFile
from cbi.base.logs import Log
from cbi.files.values import Cell, Limits, Merge, Row, cell_name

logger = Log(__name__)

_CHILD = Path(__file__).with_name("child.py")
_LOOK_EVERY_S = 0.1
_MEMORY_IS_LIMITED = sys.platform == "linux"
"""Elsewhere the system sets no limit, and the parent looks how much the child takes."""

_ROW = partial(tuple.__new__, Row)  # as Row._make, a third of its time


class ParsedSheet(NamedTuple):
    """One sheet: its name, its rows, which cells are merged (corners, counted from 0), and which
    rows are hidden where the parser tells it."""

    name: str
    rows: list[Row]
    merges: tuple[Merge, ...]
    hidden: frozenset[int]


class Parsed(NamedTuple):
    """What the child found: all sheets with whether they are visible, and the chosen ones."""

    sheets: list[tuple[str, bool]]
    chosen: list[ParsedSheet]


def parse_workbook(
    content: bytes, *, file: str, limits: Limits, kind: str = "workbook", which: str = "first",
    sheet: str = "",
) -> Parsed:
    """The rows of the `first` visible sheet that holds any, of `all` of those, or a `named` one;
    `kind` is `workbook`, or `markup` for what stands between tags.

    Raises:
        BadFile: the workbook has a password, is not readable, or asks for too much.
    """
    # -P keeps the child's own folder, where modules have common names, off its path
    command = [
        sys.executable, "-P", "-X", "utf8", str(_CHILD), str(limits.memory_bytes_max),
        str(limits.seconds_max), str(limits.cells_max), str(limits.columns_max), kind, which, sheet,
    ]
    hide = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        creationflags=hide,
    ) as child:
        watch = _Watch(child, limits)
        try:
            return _converse(child, content, file)
        except (EOFError, ValueError, TypeError, KeyError, DecodeError, BrokenPipeError) as death:
            code = "files.too-slow" if watch.too_slow else "files.xlsx-unreadable"
            raise BadFile(code, file=file) from death
        finally:
            watch.end()


def _converse(child: "subprocess.Popen[bytes]", content: bytes, file: str) -> Parsed:
    question, answers = child.stdin, child.stdout
    if question is None or answers is None:
        raise EOFError
    # the child reads all before it writes, so neither waits for the other
    question.write(content)
    question.close()
    sheets = _answer(answers, file)
    chosen = []
    while sheets is not None and (seen := _answer(answers, file)) is not None:
        rows = _rows(answers, seen["start"][1], file)
        merges = tuple((tuple(first), tuple(last)) for first, last in seen["merges"])
        chosen.append(ParsedSheet(seen["sheet"], rows, merges, frozenset(seen["hidden"])))
    logger.debug("%s sheets parsed, rows %s", len(chosen), [len(one.rows) for one in chosen])
    return Parsed([(name, visible) for name, visible in sheets or ()], chosen)


def _answer(answers: IO[bytes], file: str) -> Any:
    length = int.from_bytes(answers.read(8), "big")
    answer = msgpack.decode(answers.read(length))
    if isinstance(answer, dict) and "refused" in answer:
        row, column = answer.get("cell", (0, 0))
        cell = cell_name(row + 1, column)
        raise BadFile(f"files.{answer['refused']}", file=file, cell=cell)
    return answer


def _rows(answers: IO[bytes], left: int, file: str) -> list[Row]:
    """The child's blocks as rows; `left` empty columns come before the first with anything."""
    kept: list[Row] = []
    first = 1
    while (block := _answer(answers, file)) is not None:
        columns = [_column(how, cells) for how, cells in block]
        columns[:0] = [[None] * len(columns[0])] * left
        empty = (None,) * len(columns)
        block_rows = list(zip(*columns, strict=True))
        rows = map(_ROW, zip(count(first), block_rows, strict=False))
        kept += [row for row in rows if row[1] != empty] if empty in block_rows else rows
        first += len(block_rows)
    return kept


def _column(how: str, cells: list[Any]) -> list[Cell]:
    if how == "few":
        texts, places = cells
        held = [text or None for text in texts]
        return list(map(held.__getitem__, places))
    if how == "date":
        return list(map(date.fromisoformat, cells))
    if how == "datetime":
        return list(map(datetime.fromisoformat, cells))
    if how == "mixed":
        return [_cell(cell) for cell in cells]
    if "" in cells:
        return [None if cell == "" else cell for cell in cells]
    return cells


def _cell(cell: Any) -> Cell:
    if isinstance(cell, list):
        return date(*cell) if len(cell) == 3 else datetime(*cell)  # noqa: DTZ001
    return None if cell == "" else cell


class _Watch:
    """Ends the child when its time is over or, where no limit can be set, its memory."""

    def __init__(self, child: "subprocess.Popen[bytes]", limits: Limits) -> None:
        self.too_slow = False
        self._child, self._limits = child, limits
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._done.set()
        self._thread.join()
        self._child.kill()

    def _look(self) -> None:
        if _MEMORY_IS_LIMITED:
            self.too_slow = not self._done.wait(self._limits.seconds_max)
        else:
            self._look_at_memory()
        if not self._done.is_set():
            self._child.kill()

    def _look_at_memory(self) -> None:
        from psutil import Error, Process

        try:
            child = Process(self._child.pid)  # type: ignore[no-untyped-call]
        except Error:
            return
        for _ in range(int(self._limits.seconds_max / _LOOK_EVERY_S)):
            if self._done.wait(_LOOK_EVERY_S):
                return
            try:
                used_bytes = child.memory_info().rss
            except Error:
                return
            if used_bytes > self._limits.memory_bytes_max:
                return
        self.too_slow = True
