#!/usr/bin/env bash
# pyexcel 0.7.6 decides cell by cell of a CSV file what is a number. Seen: of one column of
# Kazakh IINs those of people born before 2000 become int and those that begin with 0, of the
# years after, stay text; of one column of phones +77012345678 loses its plus and becomes an int,
# 0700123456 stays text; the voucher code 1E5 becomes 100000.0 and 00123 stays. One expects one
# type for a column, and numbers with a plus or a letter to stay as they are: a look-up by text
# finds the children of a household and not their parents, and a sort by IIN raises.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyexcel==0.7.6 pyexcel-io==0.6.8
venv/bin/python - <<'PYTHON' || { echo "pyexcel-one-column-of-numbers-two-types: not as described any more"; exit 1; }
from pathlib import Path

import pyexcel

Path("list.csv").write_text("iin,phone,code\n050101500123,0700123456,00123\n900101500123,+77012345678,1E5\n")
seen = pyexcel.get_records(file_name="list.csv")
print(*seen, sep="\n")
assert list(seen[0].values()) == ["050101500123", "0700123456", "00123"]
assert list(seen[1].values()) == [900101500123, 77012345678, 100000.0]
try:
    sorted(one["iin"] for one in seen)
except TypeError as error:
    print(error)
else:
    raise SystemExit(1)
PYTHON
