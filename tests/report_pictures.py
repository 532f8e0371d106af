"""Draw the pictures of `docs/reports.md` from a practice campaign.

    python -m tests.report_pictures
"""

import contextlib
import io
import json
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

from cbi.messages import text
from cbi.reports.flags.deciding import decide_flag
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
    "workbook-paper-ru.png": ("ru", ("report", "workbook"), 2),
}
"""By picture: the language, the command that writes a workbook, and the sheet of paper shown."""

TERMINALS = {
    "efficiency-terminal.svg": ("en", ("report", "efficiency", *AUGUST, *COSTS)),
    "monitoring-terminal.svg": ("en", ("monitoring", "results", "PDM-1")),
    "retailer-terminal-ru.svg": ("ru", ("report", "retailer", "magnum")),
    "note-terminal.svg": ("en", ("report", "note", "magnum-almaty-1", "tea 250 g", "--month",
                                 "2022-08", "--price", "720")),
    "complaints-terminal.svg": ("en", ("report", "complaints")),
    "complaints-terminal-ru.svg": ("ru", ("report", "complaints")),
    "training-terminal.svg": ("en", ("report", "training")),
    "training-terminal-ru.svg": ("ru", ("report", "training")),
    "export-terminal.svg": ("en", ("report", "export", "out")),
    "journal-terminal.svg": ("en", ("report", "journal", "-o", "books.beancount")),
}
"""By picture: the language, and the command that is typed."""

FILES_SHOWN = {
    "export-terminal.svg": ("out/vouchers.csv", 0, 7),
    "journal-terminal.svg": ("books.beancount", -24, None),
}
"""By picture: the file whose lines stand beneath what the command says, and which of them."""

REFERRALS = {"referrals-terminal.svg": "en", "referrals-terminal-ru.svg": "ru"}
"""By picture: the language."""


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
    decided_shown(folder / "decided")
    _cbi(folder, *when, "-o", "progress.xlsx")
    paper = converted(folder / "progress.xlsx", "pdf")
    pages = int(subprocess.run(
        ["pdfinfo", str(paper)], capture_output=True, text=True, check=True,
    ).stdout.partition("Pages:")[2].split()[0])
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-singlefile", "-f", str(pages), str(paper),
                    str(FOLDER / "progress-charts")], check=True)
    _small(FOLDER / "progress-charts.png")
    referrals_shown(folder)


def drawn_others(folder: Path) -> None:
    """The pictures of all reports but progress."""
    _asked(folder)
    _counted(folder)
    for name, (language, words) in TERMINALS.items():
        (FOLDER / name).write_text(
            terminal(folder, "--lang", language, *words, file=FILES_SHOWN.get(name)), "utf-8")
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


def _counted(folder: Path) -> None:
    """Complaints, some answered, and trainings planned and given."""
    people = _numbers(folder)
    for place, number in enumerate(people[:18]):
        _cbi(folder, "complaint", "add", number, "--kind", ("amount", "shop", "prices")[place % 3],
             "--channel", ("hotline", "desk")[place % 2], "--text", "as said", "--date",
             f"2022-09-{place + 8:02d}")
    for place in range(1, 13):
        _cbi(folder, "complaint", "answer", f"C-{place}", "--outcome", "solved", "--text", "done",
             "--date", "2022-10-03" if place % 4 else "2022-10-05")
    for role, topic in (("field", "protection"), ("cashier", "till"), ("finance", "fraud")):
        _cbi(folder, "training", "plan", role, topic)
    for name, topic in (("amina", "protection"), ("till-south", "till"), ("dana", "fraud")):
        _cbi(folder, "training", "add", name, "--topic", topic, "--trainer", "bolat")


def referrals_shown(folder: Path) -> None:
    """Referrals of a quarter, as it was closed, by who keeps them: an account of its own, which
    another than who added it confirms, with a passphrase that is chosen at the first login."""
    for name, words in (("first", "seven quiet rivers run"), ("own", "nine slow clouds pass"),
                        ("key", "four green hills sleep")):
        (folder / f"{name}.txt").write_text(words + "\n", "utf-8")
    people = _numbers(folder)
    shelter = ("--as", "shelter", "--passphrase-file", "own.txt")
    key = ("--key", "referrals.json", "--key-passphrase-file", "key.txt")
    _cbi(folder, "operator", "add", "shelter", "--role", "protection", "--new-passphrase-file",
         "first.txt", "--yes")
    with contextlib.suppress(subprocess.CalledProcessError):  # chosen, and still to be confirmed
        _cbi(folder, "login", "shelter", "--passphrase-file", "first.txt", "--change",
             "--new-passphrase-file", "own.txt")
    _cbi(folder, "--as", "bolat", "--passphrase-file", "demo/passphrases/bolat.txt", "operator",
         "confirm", "shelter", "--yes")
    _cbi(folder, *shelter, "referral", "key", "-o", "referrals.json", "--new-passphrase-file",
         "key.txt")
    dice = random.Random(1)
    for number in people[:44]:
        kind = dice.choices(("violence", "health", "legal"), (1, 5, 5))[0]
        _cbi(folder, *shelter, "referral", "add", number, "--kind", kind, "--to", "A shelter",
             "--text", "as said", "--consent", *key)
    _cbi(folder, "login", "demo", "--passphrase-file", "demo/passphrases/demo.txt")
    _cbi(folder, "clock", "move", "2023-01-03", "--yes")
    _cbi(folder, "--as", "gulnar", "--passphrase-file", "demo/passphrases/gulnar.txt", "close",
         "2022-12", "--despite", "Magnum has not answered yet", "--yes")
    for name, language in REFERRALS.items():
        shown = ("report", "referrals", *key[:2])
        (FOLDER / name).write_text(
            terminal(folder, "--lang", language, *shown, unseen=(*shelter, *key[2:])), "utf-8")


def decided_shown(folder: Path) -> None:
    """A red flag that is looked at and kept as explained."""
    folder.mkdir()
    office = new_world("sqlite", folder)
    build(office)
    burst(office)
    session = office.session("manager1")
    flag = find_flags(session).open[0].id[:10]
    found = decide_flag(session, flag, "explained", "a bus brought the village")
    said = text("flags.done", "en", flag=found.id[:10],
                verdict=text("flags.verdict-explained", "en"))
    (FOLDER / "decide-terminal.svg").write_text(drawn(
        f"cbi report decide {flag} explained --reason 'a bus brought the village'",
        f"{said}\n\n$ cbi report flags\n{text('flags.none', 'en')}\n"
        f"{text('flags.decided', 'en', count=1)}"), "utf-8")


def _numbers(folder: Path) -> list[str]:
    """Beneficiary numbers."""
    told = subprocess.run(
        [sys.executable, "-m", "cbi", "people", "list", "--json", "--limit", "60"], cwd=folder,
        check=True, capture_output=True, env=_settings(folder))
    return [str(one["number"]) for one in json.loads(told.stdout)]


def _on_paper(paper: Path, to: Path, sheet: int) -> None:
    """One printed sheet as a picture."""
    subprocess.run(["pdftoppm", "-r", "75", "-png", "-singlefile", "-f", str(sheet), str(paper),
                    str(to.with_suffix(""))], check=True)
    _small(to)


def terminal(
    folder: Path, *words: str, unseen: tuple[str, ...] = (),
    file: tuple[str, int, int | None] | None = None,
) -> str:
    """What a terminal shows of a command, as a drawing; `unseen` are words that it was given too,
    and a `file` is shown beneath, from a line to another."""
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
        pty.spawn([sys.executable, "-m", "cbi", *words, *unseen], read)
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(old)
    told = seen.getvalue().decode("utf-8", "replace").replace("\r", "").splitlines()[:LINES]
    if file is not None:
        name, begin, end = file
        lines = (folder / name).read_text("utf-8-sig").splitlines()[begin:end]
        told += ["", f"$ {'head' if begin >= 0 else 'tail'} {name}", *lines]
    return drawn(f"cbi {' '.join(words)}", "\n".join(told))


def drawn(title: str, told: str) -> str:
    """A terminal's words as a drawing."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(told))
    return console.export_svg(title=title, theme=NIGHT_OWLISH, unique_id="cbi")


def _cbi(folder: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "cbi", *words], cwd=folder, check=True, capture_output=True,
        env=_settings(folder),
    )


def _settings(folder: Path) -> dict[str, str]:
    return {**os.environ, "CBI_LEDGER": str(folder / "demo" / "ledger.db"),
            "PYTHONPATH": str(Path(__file__).parent.parent)}


def _small(path: Path) -> None:
    """The picture with a palette: a quarter of the bytes."""
    with Image.open(path) as seen:
        seen.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        draw(Path(made))
