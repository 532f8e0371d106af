#!/usr/bin/env bash
# ofxparse 0.21 drops the currency that a line of a statement has of its own. In OFX a
# transaction with a CURRENCY aggregate has its amount in that currency, not in the statement's
# (CURDEF). Seen: a transfer of 100 dollars from a tenge account comes out as the amount -100,
# beside -1500 for one in tenge, and no attribute tells them apart; ofxtools 1.1.1 reads USD and
# the rate 470 from the same file. One expects the currency to be kept or the line to be refused:
# 47000 tenge leave the account and a hundred are booked.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ofxparse==0.21 ofxtools==1.1.1
venv/bin/python - <<'PYTHON' || { echo "ofxparse-dollars-in-a-tenge-account: not as described any more"; exit 1; }
import io

from ofxparse import OfxParser
from ofxtools.Parser import OFXTree

header = ("OFXHEADER:100", "DATA:OFXSGML", "VERSION:102", "SECURITY:NONE", "ENCODING:USASCII",
          "CHARSET:1252", "COMPRESSION:NONE", "OLDFILEUID:NONE", "NEWFILEUID:NONE")
fine = "<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
line = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260315<TRNAMT>{}<FITID>{}<NAME>Sample Shop{}</STMTTRN>"
own = "<CURRENCY><CURRATE>470<CURSYM>USD</CURRENCY>"
file = "\n".join(header) + f"""

<OFX><SIGNONMSGSRSV1><SONRS>{fine}<DTSERVER>20260331120000<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1{fine}<STMTRS><CURDEF>KZT
<BANKACCTFROM><BANKID>125<ACCTID>KZ86125KZT5004100100<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
{line.format("-1500", 1, "")}{line.format("-100", 2, own)}</BANKTRANLIST>
<LEDGERBAL><BALAMT>51500<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
first = OfxParser.parse(io.BytesIO(file.encode())).account.statement
seen = [{key: str(value) for key, value in vars(one).items() if value} for one in first.transactions]
print("ofxparse:", first.currency, seen)
assert first.currency.lower() == "kzt" and [one["amount"] for one in seen] == ["-1500", "-100"]
assert seen[0].keys() == seen[1].keys() and "USD" not in str(seen)
tree = OFXTree()
tree.parse(io.BytesIO(file.encode()))
second = tree.convert().statements[0].transactions[1].currency
print("ofxtools:", second.cursym, second.currate)
assert (second.cursym, second.currate) == ("USD", 470)
PYTHON
