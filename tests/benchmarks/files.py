"""Writing a workbook against openpyxl, and reading a list against python-calamine alone.

Each side runs in a process of its own; CPU counts the process and its children, after the imports.
Rows are made before the clock starts, so that only writing is measured.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = 100_000
PAIRS = 5
Row = tuple[Any, ...]


def rows() -> list[Row]:
    """A register of vouchers: 12 columns of text, amounts, dates and a gap."""
    dice = random.Random(2022)
    cities = ("almaty", "astana", "shymkent", "karaganda", "semey")
    return [
        (
            f"KZ22-R1-{number:06d}", f"B{number // 800:04d}", cities[number % 5],
            ("food", "non-food")[number % 2], 1_500_000, dice.randrange(1_500_000),
            f"2022-08-{number % 28 + 1:02d}", "2022-09-30", number % 7 + 1,
            ("active", "used up", "issued")[number % 3], f"R-{dice.randrange(10**9)}",
            None if number % 3 else "Ахмадзай & Ко",
        )
        for number in range(ROWS)
    ]


def workbook() -> dict[str, Any]:
    """The row `workbook`: a formatted register against openpyxl's, unformatted."""
    ours, theirs, runs = _pairs("write-ours", "write-theirs")
    peak_mb = max(run["peak_mb"] for run in runs)
    ratio = ours / theirs
    return {
        "name": "workbook", "ours": round(ours, 3), "theirs": round(theirs, 3),
        "ratio": round(ratio, 3), "bar": "<= 1.3 CPU, <= 120 MB",
        "holds": ratio <= 1.3 and peak_mb <= 120, "peak_mb": round(peak_mb, 1),
    }


def read_list() -> dict[str, Any]:
    """The row `read-list`: guards, child and rows against the bare parser."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "list.xlsx")
        _run("write-theirs", path)
        ours, theirs, runs = _pairs("read-ours", "read-theirs", path)
    ratio = ours / theirs
    return {
        "name": "read-list", "ours": round(ours, 3), "theirs": round(theirs, 3),
        "ratio": round(ratio, 3), "bar": "<= 1.5", "holds": ratio <= 1.5,
        "peak_mb": round(max(run["peak_mb"] for run in runs), 1),
    }


def _pairs(ours: str, theirs: str, *path: str) -> tuple[float, float, list[dict[str, float]]]:
    """Medians of interleaved runs of both sides, and our own runs."""
    runs: dict[str, list[dict[str, float]]] = {ours: [], theirs: []}
    for _ in range(PAIRS):
        for side, measured in runs.items():
            measured.append(_run(side, *path))
    medians = [statistics.median(run["cpu"] for run in measured) for measured in runs.values()]
    return medians[0], medians[1], runs[ours]


def _run(side: str, *path: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.files", side, *path], capture_output=True,
        check=True, text=True, cwd=Path(__file__).parents[2],
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _write_ours(path: Path) -> Callable[[], object]:
    from cbi.files import Column, Sheet, write_workbook

    made = rows()
    columns = (
        Column("Serial"), Column("Batch"), Column("City"), Column("Category"),
        Column("Face", "amount", total=True), Column("Spent", "amount", total=True),
        Column("Handed over", "date"), Column("Valid until", "date"),
        Column("Members", "count", total=True), Column("State"), Column("Receipt"), Column("Note"),
    )
    sheet = Sheet("Register", columns, made, title=("Voucher register", "KZ22-R1"))
    return lambda: write_workbook(path, [sheet], made_at=0)


def _write_theirs(path: Path) -> Callable[[], object]:
    import openpyxl

    made = rows()

    def write() -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Register")
        for row in made:
            sheet.append(row)
        book.save(path)

    return write


def _read_ours(path: Path) -> Callable[[], object]:
    from cbi.files import read_table

    return lambda: read_table(path)


def _read_theirs(path: Path) -> Callable[[], object]:
    import python_calamine

    return lambda: python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()


SIDES = {
    "write-ours": _write_ours, "write-theirs": _write_theirs, "read-ours": _read_ours,
    "read-theirs": _read_theirs,
}


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _main(side: str, path: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = SIDES[side](Path(path) if path else Path(folder) / "book.xlsx")
        base_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start, wall = _cpu(), time.monotonic()
        work()
        measured = {"cpu": _cpu() - start, "wall": time.monotonic() - wall}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**measured, "peak_mb": peak_mb, "grown_mb": peak_mb - base_mb}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
