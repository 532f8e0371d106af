#!/usr/bin/env bash
# mt-940 5.1.1 adds the bank's remark on the whole statement to the last payment. In MT940 the
# field :86: belongs to the entry before it after a :61:, and to the statement after the
# closing balances. Seen: the details of the last of two entries are `claim 8` and, on a new
# line, `rate of the day 470,15`, and nothing in the statement's own data holds the remark; the
# first entry has `claim 7`. One expects the remark among the statement's data: a match of
# payments by their text finds words and numbers in the last payment of each day that no payer
# wrote.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mt-940==5.1.1
venv/bin/python - <<'PYTHON' || { echo "mt940-closing-remark-joins-the-last-payment: not as described any more"; exit 1; }
import mt940

text = """:20:REF1
:25:KZ86125KZT5004100100
:28C:1/1
:60F:C260301KZT15000,00
:61:2603020302D1500,00NTRFNONREF
:86:claim 7
:61:2603020302D500,00NTRFNONREF
:86:claim 8
:62F:C260302KZT13000,00
:86:rate of the day 470,15
-
"""
statement = mt940.parse(text)
seen = [entry.data["transaction_details"] for entry in statement]
print(seen, sorted(statement.data))
assert seen == ["claim 7", "claim 8\nrate of the day 470,15"]
assert not any("470" in str(value) for value in statement.data.values())
PYTHON
