#!/usr/bin/env bash
# asosoft 0.2.0 leaves the one out of thousands when it says a number in Central Kurdish. Seen: Number2Word of
# 21000 is `بیست و هەزار`, twenty and thousand, of 31000 and 121500 likewise, of 201000 two hundred and
# thousand, of 21001 twenty and thousand and one; 22000, 21 and 21000000 have their words. A thousand alone is said
# without its one, twenty-one thousand isn't. One expects `بیست و یەک هەزار`: a sum in words on a receipt in
# Sulaymaniyah, read out or checked against the figures, is another one for each such amount.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check asosoft==0.2.0
venv/bin/python - <<'PYTHON' || { echo "asosoft-twenty-one-thousand-lacks-its-one: not as described any more"; exit 1; }
from asosoft import Number2Word

seen = {number: Number2Word(str(number)) for number in (21000, 31000, 201000, 21001, 22000, 21, 21000000)}
print(seen)
assert seen == {
    21000: "بیست و هەزار", 31000: "سی و هەزار", 201000: "دووسەد و هەزار", 21001: "بیست و هەزار و یەک",
    22000: "بیست و دوو هەزار", 21: "بیست و یەک", 21000000: "بیست و یەک ملیۆن",
}
PYTHON
