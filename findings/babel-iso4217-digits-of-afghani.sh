#!/usr/bin/env bash
# Babel 2.19.0 has no fraction digits for the Afghani, the Iraqi dinar, the Yemeni rial and the
# Somali shilling (CLDR, by use), the package iso4217 1.16.20260101 has 2, 3, 2 and 2 (the
# standard's list). Seen: Babel writes 12.50 AFN as AFN12 and 13.50 as AFN14, so each side of a
# half goes to the even neighbour. One expects two tables of the same currencies to agree, or
# the printing of an amount to keep its coins: a printed voucher and the ledger's sum differ,
# just in the countries where cash assistance is paid.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check babel==2.19.0 iso4217==1.16.20260101
venv/bin/python - <<'PYTHON' || { echo "babel-iso4217-digits-of-afghani: not as described any more"; exit 1; }
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from iso4217 import Currency

digits = {code: (get_currency_precision(code), Currency(code).exponent)
          for code in ("AFN", "IQD", "YER", "SOS")}
shown = [format_currency(Decimal(text), "AFN", locale="en") for text in ("12.50", "13.50")]
print(digits, shown)
assert digits == {"AFN": (0, 2), "IQD": (0, 3), "YER": (0, 2), "SOS": (0, 2)}
assert shown == ["AFN12", "AFN14"]
PYTHON
