#!/usr/bin/env bash
# tarakimu 0.3.1 says two numbers in one and the same Swahili words. Seen: 15000 and 10005 are both `elfu kumi
# na tano`, 21000 and 20001 both `elfu ishirini na moja`; of the numbers below 100000 eighty-one full thousands
# are another number's words as well. 15100 has a comma, `elfu kumi na tano, mia moja`, and 10105 another. One
# expects that in the pairs too, a comma or an and that tells the five from the fifteen: on a receipt, where
# the words count if the figures cannot be read, fifteen thousand shillings are ten thousand and five as
# well, and round sums are what assistance is paid in.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tarakimu==0.3.1
venv/bin/python - <<'PYTHON' || { echo "tarakimu-fifteen-thousand-is-ten-thousand-and-five: not as described any more"; exit 1; }
from tarakimu import num_to_words

first, pairs = {}, []
for number in range(100000):
    words = num_to_words(number)
    if words in first:
        pairs.append((first[words], number))
    first.setdefault(words, number)
print(len(pairs), pairs[:5], num_to_words(15000), num_to_words(15100))
assert num_to_words(15000) == num_to_words(10005) == "elfu kumi na tano"
assert num_to_words(21000) == num_to_words(20001) == "elfu ishirini na moja"
assert num_to_words(15100) == "elfu kumi na tano, mia moja" != num_to_words(10105)
assert len(pairs) == 81 and not [high for _, high in pairs if high % 1000]
PYTHON
