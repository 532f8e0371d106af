#!/usr/bin/env bash
# pycel 1.0b30 rounds a half to the even side when a workbook rounds to tens or hundreds, and
# upward when it rounds to places. Seen: =ROUND(1250,-2) is 1200 and =ROUND(4500,-3) is 4000;
# =ROUND(2.5,0) is 3, =ROUND(0.125,2) 0.13 and =ROUND(1350,-2) 1400. Excel's ROUND goes away from
# zero at a half everywhere; LibreOffice has 1300 and 5000. One expects what the workbook shows:
# transfer values that a price survey's workbook rounds to full hundreds come out a hundred lower
# for each second such household, and the totals differ from the signed ones.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycel==1.0b30
venv/bin/python - <<'PYTHON' || { echo "pycel-hundreds-round-to-even: not as described any more"; exit 1; }
import logging

import openpyxl
from pycel import ExcelCompiler

logging.disable()
formulas = {"=ROUND(1250,-2)": 1200, "=ROUND(4500,-3)": 4000, "=ROUND(1350,-2)": 1400,
            "=ROUND(2.5,0)": 3, "=ROUND(0.125,2)": 0.13}
book = openpyxl.Workbook()
book.active.title = "S"
for row, formula in enumerate(formulas, 1):
    book.active.cell(row, 1, formula)
book.save("values.xlsx")
workbook = ExcelCompiler(filename="values.xlsx")
seen = {formula: workbook.evaluate(f"S!A{row}") for row, formula in enumerate(formulas, 1)}
print(seen)
assert seen == formulas
PYTHON
