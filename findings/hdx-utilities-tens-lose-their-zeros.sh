#!/usr/bin/env bash
# hdx-python-utilities 4.2.5's number_format, told to leave no zeros at the end
# (trailing_zeros=False), takes them off whole numbers too. Seen: with "%.0f" 1500 gives `15`,
# 20 gives `2` and 1505 `1505`; get_fraction_str(3000, 2, "%.0f", False) gives `15`. One
# expects the zeros behind a decimal point to go, which is what the rounded text of 0.5000
# needs: in a table of people reached the round figures are ten to a thousand times too small,
# and only they.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps hdx-python-utilities==4.2.5
venv/bin/python - <<'PYTHON' || { echo "hdx-utilities-tens-lose-their-zeros: not as described any more"; exit 1; }
from hdx.utilities.text import get_fraction_str, number_format

seen = [number_format(number, "%.0f", False) for number in (1500, 20, 1505, 1501.4)]
print(seen, get_fraction_str(3000, 2, "%.0f", False), number_format(1500, "%.2f", False))
assert seen == ["15", "2", "1505", "1501"]
assert get_fraction_str(3000, 2, "%.0f", False) == "15"
assert number_format(1500, "%.2f", False) == "1500"
PYTHON
