#!/usr/bin/env bash
# okfn-iati 0.4.3 makes another kind of aid of cash and vouchers. Seen: default-aid-type with vocabulary 4
# (Cash and Voucher Modalities) and code 2, vouchers, goes into its spreadsheets with the vocabulary and
# comes out of them in the XML as code 2 alone, and its own check calls that valid. Without a vocabulary a
# code is one of the OECD's list (IATI 2.03, default-aid-type), which has no 2; a transaction's aid-type
# keeps its 4. One expects the vocabulary, as the column is there: a programme that was marked as voucher
# assistance before its file went through the spreadsheets is found under no such mark after.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check okfn-iati==0.4.3
venv/bin/python - <<'PYTHON' || { echo "okfn-iati-cash-and-voucher-mark-is-lost: not as described any more"; exit 1; }
import csv
import re
from pathlib import Path

from okfn_iati import IatiMultiCsvConverter

Path("in.xml").write_text("""<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03" generated-datetime="2026-03-15T10:00:00Z">
<iati-activity default-currency="KZT" humanitarian="1" xml:lang="en" last-updated-datetime="2026-03-15T10:00:00Z">
<iati-identifier>XM-TEST-1-CASH</iati-identifier>
<reporting-org ref="XM-TEST-1" type="22"><narrative>Sample Aid</narrative></reporting-org>
<title><narrative>Vouchers for households</narrative></title>
<description type="1"><narrative>Food vouchers</narrative></description>
<participating-org role="1" ref="XM-TEST-2" type="10"><narrative>Sample Donor</narrative></participating-org>
<activity-status code="2"/>
<activity-date type="2" iso-date="2026-01-01"/>
<recipient-country code="KZ"/>
<sector vocabulary="1" code="72040"/>
<default-aid-type vocabulary="4" code="2"/>
<transaction><transaction-type code="3"/><transaction-date iso-date="2026-02-15"/>
<value value-date="2026-02-15">1500</value><aid-type vocabulary="4" code="2"/></transaction>
</iati-activity></iati-activities>
""")
converter = IatiMultiCsvConverter()
assert converter.xml_to_csv_folder("in.xml", "sheets")
assert converter.csv_folder_to_xml(csv_folder="sheets", xml_output="out.xml", validate_output=True)
(row,) = csv.DictReader(open("sheets/activities.csv", encoding="utf-8"))
there = re.findall(r"<(default-aid-type|aid-type) ([^>]*)/>", Path("out.xml").read_text())
print(row["default_aid_type"], row["default_aid_type_vocabulary"], there)
assert (row["default_aid_type"], row["default_aid_type_vocabulary"]) == ("2", "4")
assert ("default-aid-type", 'code="2"') in there and ("aid-type", 'code="2" vocabulary="4"') in there
PYTHON
