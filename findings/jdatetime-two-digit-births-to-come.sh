#!/usr/bin/env bash
# jdatetime 6.1.1 reads a two-digit Solar Hijri year as C reads a Gregorian one: 00 to 68 are
# 1400 to 1468, 69 to 99 are 1369 to 1399. Seen: `64/12/15` with %y/%m/%d is 1464-12-15, which
# is March 2086, and `70/12/15` is 1370-12-15; the 15 Hut 1364 that it wrote with %y itself
# comes back a century later. One expects the pivot to follow the calendar, in which this
# century began in 2021, so that a birth written 64 was in 1986: everyone past thirty-six or so
# on such a list is not born yet.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jdatetime==6.1.1
venv/bin/python - <<'PYTHON' || { echo "jdatetime-two-digit-births-to-come: not as described any more"; exit 1; }
import jdatetime

seen = {text: jdatetime.datetime.strptime(text, "%y/%m/%d").date()
        for text in ("03/12/15", "64/12/15", "68/12/15", "69/12/15", "70/12/15")}
print({text: (str(day), str(day.togregorian())) for text, day in seen.items()})
assert [day.year for day in seen.values()] == [1403, 1464, 1468, 1369, 1370]
assert str(seen["64/12/15"].togregorian())[:4] == "2086"
assert jdatetime.date(1364, 12, 15).strftime("%y/%m/%d") == "64/12/15"
PYTHON
