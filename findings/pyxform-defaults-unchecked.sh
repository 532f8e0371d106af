#!/usr/bin/env bash
# pyxform 4.5.0 turns an XLSForm into a form without looking whether a question's default is of its
# type. Seen: `15/03/2026` for a date, `1,500` for an integer, `1 500,50` for a decimal and `9.30`
# for a time go into the form's data as they stand, with no warning, though XForms dates are
# 2026-03-15 and numbers have no separators. One expects a word about it: what a form says of its
# types is otherwise checked closely, and the mistake shows only on the phone of who fills it in.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyxform==4.5.0
venv/bin/python - <<'PYTHON' || { echo "pyxform-defaults-unchecked: not as described any more"; exit 1; }
import re

from pyxform.xls2xform import convert

form = """
| survey |         |        |        |            |
|        | type    | name   | label  | default    |
|        | date    | given  | Given  | 15/03/2026 |
|        | integer | amount | Amount | 1,500      |
|        | decimal | price  | Price  | 1 500,50   |
|        | time    | opens  | Opens  | 9.30       |
"""
made = convert(xlsform=form, file_type=".md")
stored = re.findall(r"<(?:given|amount|price|opens)>(.*?)<", made.xform)
print(stored, made.warnings)
assert stored == ["15/03/2026", "1,500", "1 500,50", "9.30"] and not made.warnings
PYTHON
