#!/usr/bin/env bash
# num2words 0.5.14 takes a whole number as hundredths when it writes a sum of money, and the
# same number as float, Decimal or text as whole units. Seen: 15000 in tenge gives one hundred
# and fifty tenge, 15000.0 and "15000" fifteen thousand. One expects 15000 == 15000.0 to be one
# amount: an act of handing over that states the sum in words states a hundredth, once the
# amount happens to be an int.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-whole-tenge-are-tiyn: not as described any more"; exit 1; }
from decimal import Decimal

from num2words import num2words

seen = [num2words(value, lang="kz", to="currency", currency="KZT")
        for value in (15000, 150.0, 15000.0, Decimal(15000), "15000")]
for words in seen:
    print(words)
assert seen[0] == seen[1] != seen[2] == seen[3] == seen[4]
PYTHON
