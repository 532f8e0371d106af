#!/usr/bin/env bash
# pyexcel-ods 0.6.0 writes a date with a time under a type that OpenDocument does not have, so
# that it comes back as text. Seen: datetime(2026, 3, 15, 9, 30) is stored with
# office:value-type `datetime` and no office:date-value, and read by the package itself as the
# string `2026-03-15 09:30:00`; a date without a time is stored as `date` and read as a date.
# The format has one type, date, for both. One expects what pyexcel-xlsx does with the same
# call, a moment: sorting and filtering the times of redemption in the file that was saved as
# .ods works on letters.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyexcel==0.7.6 pyexcel-ods==0.6.0 pyexcel-xlsx==0.6.1
venv/bin/python - <<'PYTHON' || { echo "pyexcel-ods-moments-become-text: not as described any more"; exit 1; }
import datetime
import re
import zipfile

import pyexcel

row = [datetime.datetime(2026, 3, 15, 9, 30), datetime.date(2026, 3, 15)]
seen = {}
for kind in ("ods", "xlsx"):
    pyexcel.save_as(array=[row], dest_file_name=f"times.{kind}")
    seen[kind] = pyexcel.get_array(file_name=f"times.{kind}")[0]
stored = zipfile.ZipFile("times.ods").read("content.xml").decode()
types = re.findall(r'office:value-type="(\w+)"', stored)
print(seen, types, re.findall(r'office:date-value="([^"]+)"', stored))
assert types == ["datetime", "date"] and len(re.findall("office:date-value=", stored)) == 1
assert seen["ods"] == ["2026-03-15 09:30:00", datetime.date(2026, 3, 15)]
assert seen["xlsx"][0] == row[0]
PYTHON
