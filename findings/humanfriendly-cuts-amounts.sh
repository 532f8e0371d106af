#!/usr/bin/env bash
# humanfriendly 10.0's format_number cuts the digits after the second and drops zeros. Seen:
# 1234.999 is shown as 1,234.99 and 15000.50 as 15,000.5. One expects rounding and two places,
# as the function is for showing numbers to people: column sums of shown amounts fall short of
# the shown total, always to one side.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check humanfriendly==10.0
venv/bin/python - <<'PYTHON' || { echo "humanfriendly-cuts-amounts: not as described any more"; exit 1; }
from humanfriendly import format_number

seen = [format_number(value) for value in (1234.999, 0.999, 15000.50)]
print(seen)
assert seen == ["1,234.99", "0.99", "15,000.5"]
PYTHON
