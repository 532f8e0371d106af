#!/usr/bin/env bash
# phonenumbers 9.0.43 knows that +7 701 000 00 00 is a mobile number of Kazakhstan and gives it
# sixteen time zones, Moscow, Kamchatka and Bucharest among them. Seen: region KZ by the main
# module and `Kazakhstan` by the geocoder, and by the timezone module the very list that a
# Russian mobile number gets, while a landline in Astana has Asia/Almaty alone and an Afghan
# mobile Asia/Kabul. One expects the zones of the region that the package itself has found: a
# message that is kept back until morning where its reader lives leaves at night, or never.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check phonenumbers==9.0.43
venv/bin/python - <<'PYTHON' || { echo "phonenumbers-kazakh-mobiles-in-moscow: not as described any more"; exit 1; }
import phonenumbers
from phonenumbers import geocoder, timezone

numbers = {name: phonenumbers.parse(text) for name, text in {
    "mobile": "+77010000000", "Astana": "+77172000000", "Russia": "+79160000000",
    "Kabul": "+93700000000"}.items()}
zones = {name: timezone.time_zones_for_number(number) for name, number in numbers.items()}
print({name: len(found) for name, found in zones.items()}, zones["mobile"])
assert phonenumbers.region_code_for_number(numbers["mobile"]) == "KZ"
assert geocoder.country_name_for_number(numbers["mobile"], "en") == "Kazakhstan"
assert zones["mobile"] == zones["Russia"] and len(zones["mobile"]) == 16
assert {"Europe/Moscow", "Asia/Kamchatka", "Europe/Bucharest"} < set(zones["mobile"])
assert zones["Astana"] == ("Asia/Almaty",) and zones["Kabul"] == ("Asia/Kabul",)
PYTHON
