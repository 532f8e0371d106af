#!/usr/bin/env bash
# fayadateconverter 0.0.1 turns Hijri dates into days that no calendar has. Seen: 4 Safar 1444, 31 August 2022,
# becomes 32 August, 4 Rabi I 1444, 30 September, 31 September, and 30 Safar 1440, a day of the Umm al-Qura
# calendar, whose table the package carries, is an `Invalid Date`, as it looks whether there is a 30 February. Of
# the days from 2015 to 2029 more than one in four come back a day too late; hijridate 2.6.0 has each right. One
# expects the day of the table: a birthday from a Hijri document gets a wrong or impossible date without an error.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check fayadateconverter==0.0.1 hijridate==2.6.0
venv/bin/python - <<'PYTHON' || { echo "fayadateconverter-thirty-second-of-august: not as described any more"; exit 1; }
import datetime

import hijridate
from fayadateconverter import hijri


def read(*day: int) -> tuple[int, ...] | None:
    try:
        return tuple(map(int, hijri(*day).hijri_to_gregorian()))
    except Exception as refusal:
        assert str(refusal) == "Invalid Date"
        return None


seen = [read(1444, 2, 4), read(1444, 3, 4), read(1440, 2, 30)]
print(seen)
assert seen == [(2022, 8, 32), (2022, 9, 31), None]
assert hijridate.Hijri(1444, 2, 4).to_gregorian().isoformat() == "2022-08-31"
assert hijridate.Hijri(1440, 2, 30).to_gregorian().isoformat() == "2018-11-08"
first, days = datetime.date(2015, 1, 1), 5479
wrong = 0
for number in range(days):
    day = first + datetime.timedelta(number)
    told = read(*hijridate.Gregorian(day.year, day.month, day.day).to_hijri().datetuple())
    wrong += told is not None and told != (day.year, day.month, day.day)
print(wrong, "of", days)
assert wrong > days / 4
PYTHON
