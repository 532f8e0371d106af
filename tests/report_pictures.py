"""Draw the pictures of `docs/reports.md` from a practice campaign.

    python -m tests.report_pictures
"""

import io
import os
import pty
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from PIL import Image
from rich.console import Console
from rich.terminal_theme import NIGHT_OWLISH
from rich.text import Text

from cbi.reports.flags.showing import find_flags
from cbi.reports.monitoring.questions import QUESTIONS, answer_words, outcome_words
from tests.browser import picture, printed
from tests.conftest import build, new_world
from tests.office import converted
from tests.reports.test_flags import burst

FOLDER = Path(__file__).parent.parent / "docs" / "reports"
WIDTH, LINES = 96, 34
PAGES = {
    "progress-screen.png": ("en", (1_100, 1_500), False),
    "progress-phone-ru.png": ("ru", (500, 1_100), False),
    "progress-dark.png": ("en", (1_100, 1_000), True),
}
"""By picture: the page's language, the window, and whether its reader likes it dark."""

SHOP_PAGES = {
    "retailer-screen.png": ("en", (1_100, 900), False),
    "retailer-phone-ru.png": ("ru", (500, 1_500), False),
    "retailer-dark.png": ("en", (1_100, 600), True),
}
"""The same of a retailer's page."""

AUGUST = ("--from", "2022-08-01", "--until", "2022-08-31")
MONTHS = ("--from", "2022-07", "--until", "2022-09")
COSTS = ("--cost", "staff=1200000", "--cost", "print=90000")
SHEETS = {
    "5w-paper.png": ("en", ("report", "5w", *AUGUST), 1),
    "disability-paper.png": ("en", ("report", "5w", *AUGUST, "--disability"), 2),
    "indicators-paper.png": ("en", ("report", "indicators", *MONTHS), 1),
    "ministry-paper-ru.png": ("en", ("report", "ministry", *MONTHS), 2),
    "ministry-paper-kk.png": ("en", ("report", "ministry", *MONTHS), 3),
    "efficiency-paper-ru.png": ("ru", ("report", "efficiency", *AUGUST, *COSTS), 1),
    "monitoring-form-ru.png": ("ru", ("monitoring", "form", "PDM-1"), 1),
    "monitoring-paper-ru.png": ("ru", ("monitoring", "results", "PDM-1"), 1),
    "retailer-paper-ru.png": ("ru", ("report", "retailer", "magnum"), 1),
}
"""By picture: the language, the command that writes a workbook, and the sheet of paper shown."""

TERMINALS = {
    "efficiency-terminal.svg": ("en", ("report", "efficiency", *AUGUST, *COSTS)),
    "monitoring-terminal.svg": ("en", ("monitoring", "results", "PDM-1")),
    "retailer-terminal-ru.svg": ("ru", ("report", "retailer", "magnum")),
}


def draw(folder: Path) -> None:
    """All pictures, of a campaign in the making as it stood on 10 September 2022."""
    _cbi(folder, "demo", "--dir", "demo", "--people", "200")
    when = ("report", "progress", "--as-of", "2022-09-10")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "progress-terminal.svg").write_text(terminal(folder, *when), "utf-8")
    for name, (language, size, dark) in PAGES.items():
        page = folder / f"{name}.html"
        _cbi(folder, "--lang", language, *when, "-o", str(page))
        picture(page, FOLDER / name, size, dark=dark)
        _small(FOLDER / name)
    drawn_others(folder)
    flags_shown(folder)
    _cbi(folder, *when, "-o", "progress.xlsx")
    paper = converted(folder / "progress.xlsx", "pdf")
    pages = int(subprocess.run(
        ["pdfinfo", str(paper)], capture_output=True, text=True, check=True,
    ).stdout.partition("Pages:")[2].split()[0])
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-singlefile", "-f", str(pages), str(paper),
                    str(FOLDER / "progress-charts")], check=True)
    _small(FOLDER / "progress-charts.png")


def drawn_others(folder: Path) -> None:
    """The pictures of all reports but progress."""
    _asked(folder)
    for name, (language, words) in TERMINALS.items():
        (FOLDER / name).write_text(terminal(folder, "--lang", language, *words), "utf-8")
    for name, (language, size, dark) in SHOP_PAGES.items():
        page = folder / f"{name}.html"
        _cbi(folder, "--lang", language, "report", "retailer", "magnum", "-o", str(page))
        picture(page, FOLDER / name, size, dark=dark)
        assert len(printed(page, folder)) == 2
        _small(FOLDER / name)
    for name, (language, words, sheet) in SHEETS.items():
        book = folder / f"{Path(name).stem}.xlsx"
        _cbi(folder, "--lang", language, *words, "-o", str(book))
        _on_paper(converted(book, "pdf"), FOLDER / name, sheet)


def flags_shown(folder: Path) -> None:
    """Red flags of a small campaign in which twelve families came within minutes."""
    office = new_world("sqlite", folder)
    build(office)
    burst(office)
    found = find_flags(office.session("manager1")).open
    for name, language in (("flags-terminal.svg", "en"), ("flags-terminal-ru.svg", "ru")):
        lines = [line for one in found for line in (*one.words(language), "")]
        (FOLDER / name).write_text(drawn("cbi report flags", "\n".join(lines)), "utf-8")


def _asked(folder: Path) -> None:
    """A sample drawn, its form filled in by dice, and prices noted."""
    dice = random.Random(1)
    _cbi(folder, "monitoring", "draw", "KZ22-R1", "--seed", "said aloud")
    _cbi(folder, "monitoring", "form", "PDM-1", "-o", "form.xlsx")
    book = openpyxl.load_workbook(folder / "form.xlsx")
    for row in book.worksheets[0].iter_rows(min_row=6):
        row[3].value = outcome_words("done", "en")
        for place, asked in enumerate(QUESTIONS, 4):
            weights = (6, 3, 2, 1)[:len(asked.answers)]
            row[place].value = answer_words(dice.choices(asked.answers, weights)[0], "en")
    book.save(folder / "filled.xlsx")
    _cbi(folder, "monitoring", "take", "PDM-1", "filled.xlsx")
    for item, price, stock in (("rice 1 kg", "650", "yes"), ("oil 1 l", "980", "low")):
        _cbi(folder, "report", "note", "magnum-almaty-1", item, "--month", "2022-08", "--price",
             price, "--stock", stock)


def _on_paper(paper: Path, to: Path, sheet: int) -> None:
    """One printed sheet as a picture."""
    subprocess.run(["pdftoppm", "-r", "75", "-png", "-singlefile", "-f", str(sheet), str(paper),
                    str(to.with_suffix(""))], check=True)
    _small(to)


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
    return drawn(f"cbi {' '.join(words)}", "\n".join(told))


def drawn(title: str, told: str) -> str:
    """A terminal's words as a drawing."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(told))
    return console.export_svg(title=title, theme=NIGHT_OWLISH, unique_id="cbi")


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
