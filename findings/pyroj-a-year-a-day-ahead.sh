#!/usr/bin/env bash
# pyroj 1.3.1, a Kurdish calendar that gives Persian dates too, has no leap day in 1403 and so the whole of the
# year after it a day ahead. Seen: 20 March 2025, 30 Hut (Esfand) 1403, is 1 Hamal 1404 by to_persian and New
# Year's day of 2725, and 15 Hut 1404, 6 March 2026, the 16th; 366 days in all, by jdatetime 6.1.1, from 1937 to
# 2034, are wrong, and none before or after them. One expects Nawroz on 21 March 2025, as it was kept: documents
# issued in the year 1404 are dated, and waiting times counted, a day off.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyroj==1.3.1 jdatetime==6.1.1
venv/bin/python - <<'PYTHON' || { echo "pyroj-a-year-a-day-ahead: not as described any more"; exit 1; }
import datetime

import jdatetime
from pyroj.kurdish import KurdishDate

eve = KurdishDate.from_gregorian(datetime.date(2025, 3, 20))
seen = [(eve.year, eve.month, eve.day), eve.to_persian()]
seen.append(KurdishDate.from_gregorian(datetime.date(2026, 3, 6)).to_persian())
print(seen)
assert seen == [(2725, 1, 1), (1404, 1, 1), (1404, 12, 16)]
wrong = []
for number in range((datetime.date(2035, 1, 1) - datetime.date(1937, 1, 1)).days):
    day = datetime.date(1937, 1, 1) + datetime.timedelta(number)
    right = jdatetime.date.fromgregorian(date=day)
    if KurdishDate.from_gregorian(day).to_persian() != (right.year, right.month, right.day):
        wrong.append(day.isoformat())
print(len(wrong), wrong[0], wrong[-1])
assert (len(wrong), wrong[0], wrong[-1]) == (366, "2025-03-20", "2026-03-20")
PYTHON
