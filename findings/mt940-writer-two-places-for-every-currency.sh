#!/usr/bin/env bash
# mt940-writer 0.8 writes each amount with two places, rounded, whatever the currency. Seen:
# two payments of 0.125 Jordanian dinars come out as 0,12 each and the balance after them,
# 9.750 after 10.000, as 9,75; so the file closes at 9,75 where its lines lead to 9,76. MT940
# takes the places of the currency, which for the dinars of Jordan, Iraq, Kuwait and Tunisia
# are three. One expects the amounts that were given or an error: no bank reader that adds the
# lines up can take the file.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check mt940-writer==0.8
venv/bin/python - <<'PYTHON' || { echo "mt940-writer-two-places-for-every-currency: not as described any more"; exit 1; }
from datetime import date
from decimal import Decimal

from mt940_writer import Account, Balance, Statement, Transaction, TransactionType

day = date(2026, 3, 2)
lines = [Transaction(day, Decimal("-0.125"), TransactionType.transfer, "claim") for _ in "12"]
made = str(Statement("REF1", Account("JO94", "CBJO"), "1/1",
                     Balance(Decimal("10.000"), day, "JOD"),
                     Balance(Decimal("9.750"), day, "JOD"), lines))
print(made)
assert made.count("D0,12NTRF") == 2 and "JOD10,00" in made and "JOD9,75" in made
PYTHON
