#!/usr/bin/env bash
# openpyxl 3.1.5 and XlsxWriter 3.3.1 turn the last moment of a day into the next day. Seen:
# datetime.combine(15 March 2026, time.max), Python's usual end of a day, is read back as 16
# March 2026 00:00:00 by openpyxl and by python-calamine 0.9.1, whichever of the two wrote it;
# the same day at 23:59:59 stays. The stored number still lies before midnight, the readers
# round it to thousandths of a second. One expects cutting, as the day is what such a moment is
# for (known for XlsxWriter, put down to Excel): a voucher `valid through the 15th` is valid on
# the 16th in the shops' list.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check openpyxl==3.1.5 XlsxWriter==3.3.1 python-calamine==0.9.1
venv/bin/python - <<'PYTHON' || { echo "openpyxl-end-of-day-is-tomorrow: not as described any more"; exit 1; }
from datetime import date, datetime, time

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

moments = [datetime.combine(date(2026, 3, 15), time.max), datetime(2026, 3, 15, 23, 59, 59)]
book = openpyxl.Workbook()
book.active.append(moments)
book.save("one.xlsx")
with xlsxwriter.Workbook("two.xlsx") as other:
    shape = other.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    other.add_worksheet().write_row(0, 0, moments, shape)
for name in ("one.xlsx", "two.xlsx"):
    first = list(next(openpyxl.load_workbook(name).active.iter_rows(values_only=True)))
    second = CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()[0]
    print(name, *map(str, first + second))
    assert [str(value)[:10] for value in first] == ["2026-03-16", "2026-03-15"]
    assert [str(value)[:10] for value in second] == ["2026-03-16", "2026-03-15"]
PYTHON
