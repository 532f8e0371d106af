#!/usr/bin/env bash
# ethiopian-calendar 0.1.0 turns the leap day of the Ethiopian year into the New Year's day
# before it. Seen: 11 September 2023, which is 6 Pagume 2015, comes out as 1 Meskerem 2015, a
# year and a day before 1 Meskerem 2016, and so does that day of each fourth year; the package
# turns 6 Pagume 2015 into 11 September 2023 rightly, and 1 Meskerem 2015 into 11 September 2022.
# ethiopian-date-sdk 1.0.0 has 6 Pagume. One expects a date to come back as it went: a birth or
# an expiry of that day moves by 365 days.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ethiopian-calendar==0.1.0 ethiopian-date-sdk==1.0.0
venv/bin/python - <<'PYTHON' || { echo "ethiopian-calendar-leap-day-a-year-early: not as described any more"; exit 1; }
from datetime import date

from ethiopian_calendar.calendar import EthiopicDate
from ethiopian_date_sdk.converter import EthiopianDateConverter

for year in (2019, 2023, 2027):
    day = date(year, 9, 11)
    seen = EthiopicDate.from_gregorian(day)
    right = EthiopicDate(year - 8, 13, 6)
    print(day, "is", seen, "which is", seen.to_gregorian(), "and not", right)
    assert right.to_gregorian() == day
    assert EthiopianDateConverter.to_ethiopian_date(day.year, day.month, day.day) == (year - 8, 13, 6)
    assert (seen.year, seen.month, seen.day) == (year - 8, 1, 1) and (day - seen.to_gregorian()).days == 365
PYTHON
