#!/usr/bin/env bash
# ethiopian-date 1.0 has no Ethiopian date for the days of Pagume, the thirteenth month, nor for
# the last two or one of Tikimt, the second. It gives its answer as a Gregorian date object,
# which has twelve months and at most 29 days in the second. Seen: of the 3653 days from 2016 to
# 2025 70 raise ValueError, 10 September 2025 (5 Pagume 2017) and 8 November (29 Tikimt 2018)
# among them; ethiopian-date-sdk 1.0.0 has them all. One expects a converter to know each day of
# its calendar: who was born in the days before New Year cannot be registered.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ethiopian-date==1.0 ethiopian-date-sdk==1.0.0
venv/bin/python - <<'PYTHON' || { echo "ethiopian-date-has-no-thirteenth-month: not as described any more"; exit 1; }
from datetime import date, timedelta

from ethiopian_date import EthiopianDateConverter as First
from ethiopian_date_sdk.converter import EthiopianDateConverter as Second

start = date(2016, 1, 1)
days = [start + timedelta(passed) for passed in range((date(2026, 1, 1) - start).days)]
without = []
for day in days:
    try:
        First.to_ethiopian(day.year, day.month, day.day)
    except ValueError:
        without.append(Second.to_ethiopian_date(day.year, day.month, day.day))
print(len(days), len(without), without[-8:])
assert len(without) == 70
assert {(month, day) for _, month, day in without if month != 13} == {(2, 29), (2, 30)}
assert sum(month == 13 for _, month, _ in without) == sum(
    Second.to_ethiopian_date(day.year, day.month, day.day)[1] == 13 for day in days)
PYTHON
