#!/usr/bin/env bash
# price-parser 0.5.1 stops at the Arabic thousands separator U+066C. Seen: fifteen thousand
# written in Persian digits with that sign is read as 15, without it as 15000; no currency is
# found in the word afghani either. One expects the separator that CLDR prescribes for these
# digits to be read: shops' price lists in Dari shrink a thousandfold.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check price-parser==0.5.1
venv/bin/python - <<'PYTHON' || { echo "price-parser-persian-thousands: not as described any more"; exit 1; }
from price_parser import Price

digits = "\u06f1\u06f5\u066c\u06f0\u06f0\u06f0 \u0627\u0641\u063a\u0627\u0646\u06cc"
seen = Price.fromstring(digits).amount_float, Price.fromstring(digits.replace("\u066c", "")).amount_float
print(seen)
assert seen == (15.0, 15000.0)
PYTHON
