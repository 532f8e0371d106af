#!/usr/bin/env bash
# multi-calendar-dimension 1.0.5 turns every Solar Hijri date of the last century into a Gregorian one that
# is a day too late. Seen: 15 Hut 1364 is 7 March 1986 and 1 Hamal 1365 is 22 March, where jdatetime 6.1.1
# has the 6th and the 21st; each of the 18262 days from 1950 to 1999 is off and none of those from 2000 to
# 2025, and the way from Gregorian to Solar Hijri is right, so no such date comes back. One expects 6 March:
# dates of today, by which one tries it, are right, and every grown person's birth moves by a day.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check multi-calendar-dimension==1.0.5 jdatetime==6.1.1
venv/bin/python - <<'PYTHON' || { echo "multi-calendar-dimension-births-before-2000-a-day-late: not as described any more"; exit 1; }
from datetime import date, timedelta

import jdatetime
from multi_calendar_dimension import gregorian_to_jalali, jalali_to_gregorian


def off(day):
    there = jdatetime.date.fromgregorian(date=day)
    assert tuple(gregorian_to_jalali(day.year, day.month, day.day)) == (there.year, there.month, there.day)
    return (date(*jalali_to_gregorian(there.year, there.month, there.day)) - day).days


def offs(first, last):
    return [off(first + timedelta(days)) for days in range((last - first).days + 1)]


seen = [jalali_to_gregorian(*there) for there in ((1364, 12, 15), (1365, 1, 1), (1403, 12, 30))]
print(seen)
assert seen == [(1986, 3, 7), (1986, 3, 22), (2025, 3, 20)]
old, new = offs(date(1950, 1, 1), date(1999, 12, 31)), offs(date(2000, 1, 1), date(2025, 12, 31))
print(len(old), set(old), len(new), set(new))
assert len(old) == 18262 and set(old) == {1} and set(new) == {0}
PYTHON
