#!/usr/bin/env bash
# xlsx2csv 0.8.6 writes the format of a cell in place of its amount when words in the format hold
# a letter of a date. Seen: 1500 under `"USD" #,##0` comes out as `"us08" #,##0`, under `#,##0
# "Som"` as `#,##0 "so02"` and under `0 "days"` as `0 "08ays"`, without an error; 1500 under
# `#,##0 "KZT"` is 1500. In a number format of a workbook what stands between quotation marks is
# plain text. One expects 1500 each time, as openpyxl 3.1.5 reads it: shops' price lists and
# statements with the currency in the format lose every amount on their way to CSV.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check xlsx2csv==0.8.6 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "xlsx2csv-money-becomes-its-format: not as described any more"; exit 1; }
import csv
import io

import openpyxl
from xlsx2csv import Xlsx2csv

formats = ('"USD" #,##0', '#,##0 "Som"', '0 "days"', '#,##0 "KZT"', "#,##0")
book = openpyxl.Workbook()
for row, shown in enumerate(formats, 1):
    book.active.cell(row, 1, 1500).number_format = shown
book.save("prices.xlsx")
out = io.StringIO()
Xlsx2csv("prices.xlsx").convert(out)
seen = [line[0] for line in csv.reader(io.StringIO(out.getvalue()))]
print(seen)
assert seen == ['"us08" #,##0', '#,##0 "so02"', '0 "08ays"', "1500", "1500"]
read = openpyxl.load_workbook("prices.xlsx").active
assert [cell.value for cell in read["A"]] == [1500] * 5
PYTHON
