#!/usr/bin/env bash
# persian-tools 0.0.11 reads its own words for a number back as another number once they have
# millions and thousands. Seen: 1050000 in words is `one million and fifty thousand`, and
# convert_from_word makes 1000050000 of it, 1500000 a thousand and a half million likewise; up to
# 999999 each number comes back. A bare `thousand and five hundred`, as 1500 is said, is read as
# 500. One expects the number that was written: a claim that a shop states in words is taken for
# nearly a thousand times as much, or for a third.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check persian-tools==0.0.11
venv/bin/python - <<'PYTHON' || { echo "persian-tools-a-million-becomes-a-thousand-million: not as described any more"; exit 1; }
from persian_tools.digits import convert_from_word, convert_to_word

for number in (0, 1500, 15000, 999999):
    assert convert_from_word(convert_to_word(number)) == number
seen = {number: convert_from_word(convert_to_word(number)) for number in (1050000, 1500000)}
print(seen)
assert seen == {1050000: 1000050000, 1500000: 1000500000}
assert convert_to_word(1050000) == "\u06cc\u06a9 \u0645\u06cc\u0644\u06cc\u0648\u0646 \u0648 \u067e\u0646\u062c\u0627\u0647 \u0647\u0632\u0627\u0631"
said = "\u0647\u0632\u0627\u0631 \u0648 \u067e\u0627\u0646\u0635\u062f"
print(ascii(said), convert_from_word(said), convert_from_word("\u06cc\u06a9 " + said))
assert convert_from_word(said) == 500 and convert_from_word("\u06cc\u06a9 " + said) == 1500
PYTHON
