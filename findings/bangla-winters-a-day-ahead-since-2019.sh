#!/usr/bin/env bash
# bangla 0.0.6 has the Bengali calendar as it was in Bangladesh until 2019: from 16 October to 14 March each
# date is a day ahead. Seen: 16 December 2025 is 2 Poush and 21 February 2026 is 9 Falgun, where the calendar in
# force has 1 Poush and 8 Falgun, as at the war's end and on the day of the language martyrs; so are 300 of the
# 730 days from 14 April 2024. Since 16 October 2019 the first six months have 31 days, Falgun 29 and the
# others 30. The README says that the calendar was adopted in 1987, and of no change. One expects today's: notices
# for the people of Cox's Bazar and the dates on papers of the union council differ by a day all winter.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bangla==0.0.6
venv/bin/python - <<'PYTHON' || { echo "bangla-winters-a-day-ahead-since-2019: not as described any more"; exit 1; }
from datetime import date, timedelta

import bangla

MONTHS = "বৈশাখ জ্যৈষ্ঠ আষাঢ় শ্রাবণ ভাদ্র আশ্বিন কার্তিক অগ্রহায়ণ পৌষ মাঘ ফাল্গুন চৈত্র".split()
DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")


def in_force(day):
    """Year, month and day by the rule of 2019; the year begins on 14 April."""
    year = day.year if day >= date(day.year, 4, 14) else day.year - 1
    left = (day - date(year, 4, 14)).days
    falgun = (date(year + 1, 3, 1) - date(year + 1, 2, 1)).days + 1
    for month, length in enumerate([31] * 6 + [30] * 4 + [falgun, 30], 1):
        if left < length:
            return year - 593, month, left + 1
        left -= length
    raise ValueError(day)


def written(day):
    there = bangla.get_date(day.day, day.month, day.year)
    return there["year"].translate(DIGITS), there["month"], int(there["date"].translate(DIGITS))


assert in_force(date(2025, 12, 16)) == (1432, 9, 1) and in_force(date(2026, 2, 21)) == (1432, 11, 8)
seen = [written(date(2025, 12, 16)), written(date(2026, 2, 21))]
print(seen)
assert seen == [("1432", MONTHS[8], 2), ("1432", MONTHS[10], 9)]
days = [date(2024, 4, 14) + timedelta(days) for days in range(730)]
off = [day for day in days if written(day)[2] != in_force(day)[2]]
print(len(off), off[0], off[-1])
assert off == [day for day in days if (10, 16) <= (day.month, day.day) or (day.month, day.day) <= (3, 14)]
assert len(off) == 300
PYTHON
