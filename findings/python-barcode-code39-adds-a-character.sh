#!/usr/bin/env bash
# python-barcode 0.16.1 adds a check character to Code 39 unless told not to, which scanners
# read as part of the text. Seen: CBI-0007 is encoded as CBI-0007+. One expects the text that
# was given, as Code 39 has no check character of its own: no scanned voucher is found in the
# list.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-barcode==0.16.1
venv/bin/python - <<'PYTHON' || { echo "python-barcode-code39-adds-a-character: not as described any more"; exit 1; }
import barcode

seen = barcode.get("code39", "CBI-0007").get_fullcode()
print(seen)
assert seen == "CBI-0007+"
PYTHON
