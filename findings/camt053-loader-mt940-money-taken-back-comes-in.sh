#!/usr/bin/env bash
# camt053-loader-mt940 0.0.23 turns a credit that the bank took back into money received. Seen: mark RC of
# MT940, 500.50 tenge, becomes an entry with CRDT and the reversal indicator, RD of 200 one with
# DBIT; 15000 - 1500 + 500.50 - 200 is not the closing balance of 13199.50 that it passes on. In
# camt.053 the indicator names the direction of the entry itself: a reversal that is CRDT was a
# debit at first (ISO 20022, ReversalIndicator), so RC is DBIT. One expects the entries to add up to
# the balance: money that the bank took back counts as money received.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check camt053-loader-mt940==0.0.23 camt053==0.0.23
venv/bin/python - <<'PYTHON' || { echo "camt053-loader-mt940-money-taken-back-comes-in: not as described any more"; exit 1; }
from decimal import Decimal

from camt053_loader_mt940 import parse_mt940

text = """:20:REF1
:25:KZ86125KZT5004100100
:28C:1/1
:60F:C260301KZT15000,00
:61:2603020302D1500,NTRFNONREF//B1
:61:2603020302RC500,50NTRFNONREF//B2
:61:2603020302RD200,NTRFNONREF//B3
:62F:C260302KZT13199,50
"""
(statement,) = parse_mt940(text).statements
opening, closing = (Decimal(balance.amount) for balance in statement.balances)
seen = [(one.credit_debit_indicator, one.reversal_indicator, one.amount) for one in statement.entries]
moved = sum(Decimal(amount) * (1 if way == "CRDT" else -1) for way, _, amount in seen)
print(seen, opening, moved, closing)
assert [(way, reversal) for way, reversal, _ in seen] == [("DBIT", False), ("CRDT", True), ("DBIT", True)]
assert opening - 1500 - Decimal("500.50") + 200 == closing != opening + moved
PYTHON
