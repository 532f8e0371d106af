#!/usr/bin/env bash
# dateparser 1.5.0's JalaliCalendar reads a date whose month it does not know (Dari Hamal, the
# first month; Hut, the twelfth) as a day in the month of today. Seen: `15 Hamal 1403` and `15
# Hut 1403` in Dari both give one and the same day; the answer's `parts` lack `month`, nothing
# else tells. One expects None, as for any date that is not understood: births and distributions
# dated in Afghan months all fall into whatever month the file is imported in.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dateparser==1.5.0 convertdate==2.5.1 hijridate==2.3.0
venv/bin/python - <<'PYTHON' || { echo "dateparser-jalali-unknown-month: not as described any more"; exit 1; }
from dateparser.calendars.jalali import JalaliCalendar

texts = {"Hamal": "15 \u062d\u0645\u0644 1403", "Hut": "15 \u062d\u0648\u062a 1403",
         "Esfand": "15 \u0627\u0633\u0641\u0646\u062f 1403"}
seen = {name: JalaliCalendar(text).get_date() for name, text in texts.items()}
for name, answer in seen.items():
    print(name, answer.date_obj.date(), answer.parts)
assert seen["Hamal"].date_obj == seen["Hut"].date_obj
assert "month" not in seen["Hut"].parts and "month" in seen["Esfand"].parts
PYTHON
