#!/usr/bin/env bash
# pycel 1.0b30's EDATE runs over the end of a short month. Seen: =EDATE(DATE(2026,1,31),1) is 3
# March, a month after 31 March is 1 May and two months before 31 August is 1 July. Excel and
# OpenFormula take the last day of the month when it has no such day, 28 February, 30 April and
# 30 June, as LibreOffice does; pycel's own EOMONTH has the 28th. One expects the workbook's day:
# the last day of a voucher or of a right to complain that is worked out with it falls up to
# three days later, in another month, for all who began on the last days of one.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycel==1.0b30
venv/bin/python - <<'PYTHON' || { echo "pycel-a-month-after-january-is-march: not as described any more"; exit 1; }
import logging
from datetime import date, timedelta

import openpyxl
from pycel import ExcelCompiler

logging.disable()
formulas = {"=EDATE(DATE(2026,1,31),1)": date(2026, 3, 3), "=EDATE(DATE(2026,3,31),1)": date(2026, 5, 1),
            "=EDATE(DATE(2026,8,31),-2)": date(2026, 7, 1), "=EOMONTH(DATE(2026,1,31),1)": date(2026, 2, 28),
            "=EDATE(DATE(2026,1,28),1)": date(2026, 2, 28)}
book = openpyxl.Workbook()
book.active.title = "S"
for row, formula in enumerate(formulas, 1):
    book.active.cell(row, 1, formula)
book.save("values.xlsx")
workbook = ExcelCompiler(filename="values.xlsx")
seen = {formula: date(1899, 12, 30) + timedelta(workbook.evaluate(f"S!A{row}"))
        for row, formula in enumerate(formulas, 1)}
for formula, day in seen.items():
    print(formula, day)
assert seen == formulas
PYTHON
