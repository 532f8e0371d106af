#!/usr/bin/env bash
# ofxtools 1.1.1 reads the hundredths of an hour in an OFX time zone as minutes. OFX writes zones
# as hours with a fraction, -12.00 to +12.00, so that Kabul is 4.50 and Kathmandu 5.75. Seen: a
# payment of 15 March at ten past midnight in Kabul, 20260315001000[4.50:AFT], comes out as 19:20
# UTC, which is 23:50 of the fourteenth in Kabul; ofxparse 0.21 has 19:40. The shorter 4.5 is an
# error, and its own files say 4.30. One expects half an hour: moments are twenty minutes off,
# and payments just after midnight fall into the day, at times the month, before.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ofxtools==1.1.1 ofxparse==0.21
venv/bin/python - <<'PYTHON' || { echo "ofxtools-half-hours-are-minutes: not as described any more"; exit 1; }
import datetime as dt
import io

from ofxparse.ofxparse import OfxParser
from ofxtools.Types import DateTime, OFXSpecError

text = "20260315001000[4.50:AFT]"
seen = DateTime().convert(text)
kabul = seen.astimezone(dt.timezone(dt.timedelta(hours=4.5)))
print("ofxtools:", seen, "in Kabul", kabul)
assert (seen.hour, seen.minute) == (19, 20)
assert (kabul.day, kabul.hour, kabul.minute) == (14, 23, 50)
other = OfxParser.parseOfxDateTime(text)
print("ofxparse:", other)
assert other == dt.datetime(2026, 3, 14, 19, 40)
try:
    DateTime().convert("20260315001000[4.5:AFT]")
except OFXSpecError as error:
    print(error)
else:
    raise SystemExit(1)
print("written:", DateTime().unconvert(kabul))
assert "[+4.30" in DateTime().unconvert(kabul)
PYTHON
