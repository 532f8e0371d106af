#!/usr/bin/env bash
# zxing-cpp 3.1.1 makes a Code 39 barcode of small letters by raising them, without an error.
# Seen: create_barcode("cbi-7k", Code39) scans as CBI-7K, so do `CBI-7k` and `CBI-7K`; Code 128
# keeps all three apart. Code 39 has no small letters; the same call refuses other characters
# that it does not hold, such as `#`. One expects the refusal for these too, or the extended
# code: three vouchers whose codes differ in case get one and the same barcode.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check zxing-cpp==3.1.1 numpy==2.4.6
venv/bin/python - <<'PYTHON' || { echo "zxing-cpp-code39-raises-small-letters: not as described any more"; exit 1; }
import zxingcpp

texts = ("cbi-7k", "CBI-7k", "CBI-7K")
seen = {}
for kind in (zxingcpp.BarcodeFormat.Code39, zxingcpp.BarcodeFormat.Code128):
    made = [zxingcpp.create_barcode(text, kind) for text in texts]
    seen[kind.name] = [zxingcpp.read_barcodes(one.to_image(scale=4))[0].text for one in made]
print(seen)
assert seen["Code39"] == ["CBI-7K"] * 3 and seen["Code128"] == list(texts)
try:
    zxingcpp.create_barcode("CBI#7", zxingcpp.BarcodeFormat.Code39)
except ValueError as error:
    print(error)
else:
    raise SystemExit(1)
PYTHON
