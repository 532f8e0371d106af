#!/usr/bin/env bash
# python-barcode 0.16.1 replaces a wrong last digit of an EAN-13 without a word. Seen:
# 4006381333930 becomes ...931. One expects a refusal: the digit is there to show that the
# number was mistyped, and the printed voucher or item label now looks proven.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-barcode==0.16.1
venv/bin/python - <<'PYTHON' || { echo "python-barcode-mends-a-wrong-digit: not as described any more"; exit 1; }
import barcode

seen = barcode.get("ean13", "4006381333930").get_fullcode()
print(seen)
assert seen == "4006381333931"
PYTHON
