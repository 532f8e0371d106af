#!/usr/bin/env bash
# bankstatementparser 0.0.29 takes the value date of a BAI2 payment for its number. Seen: of the line
# `16,475,150000,V,260316,,B1,C1,voucher claim` the transaction has the id 260316 and the text `B1`,
# and so has the next payment of that day; the bank's reference is lost, and with it the text. In
# BAI2 the date and the time follow the funds type V, and after them come the references (Cash
# Management Balance Reporting, record 16); with type 0 all is right. One expects B1 and `voucher
# claim`: payments of one day have one number, and what knows payments by it drops all but one.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bankstatementparser==0.0.29
venv/bin/python - <<'PYTHON' || { echo "bankstatementparser-bai2-value-date-is-the-number: not as described any more"; exit 1; }
from pathlib import Path

from bankstatementparser import Bai2Parser

Path("bank.bai").write_text("""01,SENDER,RECEIVER,260315,1200,1,80,1,2/
02,RECEIVER,SENDER,1,260315,1200,KZT,2/
03,0012,KZT,010,1500000,,/
16,475,150000,V,260316,,B1,C1,voucher claim
16,475,20000,V,260316,,B2,C2,second claim
16,475,30000,0,B3,C3,third claim
49,1700000,5/
98,1700000,1,7/
99,1700000,1,9/
""")
table = Bai2Parser("bank.bai").parse()
seen = [(row["transaction_id"], row["description"]) for row in table.to_dict("records")]
print(seen)
assert seen == [("260316", "B1"), ("260316", "B2"), ("B3", "third claim")]
PYTHON
