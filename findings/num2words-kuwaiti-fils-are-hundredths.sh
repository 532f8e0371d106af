#!/usr/bin/env bash
# num2words 0.5.14 knows the Kuwaiti dinar in Arabic and counts a hundred fils to it. A dinar has
# a thousand (ISO 4217 gives it three places, as the package iso4217 1.16.20260101 has it). Seen:
# 1.500 dinars come out as one dinar and fifty fils, 2.125 as two dinars and twelve fils;
# Tunisian dinars of the same package have five hundred and a hundred and twenty-five. One
# expects these of both: sums in words on a receipt are short of the figures by up to nine tenths
# of a dinar.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14 iso4217==1.16.20260101
venv/bin/python - <<'PYTHON' || { echo "num2words-kuwaiti-fils-are-hundredths: not as described any more"; exit 1; }
from decimal import Decimal

from iso4217 import Currency
from num2words import num2words

seen = [num2words(Decimal(text), lang="ar", to="currency", currency="KWD")
        for text in ("1.500", "2.125", "1.50")]
print(ascii(seen))
assert Currency("KWD").exponent == 3
there = num2words(Decimal("1.500"), lang="ar", to="currency", currency="TND")
print("Tunisian:", ascii(there))
assert "\u062e\u0645\u0633\u0645\u0627\u0626\u0629" in there
fils = "\u0641\u0644\u0633"
assert all(words.endswith(fils) for words in seen) and seen[0] == seen[2]
hundreds = "\u0645\u0627\u0626\u0629"
assert "\u062e\u0645\u0633\u0648\u0646 " + fils in seen[0] and hundreds not in seen[0]
assert "\u0639\u0634\u0631\u0629 " + fils in seen[1] and hundreds not in seen[1]
PYTHON
