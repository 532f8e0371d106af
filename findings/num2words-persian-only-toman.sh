#!/usr/bin/env bash
# num2words 0.5.14 in Persian writes every sum in toman, whole numbers as whole (in Kazakh and
# Russian they are hundredths), and raises TypeError when given the currency that the other
# languages take. Seen: 15000 gives fifteen thousand toman; with currency="AFN" `unexpected
# keyword argument 'currency'`. One expects a currency to be named or refused as such: a Dari
# receipt would name the money of another country.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-persian-only-toman: not as described any more"; exit 1; }
from num2words import num2words

words = num2words(15000, lang="fa", to="currency")
print(words)
assert words.endswith("\u062a\u0648\u0645\u0627\u0646")
try:
    num2words(15000, lang="fa", to="currency", currency="AFN")
except TypeError as error:
    print(error)
else:
    raise SystemExit(1)
PYTHON
