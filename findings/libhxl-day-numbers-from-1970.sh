#!/usr/bin/env bash
# libhxl 5.2.2 cleans a bare day number in a #date column as days since 1970. Seen: 45000, which is
# what every spreadsheet stores for 15 March 2023 (days since 1900), becomes 2093-03-15: the right
# day and month, exactly seventy years late, and no warning. One expects the spreadsheet's meaning,
# because lists with HXL tags are spreadsheets and the number is what is left of a date when a
# column loses its format; or a word that it could not be read, as other odd dates get.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check libhxl==5.2.2 six==1.17.0
venv/bin/python - <<'PYTHON' || { echo "libhxl-day-numbers-from-1970: not as described any more"; exit 1; }
import hxl

told = [["Distribution"], ["#date"], ["2023-03-15"], ["45000"], ["44927"]]
cleaned = [row.values[0] for row in hxl.data(told).clean_data(date="#date")]
print(dict(zip(("2023-03-15", "45000", "44927"), cleaned)))
assert cleaned == ["2023-03-15", "2093-03-15", "2093-01-01"]
PYTHON
