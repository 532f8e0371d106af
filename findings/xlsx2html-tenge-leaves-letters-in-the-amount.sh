#!/usr/bin/env bash
# xlsx2html 0.6.4 breaks amounts under a currency whose language code has a letter in it: Kazakh
# (43F), Dari (48C), Amharic (45E), Turkish (41F). In a workbook's format [$KZT-43F] is the text
# KZT, the code is not shown. Seen: 1500.75 under `[$KZT-43F] #,##0.00` comes out as `KZT1501F
# #,##0.00`, under Dari as `AFN1501C #,##0.00`; under `[$USD-409] #,##0.00` as USD 1,500.75. One
# expects KZT 1,500.75: a statement that was made in the country's own language setting loses its
# coins on the page and shows a pattern after each sum, one made in English does not.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check xlsx2html==0.6.4 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "xlsx2html-tenge-leaves-letters-in-the-amount: not as described any more"; exit 1; }
import re

import openpyxl
from xlsx2html import xlsx2html

formats = {"[$KZT-43F] #,##0.00": "KZT1501F #,##0.00", "[$AFN-48C] #,##0.00": "AFN1501C #,##0.00",
           "[$USD-409] #,##0.00": "USD 1,500.75"}
book = openpyxl.Workbook()
for row, shown in enumerate(formats, 1):
    book.active.cell(row, 1, 1500.75).number_format = shown
book.save("prices.xlsx")
page = xlsx2html("prices.xlsx")
page.seek(0)
seen = [cell.strip() for cell in re.findall("<td[^>]*>(.*?)</td>", page.read(), re.DOTALL)]
print(seen)
assert seen == list(formats.values())
PYTHON
