#!/usr/bin/env bash
# NumWord 0.0.6 has the same words for five hundredths as for five tenths. Seen: 1500.05 is `one thousand five
# hundred point  five` in English and `un mille cinq cent virgule  cinq` in French, the words of 1500.5 but for a
# second gap; 1500.25 is `point two five`: it reads the digits one by one and has no word for a zero. One expects
# `point zero five`: an amount in words, which on a voucher or a receipt decides when the figures can't be
# read, is ten times the cents.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check NumWord==0.0.6 requests==2.34.2
venv/bin/python - <<'PYTHON' || { echo "numword-five-hundredths-are-five-tenths: not as described any more"; exit 1; }
from NumWord import NumberToWord

words = NumberToWord()
seen = [words.convert(amount, lang=language) for language in ("en", "fr") for amount in (1500.05, 1500.5, 1500.25)]
print(seen)
assert seen[0].split() == seen[1].split() == "one thousand five hundred point five".split()
assert seen[2] == "one thousand five hundred point two five"
assert seen[3].split() == seen[4].split() == "un mille cinq cent virgule cinq".split()
PYTHON
