#!/usr/bin/env bash
# csv2ofx 0.34.2 makes an amount with three places a thousand times as large. Seen: 0.125 and
# 12.500 Jordanian dinars of a bank's list become 125.00 and 12500.00, without a warning, 12.50
# stays as it is; the currency JOD, which the mapping names and ISO 4217 gives three places, is
# not asked, and 0.125 has no other reading. A point before three digits is taken for a separator
# of thousands. One expects 0.125, or the error that the same function raises for 1.2345:
# payments to shops in Jordan, Iraq, Kuwait or Tunisia enter the books a thousandfold.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps csv2ofx==0.34.2 \
    meza==0.47.0 pygogo==1.3.0 python-dateutil==4.0.0 six==1.17.0 python-slugify==9.2.0 pyyaml==6.0.4 \
    xlrd==2.0.2 beautifulsoup4==4.15.0 soupsieve==4.1.3 typing-extensions==4.16.0 ijson==3.6.0 chardet==7.7.0 dbfread==2.0.7 \
    requests==2.34.2
venv/bin/python - <<'PYTHON' || { echo "csv2ofx-thousandths-become-thousands: not as described any more"; exit 1; }
import re
import subprocess
from pathlib import Path

Path("bank.py").write_text("""
from operator import itemgetter

mapping = {"has_header": True, "bank": "Sample Bank", "currency": "JOD", "account": lambda row: "1",
           "date": itemgetter("Date"), "amount": itemgetter("Amount"),
           "payee": itemgetter("Payee"), "desc": itemgetter("Text")}
""")

Path("bank.csv").write_text("""Date,Amount,Payee,Text
2026-03-15,-0.125,Sample Shop,claim
2026-03-15,-12.500,Sample Shop,claim
2026-03-15,-12.50,Sample Shop,claim
""")
subprocess.run(["venv/bin/csv2ofx", "-x", "bank.py", "bank.csv", "bank.ofx"], check=True)
made = Path("bank.ofx").read_text()
amounts = re.findall("<TRNAMT>(.*?)</TRNAMT>", made)
print(amounts)
assert "<CURDEF>JOD</CURDEF>" in made and amounts == ["-125.00", "-12500.00", "-12.50"]
PYTHON
