#!/usr/bin/env bash
# pyxform 4.5.0 writes a real date cell of an .xlsx form as a date with a midnight. Seen: the
# default of a `date` question, typed into the workbook as the date 15 March 2026, goes into
# the form's data as `2026-03-15 00:00:00`, and so does a date in a column of the choices.
# XForms has 2026-03-15 for a date and a T before the time of a dateTime. There is no warning.
# One expects the value that the type asks for, as the cell is right: the workbook shows a
# plain date, and a form that is to be compared with today() holds a text that is none.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyxform==4.5.0 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "pyxform-date-cells-become-moments: not as described any more"; exit 1; }
import datetime
import re

import openpyxl
from pyxform.xls2xform import convert

day = datetime.date(2026, 3, 15)
book = openpyxl.Workbook()
survey = book.active
survey.title = "survey"
for row in (["type", "name", "label", "default"], ["date", "given", "Given", day],
            ["select_one round", "round", "Round", None]):
    survey.append(row)
choices = book.create_sheet("choices")
for row in (["list_name", "name", "label", "since"], ["round", "r1", "First", day]):
    choices.append(row)
book.save("form.xlsx")
made = convert(xlsform="form.xlsx")
seen = re.findall(r"<(?:given|since)>(.*?)<", made.xform)
print(seen, made.warnings)
assert seen == ["2026-03-15 00:00:00"] * 2 and not made.warnings
PYTHON
