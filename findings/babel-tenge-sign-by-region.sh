#!/usr/bin/env bash
# Babel 2.19.0 shows the tenge sign in Kazakh (kk) and in Russian only where the region is named
# (ru_KZ); ru, uz, ky and en give the letters KZT. Seen: `1 500,50 KZT` against a sign. One
# expects the sign of a currency to follow the currency: letters for the same household differ
# between its Russian and its Kazakh page, and a parser that looks for one of the two misses the
# other.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check babel==2.19.0
venv/bin/python - <<'PYTHON' || { echo "babel-tenge-sign-by-region: not as described any more"; exit 1; }
from babel.numbers import format_currency

sign = {name: "\u20b8" in format_currency(1500.5, "KZT", locale=name)
        for name in ("kk", "ru_KZ", "ru", "uz", "ky", "en")}
print(sign)
assert [name for name, has in sign.items() if has] == ["kk", "ru_KZ"]
PYTHON
