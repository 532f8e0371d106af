#!/usr/bin/env bash
# @point-of-sale/receipt-printer-encoder 4.0.1 (npm) prints QR codes that hold question marks in place of every
# letter that is not of Western Europe. Seen: qrcode("Айгүл Сынақова 1500") sends the printer `????? ????????
# 1500`, a name in Dari likewise, with codepage("auto") and with cp866, in PDF417 and for Star printers too,
# without an error; a line of text above it prints in Cyrillic, and `Zoë` is kept. A QR code takes bytes, and
# phones read UTF-8. One expects the text, or an error: the code on the receipt looks like any other, and who
# scans it later to settle a complaint finds the amount and no person.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @point-of-sale/receipt-printer-encoder@4.0.1 >&2
node - <<'NODE' || { echo "receipt-printer-encoder-codes-of-question-marks: not as described any more"; exit 1; }
const assert = require("assert");

import("@point-of-sale/receipt-printer-encoder").then(({ default: Encoder }) => {
  const stored = (text, page) => {  // GS ( k pL pH 1 P 0 is followed by the data of the code
    const bytes = Buffer.from(new Encoder({ printerModel: "epson-tm-t20ii" }).initialize().codepage(page).qrcode(text).encode());
    const at = bytes.indexOf(Buffer.from([0x31, 0x50, 0x30]));
    return bytes.subarray(at + 3, at - 2 + bytes[at - 2] + 256 * bytes[at - 1] + 2).toString("latin1");
  };
  const seen = ["VOUCHER 7", "Zoë 7", "Айгүл Сынақова 1500", "فاطمه 7"].map((text) => ["auto", "cp866"].map((page) => stored(text, page)));
  console.log(seen);
  assert.deepEqual(seen, ["VOUCHER 7", "Zoë 7", "????? ???????? 1500", "????? 7"].map((text) => [text, text]));
  const line = Buffer.from(new Encoder({ printerModel: "epson-tm-t20ii" }).initialize().codepage("cp866").line("Айгул").encode());
  assert.ok(line.includes(Buffer.from([0x80, 0xa9, 0xa3, 0xe3, 0xab])) && !line.includes(0x3f));
}).catch((error) => { console.error(error); process.exit(1); });
NODE
