#!/usr/bin/env bash
# qazaqify 0.1.0 rounds a half tiyn to the even side when it writes a sum of tenge in figures
# and upward when it writes it in words. Seen: 1543.125, an eighth of 12345 tenge, is `1
# 543,12` in figures and ends in `thirteen tiyn` in Kazakh words; 1543.375 is 38 in both. One
# expects the two functions that stand side by side on a receipt to name one sum: where they
# differ, the words are what counts, and the column of figures does not add up to them.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check qazaqify==0.1.0
venv/bin/python - <<'PYTHON' || { echo "qazaqify-figures-and-words-differ: not as described any more"; exit 1; }
import qazaqify

seen = {amount: (qazaqify.currency(amount), qazaqify.currency_words(amount))
        for amount in (12345 / 8, 12347 / 8)}
print(seen)
figures, words = seen[1543.125]
assert figures.startswith("1\u00a0543,12 ") and words.endswith(" \u043e\u043d \u04af\u0448 \u0442\u0438\u044b\u043d")
figures, words = seen[1543.375]
assert figures.startswith("1\u00a0543,38 ") and "\u0441\u0435\u0433\u0456\u0437" in words
PYTHON
