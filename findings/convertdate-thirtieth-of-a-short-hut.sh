#!/usr/bin/env bash
# convertdate 2.5.1 takes 30 Hut (Esfand) of 1402, a year without that day, and even day 31 and
# month 13, and gives a day of the next year. Seen: (1402, 12, 30) gives 2024-03-20, which is 1
# Hamal 1403; jdatetime 6.1.1 raises ValueError. One expects a calendar converter to refuse a
# day that does not exist: a mistyped date of birth or voucher expiry becomes a plausible one in
# another year.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check convertdate==2.5.1 jdatetime==6.1.1
venv/bin/python - <<'PYTHON' || { echo "convertdate-thirtieth-of-a-short-hut: not as described any more"; exit 1; }
import jdatetime
from convertdate import persian

print(persian.to_gregorian(1402, 12, 30), persian.to_gregorian(1403, 1, 1), persian.leap(1402))
assert not persian.leap(1402)
assert persian.to_gregorian(1402, 12, 30) == persian.to_gregorian(1403, 1, 1) == (2024, 3, 20)
assert persian.to_gregorian(1402, 12, 31) == persian.to_gregorian(1402, 13, 1) == (2024, 3, 21)
try:
    jdatetime.date(1402, 12, 30)
except ValueError as error:
    print("jdatetime:", error)
else:
    raise SystemExit(1)
PYTHON
