#!/usr/bin/env bash
# pypdfium2 5.15.2 and PyMuPDF 2.0 change the order of letters in names with a lam and an alef. Seen: of a page that
# fpdf2 2.8.9 wrote لیلا, Laila, is read as `لیال`, غلام, Ghulam, as `غالم`, اسلام, Islam, as `اسالم` and گلاب, Gulab,
# as `گالب`; pypdf 7.1.1 gives all four as they were, and کمال, which has an alef and then a lam, is right in all.
# The two letters are one glyph, as the script demands, and the file says which letters it stands for, in their
# order. One expects them so: the names can be read, look like names, and match no other list.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fpdf2==2.8.9 uharfbuzz==0.57.0 pypdf==7.1.1 pypdfium2==5.15.2
venv/bin/pip install -qq --disable-pip-version-check --no-deps matplotlib==3.11.2 pymupdf==2.0
venv/bin/python - <<'PYTHON' || { echo "pypdfium2-laila-becomes-another-name: not as described any more"; exit 1; }
import glob

import pymupdf
import pypdf
import pypdfium2
from fpdf import FPDF

font = glob.glob("venv/lib/python3*/site-packages/matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf")[0]
names = ["کمال", "لیلا", "غلام", "اسلام", "گلاب"]
page = FPDF()
page.add_page()
page.add_font("sans", fname=font)
page.set_font("sans", size=14)
page.set_text_shaping(True)
for name in names:
    page.cell(text=name, new_x="LMARGIN", new_y="NEXT")
page.output("names.pdf")
read = {
    "pypdf": pypdf.PdfReader("names.pdf").pages[0].extract_text(),
    "pymupdf": pymupdf.open("names.pdf")[0].get_text(),
    "pypdfium2": pypdfium2.PdfDocument("names.pdf")[0].get_textpage().get_text_range(),
}
seen = {reader: text.split() for reader, text in read.items()}
print(seen)
changed = ["کمال", "لیال", "غالم", "اسالم", "گالب"]
assert seen == {"pypdf": names, "pymupdf": changed, "pypdfium2": changed}
PYTHON
