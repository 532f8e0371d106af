#!/usr/bin/env bash
# farsi-number-words 1.0.0 says 434 point zero for 435 that come out of a product. Seen: 4.35 * 100, which in
# binary is a hair below 435, becomes `چهارصد و سی و چهار ممیز صفر`, 1499.999 becomes 1499 point zero; 435
# and 1500 have their words. It rounds the part behind the point to two places and doesn't carry the one that comes
# of it. One expects 435: a sum in words in Dari or Persian, worked out from a price and a quantity, is one
# short of the figures beside it.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check farsi-number-words==1.0.0
venv/bin/python - <<'PYTHON' || { echo "farsi-number-words-one-short-of-the-product: not as described any more"; exit 1; }
from farsi_number import NumberToWords

words = NumberToWords()
seen = [words.convert(amount) for amount in (4.35 * 100, 435, 1499.999)]
print(seen)
assert seen[0] == "چهارصد و سی و چهار ممیز صفر" and seen[1] == "چهارصد و سی و پنج"
assert seen[2] == "یک هزار و چهارصد و نود و نه ممیز صفر"
PYTHON
