#!/usr/bin/env bash
# persiantools 6.2.0 refuses a date in Persian digits in strptime (ValueError), although the
# package itself converts such digits elsewhere; jdatetime 6.1.1 reads the same string. Seen: a
# ValueError beside 1403-12-15. One expects a Solar Hijri parser to read the digits that the
# calendar's users write: phones in Dari and Pashto fill forms with them.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jdatetime==6.1.1 persiantools==6.2.0
venv/bin/python - <<'PYTHON' || { echo "persiantools-refuses-native-digits: not as described any more"; exit 1; }
from jdatetime import datetime as first
from persiantools.digits import fa_to_en
from persiantools.jdatetime import JalaliDateTime as second

text = "\u06f1\u06f4\u06f0\u06f3/\u06f1\u06f2/\u06f1\u06f5"
print("jdatetime:", first.strptime(text, "%Y/%m/%d").date())
assert second.strptime(fa_to_en(text), "%Y/%m/%d").month == 12
try:
    print("persiantools:", second.strptime(text, "%Y/%m/%d"))
except ValueError as error:
    print("persiantools:", error)
else:
    raise SystemExit(1)
PYTHON
