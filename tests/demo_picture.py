"""Draw the README's picture of the demo: the lines that tell most, as a terminal shows them.

    python -m tests.demo_picture
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import NIGHT_OWLISH
from rich.text import Text

PICTURE = Path(__file__).parent.parent / "docs" / "demo.svg"
WIDTH = 118
SHOWN = (
    "$ cbi people import", "Enrolled:", "$ cbi batch approve", "cbi: amina may not",
    "Approved KZ22-R1",
    "$ cbi redeem", "Done:", "$ cbi verify", "Nothing is left", "$ cbi reconcile", "matched",
    "amount differs", "billed twice", "not redeemed", "$ cbi pay", "cbi: erlan has", "is paid:",
    "All ", "Issued:", "Redeemed:", "Expired:",
)


def drawn(told: str) -> str:
    """The picture of what a demo told."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for line in chosen(told):
        console.print(line)
    return console.export_svg(title="cbi demo", theme=NIGHT_OWLISH)


def chosen(told: str) -> Iterator[Text]:
    """The lines to show, each kind once or twice, chapters in colour."""
    seen: dict[str, int] = {}
    for line in told.splitlines():
        if line.startswith("━━"):
            yield Text("\n" + line, style="bold cyan")
            continue
        kind = next((words for words in SHOWN if words in line), None)
        if kind is None or seen.get(kind, 0) >= (2 if kind.startswith("cbi:") else 1):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        short = line.replace("\t", "  ")
        short = short if len(short) < WIDTH - 2 else short[: WIDTH - 4] + " …"
        before, prompt, after = short.partition("$ ")
        yield Text.assemble((before + prompt, "bold green"), after) if prompt else Text(short)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "cbi", "demo", "--dir", "demo"], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
        )
    PICTURE.write_text(drawn(done.stdout), "utf-8")
