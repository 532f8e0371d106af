#!/usr/bin/env bash
# pain001-loader-xlsx 0.0.74 gives account and identity numbers without the zeros that the sheet shows. Seen: a cell
# with the Kazakh IIN 050315500123, a number under the format 000000000000, is `50315500123`, and an account
# 0012345678 under 0000000000 is `12345678`, without a word; decimals it takes from the format, 1500 under
# 0.00 is `1500.00`. It means to restore what the sheet shows and to speak up where that is lost. One expects the
# zeros, which the format tells: the bank turns down the payments of all who were born from 2000 on.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pain001-loader-xlsx==0.0.74 pain001==0.0.74 openpyxl==3.1.5
venv/bin/python - <<'PYTHON' || { echo "pain001-loader-xlsx-account-numbers-lose-their-zeros: not as described any more"; exit 1; }
import openpyxl
from pain001_loader_xlsx import XlsxLoader

book = openpyxl.Workbook()
book.active.append(["iin", "account", "amount"])
book.active.append([50315500123, 12345678, 1500])
for cell, shown in zip(book.active[2], ("0" * 12, "0" * 10, "0.00")):
    cell.number_format = shown
book.save("payments.xlsx")
seen = XlsxLoader().load("payments.xlsx").rows
print(seen)
assert seen == [{"iin": "50315500123", "account": "12345678", "amount": "1500.00"}]
PYTHON
