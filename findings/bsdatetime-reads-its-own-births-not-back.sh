#!/usr/bin/env bash
# bsdatetime 1.0.1 writes Nepali dates that it refuses to read. Seen: ad_to_bs of 6 March 1986 is 23 Fagun
# 2042, as nepali-datetime 1.0.8.5 has it, and bs_to_ad of that raises `BS date is outside supported range`;
# so do all 6678 days from 1 January 2000 to 13 April 2018, and those from 14 April 2018, the first of 2075,
# come back. The README names 1975 to 2100 of the Nepali calendar as the range. One expects 6 March 1986: the
# dates of birth on the citizenship papers of all grown people cannot be entered, while a test with the
# dates of a project of today passes.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bsdatetime==1.0.1 nepali-datetime==1.0.8.5
venv/bin/python - <<'PYTHON' || { echo "bsdatetime-reads-its-own-births-not-back: not as described any more"; exit 1; }
from datetime import date, timedelta

import bsdatetime
import nepali_datetime


def back(day):
    try:
        return bsdatetime.bs_to_ad(*bsdatetime.ad_to_bs(day))
    except ValueError as error:
        return str(error)


birth = date(1986, 3, 6)
other = nepali_datetime.date.from_datetime_date(birth)
print(bsdatetime.ad_to_bs(birth), back(birth), bsdatetime.MIN_BS_YEAR, bsdatetime.MAX_BS_YEAR)
assert tuple(bsdatetime.ad_to_bs(birth)) == (other.year, other.month, other.day) == (2042, 11, 23)
assert back(birth) == "BS date is outside supported range"
assert bsdatetime.MIN_BS_YEAR == 1975
old = [date(2000, 1, 1) + timedelta(days) for days in range((date(2018, 4, 14) - date(2000, 1, 1)).days)]
print(len(old))
assert {back(day) for day in old} == {"BS date is outside supported range"}
new = [date(2018, 4, 14) + timedelta(days) for days in range(365 * 8)]
assert [back(day) for day in new] == new
PYTHON
