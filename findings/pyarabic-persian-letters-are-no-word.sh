#!/usr/bin/env bash
# PyArabic 0.6.15 says that a word with the Persian or Pashto kaf, gaf or yeh is no Arabic word
# (is_arabicword), though each of its letters is in the Arabic range by the same package
# (is_arabicrange), and Muhammad is one. Seen: False for Karim with the Persian letters, True
# with the Arabic ones that look the same. One expects one answer for one name: which code
# points a name has depends on the phone it was typed on, and a check of `is it in our script`
# drops Afghan names.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check PyArabic==0.6.15
venv/bin/python - <<'PYTHON' || { echo "pyarabic-persian-letters-are-no-word: not as described any more"; exit 1; }
import pyarabic.araby as araby

persian, arabic = "\u06a9\u0631\u06cc\u0645", "\u0643\u0631\u064a\u0645"
seen = araby.is_arabicword(persian), araby.is_arabicword(arabic)
print(seen, all(map(araby.is_arabicrange, persian)))
assert seen == (False, True) and all(map(araby.is_arabicrange, persian))
PYTHON
