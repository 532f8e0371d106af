#!/usr/bin/env bash
# Babel 2.19.0 calls the time of Almaty, Kabul and Dushanbe `summer time` in Russian, in
# January as well, when asked for a zone's name without saying which half of the year. Seen: in
# Russian the generic name (pattern vvvv) ends in the words for summer time, in Kazakh, Uzbek,
# Dari and English the plain name of the country, with or without `time`. None of the three
# countries has summer time. One expects the general name in each language: a Russian notice of
# a distribution at ten o'clock names an hour that people take for nine or eleven.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check babel==2.19.0
venv/bin/python - <<'PYTHON' || { echo "babel-summer-time-in-a-russian-winter: not as described any more"; exit 1; }
from datetime import datetime, timezone

from babel.dates import format_datetime, get_timezone

winter = datetime(2026, 1, 15, 5, 0, tzinfo=timezone.utc)
summer = "\u043b\u0435\u0442\u043d\u0435\u0435 \u0432\u0440\u0435\u043c\u044f"
seen = {(zone, name): format_datetime(winter, "HH:mm vvvv", tzinfo=get_timezone(zone), locale=name)
        for zone in ("Asia/Almaty", "Asia/Kabul", "Asia/Dushanbe")
        for name in ("ru", "ru_KZ", "kk", "uz", "fa_AF", "en")}
for key, text in seen.items():
    print(*key, text)
assert {name for (_, name), text in seen.items() if summer in text} == {"ru", "ru_KZ"}
assert all(seen[zone, "ru"].endswith(summer)
           for zone in ("Asia/Almaty", "Asia/Kabul", "Asia/Dushanbe"))
assert seen["Asia/Kabul", "en"] == "09:30 Afghanistan Time"
PYTHON
