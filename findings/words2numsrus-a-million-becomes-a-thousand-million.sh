#!/usr/bin/env bash
# words2numsrus 0.1.0 multiplies a million by the thousands that follow it. Seen: replace_groups of `миллион двести
# тысяч тенге`, a million two hundred thousand, is `1000200000 тенге`, a thousand times as much and more; `один
# миллион двести тысяч тенге`, the same sum said with its one, is 1200000, and `тысяча пятьсот тенге` 1500. In
# Russian both ways of saying it are common. One expects one number for both: a sum dictated or written out in
# a paper register becomes a thousand million in the list, without an error.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check words2numsrus==0.1.0 natasha==0.10.0 yargy==0.12.0 pymorphy2==0.8 'setuptools<81'
venv/bin/python - <<'PYTHON' || { echo "words2numsrus-a-million-becomes-a-thousand-million: not as described any more"; exit 1; }
from words2numsrus import NumberExtractor

numbers = NumberExtractor()
said = ("миллион двести тысяч тенге", "один миллион двести тысяч тенге", "тысяча пятьсот тенге")
seen = [numbers.replace_groups(text) for text in said]
print(seen)
assert seen == ["1000200000 тенге", "1200000 тенге", "1500 тенге"]
PYTHON
