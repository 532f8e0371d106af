"""Long commands on the ledger that a campaign left, against an earlier build of this program.

    python -m tests.benchmarks beside

Each side plays the same campaign by its own command lines up to a matched bill, all on one day, and
then settles it, makes the progress page and checks the ledger, from the same state each time. A
backup and the way back are set against copying the same two files onto the disk. What counts is
processor time, of whole processes.
"""

import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.importing import ROOT, earlier
from tests.benchmarks.rehearsal import CATEGORIES, CITIES, Campaign
from tests.benchmarks.shape import Row, row

VOUCHERS, PAIRS = 20_000, 3
FIRST_DAY = "2022-08-16"
A_LIST = 2_000
"""Rows of a shop's list: the earlier build looked through all of them for each."""
BARS = {"settle": 0.5, "report progress": 0.5, "check": 1.0, "backup": 2, "restore": 2}
COPY = """
import os, shutil, sys
for source, target in zip(sys.argv[1::2], sys.argv[2::2]):
    shutil.copyfile(source, target)
    with open(target, "rb+") as file:
        os.fsync(file.fileno())
"""


class _OnePile(Campaign):
    """A campaign whose vouchers are printed in one file, since the earlier build knew no other."""

    def put_on_paper(self) -> None:
        """All of them."""
        self("print", "R1-B1", "-o", "vouchers.pdf")


def beside(vouchers: int = VOUCHERS) -> list[Row]:
    """A row for each line, in processor seconds: medians of so many runs, the sides in turn."""
    with tempfile.TemporaryDirectory() as folder, earlier(Path(folder)) as build:
        here, there = (
            _billed(Path(folder) / name, root, vouchers)
            for name, root in (("ours", ROOT), ("theirs", build))
        )
        runs = [(_typed(here), _typed(there) | _copied(here)) for _ in range(PAIRS)]
    return [
        row(f"{name}, beside", *figures, bar=f"<= {most}", holds=figures[0] <= most * figures[1])
        for name, most in BARS.items()
        if (figures := [
            statistics.median(pair[side][name] for pair in runs) for side in (0, 1)
        ])
    ]


def _billed(folder: Path, build: Path, vouchers: int) -> Campaign:
    """A campaign of this build, up to a bill that is matched and can be settled."""
    folder.mkdir()
    campaign = _OnePile(folder, "office/ledger.db", build=build, spent=FIRST_DAY)
    campaign.hand_over(vouchers // len(CATEGORIES))
    for city in CITIES:
        with (folder / f"spent-{city}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        for start in range(0, len(rows), A_LIST):
            with (folder / "part.csv").open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([head, *rows[start : start + A_LIST]])
            campaign.spend("part.csv", city)
    campaign.bill()
    shutil.copytree(folder / "office", folder / "kept")
    return campaign


def _typed(campaign: Campaign) -> dict[str, float]:
    """What each line takes: processor seconds. The ledger is as it was before and after."""
    folder = campaign.folder
    campaign("settle", "MAGNUM-S1")
    campaign("report", "progress", "-o", "progress.html")
    campaign("check")
    campaign("backup", "copies/ledger.db")
    campaign.to_second()
    campaign("restore", "copies/ledger.db")
    campaign.env["CBI_LEDGER"] = "office/ledger.db"
    (folder / "progress.html").unlink()
    for name in ("office", "copies", "second"):
        shutil.rmtree(folder / name)
        (folder / name).mkdir()
    shutil.copytree(folder / "kept", folder / "office", dirs_exist_ok=True)
    return {name: campaign.took[name].cpu_s for name in BARS}


def _copied(campaign: Campaign) -> dict[str, float]:
    """What copying the ledger and the vault takes, until both are on the disk."""
    kept, copies = campaign.folder / "kept", campaign.folder / "copies"
    files = [
        str(folder / name) for name in ("ledger.db", "vault.db") for folder in (kept, copies)
    ]
    child = subprocess.Popen([sys.executable, "-c", COPY, *files])
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError("the files could not be copied")
    for file in copies.iterdir():
        file.unlink()
    return dict.fromkeys(("backup", "restore"), used.ru_utime + used.ru_stime)
