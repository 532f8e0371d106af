#!/usr/bin/env bash
# num2word-uz 0.1.1's float_num2word, its function for sums that may have a fraction, drops the
# zeros at the end of a number before it looks whether there is a fraction. Seen: `15000` comes
# out as fifteen and `20500` as two hundred and five, `15000.00` as fifteen thousand, and
# num2word of the same package has `15000` right. One expects 15000 and 15000.00 to be one
# amount in words: on an Uzbek act of handing over the round sums, which are most of them,
# shrink.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2word-uz==0.1.1
venv/bin/python - <<'PYTHON' || { echo "num2word-uz-drops-zeros-of-whole-sums: not as described any more"; exit 1; }
from num2word_uz import float_num2word, num2word

seen = {text: float_num2word(text) for text in ("15000", "20500", "15000.00")}
print(seen, num2word("15000"))
assert seen == {"15000": "o'n besh", "20500": "ikki yuz besh", "15000.00": "o'n besh ming"}
assert num2word("15000") == "o'n besh ming"
PYTHON
