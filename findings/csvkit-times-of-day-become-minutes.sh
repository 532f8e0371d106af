#!/usr/bin/env bash
# csvkit 2.2.0 takes a time of day for minutes and seconds and writes it back so. Seen: after
# csvsort by voucher the column `redeemed` of 14:05, 09:40 and 10:15 has 0:14:05, 0:09:40 and
# 0:10:15, which a spreadsheet and ISO 8601 read as shortly after midnight; csvlook and csvjson
# show the same. One expects sorting to leave a cell as it is, and hours in a column of times:
# who looks for redemptions outside the shop's hours finds every one, and the order of two tills'
# claims by hour is lost.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps csvkit==2.2.0 \
    agate==1.14.2 babel==2.19.0 isodate==0.7.2 leather==0.4.1 parsedatetime==2.6 python-slugify==9.2.0 \
    text-unidecode==1.3 pytimeparse==1.1.10
venv/bin/python - <<'PYTHON' || { echo "csvkit-times-of-day-become-minutes: not as described any more"; exit 1; }
import subprocess
from datetime import time
from pathlib import Path

Path("redemptions.csv").write_text("voucher,redeemed\nCBI-9P,14:05\nCBI-7K,09:40\nCBI-8M,10:15\n")
done = subprocess.run(["venv/bin/csvsort", "-c", "voucher", "redemptions.csv"],
                      check=True, capture_output=True, text=True).stdout
print(done)
assert done.split() == ["voucher,redeemed", "CBI-7K,0:09:40", "CBI-8M,0:10:15", "CBI-9P,0:14:05"]
assert time.fromisoformat("14:05").hour == 14 and time.fromisoformat("00:14:05").hour == 0
PYTHON
