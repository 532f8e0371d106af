#!/usr/bin/env bash
# python-bidi 0.6.12's main get_display, the one in Rust, does not mirror signs in text from
# right to left. Seen: in `Ahmad (son of) Karim` in Dari, as name lists write a father, both
# brackets face outwards, and of `balance < 5` the sign comes out as it was, so that who reads
# from the right reads `balance > 5`; the package's own Python version (bidi.algorithm) mirrors
# each. The Unicode Bidirectional Algorithm asks for it (rule L4). One expects one result of the
# two calls with one name: cards, receipts and rules that are printed with it show wrong brackets
# and the reverse of a limit.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-bidi==0.6.12
venv/bin/python - <<'PYTHON' || { echo "python-bidi-signs-face-the-other-way: not as described any more"; exit 1; }
from bidi import get_display as first
from bidi.algorithm import get_display as second

signs = "()<>"
seen = {}
for text in ("\u0627\u062d\u0645\u062f (\u0648\u0644\u062f) \u06a9\u0631\u06cc\u0645", "\u0645\u0627\u0646\u062f\u0647 < 5"):
    seen[text] = ["".join(letter for letter in version(text) if letter in signs)
                  for version in (first, second)]
    print(ascii(text), seen[text])
    assert len(first(text)) == len(second(text)) and first(text) != second(text)
assert list(seen.values()) == [[")(", "()"], ["<", ">"]]
PYTHON
