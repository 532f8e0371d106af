"""LibreOffice as a witness: it opens a workbook of ours and computes every formula anew."""

import csv
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.programs import program

of_a_file = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""What reads the file alone is tried on one engine's."""

_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def computed(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Every sheet's cells as LibreOffice computes them, unformatted.

    Without LibreOffice the test is skipped, or fails where the tools are required.
    """
    return computed_all([path], folder)[path.stem]


def computed_all(
    paths: Sequence[Path], folder: Path
) -> dict[str, dict[str, list[list[str]]]]:
    """The same of many workbooks, by their names without the ending, computed in one run."""
    _compute(paths, folder, "-1")
    return {
        path.stem: {
            made.stem.removeprefix(f"{path.stem}-"):
                list(csv.reader(made.read_text("utf-8").splitlines()))
            for made in sorted(folder.glob(f"{path.stem}-*.csv"))
        }
        for path in paths
    }


def computed_together(
    paths: Sequence[Path], folder: Path, sheet: tuple[int, str]
) -> list[list[list[str]]]:
    """One sheet (its number and name) of each of many workbooks, computed in one run."""
    number, name = sheet
    _compute(paths, folder, str(number))
    return [
        list(csv.reader((folder / f"{path.stem}-{name}.csv").read_text("utf-8").splitlines()))
        for path in paths
    ]


def _compute(paths: Sequence[Path], folder: Path, sheets: str) -> None:
    profile = folder / "office"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, "utf-8")
    subprocess.run(
        [program("soffice"), f"-env:UserInstallation={profile.as_uri()}", "--headless",
         "--convert-to", _FILTER.replace(",-1", f",{sheets}"), "--outdir", str(folder),
         *map(str, paths)],
        check=True, capture_output=True, timeout=180 + 5 * len(paths),
    )


def converted(path: Path, kind: str) -> Path:
    """The file as LibreOffice saves it in another kind (`xls`, `ods`, `xlsx`), beside it."""
    subprocess.run(
        [program("soffice"), f"-env:UserInstallation={(path.parent / 'office').as_uri()}",
         "--headless", "--convert-to", kind, "--outdir", str(path.parent), str(path)],
        check=True, capture_output=True, timeout=180,
    )
    return path.with_suffix(f".{kind}")
