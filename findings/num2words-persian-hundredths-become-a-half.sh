#!/usr/bin/env bash
# num2words 0.5.14 writes every fraction whose digits are zeros and a five as a half in Persian.
# Seen: 1.05 and 12.005 come out as `one and a half` and `twelve and a half`, word for word what
# 1.5 and 12.5 give; 1.02 is one and two hundredths, and Russian has five hundredths for 1.05.
# One expects 1.05 and 1.5 to be two amounts in words as they are in figures: an exchange rate or
# a price that is read out or printed in words to an Afghan shopkeeper is nearly half a unit too
# high, and the words are what was signed for.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-persian-hundredths-become-a-half: not as described any more"; exit 1; }
from decimal import Decimal

from num2words import num2words

amounts = ("1.5", "1.05", "12.5", "12.005", "1.02")
seen = {amount: num2words(Decimal(amount), lang="fa") for amount in amounts}
for amount, words in seen.items():
    print(amount, ascii(words))
assert seen["1.5"] == seen["1.05"] and seen["12.5"] == seen["12.005"]
assert seen["1.5"].endswith("\u0646\u06cc\u0645") and not seen["1.02"].endswith("\u0646\u06cc\u0645")
assert num2words(Decimal("1.05"), lang="ru") != num2words(Decimal("1.5"), lang="ru")
PYTHON
