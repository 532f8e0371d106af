#!/usr/bin/env bash
# python-calamine 0.9.1 gives a cell with a date and time as `date` when the time is exactly midnight,
# and as `datetime` otherwise. Seen: of three cells of one column, all formatted
# `yyyy-mm-dd hh:mm:ss`, 15 March 2026 at 09:30:00, 00:00:00 and 00:00:01 come as datetime, date,
# datetime. One expects the column's format to decide: a `date` cannot be compared with a
# `datetime`, so sorting submission times works for years and raises with the first submission of
# midnight.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "python-calamine-midnight-has-another-type: not as described any more"; exit 1; }
from datetime import datetime

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

book = Workbook()
sheet = book.active
for row, moment in enumerate(("09:30:00", "00:00:00", "00:00:01"), 1):
    sheet.cell(row, 1, datetime.fromisoformat(f"2026-03-15 {moment}"))
    sheet.cell(row, 1).number_format = "yyyy-mm-dd hh:mm:ss"
book.save("times.xlsx")
read = [row[0] for row in CalamineWorkbook.from_path("times.xlsx").get_sheet_by_index(0).to_python()]
kinds = [type(cell).__name__ for cell in read]
print(kinds)
assert kinds == ["datetime", "date", "datetime"]
try:
    sorted(read)
except TypeError as error:
    print(error)
else:
    raise AssertionError("they can be sorted")
PYTHON
