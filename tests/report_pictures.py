"""Draw the pictures of `docs/reports.md` from a practice campaign.

    python -m tests.report_pictures
"""

import io
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import NIGHT_OWLISH
from rich.text import Text

from tests.browser import picture
from tests.office import converted

FOLDER = Path(__file__).parent.parent / "docs" / "reports"
WIDTH, LINES = 96, 34
PAGES = {
    "progress-screen.png": ("en", (1_100, 1_500), False),
    "progress-phone-ru.png": ("ru", (500, 1_100), False),
    "progress-dark.png": ("en", (1_100, 1_000), True),
}
"""By picture: the page's language, the window, and whether its reader likes it dark."""


def draw(folder: Path) -> None:
    """All pictures, of a campaign in the making as it stood on 10 September 2022."""
    _cbi(folder, "demo", "--dir", "demo", "--people", "200")
    when = ("report", "progress", "--as-of", "2022-09-10")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "progress-terminal.svg").write_text(terminal(folder, *when), "utf-8")
    for name, (language, size, dark) in PAGES.items():
        page = folder / f"{name}.html"
        _cbi(folder, "--lang", language, *when, "-o", str(page))
        picture(page, folder, FOLDER / name, size, dark=dark)
        _small(FOLDER / name)
    _cbi(folder, *when, "-o", "progress.xlsx")
    paper = converted(folder / "progress.xlsx", "pdf")
    pages = int(subprocess.run(
        ["pdfinfo", str(paper)], capture_output=True, text=True, check=True,
    ).stdout.partition("Pages:")[2].split()[0])
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-singlefile", "-f", str(pages), str(paper),
                    str(FOLDER / "progress-charts")], check=True)
    _small(FOLDER / "progress-charts.png")


def terminal(folder: Path, *words: str) -> str:
    """What a terminal shows of a command, as a drawing."""
    seen = io.BytesIO()

    def read(descriptor: int) -> bytes:
        seen.write(data := os.read(descriptor, 65_536))
        return data

    before, old = Path.cwd(), dict(os.environ)
    os.environ.update(COLUMNS=str(WIDTH), TERM="xterm-256color",
                      CBI_LEDGER=str(folder / "demo" / "ledger.db"),
                      PYTHONPATH=str(Path(__file__).parent.parent))
    os.chdir(folder)
    try:
        pty.spawn([sys.executable, "-m", "cbi", *words], read)
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(old)
    told = seen.getvalue().decode("utf-8", "replace").replace("\r", "").splitlines()[:LINES]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(told)))
    return console.export_svg(title=f"cbi {' '.join(words)}", theme=NIGHT_OWLISH, unique_id="cbi")


def _cbi(folder: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "cbi", *words], cwd=folder, check=True, capture_output=True,
        env={**os.environ, "CBI_LEDGER": str(folder / "demo" / "ledger.db"),
             "PYTHONPATH": str(Path(__file__).parent.parent)},
    )


def _small(path: Path) -> None:
    """The picture with a palette: a quarter of the bytes."""
    with Image.open(path) as seen:
        seen.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        draw(Path(made))
