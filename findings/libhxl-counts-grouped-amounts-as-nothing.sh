#!/usr/bin/env bash
# libhxl 5.2.2 takes an amount with a separator of thousands as 0 in a calculated column. Seen:
# `#x={{#value*2}}` gives 3000 for 1500 and 0 for `1,500` and `1 500`, without a warning, though
# the function that does it says it logs one; the sum of the same column (count with sum) warns
# that it leaves them out, and clean_data reads both as 1500. One expects one of these, the
# number, the warning or an empty cell, not an amount: zero is one, so the household of `1,500`
# has a top-up of nothing in the list, and totals add up.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check libhxl==5.2.2 six==1.17.0
venv/bin/python - <<'PYTHON' || { echo "libhxl-counts-grouped-amounts-as-nothing: not as described any more"; exit 1; }
import logging

import hxl

rows = [["Household", "Amount"], ["#hh+id", "#value"], ["1", "1500"], ["2", "1,500"], ["3", "1 500"]]
heard: list[str] = []


class Ear(logging.Handler):
    """Keeps what the package says."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one message."""
        heard.append(record.getMessage())


logging.getLogger().addHandler(Ear())
seen = [row.values[-1] for row in hxl.data(rows).add_columns("#x={{#value*2}}")]
print(seen, heard)
assert [str(value) for value in seen] == ["3000", "0", "0"] and not heard
cleaned = [row.values[-1] for row in hxl.data(rows).clean_data(number="#value")]
print(cleaned)
assert [str(value) for value in cleaned] == ["1500", "1500", "1500"]
total = [row.values for row in hxl.data(rows).count("", ["sum(#value)"])]
print(total, heard)
assert total == [[1500]] and len(heard) == 2
PYTHON
