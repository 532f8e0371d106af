#!/usr/bin/env bash
# commcare-export 1.16.0 makes a full date of a part of one with the month and the day on which the
# export runs. Seen: str2date of the year of birth `1986` is 1986-11-30 on a 30 November and another
# day tomorrow, and `14:30`, the answer to a question for a time, is today at 14:30. A text that is no
# date at all gives an empty cell. One expects that here too: people who know only their year get a
# birthday, another one in each export, so that the records of one person no longer agree.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check commcare-export==1.16.0 python-dateutil==2.9.0.post0
venv/bin/python - <<'PYTHON' || { echo "commcare-export-a-birth-year-gets-todays-day: not as described any more"; exit 1; }
from datetime import date, datetime

from commcare_export.env import BuiltInEnv, JsonPathEnv
from commcare_export.minilinq import Apply, Reference

form = {"form": {"born": "1986", "came": "14:30", "whole": "1986-03-15", "word": "unknown"}}
seen, today = {}, date.today()
for field in form["form"]:
    value = Apply(Reference("str2date"), Reference(f"form.{field}"))
    seen[field] = value.eval(BuiltInEnv() | JsonPathEnv(form))
    print(field, form["form"][field], seen[field])
if (today.month, today.day) == (2, 29):
    today = today.replace(day=28)
assert seen["born"] == datetime(1986, today.month, today.day)
assert seen["came"] == datetime(date.today().year, date.today().month, date.today().day, 14, 30)
assert seen["whole"] == datetime(1986, 3, 15)
assert seen["word"] is None
PYTHON
