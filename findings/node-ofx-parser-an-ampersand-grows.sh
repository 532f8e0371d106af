#!/usr/bin/env bash
# node-ofx-parser 0.5.1 (npm) gives a payee whose name has an ampersand a name that is in no bank. Seen:
# the file has `Sample &amp; Sons`, as OFX and XML tell to write it, and the payee is
# `Sample &amp;amp;amp; Sons`; written back with its serialize and read again it grows further.
# Names without an ampersand come through. One expects `Sample & Sons` (OFX, 2.3.2.1, special
# characters): the shop is not found among the shops of the programme, and the report shows rubbish.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-ofx-parser@0.5.1 fast-xml-parser@3.21.1 >&2
node - <<'NODE' || { echo "node-ofx-parser-an-ampersand-grows: not as described any more"; exit 1; }
const assert = require("assert");
const ofx = require("node-ofx-parser");

const payment = (name) => `<STMTTRN>
<TRNTYPE>DEBIT
<DTPOSTED>20260315
<TRNAMT>-500.00
<FITID>1
<NAME>${name}
</STMTTRN>`;
const file = (name) => `OFXHEADER:100
DATA:OFXSGML
VERSION:102

<OFX>
<BANKMSGSRSV1>
<STMTTRNRS>
<STMTRS>
<CURDEF>KZT
<BANKTRANLIST>
${payment(name)}
</BANKTRANLIST>
</STMTRS>
</STMTTRNRS>
</BANKMSGSRSV1>
</OFX>
`;
const payee = (read) => read.OFX.BANKMSGSRSV1.STMTTRNRS.STMTRS.BANKTRANLIST.STMTTRN.NAME;

const once = ofx.parse(file("Sample &amp; Sons"));
const twice = ofx.parse(ofx.serialize(once.header, once.OFX));
console.log(payee(once), "|", payee(twice), "|", payee(ofx.parse(file("Sample Shop"))));
assert.equal(payee(once), "Sample &amp;amp;amp; Sons");
assert.ok(payee(twice).length > payee(once).length);
assert.equal(payee(ofx.parse(file("Sample Shop"))), "Sample Shop");
NODE
