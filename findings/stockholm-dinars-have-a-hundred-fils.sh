#!/usr/bin/env bash
# stockholm 0.5.7 counts a hundred smallest units to every currency, though its own table has
# three places for the dinars of Jordan, Iraq, Kuwait and Tunisia and none for the yen and the
# CFA franc. Seen: 12345 fils given to Money.from_sub_units are 123.45 Jordanian dinars, and 5000
# CFA francs, which have no smaller unit, have 500000 sub units. One expects the places of the
# table, as ISO 4217 has them and as payment providers count: transfers that go through the
# smallest unit come out ten times too large in dinars, a hundred times too large in francs.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check stockholm==0.5.7
venv/bin/python - <<'PYTHON' || { echo "stockholm-dinars-have-a-hundred-fils: not as described any more"; exit 1; }
from stockholm import Money, get_currency

seen = {code: str(Money.from_sub_units(12345, currency=code)) for code in ("JOD", "IQD", "KWD", "TND")}
print(seen)
for code, amount in seen.items():
    assert get_currency(code).decimal_digits == 3 and amount == f"123.45 {code}"
for code in ("XOF", "XAF", "JPY"):
    assert get_currency(code).decimal_digits == 0
    print(code, Money(5000, currency=code).sub_units)
    assert Money(5000, currency=code).sub_units == 500000
PYTHON
