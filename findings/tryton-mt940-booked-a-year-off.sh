#!/usr/bin/env bash
# mt940 0.8.1 (Tryton's) gives the day of booking the year of the value date. An MT940 line has
# the year in the value date alone. Seen: value 31 December 2025, booked 2 January, is booked
# 2025-01-02, nearly a year before; value 2 January 2026, booked 31 December, is booked
# 2026-12-31, nearly a year ahead; mt-940 5.1.1 has 2026-01-02 and 2025-12-31. One expects the
# nearest such day: every year the payments around New Year leave the month that they are
# reconciled in.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mt940==0.8.1
venv/bin/python - <<'PYTHON' || { echo "tryton-mt940-booked-a-year-off: not as described any more"; exit 1; }
import subprocess
import sys
from pathlib import Path

text = """:20:REF1
:25:KZ86125KZT5004100100
:28C:1/1
:60F:C251231KZT15000,00
:61:2512310102D1500,00NTRFNONREF
:86:claim of a shop
:61:2601021231D500,00NTRFNONREF
:86:claim of a shop
:62F:C260102KZT13000,00
-
"""
Path("year.sta").write_text(text)
from mt940 import MT940

(statement,) = MT940("year.sta").statements
seen = [(str(entry.date), str(entry.booking)) for entry in statement.transactions]
print(seen)
assert seen == [("2025-12-31", "2025-01-02"), ("2026-01-02", "2026-12-31")]

# The other package has the same import name, so it goes into a folder of its own.
subprocess.run([sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check",
                "--target", "other", "mt-940==5.1.1"], check=True)
there = subprocess.run([sys.executable, "-c", "import sys; sys.path.insert(0, 'other'); import mt940; "
                        "print(*[e.data['entry_date'] for e in mt940.parse(open('year.sta').read())])"],
                       check=True, capture_output=True, text=True).stdout.split()
print("mt-940:", there)
assert there == ["2026-01-02", "2025-12-31"]
PYTHON
