#!/usr/bin/env bash
# mrz 0.6.2 turns down every passport and card whose holder's birthday is not fully known. ICAO
# Doc 9303, part 3, has an issuer write `<` for each figure that is unknown. Seen: a passport
# that is valid with 900101 is invalid, `birth date` being false, with 9001<<, 90<<<< and <<<<<<,
# all four with right check digits; the generator refuses to make them. One expects them to be
# valid, or a warning, which the report has a place for: many Afghans and Somalis have a year
# alone or nothing there, and a registration desk that trusts the check sends them away with a
# true paper.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mrz==0.6.2
venv/bin/python - <<'PYTHON' || { echo "mrz-unknown-birthdays-are-wrong: not as described any more"; exit 1; }
from mrz.base.errors import DateError
from mrz.base.functions import hash_string
from mrz.checker.td3 import TD3CodeChecker
from mrz.generator.td3 import TD3CodeGenerator


def passport(birth: str) -> str:
    """Both lines of an invented passport, with their check digits."""
    parts = ["P01234567", birth, "300101", "<" * 14]
    number, born, ends, personal = (part + hash_string(part) for part in parts)
    return ("P<AFGSAMPLE<<PERSON".ljust(44, "<") + "\n" + number + "AFG" + born + "F" + ends
            + personal + hash_string(number + born + ends + personal))


seen = {}
for birth in ("900101", "9001<<", "90<<<<", "<<<<<<"):
    checked = TD3CodeChecker(passport(birth))
    seen[birth] = (bool(checked), checked.report.falses)
print(seen)
assert seen.pop("900101") == (True, [])
assert set(map(str, seen.values())) == {"(False, [('birth date', False)])"}
try:
    TD3CodeGenerator("P", "AFG", "SAMPLE", "PERSON", "P01234567", "AFG", "90<<<<", "F", "300101")
except DateError as error:
    print(error)
else:
    raise SystemExit(1)
PYTHON
