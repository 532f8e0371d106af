#!/usr/bin/env bash
# arrow 1.4.0 leaves the half of the day out in Russian, Kazakh, Uzbek and Arabic. Seen:
# format("h:mm A") gives `2:05 AM` and `2:05 PM` in English, and `2:05 ` for both in the four
# languages, without an error, as it does with `a`; Babel 2.19.0 has a word for each half in all
# of them. One expects the words that the language has, or an error for a token that cannot be
# written: a notice of a distribution at five in the afternoon says five, and receipts of two
# redemptions twelve hours apart bear the same time.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check arrow==1.4.0 babel==2.19.0
venv/bin/python - <<'PYTHON' || { echo "arrow-afternoons-are-mornings-in-russian: not as described any more"; exit 1; }
import datetime as dt

import arrow
from babel.dates import format_time

night, noon = arrow.get(2026, 3, 15, 2, 5), arrow.get(2026, 3, 15, 14, 5)
for language in ("ru", "kk", "uz", "ar"):
    seen = [moment.format("h:mm A", locale=language) for moment in (night, noon)]
    there = [format_time(dt.time(hour, 5), "h:mm a", locale=language) for hour in (2, 14)]
    print(language, seen, ascii(there))
    assert seen == ["2:05 ", "2:05 "] and there[0] != there[1]
assert noon.format("h:mm A", locale="en") == "2:05 PM"
PYTHON
