#!/usr/bin/env bash
# rapidfuzz 3.14.6 scores two empty strings 100 with ratio and token_sort_ratio and 0 with
# token_set_ratio. Seen: 100.0, 100.0, 0.0. One expects the scorers of one family to agree on
# nothing against nothing: with the first two, all households without a father's name are
# perfect duplicates of each other; changing the scorer silently turns that round.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check rapidfuzz==3.14.6
venv/bin/python - <<'PYTHON' || { echo "rapidfuzz-two-empty-fields: not as described any more"; exit 1; }
from rapidfuzz import fuzz

seen = [scorer("", "") for scorer in (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio)]
print(seen)
assert seen == [100.0, 100.0, 0.0]
PYTHON
