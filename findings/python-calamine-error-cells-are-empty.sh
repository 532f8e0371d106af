#!/usr/bin/env bash
# python-calamine 0.9.1 gives an empty string for an error cell; openpyxl 3.1.5 gives #N/A. One
# expects an error to be told from an empty cell: an amount whose look-up failed reads as no
# amount.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "python-calamine-error-cells-are-empty: not as described any more"; exit 1; }
import openpyxl
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
book.active.append(["amount"])
book.active["A2"] = "#N/A"
book.active["A2"].data_type = "e"
book.save("book.xlsx")
seen = CalamineWorkbook.from_path("book.xlsx").get_sheet_by_index(0).to_python()
print(seen, openpyxl.load_workbook("book.xlsx").active["A2"].value)
assert seen[1] == [""]
PYTHON
