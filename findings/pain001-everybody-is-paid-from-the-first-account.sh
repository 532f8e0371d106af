#!/usr/bin/env bash
# pain001 0.0.74 pays all rows of a list from the account of its first row, on the first row's day. Seen:
# the starter list that its own `init` writes has five payments of five payers, each with an account
# and a day; the file that `generate` makes of it, without a word, has one block of payments with the
# first payer, the first account and 2023-03-12, and the five creditors below. In pain.001 a block
# (PmtInf) has one debtor, one account and one day, and there are as many blocks as needed (ISO
# 20022). One expects that or a refusal: the money leaves another programme's account, early.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pain001==0.0.74
venv/bin/pain001 init pain.001.001.09 -o payments.csv > init.log
venv/bin/pain001 generate -t pain.001.001.09 -d payments.csv -o made > generate.log
venv/bin/python - <<'PYTHON' || { echo "pain001-everybody-is-paid-from-the-first-account: not as described any more"; exit 1; }
import csv
from pathlib import Path
from xml.etree import ElementTree

with open("payments.csv", newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
(made,) = Path("made").glob("*.xml")
tree = ElementTree.parse(made)


def texts(path):
    return [found.text for found in tree.findall(path)]


accounts, days = texts(".//{*}DbtrAcct//{*}IBAN"), texts(".//{*}ReqdExctnDt/{*}Dt")
creditors = texts(".//{*}CdtTrfTxInf/{*}Cdtr/{*}Nm")
print([(row["debtor_account_IBAN"], row["requested_execution_date"]) for row in rows])
print(accounts, days, creditors)
assert len({row["debtor_account_IBAN"] for row in rows}) == len({row["requested_execution_date"] for row in rows}) == 5
assert accounts == [rows[0]["debtor_account_IBAN"]] and days == [rows[0]["requested_execution_date"]]
assert creditors == [row["creditor_name"] for row in rows]
PYTHON
