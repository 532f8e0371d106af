#!/usr/bin/env bash
# libhxl 5.2.2's row filter compares codes as numbers where both look like one: #meta+code=1000
# keeps 1E3, 01000 and 1000.0, while count() holds the same four apart. One expects codes
# (#meta+code) to be text, or both to agree: a filter for one voucher's code keeps other
# people's vouchers.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check libhxl==5.2.2 six==1.17.0
venv/bin/python - <<'PYTHON' || { echo "libhxl-codes-equal-as-numbers: not as described any more"; exit 1; }
import hxl

rows = [["#meta+code"], ["1E3"], ["1000"], ["01000"], ["1000.0"]]
kept = [row.values[0] for row in hxl.data(rows).with_rows("#meta+code=1000")]
counted = len(list(hxl.data(rows).count("#meta+code")))
print(kept, counted)
assert len(kept) == 4 and counted == 4
PYTHON
