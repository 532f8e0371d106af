#!/usr/bin/env bash
# pcalendar 1.1.0 turns a Gregorian date into a Solar Hijri one that is up to three days too late. Seen:
# 6 March 1986, 15 Hut 1364, becomes the 17th, 1 January 2024 13 Jadi instead of the 11th, and 20 March
# 2025 3 Hamal 1404 instead of 30 Hut 1403; of the 731 days of 2024 and 2025 only those of February are
# right, while from Solar Hijri to Gregorian all are, so dates do not come back. jdatetime 6.1.1 has the
# right ones, and the README promises accurate conversion. One expects 15 Hut: a birth or an expiry that is
# entered in one calendar stands one to three days later on what the person is handed in the other.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pcalendar==1.1.0 jdatetime==6.1.1
venv/bin/python - <<'PYTHON' || { echo "pcalendar-today-is-the-day-after-tomorrow: not as described any more"; exit 1; }
from datetime import date, timedelta

import jdatetime
import pcalendar


def written(day):
    there = pcalendar.from_gregorian_date(day.year, day.month, day.day)
    return there.tm_year, there.tm_mon + 1, there.tm_mday


def right(day):
    there = jdatetime.date.fromgregorian(date=day)
    return there.year, there.month, there.day


seen = {str(day): (written(day), right(day)) for day in (date(1986, 3, 6), date(2024, 1, 1), date(2025, 3, 20))}
print(seen)
assert seen == {"1986-03-06": ((1364, 12, 17), (1364, 12, 15)), "2024-01-01": ((1402, 10, 13), (1402, 10, 11)),
                "2025-03-20": ((1404, 1, 3), (1403, 12, 30))}
days = [date(2024, 1, 1) + timedelta(days) for days in range(731)]
assert [day for day in days if written(day) == right(day)] == [day for day in days if day.month == 2]
back = pcalendar.from_persian_date(1364, 11, 15).to_gregorian()  # months are counted from 0
assert (back.tm_year, back.tm_mon, back.tm_mday) == (1986, 3, 6)
PYTHON
