#!/usr/bin/env bash
# mt-940 5.1.1 gives a reversed credit (mark RC, money taken back) a positive amount and only a
# debit (D) a negative one. Seen: C 1500, RC +500.50, D -1500. One expects signed amounts to add
# up to the closing balance: a payment that the bank took back counts as a second payment.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mt-940==5.1.1
venv/bin/python - <<'PYTHON' || { echo "mt940-reversed-credit-is-positive: not as described any more"; exit 1; }
import mt940

text = """:20:REF1
:25:KZ86125KZT5004100100
:28C:1/1
:60F:C260301KZT15000,00
:61:2603020302C1500,NTRFNONREF
:61:2603020302RC500,50NTRFNONREF
:61:2603020302D1500,NTRFNONREF
:62F:C260302KZT14499,50
"""
seen = [str(entry.data["amount"].amount) for entry in mt940.parse(text)]
print(seen)
assert [value.startswith("-") for value in seen] == [False, False, True]
PYTHON
