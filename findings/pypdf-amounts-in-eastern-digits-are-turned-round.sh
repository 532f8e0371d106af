#!/usr/bin/env bash
# pypdf 7.1.1 turns amounts in eastern digits round where a name in the same script stands before them on the page, and
# PyMuPDF 2.0 does so with Arabic digits. Seen: of a page that fpdf2 2.8.9 wrote, a name and amounts below it, pypdf
# gives ۱۵۰۰ (1500) as `۰۰۵۱`, ۱۵٬۰۰۰ as `۰۰۰٬۵۱` and ٢٥٠ (250) as `٠٥٢`, PyMuPDF the last alone; pypdfium2 5.15.2 has
# all right, and all three 1500. In these scripts too a number runs from left to right. One expects the number that
# the page shows: a list of payments from Kabul or Aden read this way has other amounts, and no error.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fpdf2==2.8.9 uharfbuzz==0.57.0 pypdf==7.1.1 pypdfium2==5.15.2
venv/bin/pip install -qq --disable-pip-version-check --no-deps matplotlib==3.11.2 pymupdf==2.0
venv/bin/python - <<'PYTHON' || { echo "pypdf-amounts-in-eastern-digits-are-turned-round: not as described any more"; exit 1; }
import glob

import pymupdf
import pypdf
import pypdfium2
from fpdf import FPDF

font = glob.glob("venv/lib/python3*/site-packages/matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf")[0]
lines = ["کمال", "۱۵۰۰", "۱۵٬۰۰۰", "٢٥٠", "1500"]
page = FPDF()
page.add_page()
page.add_font("sans", fname=font)
page.set_font("sans", size=14)
page.set_text_shaping(True)
for line in lines:
    page.cell(text=line, new_x="LMARGIN", new_y="NEXT")
page.output("payments.pdf")
read = {
    "pypdf": pypdf.PdfReader("payments.pdf").pages[0].extract_text(),
    "pymupdf": pymupdf.open("payments.pdf")[0].get_text(),
    "pypdfium2": pypdfium2.PdfDocument("payments.pdf")[0].get_textpage().get_text_range(),
}
seen = {reader: text.split() for reader, text in read.items()}
print(seen)
assert seen == {
    "pypdf": ["کمال", "۰۰۵۱", "۰۰۰٬۵۱", "٠٥٢", "1500"],
    "pymupdf": ["کمال", "۱۵۰۰", "۱۵٬۰۰۰", "٠٥٢", "1500"],
    "pypdfium2": lines,
}
PYTHON
