#!/usr/bin/env bash
# libhxl 5.2.2's clean_data reads `1.500,50` as 1.5005, `1 500,50` as 150050 and `1,5` as 15: a
# comma is dropped wherever it stands. One expects a number that can't be told to be left for a
# person, as `n/a` is: amounts from shops that write a decimal comma change by tens and
# thousands without a word.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check libhxl==5.2.2 six==1.17.0
venv/bin/python - <<'PYTHON' || { echo "libhxl-cleans-european-amounts: not as described any more"; exit 1; }
import hxl

rows = [["#value"], ["1.500,50"], ["1 500,50"], ["1,5"]]
seen = [row.values[0] for row in hxl.data(rows).clean_data(number="#value")]
print(seen)
assert seen == ["1.5005", "150050", "15"]
PYTHON
