#!/usr/bin/env bash
# pycountry 26.2.16 has the two Venezuelan codes VED and VES, one worth a million of the other,
# under one and the same name. Seen: both are called Bolivar Soberano (with its accent), and a
# look-up by that name gives one of them without a word. One expects names to tell two
# currencies apart: a donor report that names the currency can't be turned back into its code.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycountry==26.2.16
venv/bin/python - <<'PYTHON' || { echo "pycountry-one-name-for-two-bolivars: not as described any more"; exit 1; }
import pycountry

names = {code: pycountry.currencies.get(alpha_3=code).name for code in ("VED", "VES")}
print(names, pycountry.currencies.get(name=names["VES"]).alpha_3)
assert names["VED"] == names["VES"]
PYTHON
