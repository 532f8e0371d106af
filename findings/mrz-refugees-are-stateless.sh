#!/usr/bin/env bash
# mrz 0.6.2 makes stateless persons of refugees. ICAO Doc 9303, part 3, has the codes XXA for a
# stateless person, XXB for a refugee under the Convention of 1951 and XXC for any other refugee.
# Seen: the nationality `Refugee` becomes XXA in the machine readable zone, as `Stateless` does,
# and XXC is an error where one is made and `valid nationality code` false where one is read. One
# expects XXB and three codes: travel papers made with it state another status than the person
# has, and a refugee by another title cannot be registered from a valid paper.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mrz==0.6.2
venv/bin/python - <<'PYTHON' || { echo "mrz-refugees-are-stateless: not as described any more"; exit 1; }
from mrz.base.errors import CountryError
from mrz.checker.td3 import TD3CodeChecker
from mrz.generator.td3 import TD3CodeGenerator


def zone(nationality: str) -> str:
    """The zone of an invented travel document."""
    return str(TD3CodeGenerator("P", "KAZ", "SAMPLE", "PERSON", "P01234567", nationality, "900101",
                                "F", "300101"))


seen = {name: zone(name).split("\n")[1][10:13] for name in ("Stateless", "Refugee", "XXA", "XXB")}
print(seen)
assert seen == {"Stateless": "XXA", "Refugee": "XXA", "XXA": "XXA", "XXB": "XXB"}
assert TD3CodeChecker(zone("XXB"))
try:
    zone("XXC")
except CountryError as error:
    print(error)
else:
    raise SystemExit(1)
# The nationality of a passport has no check digit, so the zone stays right in all else.
checked = TD3CodeChecker(zone("XXB").replace("XXB", "XXC"))
print(checked.report.falses)
assert not checked and checked.report.falses == [("valid nationality code", False)]
PYTHON
