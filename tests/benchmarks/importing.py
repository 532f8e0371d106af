"""A list of 100,000 people of twelve columns taken in, against an earlier build of this program.

    python -m tests.benchmarks import

Both sides are whole processes of `cbi people import` on a practice ledger of their own: read,
checked, sealed, searched for duplicates and stored. The earlier build is checked out of this
repository's history and run by the same interpreter and libraries.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.shape import Row

ROOT = Path(__file__).parents[2]
EARLIER = "2516f83"
PEOPLE, PAIRS, SEED = 100_000, 1, 31
TIME_MAX, MEMORY_MAX = 0.5, 0.4
NAME = "Full name (Latin)"
COLUMNS = (
    "City", "Household No.", "Head of household", NAME, "Father's name (Latin)",
    "Sex", "Date of birth", "Tazkira No.", "Phone", "Language", "Consent", "Consent date",
)
PASSPHRASE = "a passphrase for measuring"


class Taken(NamedTuple):
    """A list taken in: wall seconds, and the process's peak memory (MB)."""

    seconds: float
    peak_mb: float


def import_list(people: int = PEOPLE) -> list[Row]:
    """The rows `import` and `import, memory`; sides in turn, the quickest of each."""
    with tempfile.TemporaryDirectory() as folder, earlier(Path(folder)) as build:
        path = Path(folder) / "list.xlsx"
        write_list(path, people)
        runs = [(_take(ROOT, path), _take(build, path)) for _ in range(PAIRS)]
    ours, theirs = (min(side) for side in zip(*runs, strict=True))
    return [
        _row("import", ours.seconds, theirs.seconds, TIME_MAX),
        _row("import, memory", ours.peak_mb, theirs.peak_mb, MEMORY_MAX),
    ]


def _row(name: str, ours: float, theirs: float, most: float) -> Row:
    return {
        "name": name, "ours": round(ours, 2), "theirs": round(theirs, 2),
        "ratio": round(ours / theirs, 3), "bar": f"<= {most}", "holds": ours / theirs <= most,
    }


def write_list(path: Path, people: int) -> None:
    """A list of the generator's people who have a Latin name, twelve columns of text."""
    from openpyxl import Workbook

    from cbi.practice.generator import people as generated
    from cbi.practice.people_list import HEADINGS, rows_of

    places = [HEADINGS.index(name) for name in COLUMNS]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.append(COLUMNS)
    for row in rows_of(generated(SEED, people)):
        if row[HEADINGS.index(NAME)]:
            sheet.append([row[place] for place in places])
    book.save(path)


@contextmanager
def earlier(folder: Path) -> Iterator[Path]:
    """The earlier build in a folder of its own."""
    place = folder / "earlier"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", str(place), EARLIER], check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run([*git, "remove", "--force", str(place)], check=True, capture_output=True)


def _take(build: Path, path: Path) -> Taken:
    """Take the list in with this build, on a new ledger with the sample's cities."""
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "PATH": os.environ["PATH"], "HOME": folder, "PYTHONPATH": str(build),
            "CBI_LEDGER": f"{folder}/office/ledger.db", "CBI_PASSPHRASE": PASSPHRASE,
            "LANG": "C.UTF-8",
        }
        cities = str(build / "data" / "kazakhstan-2022" / "cities.json")
        _run(env, folder, "init", "--practice", "--operator", "timur", "--role", "all")
        _run(env, folder, "city", "add", "--file", cities)
        return _timed(
            env, folder, "people", "import", str(path), "--rejected", f"{folder}/rejected.xlsx"
        )


def _run(env: dict[str, str], folder: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cbi", *words, "--yes"], env=env, cwd=folder, check=False,
        capture_output=True, text=True,
    )
    if done.returncode:
        raise RuntimeError(f"cbi {' '.join(words)}: {done.stderr}")


def _timed(env: dict[str, str], folder: str, *words: str) -> Taken:
    """Run it, and ask the system what this one process and its own children took."""
    told = Path(folder) / "told.txt"
    started = time.perf_counter()
    with told.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "cbi", *words, "--yes"], env=env, cwd=folder, stdout=out,
            stderr=subprocess.STDOUT,
        )
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"cbi {' '.join(words)}: {told.read_text('utf-8')}")
    return Taken(took, usage.ru_maxrss / 1024)
