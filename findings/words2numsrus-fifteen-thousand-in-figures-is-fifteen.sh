#!/usr/bin/env bash
# words2numsrus 0.1.0 drops the digits after the gap of a sum that is written in figures. Seen: replace_groups of
# `выдано 15 000 тенге` is `выдано 15 тенге` and `1 500 тенге` is `1 тенге`; `1500 тенге` stays. In Russian
# thousands are set off by a gap, and the function is for texts in which some numbers are written in words. One
# expects figures to be left alone: a note on a payment says a thousandth of it afterwards, and nothing warns.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check words2numsrus==0.1.0 natasha==0.10.0 yargy==0.12.0 pymorphy2==0.8 'setuptools<81'
venv/bin/python - <<'PYTHON' || { echo "words2numsrus-fifteen-thousand-in-figures-is-fifteen: not as described any more"; exit 1; }
from words2numsrus import NumberExtractor

numbers = NumberExtractor()
seen = [numbers.replace_groups(text) for text in ("выдано 15 000 тенге", "1 500 тенге", "1500 тенге")]
print(seen)
assert seen == ["выдано 15 тенге", "1 тенге", "1500 тенге"]
PYTHON
