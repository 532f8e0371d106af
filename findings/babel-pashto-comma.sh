#!/usr/bin/env bash
# Babel 2.19.0 reads `15,000` as fifteen under Pashto (ps) and as fifteen thousand under Dari
# (fa_AF), because CLDR gives Pashto a decimal comma and Dari a decimal point for Latin digits.
# Seen: 15.000 and 15000. One expects the two languages of one country, on forms and shop
# receipts in one currency, to read one amount alike: a till's claim shrinks a thousandfold,
# without an error, when a clerk's locale is Pashto.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check babel==2.19.0
venv/bin/python - <<'PYTHON' || { echo "babel-pashto-comma: not as described any more"; exit 1; }
from babel.numbers import parse_decimal

seen = {name: parse_decimal("15,000", locale=name) for name in ("ps", "fa_AF")}
print(seen)
assert seen["ps"] == 15 and seen["fa_AF"] == 15000
PYTHON
