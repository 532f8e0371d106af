#!/usr/bin/env bash
# num2words 0.5.14 gives no words in Turkish for a Decimal with a fraction, unless it is a
# quarter, a half or three quarters. Seen: Decimal("3.20"), Decimal("1500.05") and
# Decimal("1.02") give an empty string, without an error; 1.50 and 0.25 give words, and in
# English and Kazakh each of them does. One expects words or an error, and Decimal is the type
# that money is kept in: the receipt or the act of handing over for refugees in Turkey has a
# blank where the sum in words belongs, which anybody can fill in.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-turkish-sums-without-words: not as described any more"; exit 1; }
from decimal import Decimal

from num2words import num2words

amounts = [Decimal(text) for text in ("3.20", "1500.05", "1.02", "1.50", "0.25")]
seen = {amount: num2words(amount, lang="tr") for amount in amounts}
print(seen)
assert [bool(words) for words in seen.values()] == [False, False, False, True, True]
assert all(num2words(amount, lang=lang) for amount in amounts for lang in ("en", "kz"))
PYTHON
