#!/usr/bin/env bash
# csv2ofx 0.34.2's command has an option --dayfirst, to read the first figure of an ambiguous
# date as the day, which does not reach the dates of the list. Seen: with it and without,
# 05/03/2026 becomes 3 May and 15/03/2026 becomes 15 March, in one file; the package's class OFX
# given dayfirst=True has 5 March. The command passes the option on for its own start and end
# dates only. One expects what the help says: in countries that write the day first the payments
# of the first twelve days of each month are booked in other months, the rest rightly, so the
# file looks in order.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps csv2ofx==0.34.2 \
    meza==0.47.0 pygogo==1.3.0 python-dateutil==4.0.0 six==1.17.0 python-slugify==9.2.0 pyyaml==6.0.4 \
    xlrd==2.0.2 beautifulsoup4==4.15.0 soupsieve==4.1.3 typing-extensions==4.16.0 ijson==3.6.0 chardet==7.7.0 dbfread==2.0.7 \
    requests==2.34.2
venv/bin/python - <<'PYTHON' || { echo "csv2ofx-dayfirst-does-not-reach-the-dates: not as described any more"; exit 1; }
import re
import subprocess
from pathlib import Path

Path("bank.py").write_text("""
from operator import itemgetter

mapping = {"has_header": True, "bank": "Sample Bank", "currency": "KZT", "account": lambda row: "1",
           "date": itemgetter("Date"), "amount": itemgetter("Amount"),
           "payee": itemgetter("Payee"), "desc": itemgetter("Text")}
""")

from csv2ofx import utils
from csv2ofx.ofx import OFX

Path("bank.csv").write_text("""Date,Amount,Payee,Text
05/03/2026,-500.00,Sample Shop,claim
15/03/2026,-700.00,Sample Shop,claim
""")
for option in ((), ("--dayfirst",)):
    subprocess.run(["venv/bin/csv2ofx", *option, "-o", "-x", "bank.py", "bank.csv", "bank.ofx"], check=True)
    seen = re.findall(r"<DTPOSTED>(\d{8})", Path("bank.ofx").read_text())
    print(option, seen)
    assert seen == ["20260503", "20260315"]
told = subprocess.run(["venv/bin/csv2ofx", "--help"], check=True, capture_output=True, text=True).stdout
assert "as the day" in " ".join(told.split())
first = OFX({"date": lambda row: row}, dayfirst=True).parse_date("05/03/2026")
print("class:", first)
assert (first.month, first.day) == (3, 5)
PYTHON
