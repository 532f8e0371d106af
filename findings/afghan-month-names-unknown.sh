#!/usr/bin/env bash
# jdatetime 6.1.1 and persiantools 6.2.0 know the Solar Hijri months by their Iranian names
# alone. Seen: `15 Esfand 1403` is read by both, `15 Hut 1403`, the same day in Afghanistan, and
# the Dari spelling of Hamal (the first month) raise ValueError in both. One expects a package
# for the calendar to know the names of both countries that keep it: dates of birth and of
# distribution on Afghan forms are written with the zodiac names.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jdatetime==6.1.1 persiantools==6.2.0
venv/bin/python - <<'PYTHON' || { echo "afghan-month-names-unknown: not as described any more"; exit 1; }
from jdatetime import datetime as first
from persiantools.jdatetime import JalaliDateTime as second

def read(kind, text):
    try:
        day = kind.strptime(text, "%d %B %Y")
        return f"{day.year}-{day.month}-{day.day}"
    except ValueError:
        return "refused"

seen = {text: (read(first, text), read(second, text))
        for text in ("15 Esfand 1403", "15 Hut 1403", "15 \u062d\u0645\u0644 1403")}
print(seen)
assert list(seen.values()) == [("1403-12-15",) * 2, ("refused",) * 2, ("refused",) * 2]
PYTHON
