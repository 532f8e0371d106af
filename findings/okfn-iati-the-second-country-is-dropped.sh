#!/usr/bin/env bash
# okfn-iati 0.4.3 keeps one country of an activity that works in two. Seen: of recipient-country KZ with 60
# and AF with 40 per cent its spreadsheets have KZ and 60, and the XML that is made of them has KZ with 60
# alone; xml_to_csv_folder and csv_folder_to_xml both return True, with the check switched on, and no file
# and no line of summary.txt speaks of AF. IATI has as many countries as there are, whose percentages make
# up 100. One expects both, or an error: forty per cent of a regional programme's money disappears from
# what is published, for the country that is second in the alphabet or the file.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check okfn-iati==0.4.3
venv/bin/python - <<'PYTHON' || { echo "okfn-iati-the-second-country-is-dropped: not as described any more"; exit 1; }
import re
from pathlib import Path

from okfn_iati import IatiMultiCsvConverter

Path("in.xml").write_text("""<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03" generated-datetime="2026-03-15T10:00:00Z">
<iati-activity default-currency="USD" humanitarian="1" xml:lang="en" last-updated-datetime="2026-03-15T10:00:00Z">
<iati-identifier>XM-TEST-1-CASH</iati-identifier>
<reporting-org ref="XM-TEST-1" type="22"><narrative>Sample Aid</narrative></reporting-org>
<title><narrative>Vouchers for households</narrative></title>
<description type="1"><narrative>Food vouchers</narrative></description>
<participating-org role="1" ref="XM-TEST-2" type="10"><narrative>Sample Donor</narrative></participating-org>
<activity-status code="2"/>
<activity-date type="2" iso-date="2026-01-01"/>
<recipient-country code="KZ" percentage="60"/>
<recipient-country code="AF" percentage="40"/>
<sector vocabulary="1" code="72040"/>
</iati-activity></iati-activities>
""")
converter = IatiMultiCsvConverter()
assert converter.xml_to_csv_folder("in.xml", "sheets") is True
assert converter.csv_folder_to_xml(csv_folder="sheets", xml_output="out.xml", validate_output=True) is True
there = re.findall(r"<recipient-country [^>]*>", Path("out.xml").read_text())
sheets = " ".join(path.read_text(encoding="utf-8") for path in Path("sheets").iterdir())
print(there, re.findall(r"\bAF\b", sheets))
assert there == ['<recipient-country code="KZ" percentage="60"/>'] and not re.findall(r"\bAF\b", sheets)
PYTHON
