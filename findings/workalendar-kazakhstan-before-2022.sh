#!/usr/bin/env bash
# workalendar 17.0.0 has the public holidays of Kazakhstan as they were until 2022. Seen: for
# 2023 it has 1 December (Day of the First President) and 17 December, both given up by then, and
# no Republic Day on 25 October, a holiday again since 2022; holidays 0.109 has it so. A day off
# is thus a working day and the other way round: ten working days from 18 October 2023 end a day
# early. One expects the holidays of the year that is asked for: dates of payment and deadlines
# for a complaint fall on days when banks and offices are shut.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check workalendar==17.0.0 holidays==0.109
venv/bin/python - <<'PYTHON' || { echo "workalendar-kazakhstan-before-2022: not as described any more"; exit 1; }
import warnings
from datetime import date

import holidays
from workalendar.asia import Kazakhstan

warnings.simplefilter("ignore")  # it says that its Islamic dates may be off; none is looked at here
calendar, other = Kazakhstan(), holidays.country_holidays("KZ", years=2023)
for day, working in ((date(2023, 10, 25), True), (date(2023, 12, 1), False)):
    print(day, "working day:", calendar.is_working_day(day), "/", day not in other)
    assert calendar.is_working_day(day) is working and (day not in other) is not working
assert date(2023, 12, 17) in [day for day, _ in calendar.holidays(2023)]
assert other.get(date(2023, 10, 25)) == "Republic Day"
seen = calendar.add_working_days(date(2023, 10, 18), 10)
right = other.get_nth_working_day(date(2023, 10, 18), 10)
print(seen, right)
assert (seen, right) == (date(2023, 11, 1), date(2023, 11, 2))
PYTHON
