#!/usr/bin/env bash
# quiffen 4.0.1 swaps the day and the month of dates that have the year first, if it is told that days
# come first. Seen: 4 March 2026 is written by its to_qif as `D2026-03-04` and read back with
# day_first=True as 3 April; 15 March stays. The option is for files such as `04/03/2026`, whose
# month it does settle; year, month, day, which is what quiffen writes, has but one reading (ISO
# 8601). One expects the same day: in a program that reads the files of its banks with day_first, up
# to twelve days of each month are booked in other months.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check quiffen==4.0.1
venv/bin/python - <<'PYTHON' || { echo "quiffen-its-own-dates-swap-day-and-month: not as described any more"; exit 1; }
from datetime import datetime

from quiffen import Account, AccountType, Qif, Transaction

book, account = Qif(), Account(name="Programme")
for day in (4, 15):
    paid = Transaction(date=datetime(2026, 3, day), amount=-500, payee="Sample Shop")
    account.add_transaction(paid, header=AccountType.BANK)
book.add_account(account)
text = book.to_qif()


def dates(text, day_first):
    read = Qif.parse_string(text, day_first=day_first)
    (transactions,) = read.accounts["Programme"].transactions.values()
    return sorted(str(one.date.date()) for one in transactions)


print(text.split("\n")[4:6], dates(text, True), dates(text, False))
assert "D2026-03-04" in text
assert dates(text, True) == ["2026-03-15", "2026-04-03"]
assert dates(text, False) == ["2026-03-04", "2026-03-15"]
PYTHON
