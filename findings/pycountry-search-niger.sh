#!/usr/bin/env bash
# pycountry 26.2.16's search_fuzzy puts Nigeria before Niger when asked for exactly `Niger`, and
# knows neither `Turkey` nor `Burma` (LookupError). Seen: ['Nigeria', 'Niger']. One expects the
# country whose name is the query to come first, as `get(name=...)` finds it: taking the first
# hit sends a programme's figures to the neighbour.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycountry==26.2.16
venv/bin/python - <<'PYTHON' || { echo "pycountry-search-niger: not as described any more"; exit 1; }
import pycountry

seen = [found.name for found in pycountry.countries.search_fuzzy("Niger")]
print(seen, pycountry.countries.get(name="Niger").alpha_3)
assert seen[:2] == ["Nigeria", "Niger"]
for name in ("Turkey", "Burma"):
    try:
        pycountry.countries.search_fuzzy(name)
    except LookupError:
        print(name, "not found")
    else:
        raise SystemExit(1)
PYTHON
