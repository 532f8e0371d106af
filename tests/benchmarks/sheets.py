"""Voucher sheets against reportlab drawing the same page, without shaping, text by text.

Each side draws in a process of its own; CPU is that of the drawing alone, after the imports, and
the peak memory is the whole process. reportlab gets the squares as the `qrcode` library makes them
with a fixed mask, in merged runs, which is the best it can do without our tables. It comes with
the extra `bench`. Ours draws more: both calendars, tint, lines from the serial and microtext.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cbi.paper import SheetLook, SheetVoucher, draw_sheets

VOUCHERS = 12_000
PAIRS = 3
LANGUAGES = ("en", "ru", "kk", "fa", "ps")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CREATED = datetime(2022, 8, 15, tzinfo=UTC)


def vouchers(count: int) -> Iterator[SheetVoucher]:
    """Vouchers in five languages, one after the other, with seeded codes."""
    dice = random.Random(2022)
    for number in range(count):
        yield SheetVoucher(
            serial=f"KZ22-{number + 1:06d}",
            code="".join(dice.choice(_ALPHABET) for _ in range(16)),
            category=dice.choice(("food", "non-food", "any")),
            amount_minor=dice.choice((700_000, 1_500_000, 2_000_000, 4_512_300)),
            currency="KZT", valid_from="2022-08-16", valid_until="2022-09-15",
            language=LANGUAGES[number * len(LANGUAGES) // count],
        )


LOOK = SheetLook(
    programme="KZ CASH 2022", hotline="+7 700 000 00 00", batch_label="Round 3, batch 12",
    printed_by="printer", printed_at="2022-08-15 10:30", second_language="ru",
    shops=dict.fromkeys(LANGUAGES, "Magnum Cash&Carry"),
)


def sheets() -> dict[str, object]:
    """The row `sheets`: CPU seconds of both sides (medians of interleaved pairs)."""
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
    for _ in range(PAIRS):
        for side, measured in runs.items():
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.sheets", side],
                capture_output=True, check=True, text=True,
                cwd=Path(__file__).parents[2],
            )
            measured.append(json.loads(done.stdout))
    ours, theirs = (statistics.median(run["cpu"] for run in runs[side]) for side in runs)
    peak_mb = max(run["peak_mb"] for run in runs["ours"])
    file_mb = runs["ours"][0]["file_mb"]
    ratio = ours / theirs
    return {
        "name": "sheets", "ours": round(ours, 3), "theirs": round(theirs, 3),
        "ratio": round(ratio, 3), "bar": "<= 0.25 CPU, <= 110 MB, <= 5 MB",
        "holds": ratio <= 0.25 and peak_mb <= 110 and file_mb <= 5,
        "peak_mb": round(peak_mb, 1), "file_mb": round(file_mb, 2),
    }


def _ours(path: Path) -> float:
    import fpdf  # noqa: F401
    import pikepdf  # noqa: F401
    import qrcode  # noqa: F401

    start = time.process_time()
    with path.open("wb") as out:
        draw_sheets(out, vouchers(VOUCHERS), LOOK, created=CREATED)
    return time.process_time() - start


def _theirs(path: Path) -> float:
    import qrcode.util  # noqa: F401
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    start = time.process_time()
    fonts = Path(__file__).parents[2] / "cbi" / "paper" / "fonts"
    for name in ("NotoSans-Regular", "NotoSans-Bold", "Vazirmatn-Regular", "Vazirmatn-Bold"):
        pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
    page = Canvas(str(path), pageCompression=1)
    for number, one in enumerate(vouchers(VOUCHERS)):
        if number and number % 8 == 0:
            page.showPage()
        page.saveState()
        page.translate(17, 815 - 98.5 * (number % 8 + 1))
        _reportlab_voucher(page, one)
        page.restoreState()
    page.save()
    return time.process_time() - start


def _reportlab_voucher(page: Any, one: SheetVoucher) -> None:
    from cbi.messages import text
    from cbi.messages.figures import amount_figures, category_word, validity
    from cbi.paper.words import amount_words

    say: Callable[..., str] = lambda name, **facts: text(f"voucher.{name}", one.language, **facts)  # noqa: E731
    value = amount_figures(one.amount_minor, one.currency, one.language)
    category = category_word(one.category, one.language)
    how = say("how")
    fifth = len(how) // 4
    regular, bold = (
        ("Vazirmatn-Regular", "Vazirmatn-Bold") if one.language in ("fa", "ps")
        else ("NotoSans-Regular", "NotoSans-Bold")
    )
    texts = [
        (10, 83, regular, 6.5, say("counterfoil")), (70, 83, regular, 6.5, LOOK.programme),
        (10, 70, "NotoSans-Bold", 10, one.serial), (10, 58, bold, 9, value),
        (10, 50, regular, 6.5, category), (12, 40, regular, 5, say("signature")),
        (10, 8, regular, 6, say("received-on")), (140, 83, bold, 9.5, LOOK.programme),
        (300, 83, regular, 7.5, say("title")), (140, 60, bold, 20, value),
        (140, 50, regular, 6.5, amount_words(one.amount_minor, one.currency, one.language)),
        (140, 38, bold, 9, category),
        (140, 27, regular, 8, validity(one.valid_from, one.valid_until, one.language)),
        (345, 83, bold, 7.5, say("shops", shops="Magnum Cash&Carry")),
        *((345, 72 - 9 * row, regular, 6.8, how[fifth * row : fifth * (row + 1)])
          for row in range(4)),
        (345, 27, "NotoSans-Regular", 6.4, f"{value} {category}"),
        (345, 19, "NotoSans-Regular", 6.4, validity(one.valid_from, one.valid_until, "ru")),
        (345, 8, bold, 8.5, say("hotline", hotline=LOOK.hotline)),
        (490, 8, "NotoSans-Bold", 7.5, one.serial),
        *((140 + 50 * group, 8, "NotoSans-Bold", 14, one.code[4 * group : 4 * group + 4])
          for group in range(4)),
    ]
    for x, y, font, size, words in texts:
        page.setFont(font, size)
        page.drawString(x, y, words)
    page.rect(10, 18, 110, 29)
    _reportlab_square(page, one.code)


def _reportlab_square(page: Any, code: str) -> None:
    from cbi.paper.qr import library_square

    path = page.beginPath()
    module = 2.83
    for row, line in enumerate(library_square("", code)):
        start = None
        for column, dark in enumerate([*line, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(485 + start * module, 80 - row * module,
                          (column - start) * module, module * 1.03)
                start = None
    page.drawPath(path, stroke=0, fill=1)


def _main(side: str) -> None:
    import resource

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheets.pdf"
        cpu = {"ours": _ours, "theirs": _theirs}[side](path)
        size = path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"cpu": cpu, "peak_mb": peak / 1024, "file_mb": size / 1e6}))


if __name__ == "__main__":
    _main(sys.argv[1])
