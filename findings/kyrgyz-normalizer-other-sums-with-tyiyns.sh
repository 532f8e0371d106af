#!/usr/bin/env bash
# kyrgyz-normalizer 0.3.0, which puts sums into Kyrgyz words for speech, reads soms with tyiyns
# as other sums. Seen: 1500.50 soms has word for word what 1550 has, 900.50 what 950 and 1500.05
# what 1505; with a comma the word for thousand is lost, so 1500,50 is `one, five hundred soms,
# fifty tyiyns`. `1500 som 50 tyiyn` and `15 000,50` are right. One expects one sum for one
# amount however it is punctuated, or an error: the recorded message that a household hears,
# which may not read, promises it another sum than the one paid out.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check kyrgyz-normalizer==0.3.0
venv/bin/python - <<'PYTHON' || { echo "kyrgyz-normalizer-other-sums-with-tyiyns: not as described any more"; exit 1; }
from kyrgyz_normalizer import normalize

pairs = (("1500.50", "1550"), ("900.50", "950"), ("1500.05", "1505"))
for fraction, whole in pairs:
    seen = [normalize(f"{sum_} \u0441\u043e\u043c") for sum_ in (fraction, whole)]
    print(fraction, whole, ascii(seen))
    assert seen[0] == seen[1]
thousand = "\u043c\u0438\u04a3"
assert thousand in normalize("1500 \u0441\u043e\u043c 50 \u0442\u044b\u0439\u044b\u043d")
assert thousand in normalize("15 000,50 \u0441\u043e\u043c")
comma = normalize("1500,50 \u0441\u043e\u043c")
print(ascii(comma))
assert thousand not in comma and comma.startswith("\u0431\u0438\u0440")
PYTHON
