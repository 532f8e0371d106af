#!/usr/bin/env bash
# csv2ofx 0.34.2 gives two payments of a day that are alike in sum, payee and text one and the
# same number. Seen: a bank's list has two lines of 500 tenge to Sample Shop of 15 March, two
# vouchers taken; both become transactions with the same FITID, a hash of those fields, when the
# list has no column with numbers. In OFX the FITID tells an account's transactions apart, and
# programs that import use it to drop what they have already. One expects two numbers, as two
# lines are two payments: the books take the first 500 and leave out the second.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps csv2ofx==0.34.2 \
    meza==0.47.0 pygogo==1.3.0 python-dateutil==4.0.0 six==1.17.0 python-slugify==9.2.0 pyyaml==6.0.4 \
    xlrd==2.0.2 beautifulsoup4==4.15.0 soupsieve==4.1.3 typing-extensions==4.16.0 ijson==3.6.0 chardet==7.7.0 dbfread==2.0.7 \
    requests==2.34.2
venv/bin/python - <<'PYTHON' || { echo "csv2ofx-two-equal-payments-have-one-number: not as described any more"; exit 1; }
import re
import subprocess
from pathlib import Path

Path("bank.py").write_text("""
from operator import itemgetter

mapping = {"has_header": True, "bank": "Sample Bank", "currency": "KZT", "account": lambda row: "1",
           "date": itemgetter("Date"), "amount": itemgetter("Amount"),
           "payee": itemgetter("Payee"), "desc": itemgetter("Text")}
""")

Path("bank.csv").write_text("""Date,Amount,Payee,Text
2026-03-15,-500.00,Sample Shop,claim
2026-03-15,-500.00,Sample Shop,claim
2026-03-16,-500.00,Sample Shop,claim
""")
subprocess.run(["venv/bin/csv2ofx", "-x", "bank.py", "bank.csv", "bank.ofx"], check=True)
made = Path("bank.ofx").read_text()
numbers = re.findall("<FITID>(.*?)</FITID>", made)
print(numbers)
assert made.count("<TRNAMT>-500.00</TRNAMT>") == 3
assert len(numbers) == 3 and numbers[0] == numbers[1] != numbers[2]
PYTHON
