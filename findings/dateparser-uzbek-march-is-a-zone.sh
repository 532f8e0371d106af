#!/usr/bin/env bash
# dateparser 1.5.0 without a language reads the Uzbek (and Turkish) date `15 mart 2026` as the
# 15th of the current month in the time zone MART (Marquesas), while `15 yanvar 2026` is read as
# January. Seen: tzinfo MART, month that of today; with languages=["uz"] it is March. One
# expects a month name that the package has in its own data to win over a zone abbreviation: in
# a list of Uzbek births all of March moves to the month of the import and only there.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dateparser==1.5.0
venv/bin/python - <<'PYTHON' || { echo "dateparser-uzbek-march-is-a-zone: not as described any more"; exit 1; }
from datetime import datetime

import dateparser

base = datetime(2026, 7, 1)
options = {"RELATIVE_BASE": base}
march = dateparser.parse("15 mart 2026", settings=options)
told = dateparser.parse("15 mart 2026", languages=["uz"], settings=options)
january = dateparser.parse("15 yanvar 2026", settings=options)
print(march, march.tzinfo, told, january)
assert march.month != 3 and march.tzname() == "MART"
assert told.month == 3 and january.month == 1
PYTHON
