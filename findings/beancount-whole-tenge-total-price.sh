#!/usr/bin/env bash
# beancount 3.2.3 finds that 1000 tenge given as a total price do not balance against 1000 tenge.
# Seen: `3 USD @@ 1000 KZT` beside `-1000 KZT` is an error, `Transaction does not balance:
# (-1E-25 KZT)`; with 1000.00 on both sides it is taken, and so are 4 USD. A total price is
# turned into a price for each dollar, with 28 digits, and multiplied back; whole numbers have no
# tolerance. One expects the total that was written to be the total: the journal of a programme
# that pays in whole tenge, afghanis or sums is refused at every exchange that does not divide.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check beancount==3.2.3
venv/bin/python - <<'PYTHON' || { echo "beancount-whole-tenge-total-price: not as described any more"; exit 1; }
from beancount import loader

journal = """
2026-01-01 open Assets:Cash
2026-01-01 open Assets:Bank
2026-03-15 * "Exchange for the float of a shop"
  Assets:Cash  {dollars} USD @@ {tenge} KZT
  Assets:Bank  -{tenge} KZT
"""
seen = {}
for dollars, tenge in ((3, "1000"), (3, "1000.00"), (4, "1000")):
    _, errors, _ = loader.load_string(journal.format(dollars=dollars, tenge=tenge))
    seen[dollars, tenge] = [error.message for error in errors]
print(seen)
(message,) = seen.pop((3, "1000"))
assert "does not balance" in message and not any(seen.values())
PYTHON
