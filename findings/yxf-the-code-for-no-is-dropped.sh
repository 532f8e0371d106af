#!/usr/bin/env bash
# yxf 1.1.0, which turns an XLSForm workbook into YAML and back, drops every cell that holds the number 0. Seen: of
# the choices 1 Yes, 0 No, 98 Unknown, typed as numbers, No has no name after the way there and back, and the
# default 0 of the question for children is gone; 0.5 and 98 stay, and nothing is said. pyxform 4.5.0 reads the
# first workbook with the value 0. One expects 0 to be a value, the usual code for No: a form put under version
# control this way can't be built any more, or, where 0 was a default, asks what it used to know.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check yxf==1.1.0 pyxform==4.5.0 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "yxf-the-code-for-no-is-dropped: not as described any more"; exit 1; }
import io

import openpyxl
from pyxform.xls2xform import convert
from yxf.excel import read_xlsform, write_xlsform
from yxf.yaml import read_yaml, write_yaml

sheets = {
    "survey": [["type", "name", "label", "default"], ["select_one yn", "disabled", "Disabled?", None],
               ["integer", "children", "Children", 0], ["decimal", "share", "Share", 0.5]],
    "choices": [["list_name", "name", "label"], ["yn", 1, "Yes"], ["yn", 0, "No"], ["yn", 98, "Unknown"]],
}
book = openpyxl.Workbook()
book.remove(book.active)
for title, rows in sheets.items():
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
book.save("form.xlsx")
built = convert(xlsform="form.xlsx").xform
assert "<name>0</name>" in built and "<children>0</children>" in built
with open("form.xlsx", "rb") as file:
    text = write_yaml(read_xlsform(file))
out = io.BytesIO()
write_xlsform(read_yaml(text), out)
back = openpyxl.load_workbook(out)
choices = [row[1:] for row in back["choices"].iter_rows(min_row=2, values_only=True) if any(row)]
defaults = [row[-1] for row in back["survey"].iter_rows(min_row=2, values_only=True) if any(row)]
print(choices, defaults)
assert choices == [("1", "Yes"), (None, "No"), ("98", "Unknown")]
assert defaults == [None, None, "0.5"]
PYTHON
